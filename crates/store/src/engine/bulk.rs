//! Whole tables, out of one store and into another. The tables are those of the migrations, so that a new one cannot be forgotten; the
//! search index and the counter behind it are left out, for each engine has its own and makes it anew.
//!
//! A store that is being filled says so in its own `schema_version`, where every other program looks first: until [`Db::filled`] none opens it.

use super::error::{Error, Result};
use super::migrate::{self, Migration};
use super::sql::SqlRef;
use super::value::{self, Arg, Value};
use super::{Backend, Conn, Db, Reader, Target, Tx, postgres, sqlite};
use rules::time::Instant;
use rusqlite::Connection;
use std::borrow::Cow;
use std::sync::Arc;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `BIGINT`.
    Int,
    /// `BOOLEAN`.
    Bool,
    /// `DOUBLE PRECISION`.
    Real,
    /// `TEXT`.
    Text,
    /// `BYTEA`.
    Bytes,
}

/// A table as the migrations make it.
#[derive(Clone, Debug)]
pub struct Table {
    /// Name.
    pub name: String,
    /// Columns in the schema's order.
    pub columns: Vec<(String, Kind)>,
    /// Places of the primary key's columns.
    key: Vec<usize>,
    first: String,
    next: String,
    insert: String,
}

/// The place to be filled holds a store already.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is a store with a record already; only an empty place can be filled")]
pub struct NotEmpty;

/// The table that says how far the schema is; filled last.
pub const VERSIONS: &str = "schema_version";
/// Left out: the counter behind the search index, a sequence on PostgreSQL.
const LEFT_OUT: &str = "search_doc";

impl Table {
    /// Every table of a schema, in order of name.
    ///
    /// # Errors
    /// The schema cannot be made, or a table has no primary key.
    pub fn all(migrations: &[Migration]) -> Result<Arc<[Self]>> {
        let mut conn = Connection::open_in_memory().map_err(|e| sqlite::failure("schema", &e))?;
        migrate::sqlite(&mut conn, migrations, Instant(0))?;
        let describe = || -> rusqlite::Result<Vec<(String, String, String, i64)>> {
            let mut columns = conn.prepare(
                "SELECT t.name, c.name, c.type, c.pk FROM pragma_table_list t, pragma_table_xinfo(t.name) c
                 WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY t.name, c.cid",
            )?;
            columns.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?.collect()
        };
        let mut tables: Vec<Self> = Vec::new();
        for (table, column, kind, at) in describe().map_err(|e| sqlite::failure("schema", &e))? {
            if table == LEFT_OUT {
                continue;
            }
            let kind = match kind.as_str() {
                "BIGINT" => Kind::Int,
                "BOOLEAN" => Kind::Bool,
                "DOUBLE PRECISION" => Kind::Real,
                "TEXT" => Kind::Text,
                "BYTEA" => Kind::Bytes,
                other => return Err(Error::Internal(format!("{table}.{column} is of kind {other}, which is not copied"))),
            };
            if tables.last().is_none_or(|t| t.name != table) {
                let (first, next, insert) = Default::default();
                tables.push(Self { name: table, columns: Vec::new(), key: Vec::new(), first, next, insert });
            }
            if let Some(table) = tables.last_mut() {
                // Places in the key count from 1, and need not come in the order of the columns.
                if let Some(place) = usize::try_from(at).ok().and_then(|at| at.checked_sub(1)) {
                    table.key.resize(table.key.len().max(place + 1), 0);
                    table.key[place] = table.columns.len();
                }
                table.columns.push((column, kind));
            }
        }
        tables.iter_mut().try_for_each(Self::write_statements)?;
        Ok(tables.into())
    }

    fn write_statements(&mut self) -> Result<()> {
        if self.key.is_empty() {
            return Err(Error::Internal(format!("{} has no primary key and cannot be copied", self.name)));
        }
        let list = |at: &[usize]| at.iter().map(|i| format!("\"{}\"", self.columns[*i].0)).collect::<Vec<_>>().join(", ");
        let holders = |n: usize| (1..=n).map(|i| format!("${i}")).collect::<Vec<_>>().join(", ");
        let (all, key, width) = (list(&(0..self.columns.len()).collect::<Vec<_>>()), list(&self.key), self.key.len());
        let name = &self.name;
        self.first = format!("SELECT {all} FROM \"{name}\" ORDER BY {key} LIMIT $1");
        self.next = format!("SELECT {all} FROM \"{name}\" WHERE ({key}) > ({}) ORDER BY {key} LIMIT ${}", holders(width), width + 1);
        self.insert = format!("INSERT INTO \"{name}\" ({all}) VALUES ({})", holders(self.columns.len()));
        Ok(())
    }

    /// The kinds of its columns.
    pub(super) fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.columns.iter().map(|c| c.1)
    }

    /// Where PostgreSQL takes many rows at once.
    pub(super) fn copy_in(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|c| format!("\"{}\"", c.0)).collect();
        format!("COPY \"{}\" ({}) FROM STDIN (FORMAT binary)", self.name, columns.join(", "))
    }
}

/// The same value on both engines, if it is one of its column's kind.
fn canonical(kind: Kind, value: Value) -> Option<Value> {
    Some(match (kind, value) {
        (_, Value::Null) => Value::Null,
        (Kind::Bool, Value::Int(0)) => Value::Bool(false),
        (Kind::Bool, Value::Int(1)) => Value::Bool(true),
        (Kind::Real, Value::Int(v)) => Value::Real(v as f64),
        (Kind::Int, v @ Value::Int(_))
        | (Kind::Bool, v @ Value::Bool(_))
        | (Kind::Real, v @ Value::Real(_))
        | (Kind::Text, v @ Value::Text(_))
        | (Kind::Bytes, v @ Value::Bytes(_)) => v,
        _ => return None,
    })
}

fn arg(value: &Value) -> Arg<'_> {
    match value {
        Value::Null => Arg::Null,
        Value::Int(v) => Arg::Int(*v),
        Value::Bool(v) => Arg::Bool(*v),
        Value::Real(v) => Arg::Real(*v),
        Value::Text(v) => Arg::Text(Cow::Borrowed(v)),
        Value::Bytes(v) => Arg::Bytes(Cow::Borrowed(v)),
    }
}

impl Reader {
    /// Up to `most` rows in the order of the primary key, from the one behind `after` on.
    ///
    /// # Errors
    /// [`Error::Corrupt`] for a value that is not of its column's kind; those of reading.
    pub async fn rows_after(&mut self, table: &Table, after: Option<&[Value]>, most: i64) -> Result<Vec<Vec<Value>>> {
        let text = if after.is_some() { &table.next } else { &table.first };
        let mut args: Vec<Arg<'_>> = Vec::new();
        if let Some(last) = after {
            args.extend(table.key.iter().map(|i| arg(&last[*i])));
        }
        args.push(Arg::Int(most));
        let sqlite = text.replace('$', "?");
        let rows = self.rows(SqlRef { name: &table.name, sqlite: &sqlite, postgres: text }, &args).await?;
        let of_kind = |row: &super::Row, i: usize, kind| {
            canonical(kind, row.value(i).clone()).ok_or_else(|| row.corrupt(i, "is not of its column's kind; `fangxin verify` says more"))
        };
        rows.iter().map(|row| table.kinds().enumerate().map(|(i, kind)| of_kind(row, i, kind)).collect()).collect()
    }
}

impl Tx {
    /// Adds rows to a table, as [`Reader::rows_after`] gave them.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn fill(&mut self, table: &Table, rows: &[Vec<Value>]) -> Result<()> {
        let rows: Vec<Vec<Arg<'_>>> = rows.iter().map(|row| row.iter().map(arg).collect()).collect();
        let result = match rows.iter().try_for_each(|row| value::check_args(&table.name, row)) {
            Err(e) => Err(e),
            Ok(()) => match &mut self.conn {
                Conn::Writer(conn) => {
                    let text = table.insert.replace('$', "?");
                    rows.iter().try_for_each(|row| sqlite::exec(conn, &table.name, &text, row).map(drop))
                }
                Conn::Pooled(_) => Err(Error::Internal("a write outside a unit".into())),
                Conn::Pg(conn) => conn.copy_in(table, &rows).await,
            },
        };
        self.failed |= result.is_err();
        result
    }
}

impl Db {
    /// Opens a store that another program may be serving, without bringing its schema up to date.
    ///
    /// # Errors
    /// [`Error::Schema`] if its schema is not this program's; those of opening.
    pub async fn attach(target: &Target, migrations: &'static [Migration]) -> Result<Self> {
        if let Target::Data(dir) = target
            && !dir.join("fangxin.db").exists()
        {
            return Err(Error::Unavailable("there is no store in this directory".into()));
        }
        Self::open_as(target, migrations, None).await
    }

    /// Makes an empty store to be filled, over one whose filling was not finished. Until [`Db::filled`] nobody else can open it.
    ///
    /// # Errors
    /// [`NotEmpty`] inside [`Error::Refused`]; those of opening.
    pub async fn begin_filling(target: &Target, migrations: &'static [Migration], now: Instant) -> Result<Self> {
        match target {
            Target::Data(dir) => sqlite::clear(dir).await?,
            Target::Url(url) => postgres::clear(url, &Table::all(migrations)?).await?,
        }
        let db = Self::open_as(target, migrations, Some(now)).await?;
        let tables = Table::all(migrations)?;
        db.write(async move |tx: &mut Tx| {
            // Rows that migrations made come with the others.
            for table in tables.iter() {
                tx.delete_all(table).await?;
            }
            tx.fill_versions(&tables, &[migrate::unfinished(now)]).await
        })
        .await?;
        Ok(db)
    }

    /// The store is filled: from now on it can be opened. `versions` are the rows of [`VERSIONS`] where it came from.
    ///
    /// # Errors
    /// Those of writing.
    pub async fn filled(&self, tables: &Arc<[Table]>, versions: Vec<Vec<Value>>) -> Result<()> {
        let tables = tables.clone();
        self.write(async move |tx: &mut Tx| {
            crate::search::set_counter(tx).await?;
            for table in tables.iter().filter(|t| t.name == VERSIONS) {
                tx.delete_all(table).await?;
            }
            tx.fill_versions(&tables, &versions).await
        })
        .await
    }

    pub(super) async fn open_as(target: &Target, migrations: &'static [Migration], now: Option<Instant>) -> Result<Self> {
        Ok(Self(match target {
            Target::Data(dir) => Backend::Sqlite(sqlite::Sqlite::open(dir.clone(), migrations, now).await?),
            Target::Url(url) => Backend::Postgres(postgres::Postgres::open(url, migrations, now).await?),
        }))
    }
}

impl Tx {
    async fn delete_all(&mut self, table: &Table) -> Result<()> {
        let text = format!("DELETE FROM \"{}\"", table.name);
        self.run(SqlRef { name: &table.name, sqlite: &text, postgres: &text }, &[]).await.map(drop)
    }

    async fn fill_versions(&mut self, tables: &[Table], rows: &[Vec<Value>]) -> Result<()> {
        for table in tables.iter().filter(|t| t.name == VERSIONS) {
            self.fill(table, rows).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_but_the_index_is_there_with_its_key() {
        let tables = Table::all(crate::MIGRATIONS).unwrap();
        let event = tables.iter().find(|t| t.name == "event").unwrap();
        assert_eq!(event.key, [0, 1, 2]);
        assert!(
            event
                .next
                .ends_with("WHERE (\"locality\", \"stream\", \"seq\") > ($1, $2, $3) ORDER BY \"locality\", \"stream\", \"seq\" LIMIT $4")
        );
        assert!(tables.iter().all(|t| !t.name.starts_with("search_") || t.name == "search_text"));
        let notice = tables.iter().find(|t| t.name == "notice").unwrap();
        let key: Vec<&str> = notice.key.iter().map(|i| notice.columns[*i].0.as_str()).collect();
        assert_eq!(key, ["locality", "loaded_at"], "in the key's own order");
    }

    #[test]
    fn values_are_the_same_on_both_engines_or_refused() {
        assert_eq!(canonical(Kind::Bool, Value::Int(1)), Some(Value::Bool(true)));
        assert_eq!(canonical(Kind::Bool, Value::Int(2)), None);
        assert_eq!(canonical(Kind::Text, Value::Bytes(vec![1])), None);
        assert_eq!(canonical(Kind::Int, Value::Null), Some(Value::Null));
    }
}
