//! The schema's history: an ordered list of texts, applied forward only, on one connection before any other is opened. One text
//! serves both engines:
//!
//! * `/*clustered*/` after a table's closing parenthesis becomes `WITHOUT ROWID` on SQLite and nothing on PostgreSQL;
//! * lines between `--sqlite` or `--postgres` and `--end` are for that engine only (the search index and nothing else);
//! * a statement ends with `;` at the end of a line.

use super::error::{Error, Result};
use super::value::Value;
use super::{Engine, postgres, sqlite};
use rules::time::Instant;
use rusqlite::{Connection, TransactionBehavior};
use sha2::{Digest, Sha256};

/// One step of the schema. Its version is its place in the list, from 1.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// A name for people.
    pub name: &'static str,
    /// The shared text.
    pub text: &'static str,
}

impl Migration {
    pub(crate) fn sha256(&self) -> Vec<u8> {
        Sha256::digest(self.text.as_bytes()).to_vec()
    }

    /// The hash over the row that notes this migration, for `verify`.
    pub(crate) fn row_hash(&self, version: i64, applied_at: Instant) -> Vec<u8> {
        let fields: [&[u8]; 4] = [&version.to_be_bytes(), self.name.as_bytes(), &self.sha256(), &applied_at.0.to_be_bytes()];
        crate::chain::digest("fangxin/schema/1", &fields).to_vec()
    }
}

crate::statements! {
    COLUMNS = "SELECT t.name, c.name FROM pragma_table_list t, pragma_table_xinfo(t.name) c
        WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND t.name <> 'search_doc' ORDER BY t.name, c.name",
        postgres = "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
        WHERE table_schema = current_schema() AND table_name <> 'search_index' ORDER BY 1, 2";
}

const TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT PRIMARY KEY, name TEXT NOT NULL, sha256 BYTEA NOT NULL, \
                     applied_at BIGINT NOT NULL, hash BYTEA NOT NULL)";
const INSERT: &str = "INSERT INTO schema_version (version, name, sha256, applied_at, hash) VALUES ($1, $2, $3, $4, $5)";
const APPLIED: &str = "SELECT version, sha256 FROM schema_version ORDER BY version";
/// The advisory lock that lets one server at a time migrate; any number, used for nothing else.
const LOCK: i64 = 0x666e_6778_696e;

/// The statements of a shared text for one engine.
#[must_use]
pub fn statements(text: &str, engine: Engine) -> Vec<String> {
    let mut out = Vec::new();
    let (mut current, mut only) = (String::new(), None);
    for line in text.lines() {
        match line.trim() {
            "--sqlite" => only = Some(Engine::Sqlite),
            "--postgres" => only = Some(Engine::Postgres),
            "--end" => only = None,
            l if l.is_empty() || l.starts_with("--") || only.is_some_and(|e| e != engine) => {}
            _ => {
                let clustered = if engine == Engine::Sqlite { " WITHOUT ROWID" } else { "" };
                current.push_str(&line.replace("/*clustered*/", clustered));
                current.push('\n');
                if current.trim_end().ends_with(';') {
                    out.push(std::mem::take(&mut current));
                }
            }
        }
    }
    if !current.trim().is_empty() {
        out.push(current);
    }
    out
}

/// The row of a store that is being filled: no program takes it for a schema of its own.
pub(super) fn unfinished(now: Instant) -> Vec<Value> {
    vec![Value::Int(1), Value::Text("unfinished".into()), Value::Bytes(Vec::new()), Value::Int(now.0), Value::Bytes(Vec::new())]
}

/// Compares what is applied with what this program knows; returns how many are applied.
fn check(applied: &[(i64, Vec<u8>)], known: &[Migration]) -> Result<usize> {
    if applied.first().is_some_and(|(_, sha256)| sha256.is_empty()) {
        return Err(Error::Schema("a restore or a copy into this store was not finished: run it again".into()));
    }
    if applied.len() > known.len() {
        let (db, own) = (applied.len(), known.len());
        return Err(Error::Schema(format!("the database has schema version {db}, this program knows up to {own}: use a newer fangxin")));
    }
    for (i, ((version, sha256), migration)) in applied.iter().zip(known).enumerate() {
        if *version != i as i64 + 1 || *sha256 != migration.sha256() {
            let name = migration.name;
            return Err(Error::Schema(format!("migration {version} ({name}) is not the one this database was made with")));
        }
    }
    Ok(applied.len())
}

/// As [`check`], for those who must not change the schema.
fn check_current(applied: &[(i64, Vec<u8>)], known: &[Migration]) -> Result<()> {
    match check(applied, known)? {
        n if n == known.len() => Ok(()),
        n => {
            let own = known.len();
            Err(Error::Schema(format!(
                "the store has schema version {n}, this program {own}: use the program that serves it, or serve it with this one first"
            )))
        }
    }
}

pub(super) fn sqlite_is_current(conn: &Connection, known: &[Migration]) -> Result<()> {
    let read = || -> rusqlite::Result<Vec<(i64, Vec<u8>)>> {
        conn.prepare(APPLIED)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    };
    check_current(&read().map_err(|e| sqlite::failure("schema", &e))?, known)
}

pub(super) async fn postgres_is_current(client: &tokio_postgres::Client, known: &[Migration]) -> Result<()> {
    let rows = client.query(APPLIED, &[]).await.map_err(|e| postgres::failure("schema", &e))?;
    let applied: Vec<(i64, Vec<u8>)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    check_current(&applied, known)
}

pub(super) fn sqlite(conn: &mut Connection, known: &[Migration], now: Instant) -> Result<()> {
    let run = |conn: &mut Connection| -> rusqlite::Result<Result<()>> {
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate)?;
        tx.execute_batch(TABLE)?;
        let applied: Vec<(i64, Vec<u8>)> =
            tx.prepare(APPLIED)?.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
        let done = match check(&applied, known) {
            Ok(done) => done,
            Err(e) => return Ok(Err(e)),
        };
        for (i, migration) in known.iter().enumerate().skip(done) {
            for statement in statements(migration.text, Engine::Sqlite) {
                tx.execute_batch(&statement)?;
            }
            let version = i as i64 + 1;
            let row = rusqlite::params![version, migration.name, migration.sha256(), now.0, migration.row_hash(version, now)];
            tx.execute(&INSERT.replace('$', "?"), row)?;
        }
        tx.commit()?;
        Ok(Ok(()))
    };
    run(conn).map_err(|e| sqlite::failure("migration", &e))?
}

pub(super) async fn postgres(client: &mut tokio_postgres::Client, known: &[Migration], now: Instant) -> Result<()> {
    let fail = |e: tokio_postgres::Error| postgres::failure("migration", &e);
    // Held until this connection ends.
    client.execute("SELECT pg_advisory_lock($1)", &[&LOCK]).await.map_err(fail)?;
    client.batch_execute(&format!("SET client_min_messages = warning; {TABLE}")).await.map_err(fail)?;
    let rows = client.query(APPLIED, &[]).await.map_err(fail)?;
    let applied: Vec<(i64, Vec<u8>)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
    let done = check(&applied, known)?;
    for (i, migration) in known.iter().enumerate().skip(done) {
        let tx = client.transaction().await.map_err(fail)?;
        for statement in statements(migration.text, Engine::Postgres) {
            tx.batch_execute(&statement).await.map_err(fail)?;
        }
        let version = i as i64 + 1;
        let row_hash = migration.row_hash(version, now);
        tx.execute(INSERT, &[&version, &migration.name, &migration.sha256(), &now.0, &row_hash]).await.map_err(fail)?;
        tx.commit().await.map_err(fail)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_text_becomes_two() {
        let text = "-- a comment\nCREATE TABLE a (\n  x BIGINT PRIMARY KEY -- why; not\n)/*clustered*/;\n--sqlite\nS;\n--end\n--postgres\nP;\n--end\nZ;\n";
        let sqlite = statements(text, Engine::Sqlite);
        assert_eq!(sqlite.len(), 3);
        assert!(sqlite[0].ends_with(") WITHOUT ROWID;\n"));
        assert_eq!(sqlite[1], "S;\n");
        let postgres = statements(text, Engine::Postgres);
        assert_eq!((postgres.len(), postgres[1].as_str(), postgres[2].as_str()), (3, "P;\n", "Z;\n"));
        assert!(postgres[0].ends_with(");\n"));
    }
}
