//! The registry's tables against the events of the registry.

use super::rows::{Found, Table, column_of, compare};
use super::streams::Expected;
use super::{At, Finding, Run};
use crate::cases::Column;
use crate::chain::Recorded;
use crate::engine::{FromValue as _, Row, Value};
use crate::registry::{Change, RegistryEvent, change, credential_digest};
use rules::ids::{Id, Locality};
use std::collections::BTreeMap;

impl Run<'_> {
    pub(super) fn registry(&mut self, locality: Locality, registry: Id, chain: &[Recorded], rows: Vec<(&'static Table, Vec<Row>)>) {
        let at = At { locality: Some(locality), stream: Some(registry) };
        let mut made: BTreeMap<(&'static str, String), Vec<Column>> = BTreeMap::new();
        for r in chain {
            let event: RegistryEvent = match serde_json::from_str(&r.body) {
                Ok(event) => event,
                Err(e) => {
                    let what = format!("the event cannot be read: {e}");
                    self.notes.push(Finding::of("event", "body", at, &format!("seq={}", r.seq), what));
                    return;
                }
            };
            let key = |table: &str, columns: &[Column]| {
                let names = rows.iter().find(|(t, _)| t.name == table).map(|(t, _)| t.key).unwrap_or_default();
                let of_key = columns.iter().filter(|(c, _)| names.iter().any(|(k, _)| k == c));
                of_key.map(|(_, v)| format!("{v:?} ")).collect::<String>()
            };
            match change(locality, registry, r, &event) {
                Change::Set(table, columns) => {
                    made.insert((table, key(table, &columns)), columns);
                }
                Change::Unset(table, columns) => {
                    made.remove(&(table, key(table, &columns)));
                }
            }
        }
        let mut expected = Expected::new();
        for ((table, _), columns) in made {
            expected.entry(table).or_default().push(columns);
        }
        for (table, rows) in rows {
            let found = rows.into_iter().map(|row| match table.name {
                // The log has only the digest of the secret.
                "credential" | "second_step" => {
                    let column = if table.name == "credential" { "hash" } else { "sealed" };
                    let digest = String::from_value(column_of(&row, column)).map(|h| credential_digest(&h));
                    Found::replacing(row, column, digest.map_or(Value::Null, Value::Text))
                }
                _ => row.into(),
            });
            compare(&mut self.notes, table, at, expected.remove(table.name).unwrap_or_default(), found.collect());
        }
    }
}
