//! A thousand single changes, deletions and swaps, each alone, each found and named, each undone.

use crate::columns::{Class, classes};
use crate::world::{Seeded, World};
use rules::ids::Id;
use std::collections::BTreeMap;
use store::both_engines;
use store::engine::migrate::statements;
use store::engine::{Arg, Engine, Value};
use store::verify::{Finding, Report};

const CHANGES: usize = 1_000;
const SEED: u64 = 0x0f0e_2026;

/// A table of the schema: columns with type and whether `NULL` may stand there, and the primary key.
#[derive(Debug, Default)]
pub struct Table {
    pub columns: Vec<(String, String, bool)>,
    pub key: Vec<String>,
}

pub fn schema() -> BTreeMap<String, Table> {
    let noted = "CREATE TABLE schema_version (\n version BIGINT NOT NULL PRIMARY KEY,\n name TEXT NOT NULL,\n sha256 BYTEA NOT NULL,\n \
                 applied_at BIGINT NOT NULL,\n hash BYTEA NOT NULL\n);\n";
    let texts = store::MIGRATIONS.iter().map(|m| m.text).chain([noted]);
    let mut tables = BTreeMap::new();
    for statement in texts.flat_map(|t| statements(t, Engine::Postgres)) {
        if let Some((name, column)) = statement.strip_prefix("ALTER TABLE ").and_then(|s| s.split_once(" ADD COLUMN ")) {
            let (column, kind) = column.split_once(' ').unwrap();
            let table: &mut Table = tables.get_mut(name).unwrap();
            table.columns.push((column.to_owned(), kind.split(' ').next().unwrap().to_owned(), !kind.contains("NOT NULL")));
            continue;
        }
        let Some(rest) = statement.strip_prefix("CREATE TABLE ") else { continue };
        let (name, body) = rest.split_once(" (").unwrap();
        let mut table = Table::default();
        for line in body.lines().map(str::trim) {
            if let Some(key) = line.strip_prefix("PRIMARY KEY (") {
                table.key = key.split(')').next().unwrap().split(", ").map(str::to_owned).collect();
            } else if let [column, kind, ..] = line.split(' ').collect::<Vec<_>>()[..] {
                let kind = kind.trim_end_matches(',');
                if ["BIGINT", "TEXT", "BYTEA", "BOOLEAN"].contains(&kind) {
                    table.columns.push((column.to_owned(), kind.to_owned(), !line.contains("NOT NULL")));
                    if line.contains("PRIMARY KEY") {
                        table.key = vec![column.to_owned()];
                    }
                }
            }
        }
        tables.insert(name.to_owned(), table);
    }
    tables
}

type Row = Vec<Value>;

fn arg(v: &Value, kind: &str) -> Arg<'static> {
    match v {
        Value::Null => Arg::Null,
        Value::Int(i) if kind == "BOOLEAN" => Arg::Bool(*i != 0),
        Value::Int(i) => Arg::Int(*i),
        Value::Bool(b) => Arg::Bool(*b),
        Value::Real(r) => Arg::Real(*r),
        Value::Text(t) => Arg::from(t.clone()),
        Value::Bytes(b) => Arg::from(b.clone()),
    }
}

impl Table {
    fn at(&self, column: &str) -> usize {
        self.columns.iter().position(|c| c.0 == column).unwrap()
    }

    fn delete(&self, name: &str, row: &Row) -> (String, Vec<Arg<'static>>) {
        let fits = self.key.iter().map(|k| format!("{k} = ?")).collect::<Vec<_>>().join(" AND ");
        let args = self.key.iter().map(|k| arg(&row[self.at(k)], &self.columns[self.at(k)].1)).collect();
        (format!("DELETE FROM {name} WHERE {fits}"), args)
    }

    fn insert(&self, name: &str, row: &Row) -> (String, Vec<Arg<'static>>) {
        let names = self.columns.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join(", ");
        let marks = vec!["?"; row.len()].join(", ");
        let args = row.iter().zip(&self.columns).map(|(v, c)| arg(v, &c.1)).collect();
        (format!("INSERT INTO {name} ({names}) VALUES ({marks})"), args)
    }

    /// The statements that put `after` in the place of `before`.
    fn replace(&self, name: &str, before: &[Row], after: &[Row]) -> Vec<(String, Vec<Arg<'static>>)> {
        before.iter().map(|r| self.delete(name, r)).chain(after.iter().map(|r| self.insert(name, r))).collect()
    }
}

/// A value that is another one.
fn other(value: &Value, kind: &str, nullable: bool, rng: &mut Seeded) -> Value {
    if nullable && *value != Value::Null && rng.below(4) == 0 {
        return Value::Null;
    }
    match value {
        Value::Null if kind == "BIGINT" => Value::Int(rng.next() as i64 >> 20),
        Value::Null if kind == "TEXT" => Value::Text("x".into()),
        Value::Null if kind == "BOOLEAN" => Value::Bool(rng.below(2) == 0),
        Value::Null => Value::Bytes(rng.next().to_be_bytes().repeat(2)),
        Value::Int(v) if kind == "BOOLEAN" => Value::Int(1 - v),
        Value::Int(v) => match rng.below(4) {
            0 => Value::Int(v.wrapping_add(1)),
            1 => Value::Int(v.wrapping_sub(1)),
            2 => Value::Int(v ^ (1 << rng.below(40))),
            _ => Value::Int(rng.next() as i64 >> rng.below(50)),
        },
        Value::Bool(v) => Value::Bool(!v),
        Value::Real(v) => Value::Real(v + 1.0),
        Value::Text(t) => {
            let mut chars: Vec<char> = t.chars().collect();
            match rng.below(4) {
                0 => chars.push('改'),
                1 => {
                    chars.pop();
                }
                2 => chars.insert(rng.below(chars.len() + 1), ' '),
                _ => {
                    let at = rng.below(chars.len());
                    if let Some(c) = chars.get_mut(at) {
                        *c = if *c == '7' { '8' } else { '7' };
                    }
                }
            }
            Value::Text(chars.into_iter().collect())
        }
        Value::Bytes(b) => {
            let mut b = b.clone();
            match rng.below(6) {
                0 => drop(b.pop()),
                1 => b.push(0),
                _ => {
                    let at = rng.below(b.len());
                    if let Some(byte) = b.get_mut(at) {
                        *byte ^= 1 << rng.below(8);
                    }
                }
            }
            Value::Bytes(b)
        }
    }
}

/// The columns of a table that say whose row it is: locality and stream.
fn owner(table: &str) -> (Option<&'static str>, Option<&'static str>) {
    match table {
        "cases" | "submission" | "business" | "undertaking" => (Some("locality"), Some("id")),
        "undertaking_link" => (Some("locality"), Some("undertaking")),
        "clock" | "marker" | "blind" | "case_title" | "search_text" => (Some("locality"), Some("case_id")),
        "event" | "sealed" | "stream_key" | "unsequenced" | "log" => (Some("locality"), Some("stream")),
        "access_log" => (Some("locality"), Some("reader")),
        "evidence" | "intake_key" => (Some("locality"), Some("submission")),
        "locality" => (Some("code"), None),
        "tree_node" | "tree_head" | "schema_version" => (None, None),
        _ => (Some("locality"), None),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Value,
    Deletion,
    Swap,
}

struct Change {
    what: What,
    table: String,
    column: String,
    before: Vec<Row>,
    after: Vec<Row>,
}

impl Change {
    /// Whether a finding names the row: its locality and case, or for what belongs to none the key.
    fn names_row(&self, t: &Table, f: &Finding) -> bool {
        let (locality, stream) = owner(&self.table);
        let mut rows = self.before.iter().chain(&self.after);
        rows.any(|row| {
            let locality_fits = match (locality.map(|l| &row[t.at(l)]), f.at.locality) {
                (Some(Value::Int(l)), Some(f)) => *l == f.0,
                // A position or a leaf whose row is gone stands for itself.
                (Some(_), None) => self.table == "log",
                (None, _) => true,
                _ => false,
            };
            let stream_fits = match (stream.map(|s| &row[t.at(s)]), f.at.stream) {
                (Some(Value::Bytes(s)), Some(f)) => Id::from_slice(s) == Some(f),
                (Some(_), None) => self.table == "log",
                (None, _) => true,
                _ => false,
            };
            locality_fits && stream_fits
        })
    }

    /// `None`: not found. Otherwise whether exactly the column is named.
    fn found(&self, t: &Table, report: &Report) -> Option<bool> {
        let in_table: Vec<&Finding> = report.findings.iter().filter(|f| f.table == self.table && self.names_row(t, f)).collect();
        // A key that changes places with another is the same as everything else changing places: the row is what is named.
        let row_is_enough = self.what == What::Deletion || (self.what == What::Swap && t.key.contains(&self.column));
        let named = in_table.iter().filter(|f| row_is_enough || f.columns().any(|c| c == self.column));
        let named: Vec<_> = named.collect();
        (!named.is_empty()).then(|| named.iter().any(|f| row_is_enough || f.column == self.column))
    }
}

#[derive(Default)]
struct Tally {
    tried: usize,
    exact: usize,
    group: usize,
}

async fn all_rows(world: &World, name: &str, table: &Table) -> Vec<Row> {
    let names = table.columns.iter().map(|c| c.0.as_str()).collect::<Vec<_>>().join(", ");
    let rows = world.db.rows(format!("SELECT {names} FROM {name} ORDER BY {}", table.key.join(", "))).await;
    rows.iter().map(|r| r.values().to_vec()).collect()
}

fn draw(name: &str, column: &str, table: &Table, rows: &[Row], what: What, rng: &mut Seeded) -> Option<Change> {
    let row = rng.pick(rows).clone();
    let at = table.at(column);
    let (_, kind, nullable) = &table.columns[at];
    let (before, after) = match what {
        What::Value => {
            let mut changed = row.clone();
            changed[at] = other(&row[at], kind, *nullable, rng);
            (vec![row], vec![changed])
        }
        What::Deletion => (vec![row], vec![]),
        What::Swap => {
            let (mut a, mut b) = (row.clone(), rng.pick(rows).clone());
            let before = vec![a.clone(), b.clone()];
            std::mem::swap(&mut a[at], &mut b[at]);
            (before, vec![a, b])
        }
    };
    // What comes out the same is no change.
    let sorted = |rows: &[Row]| {
        let mut shown: Vec<String> = rows.iter().map(|r| format!("{r:?}")).collect();
        shown.sort();
        shown
    };
    let same_row = what == What::Swap && before[0] == before[1];
    (!same_row && sorted(&before) != sorted(&after)).then(|| Change {
        what,
        table: name.to_owned(),
        column: column.to_owned(),
        before,
        after,
    })
}

both_engines! {

/// Every chained and derived column has its value changed at least twice, rows of every table are deleted, values of every table change
/// places; the rest of the thousand is drawn. Any single one must be found under its table, column and case.
async fn a_thousand_changes_are_found_and_named(db: TestDb) {
    let seed = std::env::var("FANGXIN_SEED").ok().and_then(|s| s.parse().ok()).unwrap_or(SEED);
    println!("FANGXIN_SEED={seed}");
    let world = World::full(db, seed).await;
    let whole = world.assert_whole().await;
    println!("{whole:?}");
    let (schema, classes) = (schema(), classes());
    let mut rng = Seeded(seed);
    let columns: Vec<(&(String, String), Class)> =
        classes.iter().filter(|(_, c)| **c != Class::Unverified).map(|(k, c)| (k, *c)).collect();
    let mut rows = BTreeMap::new();
    for (name, table) in schema.iter().filter(|(n, _)| columns.iter().any(|((t, _), _)| t == *n)) {
        rows.insert(name.as_str(), all_rows(&world, name, table).await);
    }
    for ((table, _), _) in &columns {
        assert!(rows[table.as_str()].len() >= 2, "the test store has too few rows of {table}");
    }
    let mut plan: Vec<(usize, What)> = Vec::new();
    for (i, ((table, _), _)) in columns.iter().enumerate() {
        let first = columns.iter().position(|((t, _), _)| t == table) == Some(i);
        plan.extend([(i, What::Value), (i, What::Value)]);
        plan.extend(if first { vec![(i, What::Deletion); 4] } else { vec![] });
        plan.push((i, What::Swap));
    }
    let mut tallies: BTreeMap<(Class, What), Tally> = BTreeMap::new();
    let (mut done, mut missed, mut next) = (0, Vec::new(), 0);
    while done < CHANGES || next < plan.len() {
        let (i, what) = plan.get(next).copied().unwrap_or_else(|| {
            let what = *rng.pick(&[What::Value, What::Value, What::Value, What::Deletion, What::Swap]);
            (rng.below(columns.len()), what)
        });
        let ((name, column), class) = &columns[i];
        let table = &schema[name];
        let drawn = (0..20).find_map(|_| draw(name, column, table, &rows[name.as_str()], what, &mut rng));
        // A column that is the same in every row cannot change places.
        let Some(change) = drawn else {
            next += 1;
            continue;
        };
        match world.db.change(table.replace(name, &change.before, &change.after)).await {
            Ok(_) => {}
            // The schema itself forbids it.
            Err(e) if e.code() == "constraint" => {
                next += usize::from(rng.below(4) == 0);
                continue;
            }
            Err(e) => panic!("{name}.{column}: {e}"),
        }
        let report = world.verify().await;
        let tally = tallies.entry((*class, what)).or_default();
        tally.tried += 1;
        match change.found(table, &report) {
            Some(true) => tally.exact += 1,
            Some(false) => tally.group += 1,
            None => {
                let found: Vec<String> = report.findings.iter().take(12).map(ToString::to_string).collect();
                let differs = change.before.iter().zip(&change.after).map(|(b, a)| format!("{:?} -> {:?}", b[table.at(column)], a[table.at(column)]));
                let differs = differs.collect::<Vec<_>>().join("; ");
                missed.push(format!("{what:?} {name}.{column} {differs}\n   found: {}", found.join("\n          ")));
            }
        }
        world.db.change(table.replace(name, &change.after, &change.before)).await.unwrap();
        done += 1;
        next += 1;
        assert!(missed.len() < 25, "{}", missed.join("\n"));
    }
    println!("class        change     tried  column  group of columns");
    for ((class, what), t) in &tallies {
        println!("{:<12} {:<9} {:>6} {:>7} {:>6}", format!("{class:?}"), format!("{what:?}"), t.tried, t.exact, t.group);
    }
    assert!(missed.is_empty(), "{} of {done} changes were not found and named:\n{}", missed.len(), missed.join("\n"));
    world.assert_whole().await;
}
}
