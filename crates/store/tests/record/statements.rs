//! Every registered statement is valid on both engines, and no module with statements is left out.

use std::collections::BTreeSet;
use std::path::Path;
use store::both_engines;
use store::engine::Sql;

/// Every module's statements, by the path of its source.
pub fn all() -> Vec<(&'static str, &'static [Sql])> {
    vec![
        ("access_log.rs", store::access_log::ALL),
        ("cases.rs", store::cases::ALL),
        ("chain.rs", store::chain::ALL),
        ("clerk.rs", store::clerk::ALL),
        ("engine/migrate.rs", store::engine::migrate::ALL),
        ("heads.rs", store::heads::ALL),
        ("health.rs", store::health::ALL),
        ("imports.rs", store::imports::ALL),
        ("last_time.rs", store::last_time::ALL),
        ("mail_in.rs", store::mail_in::ALL),
        ("numbers.rs", store::numbers::ALL),
        ("organisation.rs", store::organisation::ALL),
        ("outbox.rs", store::outbox::ALL),
        ("personal.rs", store::personal::ALL),
        ("recount.rs", store::recount::ALL),
        ("register.rs", store::register::ALL),
        ("registry.rs", store::registry::ALL),
        ("rewrap.rs", store::rewrap::ALL),
        ("search.rs", store::search::ALL),
        ("second.rs", store::second::ALL),
        ("sequencer.rs", store::sequencer::ALL),
        ("sessions.rs", store::sessions::ALL),
        ("submissions.rs", store::submissions::ALL),
        ("forecast.rs", store::forecast::ALL),
        ("supervision.rs", store::supervision::ALL),
        ("tally.rs", store::tally::ALL),
        ("undertakings.rs", store::undertakings::ALL),
        ("verify/tables.rs", store::verify::ALL),
    ]
}

fn with_statements(dir: &Path, root: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            with_statements(&path, root, found);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            // What stands in a file's own tests is not a statement of the program.
            let text = std::fs::read_to_string(&path).unwrap();
            let program = text.split("#[cfg(test)]").next().unwrap();
            let registers = program.lines().any(|l| l.trim_start() == l && l.contains("statements! {") && !l.starts_with("//"));
            if registers {
                found.insert(name);
            }
        }
    }
}

#[test]
fn every_module_with_statements_is_listed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    with_statements(&root, &root, &mut found);
    let listed: BTreeSet<String> = all().into_iter().map(|(name, _)| name.to_owned()).collect();
    assert_eq!(found, listed, "a module with statements is missing from the list above, or has none any more");
}

both_engines! {

async fn every_statement_prepares(db: TestDb) {
    let mut reader = db.read().await.unwrap();
    for (module, statements) in all() {
        for sql in statements {
            if let Err(e) = reader.prepare(*sql).await {
                panic!("{module} {}: {e}", sql.name());
            }
        }
    }
}
}
