//! Statements are constants, registered so that a test can prepare each on both engines, and a small builder joins
//! constant fragments for filters. No text that came from outside ever becomes SQL: both take `&'static str` only.

use super::value::Arg;
use std::fmt::Write as _;

/// A registered statement. Written once with `$1`, `$2`, … and valid on both engines; made by [`statements!`](crate::statements).
#[derive(Clone, Copy)]
pub struct Sql {
    pub(super) name: &'static str,
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl std::fmt::Debug for Sql {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl Sql {
    #[doc(hidden)]
    #[must_use]
    pub const fn registered(name: &'static str, sqlite: &'static str, postgres: &'static str) -> Self {
        Self { name, sqlite, postgres }
    }

    /// The constant's name, for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// The text for PostgreSQL (the shared text, unless the statement differs by engine).
    #[must_use]
    pub const fn text(self) -> &'static str {
        self.postgres
    }

    pub(super) const fn as_ref(&self) -> SqlRef<'_> {
        SqlRef { name: self.name, sqlite: self.sqlite, postgres: self.postgres }
    }
}

/// What the engines are handed: a name for messages and the text for each.
#[derive(Clone, Copy)]
pub(super) struct SqlRef<'a> {
    pub name: &'a str,
    pub sqlite: &'a str,
    pub postgres: &'a str,
}

/// `$1` → `?1` outside quotes, of equal length, so that it can run at compile time: in SQLite `$1` is a *named* parameter
/// whose index follows the order of appearance, `?1` is the numbered one.
#[doc(hidden)]
#[must_use]
pub const fn numbered<const N: usize>(text: &str) -> [u8; N] {
    let bytes = text.as_bytes();
    let mut out = [0u8; N];
    let (mut i, mut quoted) = (0, false);
    while i < N {
        let b = bytes[i];
        if b == b'\'' {
            quoted = !quoted;
        }
        out[i] = if b == b'$' && !quoted { b'?' } else { b };
        i += 1;
    }
    out
}

/// Registers statements: each becomes `pub(crate) const NAME: Sql`, and `pub const ALL: &[Sql]` lists them.
///
/// ```text
/// statements! {
///     /// One case.
///     CASE = "SELECT state FROM cases WHERE locality = $1 AND case_id = $2";
///     // Only search and the queue's claim may differ by engine:
///     CLAIM = "… (SQLite)", postgres = "… FOR UPDATE SKIP LOCKED";
/// }
/// ```
#[macro_export]
macro_rules! statements {
    ($($(#[$meta:meta])* $name:ident = $text:expr $(, postgres = $pg:expr)?;)+) => {
        $(
            $(#[$meta])*
            pub(crate) const $name: $crate::engine::Sql = {
                const TEXT: &str = $text;
                const BYTES: [u8; TEXT.len()] = $crate::engine::numbered::<{ TEXT.len() }>(TEXT);
                const SQLITE: &str = match ::std::str::from_utf8(&BYTES) { Ok(s) => s, Err(_) => panic!("not UTF-8") };
                $crate::engine::Sql::registered(stringify!($name), SQLITE, $crate::statements!(@pg TEXT $(, $pg)?))
            };
        )+
        /// Every statement of this module, for the test that prepares each on both engines.
        pub const ALL: &[$crate::engine::Sql] = &[$($name),+];
    };
    (@pg $text:expr) => { $text };
    (@pg $text:expr, $pg:expr) => { $pg };
}

/// Statements with their arguments, to be run in order.
pub type Batch = Vec<(Sql, Vec<Arg<'static>>)>;

/// A statement put together from constant fragments, for filters that may or may not be there.
///
/// `?` in a fragment takes the next argument; `Query` numbers it.
///
/// ```text
/// let mut q = Query::new("SELECT case_id FROM cases WHERE locality = ?", args![locality]);
/// if let Some(unit) = unit { q.push(" AND unit = ?", args![unit]); }
/// q.list(" AND state IN (", states, ")").push(" ORDER BY case_id LIMIT ?", args![50i64]);
/// let rows = reader.query(&q).await?;
/// ```
#[derive(Clone, Debug, Default)]
pub struct Query {
    text: String,
    args: Vec<Arg<'static>>,
}

impl Query {
    /// Begins with a fragment.
    #[must_use]
    pub fn new(fragment: &'static str, args: &[Arg<'_>]) -> Self {
        let mut q = Self::default();
        q.push(fragment, args);
        q
    }

    /// Adds a fragment whose `?` take `args` in order. A fragment with another number of `?` than `args` is a defect
    /// and fails when the query is run.
    pub fn push(&mut self, fragment: &'static str, args: &[Arg<'_>]) -> &mut Self {
        let mut args_left = args.iter();
        for (i, part) in fragment.split('?').enumerate() {
            if i > 0 {
                if let Some(arg) = args_left.next() {
                    self.args.push(arg.to_owned_arg());
                }
                let _ = write!(self.text, "${}", self.args.len());
            }
            self.text.push_str(part);
        }
        self.args.extend(args_left.map(Arg::to_owned_arg));
        self
    }

    /// Adds `before`, the values as placeholders and `after`. The list is padded to a power of two with its last value so
    /// that few shapes of a statement exist; an empty list becomes `NULL`, which no value equals.
    pub fn list<'a, A: Into<Arg<'a>>>(
        &mut self,
        before: &'static str,
        values: impl IntoIterator<Item = A>,
        after: &'static str,
    ) -> &mut Self {
        let mut values: Vec<Arg<'static>> = values.into_iter().map(|v| v.into().to_owned_arg()).collect();
        self.text.push_str(before);
        match values.last().cloned() {
            None => self.text.push_str("NULL"),
            Some(last) => {
                values.resize(values.len().next_power_of_two(), last);
                for (i, value) in values.into_iter().enumerate() {
                    self.args.push(value);
                    let _ = write!(self.text, "{}${}", if i > 0 { "," } else { "" }, self.args.len());
                }
            }
        }
        self.text.push_str(after);
        self
    }

    /// Appends another query's text and arguments, renumbered.
    pub fn append(&mut self, other: &Self) -> &mut Self {
        let shift = self.args.len();
        let mut rest = other.text.as_str();
        while let Some(at) = rest.find('$') {
            let digits = rest[at + 1..].bytes().take_while(u8::is_ascii_digit).count();
            let n: usize = rest[at + 1..at + 1 + digits].parse().unwrap_or(0);
            let _ = write!(self.text, "{}${}", &rest[..at], n + shift);
            rest = &rest[at + 1 + digits..];
        }
        self.text.push_str(rest);
        self.args.extend(other.args.iter().cloned());
        self
    }

    pub(super) fn args(&self) -> &[Arg<'static>] {
        &self.args
    }

    /// The text for SQLite and for PostgreSQL.
    pub(super) fn texts(&self) -> (String, &str) {
        (self.text.replace('$', "?"), &self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args;

    crate::statements! {
        ONE = "SELECT '$1', $2, $1";
        TWO = "SELECT $1", postgres = "SELECT $1 FOR UPDATE";
    }

    #[test]
    fn placeholders_are_numbered_for_sqlite() {
        assert_eq!(ALL.len(), 2);
        assert_eq!((ONE.name, ONE.sqlite, ONE.postgres), ("ONE", "SELECT '$1', ?2, ?1", "SELECT '$1', $2, $1"));
        assert_eq!((TWO.sqlite, TWO.postgres), ("SELECT ?1", "SELECT $1 FOR UPDATE"));
    }

    #[test]
    fn a_query_numbers_its_fragments() {
        let mut filter = Query::new(" AND c = ? AND d = ?", args!["x", true]);
        filter.list(" AND e IN (", [1i64, 2, 3], ")");
        let mut q = Query::new("SELECT 1 FROM t WHERE a = ? AND b = ?", args![1i64, "x"]);
        q.append(&filter).push(" LIMIT ?", args![5i64]);
        assert_eq!(q.texts().1, "SELECT 1 FROM t WHERE a = $1 AND b = $2 AND c = $3 AND d = $4 AND e IN ($5,$6,$7,$8) LIMIT $9");
        assert_eq!(q.args().len(), 9);
        assert_eq!(q.args()[7], Arg::Int(3));
        let mut q = Query::default();
        q.list("a IN (", Vec::<i64>::new(), ")");
        assert_eq!(q.texts().1, "a IN (NULL)");
    }
}
