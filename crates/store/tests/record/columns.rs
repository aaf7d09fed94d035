//! `columns.toml` against the schema.

use std::collections::{BTreeMap, BTreeSet};
use store::both_engines;

/// What vouches for a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Chained,
    Derived,
    Unverified,
}

/// Class by table and column.
pub fn classes() -> BTreeMap<(String, String), Class> {
    let text = include_str!("../../columns.toml");
    let tables: BTreeMap<String, BTreeMap<String, Vec<String>>> = toml::from_str(text).unwrap();
    let mut out = BTreeMap::new();
    for (table, columns) in tables {
        for (column, said) in columns {
            let place = format!("{table}.{column}");
            let class = match said[0].as_str() {
                "chained" => Class::Chained,
                "derived" => Class::Derived,
                "unverified" => Class::Unverified,
                other => panic!("{place}: unknown class {other}"),
            };
            assert!(["public", "internal", "personal"].contains(&said[1].as_str()), "{place}: unknown privacy class");
            assert_eq!(said.len(), if class == Class::Unverified { 3 } else { 2 }, "{place}: a reason, and only for what is unverified");
            if class == Class::Unverified {
                let small = ["session", "second_used", "throttle", "lease", "last_time"].contains(&table.as_str())
                    || said[2].starts_with("cache: ");
                // How far a file has come, and how it was read; what it brought is in the record.
                let tool = table.starts_with("import_");
                // Jobs: whether a notice went out, what became of a mail.
                let job = ["outbox", "notice_read", "mail_in"].contains(&table.as_str());
                assert!(
                    small || tool || job,
                    "{place}: only sessions, throttles, leases, caches, imports under way and jobs may be unverified"
                );
                let record = ["cases", "event", "clock", "sealed", "access_log"].contains(&table.as_str());
                assert!(!record, "{place}: this is the record itself");
            }
            out.insert((table.clone(), column), class);
        }
    }
    out
}

both_engines! {

async fn every_column_is_declared(db: TestDb) {
    let schema: BTreeSet<(String, String)> = db.columns().await.unwrap().into_iter().collect();
    let declared: BTreeSet<(String, String)> = classes().into_keys().collect();
    let (missing, stale): (Vec<_>, Vec<_>) = (schema.difference(&declared).collect(), declared.difference(&schema).collect());
    assert!(missing.is_empty() && stale.is_empty(), "not declared: {missing:?}; declared but not there: {stale:?}");
}
}
