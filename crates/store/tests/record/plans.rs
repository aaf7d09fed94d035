//! Query plans of every request path: each descends an index; none reads a large table through. With twenty thousand rows in every large
//! table and more, on PostgreSQL with fresh statistics; SQLite plans by rule.

use crate::statements::all;
use crate::tamper::schema;
use crate::world::{LOCALITIES, Who, World};
use rules::clock::ClockName;
use rules::ids::{CaseId, GroupId, Id, PersonId, UnitId};
use rules::time::Instant;
use std::collections::BTreeSet;
use std::path::Path;
use store::both_engines;
use store::cases::Marker;
use store::engine::{Arg, Engine, Reader, Tx};
use store::forecast::{self, Entry, Outcome};
use store::queue::{self, Filter, Sort, count_query, page_query};
use store::search;
use store::supervision::{self, Narrow, What};
use store::tally;
use store::testing::TestDb;

const LARGE: [&str; 26] = [
    "event",
    "access_log",
    "unsequenced",
    "log",
    "tree_node",
    "submission",
    "intake_key",
    "evidence",
    "cases",
    "clock",
    "marker",
    "supervision",
    "forecast",
    "stream_key",
    "sealed",
    "blind",
    "search_text",
    "search_index",
    "import_row",
    "business",
    "business_word",
    "tally",
    "tally_entry",
    "tally_late",
    "undertaking",
    "undertaking_link",
];

/// Every function that puts a statement together, and who looks at its plans: a test below runs it while plans are watched, or asks for the
/// query; no request runs those of `verify`.
const BUILT: [(&str, &str, &str); 24] = [
    ("forecast.rs", "sums", "every_forecast_descends_an_index"),
    ("forecast.rs", "hits", "every_forecast_descends_an_index"),
    ("forecast.rs", "of_day", "every_forecast_descends_an_index"),
    ("forecast.rs", "came", "every_forecast_descends_an_index"),
    ("supervision.rs", "orders", "every_order_descends_an_index"),
    ("supervision.rs", "count_orders", "every_order_descends_an_index"),
    ("supervision.rs", "waiting", "every_order_descends_an_index"),
    ("supervision.rs", "told", "every_order_descends_an_index"),
    ("queue.rs", "page_query", "every_list_descends_an_index"),
    ("queue.rs", "count_query", "every_count_keeps_to_its_index"),
    ("queue.rs", "found_query", "every_search_descends_an_index"),
    ("queue.rs", "lines_of", "every_search_descends_an_index"),
    ("queue.rs", "of_group", "every_search_descends_an_index"),
    ("queue.rs", "by_stage", "every_count_keeps_to_its_index"),
    ("queue.rs", "marked", "every_reminder_descends_an_index"),
    ("search.rs", "candidates", "every_search_descends_an_index"),
    ("search.rs", "descent", "every_search_descends_an_index"),
    ("search.rs", "select", "every_search_descends_an_index"),
    ("search.rs", "is_indexed", "verify"),
    ("search.rs", "count_indexed", "verify"),
    ("tally.rs", "sums_query", "every_figure_descends_an_index"),
    ("tally.rs", "cells_query", "every_figure_descends_an_index"),
    ("tally.rs", "entries_query", "every_figure_descends_an_index"),
    ("recount.rs", "all_query", "verify"),
];

/// Statements that take the first few of an index in its order, whatever its size.
const FIRST_FEW: [&str; 5] = ["WAITING", "SIZE", "PENDING", "LAG", "UNINDEXED"];

/// Arguments by statement: Locality, Id, Text, Number, Boolean.
const ARGUMENTS: &[(&str, &[(&str, &str)])] = &[
    ("access_log.rs", &[("HEAD", "LI"), ("OF_CASE", "LIN"), ("OF_READER", "LI"), ("LATEST_OF_READER", "LINNN")]),
    (
        "cases.rs",
        &[
            ("BY_TOKEN", "TL"),
            ("BY_NUMBER", "LT"),
            ("BY_RESPONDENT", "LTN"),
            ("NUMBER_OF", "LI"),
            ("OF_SUBMISSION", "LI"),
            ("UPDATE", "LINTTTBBIIIIIBNNNTBNTNTBTNNIBNINNIIBI"),
            ("ENDED", "NN"),
            ("OPEN_CLOCKS", "LNNIN"),
            ("STOPPED_PROVISIONAL", "LIN"),
            ("CLUES", "LI"),
            ("DELETE_MARKER", "LIT"),
        ],
    ),
    ("chain.rs", &[("STREAM", "LI"), ("HEAD", "LI")]),
    ("clerk.rs", &[("CLAIMED", "TN"), ("RELEASE", "TI"), ("PAST", "N"), ("VIEWS", "LII"), ("VIEWS_OF_UNIT", "LI"), ("CHECKS", "LITN")]),
    (
        "imports.rs",
        &[
            ("JOB", "LI"),
            ("JOBS", "LIIN"),
            ("OPEN", ""),
            ("UPDATE", "LITTTBNNNNNNTNNBT"),
            ("PROGRESS", "LINNNNNTN"),
            ("OLD_FILES", "N"),
            ("FORGET_FILE", "LI"),
            ("LINKED", "LI"),
            ("ROWS", "LIIN"),
            ("COUNT", "LI"),
            ("MAPPINGS", "L"),
            ("DROP_MAPPING", "LI"),
        ],
    ),
    ("heads.rs", &[("NODE", "NN")]),
    ("health.rs", &[("LAG", "N"), ("UNINDEXED", "N"), ("LEASE", "T"), ("IMPORTS", "L")]),
    ("last_time.rs", &[("GET", "T")]),
    ("mail_in.rs", &[("KNOWN", "LI"), ("ONE", "LI"), ("LIST", "LTIN"), ("OF_SUBMISSION", "LI"), ("COUNT", "LTN"), ("DECIDE", "LITINNIN")]),
    ("numbers.rs", &[]),
    ("organisation.rs", &[("UNIT_TAKES", "LIT"), ("NEXT_UNIT", "LI")]),
    (
        "outbox.rs",
        &[
            ("DUE", "NN"),
            ("TRY", "LINTNN"),
            ("DONE", "LINTTNT"),
            ("BOUNCED", "LINT"),
            ("RETRY", "LINTN"),
            ("RETRY_ALL", "LN"),
            ("LIST", "LTNINN"),
            ("COUNT", "LTN"),
            ("FAILED_OF", "LI"),
            ("READ_AT", "LI"),
        ],
    ),
    (
        "personal.rs",
        &[
            ("KEY", "LI"),
            ("DELETE_KEY", "LI"),
            ("VERSIONS", "LI"),
            ("VALUE", "LITN"),
            ("DELETE_BLIND", "LI"),
            ("FIND_BLIND", "LTIN"),
            ("DELETE_TITLE", "LI"),
        ],
    ),
    ("register.rs", &[("GET", "LI"), ("LIST", "LTN"), ("FOUND", "LIIN"), ("DELETE_WORD", "LII")]),
    ("search.rs", &[("GET", "LI"), ("REPLACE", "LITTB"), ("DELETE", "LITB"), ("PENDING", "N"), ("INDEXED", "LIT"), ("TIDY", "")]),
    ("second.rs", &[("GET", "LI")]),
    (
        "sequencer.rs",
        &[
            ("WAITING", "N"),
            ("DONE", "LIBN"),
            ("EVENT_HASHES", "LINN"),
            ("ACCESS_HASHES", "LINN"),
            ("SIZE", ""),
            ("NODE", "NN"),
            ("POSITION", "LIN"),
        ],
    ),
    (
        "sessions.rs",
        &[
            ("CREDENTIAL", "T"),
            ("CREDENTIAL_OF", "LI"),
            ("BY_TOKEN", "I"),
            ("SEEN", "INN"),
            ("DELETE", "I"),
            ("ADMIT", "INN"),
            ("DELETE_OF", "LII"),
            ("OF_PERSON", "LIN"),
            ("OPEN", "LN"),
            ("PEEK", "IN"),
            ("CLEAR", "I"),
        ],
    ),
    ("forecast.rs", &[("ENDED", "LIN"), ("OPEN", "LININ"), ("DUE", "LNN"), ("CAME", "LTITT"), ("KNOWN", "LTIITNNN")]),
    ("supervision.rs", &[("GONE", "LITNI"), ("LAST", "LI"), ("INSPECTIONS", "LINN")]),
    ("submissions.rs", &[("UPDATE", "LININ"), ("KEY", "I"), ("BY_RECEIPT", "T"), ("HOLD", "LI"), ("FILES_OF", "LI")]),
    ("tally.rs", &[("POSITION", ""), ("STRETCH", "NN"), ("DROP_ENTRY", "LTII"), ("BEHIND", "LTIINN"), ("LATE_OF", "LTNN")]),
    ("undertakings.rs", &[("DELETE_LINK", "LITI"), ("LIST", "LITBNIN"), ("LIST_OF", "LTITBN"), ("OF_CASE", "LIN"), ("BETWEEN", "LINNBN")]),
];

/// Read whole or swept: small reference tables, sessions and counters; forecasts too old to be kept; no table of ours at all; and the ids of all files, by a job when
/// orphans are looked for and after an erasure, which is rare.
const WHOLE: [&str; 9] = ["CREDENTIALS", "EXPIRED", "STALE", "NEXT_DOC", "SET_COUNTER", "FILES", "ERASED", "FORGET", "FORGET_SUMS"];
/// Modules that no request uses (`verify` reads everything) or that only read small tables.
const NO_REQUEST: [&str; 5] = ["engine/migrate.rs", "recount.rs", "registry.rs", "rewrap.rs", "verify/tables.rs"];

fn args(kinds: &str) -> Vec<Arg<'static>> {
    let arg = |kind| match kind {
        'L' => Arg::from(LOCALITIES[0]),
        'I' => Arg::from(Id([7; 16])),
        'T' => Arg::from("t77"),
        'B' => Arg::from(false),
        _ => Arg::from(77i64),
    };
    kinds.chars().map(arg).collect()
}

/// Fills the large tables, so that a planner has a reason to use an index, and the search index but for its newest texts.
async fn fill(db: &TestDb) {
    let sqlite = db.engine() == Engine::Sqlite;
    let id = |n: &str| match sqlite {
        true => format!("unhex(printf('%032x', {n}))"),
        false => format!("decode(lpad(to_hex({n}), 32, '0'), 'hex')"),
    };
    for (name, table) in schema().iter().filter(|(n, _)| LARGE.contains(&n.as_str()) && n.as_str() != "search_index") {
        let many = table.key.len() > 2 && name != "evidence";
        let value = |column: &str, kind: &str| match (column, kind) {
            ("locality", _) => LOCALITIES[0].0.to_string(),
            ("level", "BIGINT") => "0".into(),
            ("idx" | "pos", _) => "g".into(),
            ("seq" | "from_seq" | "version", _) if many => "g % 5".into(),
            ("stream" | "reader" | "case_id", _) if many => id("g / 5"),
            ("unit" | "handler" | "organ" | "intake_unit" | "group_id" | "above_organ", _) => id("g % 40"),
            ("intake_organ", _) => format!("CASE WHEN g % 4 = 0 THEN NULL ELSE {} END", id("g % 40")),
            ("done" | "lapsed", _) => "g % 3 = 0".into(),
            ("historical", _) => "g % 4 = 0".into(),
            ("indexed", _) => "g < 0".into(),
            ("access", _) => "false".into(),
            ("kind", _) if name == "marker" => {
                "CASE g % 5 WHEN 0 THEN 'appointment' WHEN 1 THEN 'followed' WHEN 2 THEN 'review' WHEN 3 THEN 'corrected' ELSE 'reopen' END"
                    .into()
            }
            ("kind", _) => "CASE g % 3 WHEN 0 THEN 'complaint' WHEN 1 THEN 'report' ELSE 'other' END".into(),
            ("what", _) => "CASE WHEN g % 2 = 0 THEN 'order' ELSE 'notice' END".into(),
            ("outcome", _) if name == "forecast" => "CASE WHEN g % 5 = 0 THEN 'open' ELSE 'late' END".into(),
            ("made_on", _) => "CASE WHEN g % 2 = 0 THEN '2026-06-01' ELSE '2026-06-02' END".into(),
            ("state", _) if name == "supervision" => "CASE WHEN g % 3 = 0 THEN 'open' ELSE 'accepted' END".into(),
            ("owner", _) => id("g % 400"),
            ("responsible", _) => id("g % 40"),
            ("asked", "BOOLEAN") => "g % 50 = 0".into(),
            ("state", _) => "CASE WHEN g % 2 = 0 THEN 'running' ELSE 'stopped' END".into(),
            ("channel", _) => "CASE WHEN g % 2 = 0 THEN 'web' ELSE 'file' END".into(),
            (_, "BIGINT") => "g * 1000".into(),
            (_, "BOOLEAN") => "g % 2 = 0".into(),
            (_, "BYTEA") => id("g"),
            _ => "'t' || g".into(),
        };
        let names = table.columns.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join(", ");
        let values = table.columns.iter().map(|c| value(&c.0, &c.1)).collect::<Vec<_>>().join(", ");
        // More cases, so that a desk's count of up to a thousand is no large part of any list.
        let rows = if name == "cases" { 60_000 } else { 20_000 };
        let numbers = match sqlite {
            true => format!("(WITH RECURSIVE n(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM n WHERE g < {rows}) SELECT g FROM n)"),
            false => format!("generate_series(1, {rows}) AS g"),
        };
        let insert = format!("INSERT INTO {name} ({names}) SELECT {values} FROM {numbers}");
        db.change(vec![(insert, vec![])]).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    db.write(async |tx: &mut Tx| search::index_pending(tx, 19_900).await).await.unwrap();
    if !sqlite {
        db.change(LARGE.iter().map(|table| (format!("ANALYZE {table}"), vec![])).collect()).await.unwrap();
    }
}

/// What is wrong with a plan.
fn faults(engine: Engine, plan: &[String], first_few: bool) -> Vec<String> {
    let mut faults = Vec::new();
    for (i, line) in plan.iter().enumerate() {
        let large = |text: &str| LARGE.iter().any(|t| text.split([' ', ',', '(']).any(|w| w == *t));
        match engine {
            Engine::Sqlite => {
                // A table goes by its alias. A search of FTS5 is called a scan of a virtual table, with `M` for a match.
                let by_match = line.contains("VIRTUAL TABLE INDEX") && line.contains(":M");
                let alias =
                    |rest: &str| ["b", "c", "f", "k", "m", "s", "t", "u", "w"].contains(&rest.split(' ').next().unwrap_or_default());
                let scan = line.strip_prefix("SCAN ").is_some_and(|rest| !by_match && (large(rest) || alias(rest)));
                if (scan && !first_few) || (first_few && line.contains("TEMP B-TREE")) {
                    faults.push(line.clone());
                }
            }
            Engine::Postgres => {
                let by_index = ["Index Scan", "Index Only Scan", "Bitmap Index Scan"].iter().any(|s| line.contains(s));
                let conditions = plan[i + 1..].iter().take(2).any(|l| l.contains("Index Cond"));
                let bare = by_index && (large(line) || line.contains("Bitmap Index Scan")) && !conditions;
                // A hashed subplan is a table made of everything, to look up one.
                if (line.contains("Seq Scan on") && large(line)) || line.contains("hashed SubPlan") || (bare && !first_few) {
                    faults.push(line.clone());
                }
            }
        }
    }
    faults
}

both_engines! {

async fn every_request_descends_an_index(db: TestDb) {
    fill(&db).await;
    let mut reader = db.read().await.unwrap();
    let engine = reader.engine();
    let mut wrong = Vec::new();
    for (module, statements) in all().into_iter().filter(|(m, _)| !NO_REQUEST.contains(m)) {
        let known = ARGUMENTS.iter().find(|(m, _)| *m == module).map(|(_, k)| *k).unwrap_or_default();
        for sql in statements.iter().filter(|s| !s.text().starts_with("INSERT") && !WHOLE.contains(&s.name())) {
            if sql.text().starts_with("DELETE FROM search_index") {
                continue;
            }
            let Some((_, kinds)) = known.iter().find(|(name, _)| *name == sql.name()) else {
                panic!("{module}: say above which arguments {} takes, so that its plan can be looked at", sql.name());
            };
            let plan = reader.explain(*sql, &args(kinds)).await.unwrap_or_else(|e| panic!("{module} {}: {e}", sql.name()));
            let faults = faults(engine, &plan, FIRST_FEW.contains(&sql.name()));
            if !faults.is_empty() {
                wrong.push(format!("{module} {}: {faults:?}\n{}", sql.name(), plan.join("\n")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

async fn every_list_descends_an_index(db: TestDb) {
    let world = World::empty(db, 12).await;
    fill(&world.db).await;
    let mut reader = world.db.read().await.unwrap();
    let engine = reader.engine();
    let place = &world.places[0];
    let mut wrong = Vec::new();
    for who in [Who::Clerk, Who::Officer, Who::Lead, Who::Supervisor] {
        let scope = place.scope(who);
        for (name, filter) in &filters() {
            for historical in [false, true] {
                let filter = Filter { historical: Some(historical), ..filter.clone() };
                for after in [None, Some((Instant(77), CaseId(Id([7; 16]))))] {
                    let query = page_query(&scope, &filter, after, 50).unwrap();
                    let plan = reader.explain_query(&query).await.unwrap();
                    let mut faults = faults(engine, &plan, false);
                    // The order comes from the index, so that a page costs a page however long the list is.
                    let sorts = |l: &&String| l.contains("TEMP B-TREE");
                    if !["series", "only"].contains(name) {
                        faults.extend(plan.iter().filter(sorts).cloned());
                    }
                    if !faults.is_empty() {
                        wrong.push(format!("{who:?} {name} historical={historical}: {faults:?}\n{}", plan.join("\n")));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The intake's queue in every order but the usual one, which the lists above are held to; letters kept for the record too: a page costs a page however long the queue is.
async fn every_order_of_the_queue_comes_from_an_index(db: TestDb) {
    let world = World::empty(db, 12).await;
    fill(&world.db).await;
    let mut reader = world.db.read().await.unwrap();
    let engine = reader.engine();
    let mut wrong = Vec::new();
    for sort in [Sort::Newest, Sort::Oldest, Sort::Amount] {
        for historical in [false, true] {
            for after in [None, Some((Instant(77), CaseId(Id([7; 16]))))] {
                let filter = Filter { stages: vec!["intake"], historical: Some(historical), sort, ..Filter::default() };
                let query = page_query(&world.places[0].scope(Who::Clerk), &filter, after, 50).unwrap();
                let plan = reader.explain_query(&query).await.unwrap();
                let mut faults = faults(engine, &plan, false);
                faults.extend(plan.iter().filter(|l| l.contains("TEMP B-TREE") || l.contains("Sort")).cloned());
                if !faults.is_empty() {
                    wrong.push(format!("{sort:?} historical={historical} {}: {faults:?}\n{}", after.is_some(), plan.join("\n")));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// What desks count stays within what they count: the intake's by stage and by what is due, a person's by the person, a unit's waiting work
/// by an index of its own. SQLite, which plans by rule, is held to the names.
async fn every_count_keeps_to_its_index(db: TestDb) {
    let world = World::empty(db, 12).await;
    fill(&world.db).await;
    let mut reader = world.db.read().await.unwrap();
    let engine = reader.engine();
    let live = Filter { historical: Some(false), ..Filter::default() };
    let intake = Filter { stages: vec!["intake"], ..live.clone() };
    let (from, before) = (Some(Instant(77)), Some(Instant(99)));
    let mine = Filter { handler: Some(PersonId(Id([7; 16]))), ..Filter::default() };
    let counts = [
        (Who::Clerk, intake.clone(), "cases_stage (locality=? AND intake_organ=? AND done=? AND stage=?)"),
        (Who::Clerk, Filter { due_before: before, ..intake }, "AND stage=? AND sort_at<?)"),
        (Who::Clerk, Filter { due_before: before, ..live }, "cases_intake (locality=? AND intake_organ=? AND done=? AND sort_at<?)"),
        (Who::Officer, mine.clone(), "cases_handler (locality=? AND handler=? AND done=?)"),
        (Who::Lead, Filter { waiting: true, ..mine }, "cases_handler (locality=? AND handler=? AND done=?)"),
        (Who::Lead, Filter { due_from: from, due_before: before, ..Filter::default() }, "AND done=? AND sort_at>? AND sort_at<?)"),
        (Who::Officer, Filter { waiting: true, ..Filter::default() }, "cases_waiting (locality=? AND unit=? AND done=?)"),
    ];
    for (who, filter, index) in counts {
        let query = count_query(&world.places[0].scope(who), &filter, 1_000).unwrap();
        let plan = reader.explain_query(&query).await.unwrap();
        assert!(faults(engine, &plan, false).is_empty(), "{who:?} {filter:?}: {plan:#?}");
        assert!(engine == Engine::Postgres || plan.iter().any(|l| l.contains(index)), "{who:?} {filter:?}: {plan:#?}");
    }
    reader.watch_plans();
    queue::by_stage(&mut reader, &world.places[0].scope(Who::Supervisor), UnitId(Id([7; 16])), 1_000).await.unwrap();
    whole(&mut reader, "by stage");
    // What a desk counts in any list it can be narrowed to.
    for who in [Who::Clerk, Who::Officer, Who::Lead, Who::Supervisor] {
        for (name, filter) in filters() {
            for historical in [None, Some(false), Some(true)] {
                queue::count(&mut reader, &world.places[0].scope(who), &Filter { historical, ..filter.clone() }, 1_000).await.unwrap();
                whole(&mut reader, &format!("{who:?} {name} historical={historical:?}"));
            }
        }
    }
}

/// Figures read cells of their days and months; the cases behind one, the entries of its days and units.
async fn every_figure_descends_an_index(db: TestDb) {
    let world = World::empty(db, 13).await;
    fill(&world.db).await;
    let mut reader = world.db.read().await.unwrap();
    reader.watch_plans();
    let day = |n: i8| jiff::civil::date(2026, 3, n);
    let (kinds, measures) = (rules::law::Kind::ALL, [rules::tally::Measure::Untrue, rules::tally::Measure::Sent]);
    for who in [Who::Officer, Who::Lead, Who::Supervisor] {
        for channel in [None, Some("web".to_owned())] {
            let scope = world.places[0].scope(who);
            let filter = tally::Filter { channel, ..tally::Filter::default() };
            let window = rules::rate::Window { from: day(2), through: jiff::civil::date(2026, 7, 9) };
            tally::by_unit(&mut reader, &scope, window, &filter).await.unwrap();
            tally::by_month(&mut reader, &scope, day(1), day(1), &filter).await.unwrap();
            for after in [None, Some((day(9), UnitId(Id([7; 16])), CaseId(Id([7; 16]))))] {
                tally::lines(&mut reader, &scope, window, &filter, kinds, &measures, |_| true, after, 50).await.unwrap();
            }
            let cases = (1..4).map(|n| CaseId(Id([n; 16]))).collect();
            tally::entries_of(&mut reader, &scope, rules::rate::Window { from: day(1), through: day(30) }, UnitId(Id([7; 16])), &cases).await.unwrap();
            whole(&mut reader, &format!("{who:?} {filter:?}"));
        }
    }
}

/// What desks are reminded of is found by its time.
async fn every_reminder_descends_an_index(db: TestDb) {
    let world = World::empty(db, 12).await;
    fill(&world.db).await;
    let mut reader = world.db.read().await.unwrap();
    reader.watch_plans();
    for who in [Who::Clerk, Who::Officer, Who::Lead, Who::Supervisor] {
        for handler in [None, Some(PersonId(Id([7; 16])))] {
            let filter = Filter { handler, ..Filter::default() };
            for marker in [Marker::Appointment, Marker::Reopen, Marker::Review] {
                let between = (Instant(77), Instant(99_000));
                queue::marked(&mut reader, &world.places[0].scope(who), &filter, marker, between, 50).await.unwrap();
                whole(&mut reader, &format!("{who:?} {marker:?}"));
            }
        }
    }
}

/// Notices and orders are found by whom they wait for, by when they are due, by the inspection that gave them.
async fn every_order_descends_an_index(db: TestDb) {
    let world = World::empty(db, 12).await;
    fill(&world.db).await;
    let mut reader = world.db.read().await.unwrap();
    reader.watch_plans();
    for who in [Who::Clerk, Who::Officer, Who::Lead, Who::Supervisor] {
        let scope = world.places[0].scope(who);
        for what in [What::Notice, What::Order] {
            supervision::waiting(&mut reader, &scope, Id([7; 16]), what, 50).await.unwrap();
            whole(&mut reader, &format!("{who:?} waiting {what:?}"));
        }
        supervision::told(&mut reader, &scope, Instant(77), Some((CaseId(Id([7; 16])), 1)), 50).await.unwrap();
        whole(&mut reader, &format!("{who:?} told"));
        for by in [Narrow::default(), Narrow { due_before: Some(Instant(77)), grade: Some("urge".into()), ..Narrow::default() }] {
            for after in [None, Some((Instant(77), CaseId(Id([7; 16])), 1))] {
                supervision::orders(&mut reader, &scope, &by, after, 50).await.unwrap();
                whole(&mut reader, &format!("{who:?} orders"));
            }
            supervision::count_orders(&mut reader, &scope, &by, 1_000).await.unwrap();
            whole(&mut reader, &format!("{who:?} count"));
        }
    }
}

/// Forecasts of a day or of an outcome, for a unit or the whole organ.
async fn every_forecast_descends_an_index(db: TestDb) {
    let world = World::empty(db, 12).await;
    fill(&world.db).await;
    let mut reader = world.db.read().await.unwrap();
    reader.watch_plans();
    let day = jiff::civil::date(2026, 6, 1);
    for who in [Who::Lead, Who::Supervisor] {
        let scope = world.places[0].scope(who);
        forecast::sums(&mut reader, &scope, day).await.unwrap();
        whole(&mut reader, &format!("{who:?} sums"));
        forecast::hits(&mut reader, &scope, day).await.unwrap();
        whole(&mut reader, &format!("{who:?} hits"));
        let last = Entry {
            made_on: day,
            case: CaseId(Id([7; 16])),
            clock: ClockName("L1".into()),
            unit: UnitId(Id([7; 16])),
            due_at: Instant(77),
            chance: 77,
            outcome: Outcome::Open,
        };
        for after in [None, Some(&last)] {
            for unit in [None, Some(UnitId(Id([7; 16])))] {
                for due in [None, Some(day)] {
                    forecast::of_day(&mut reader, &scope, day, (unit, due), after, 50).await.unwrap();
                    whole(&mut reader, &format!("{who:?} {unit:?} {due:?}"));
                }
            }
            for said in [None, Some(true), Some(false)] {
                forecast::came(&mut reader, &scope, Outcome::Late, said, after, 50).await.unwrap();
                whole(&mut reader, &format!("{who:?} came {said:?}"));
            }
        }
    }
}

/// Whatever is typed, by whom, however the list is narrowed, on every page of what is found.
async fn every_search_descends_an_index(db: TestDb) {
    let world = World::empty(db, 12).await;
    fill(&world.db).await;
    let mut reader = world.db.read().await.unwrap();
    reader.watch_plans();
    // In every text, in some, in one, in none; one character, two, more; nothing.
    for text in ["t", "t1", "77", "t12345", "t1x", "9", "x", "xy", ""] {
        for who in [Who::Clerk, Who::Officer, Who::Lead, Who::Supervisor] {
            let scope = world.places[0].scope(who);
            for filter in [Filter { either: true, ..Filter::default() }, Filter { kind: Some("report".into()), ..Filter::default() }] {
                let mut before = None;
                for _ in 0..3 {
                    let found = queue::search(&mut reader, &scope, &filter, text, before, 50).await.unwrap();
                    whole(&mut reader, &format!("{who:?} {text:?} {filter:?}"));
                    before = found.more;
                    if before.is_none() {
                        break;
                    }
                }
            }
            queue::lines_of(&mut reader, &scope, vec![CaseId(Id([7; 16])), CaseId(Id([8; 16]))]).await.unwrap();
            whole(&mut reader, &format!("{who:?} lines"));
            queue::of_group(&mut reader, &scope, GroupId(Id([7; 16])), 500).await.unwrap();
            whole(&mut reader, &format!("{who:?} group"));
        }
    }
}
}

/// Something was asked since the last time, and none of it without an index.
fn whole(reader: &mut Reader, what: &str) {
    let (engine, plans) = (reader.engine(), reader.watch_plans());
    assert!(!plans.is_empty(), "{what}: nothing was asked");
    for plan in plans {
        let faults = faults(engine, &plan, false);
        assert!(faults.is_empty(), "{what}: {faults:?}\n{}", plan.join("\n"));
    }
}

/// What lists can be narrowed to.
fn filters() -> Vec<(&'static str, Filter)> {
    vec![
        ("open", Filter::default()),
        ("done", Filter { done: true, ..Filter::default() }),
        ("kind", Filter { kind: Some("complaint".into()), ..Filter::default() }),
        ("stage", Filter { stages: vec!["intake"], ..Filter::default() }),
        ("stages", Filter { stages: vec!["intake", "sent"], ..Filter::default() }),
        ("channel", Filter { channel: Some("web".into()), ..Filter::default() }),
        ("series", Filter { channel: Some("file".into()), series: Some("t7".into()), ..Filter::default() }),
        ("unit", Filter { unit: Some(UnitId(Id([7; 16]))), ..Filter::default() }),
        ("handler", Filter { handler: Some(PersonId(Id([7; 16]))), ..Filter::default() }),
        ("late", Filter { due_before: Some(Instant(77)), ..Filter::default() }),
        ("soon", Filter { due_from: Some(Instant(77)), due_before: Some(Instant(99)), ..Filter::default() }),
        ("follow up", Filter { done: true, follow_up: true, ended_before: Some(Instant(77)), ..Filter::default() }),
        ("follow up of kinds", Filter { done: true, follow_up: true, kinds: vec!["complaint", "report"], ..Filter::default() }),
        ("waiting", Filter { waiting: true, ..Filter::default() }),
        ("asked", Filter { asked: true, ..Filter::default() }),
        ("asked of a unit", Filter { asked: true, unit: Some(UnitId(Id([7; 16]))), ..Filter::default() }),
        ("stage of a unit", Filter { stages: vec!["sent"], unit: Some(UnitId(Id([7; 16]))), ..Filter::default() }),
        ("responsible", Filter { responsible: Some(UnitId(Id([7; 16]))), ..Filter::default() }),
        ("distributed", Filter { distributed: true, ..Filter::default() }),
        ("only", Filter { only: Some(vec![CaseId(Id([7; 16])), CaseId(Id([8; 16]))]), ..Filter::default() }),
    ]
}

/// Names of the functions in which a statement is put together.
fn builders(module: &str) -> BTreeSet<(String, String)> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").join(module)).unwrap();
    let (mut function, mut found) = (String::new(), BTreeSet::new());
    for line in text.split("#[cfg(test)]").next().unwrap().lines().filter(|l| !l.trim_start().starts_with("//")) {
        if let Some((_, name)) = line.split_once("fn ") {
            function = name.split(['(', '<']).next().unwrap().to_owned();
        }
        if line.contains("Query::new(") {
            found.insert((module.to_owned(), function.clone()));
        }
    }
    found
}

#[test]
fn every_built_statement_is_looked_at() {
    let known: BTreeSet<(String, String)> = BUILT.iter().map(|(module, name, _)| ((*module).to_owned(), (*name).to_owned())).collect();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let modules = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let found: BTreeSet<_> = modules.filter(|m| m.ends_with(".rs") && m != "testing.rs").flat_map(|m| builders(&m)).collect();
    assert_eq!(found, known, "say above who looks at the plan of a statement that is put together");
}
