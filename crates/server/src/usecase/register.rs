//! The register of businesses: looked up as somebody types, and brought in from a list of the registration authority. A list says what is;
//! a business that is not on it stays as it was, one whose state says cancelled is kept and no longer offered.

use super::import::source::{Closed, Input, Rows, Shape, Unfit};
use super::import::table::unguarded;
use super::{Answer, Denied, denied};
use crate::app::App;
use rules::codes::{Division, Uscc};
use rules::ids::Locality;
use rules::text::clean_line;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::engine::Tx;
use store::register::{self, Business, Set};
use store::scope::{Reason, Scope};

/// Most that is offered while somebody types.
pub const MOST_FOUND: usize = 8;
/// Largest list, bytes.
pub const MAX_FILE: usize = 20 * 1024 * 1024;
/// Most rows of a list; a longer one is split.
pub const MAX_ROWS: u64 = 50_000;
/// Businesses set in one unit of work.
const AT_A_TIME: usize = 200;
/// Faults that are named; the rest are counted.
const MOST_FAULTS: usize = 100;

/// What a column of a list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Uscc,
    Name,
    Aliases,
    Address,
    Division,
    Kind,
    State,
}

/// Names under which registration authorities and our own export have these columns.
const NAMES: [(Column, &[&str]); 7] = [
    (Column::Uscc, &["统一社会信用代码", "社会信用代码", "信用代码", "uscc"]),
    (Column::Name, &["名称", "企业名称", "主体名称", "经营主体名称", "市场主体名称", "name"]),
    (Column::Aliases, &["别名", "字号", "店招", "门店", "网店", "其他名称", "aliases"]),
    (Column::Address, &["地址", "住所", "经营场所", "住所（经营场所）", "住所(经营场所)", "address"]),
    (Column::Division, &["行政区划", "行政区划代码", "division"]),
    (Column::Kind, &["类型", "主体类型", "企业类型", "市场主体类型", "kind"]),
    (Column::State, &["状态", "登记状态", "经营状态", "state"]),
];
/// Words of a state that mean a business is no longer there.
const GONE: [&str; 5] = ["注销", "吊销", "撤销", "cancelled", "revoked"];

/// The columns of our own export, by which the same file can be brought in again.
pub const EXPORT: [&str; 7] = ["统一社会信用代码", "名称", "别名", "地址", "行政区划", "类型", "状态"];

/// A row that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its row in the file, from 1.
    pub row: u64,
    /// Which column; empty for the row as a whole.
    pub column: String,
    /// A stable code.
    pub code: &'static str,
}

/// What a list did, or would do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Businesses that were not here.
    pub new: u64,
    /// Those that are different now.
    pub changed: u64,
    /// Those that are as they were.
    pub same: u64,
    /// Rows not taken.
    pub bad: u64,
    /// The first of them.
    pub faults: Vec<Fault>,
}

/// Businesses that what was typed may mean.
///
/// # Errors
/// Those of reading.
pub async fn find(app: &App, locality: Locality, typed: &str) -> Answer<Vec<Business>> {
    let mut db = app.db().read().await?;
    Ok(register::find(&mut db, &Scope::system(locality, Reason::Submit), typed, MOST_FOUND).await?)
}

/// The business of a code that was chosen; `None` for one that is not here.
///
/// # Errors
/// Those of reading.
pub async fn chosen(app: &App, locality: Locality, uscc: &str) -> Answer<Option<Business>> {
    let Ok(uscc) = Uscc::parse(uscc) else { return Ok(None) };
    let mut db = app.db().read().await?;
    Ok(register::get(&mut db, &Scope::system(locality, Reason::Submit), &uscc).await?)
}

/// Brings a list in, or only says what it would do. Rows are set some hundred at a time: a server that stops in the middle has set some of
/// them, and the same list sent again sets the rest.
///
/// # Errors
/// Those of the store; inside, that the list cannot be read.
pub async fn bring(app: &App, scope: &Scope, name: &str, bytes: Arc<[u8]>, write: bool) -> Answer<Result<Report, Unfit>> {
    let input = Input::Memory(name.to_owned(), bytes);
    let read = tokio::task::spawn_blocking(move || read(&input)).await.map_err(|e| Denied::Store(store::engine::Error::internal(e)))?;
    let (businesses, mut report) = match read {
        Ok(read) => read,
        Err(unreadable) => return Ok(Err(unreadable)),
    };
    let now = app.clock().now();
    for some in businesses.chunks(AT_A_TIME) {
        let done = if write {
            let (some, scope) = (some.to_vec(), scope.clone());
            let unit = async move |tx: &mut Tx| {
                let mut done = Vec::with_capacity(some.len());
                for b in &some {
                    done.push(register::set(tx, &scope, b, now.date(), now).await?);
                }
                Ok(done)
            };
            app.db().write(unit).await.map_err(denied)?
        } else {
            let mut db = app.db().read().await?;
            let mut done = Vec::with_capacity(some.len());
            for b in some {
                done.push(register::compare(&mut db, scope, b).await?);
            }
            done
        };
        for set in done {
            match set {
                Set::New => report.new += 1,
                Set::Changed => report.changed += 1,
                Set::Same => report.same += 1,
            }
        }
    }
    Ok(Ok(report))
}

/// The businesses of a list, each once (the last row counts), and the rows that are none.
fn read(input: &Input) -> Result<(Vec<Business>, Report), Unfit> {
    let unreadable = |code: &'static str, detail: String| Unfit { code, detail };
    let mut rows = Rows::open(input, &Shape::default()).map_err(|closed| match closed {
        Closed::Unfit(u) => unreadable(u.code, u.detail),
        Closed::Io(_) => unreadable("broken", String::new()),
    })?;
    if rows.rows > MAX_ROWS {
        return Err(unreadable("register_rows", MAX_ROWS.to_string()));
    }
    let header = rows.header.clone();
    let at = |column: Column| {
        let names = NAMES.iter().find(|(c, _)| *c == column).map_or(&[][..], |(_, names)| *names);
        header.iter().position(|h| names.iter().any(|n| n.eq_ignore_ascii_case(h.trim())))
    };
    let columns: BTreeMap<Column, usize> = NAMES.iter().filter_map(|(c, _)| Some((*c, at(*c)?))).collect();
    for (needed, name) in [(Column::Uscc, EXPORT[0]), (Column::Name, EXPORT[1])] {
        if !columns.contains_key(&needed) {
            return Err(unreadable("register_column", name.to_owned()));
        }
    }
    let mut report = Report::default();
    let mut found: BTreeMap<Uscc, Business> = BTreeMap::new();
    while let Some(record) = rows.read().map_err(|_| unreadable("broken", String::new()))? {
        if record.cells.iter().all(|c| c.trim().is_empty()) {
            continue;
        }
        let cell = |column: Column| columns.get(&column).and_then(|i| record.cells.get(*i)).cloned().map(unguarded).unwrap_or_default();
        match business(cell) {
            Ok(_) if record.broken.is_some() => report.fault(record.row, "", "ragged"),
            Ok(b) => {
                found.insert(b.uscc.clone(), b);
            }
            Err((column, code)) => {
                let name = columns.get(&column).and_then(|i| header.get(*i)).cloned().unwrap_or_default();
                report.fault(record.row, &name, code);
            }
        }
    }
    Ok((found.into_values().collect(), report))
}

impl Report {
    fn fault(&mut self, row: u64, column: &str, code: &'static str) {
        self.bad += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { row, column: column.to_owned(), code });
        }
    }
}

/// A row as a business.
fn business(cell: impl Fn(Column) -> String) -> Result<Business, (Column, &'static str)> {
    let line = |column: Column, most: usize| clean_line(&cell(column), most).map_err(|_| (column, "too_long"));
    let uscc = Uscc::parse(&cell(Column::Uscc)).map_err(|e| (Column::Uscc, e.code()))?;
    let name = line(Column::Name, 200)?;
    if name.chars().count() < register::LEAST {
        return Err((Column::Name, if name.is_empty() { "required" } else { "too_short" }));
    }
    let mut aliases = Vec::new();
    for alias in cell(Column::Aliases).split(['；', ';', '、', '|', '\n']) {
        let alias = clean_line(alias, 200).map_err(|_| (Column::Aliases, "too_long"))?;
        if !alias.is_empty() && alias != name && !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    if aliases.len() > 50 {
        return Err((Column::Aliases, "too_long"));
    }
    let division = line(Column::Division, 20)?;
    let division = match Division::parse(&division) {
        _ if division.is_empty() => String::new(),
        Ok(d) => d.to_string(),
        Err(_) => return Err((Column::Division, "division")),
    };
    let state = line(Column::State, 60)?;
    let closed = GONE.iter().any(|g| state.to_ascii_lowercase().contains(g));
    Ok(Business { uscc, name, aliases, address: line(Column::Address, 300)?, division, kind: line(Column::Kind, 60)?, closed })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Result<(Vec<Business>, Report), Unfit> {
        read(&Input::Memory("名录.csv".into(), text.as_bytes().into()))
    }

    #[test]
    fn a_list_is_read_by_the_names_of_its_columns_and_every_bad_row_is_named() {
        let text = "经营主体名称,住所,统一社会信用代码,字号,登记状态\n\
            某某有限公司,文昌路1号,91330100799655058B,力量健身；力量游泳、力量健身,存续\n\
            错码公司,某路,91330100799655058A,,存续\n\
            ,某路,9144030071526726XG,,存续\n\
            ,,,,\n\
            旧公司,某路,914403001922038216,,注销\n\
            某某（新）有限公司,文昌路2号,91330100799655058b,,存续\n";
        let (found, report) = list(text).unwrap();
        let named: Vec<(&str, &str, bool)> = found.iter().map(|b| (b.name.as_str(), b.address.as_str(), b.closed)).collect();
        assert_eq!(named, [("某某（新）有限公司", "文昌路2号", false), ("旧公司", "某路", true)]);
        let bad: Vec<(u64, &str, &str)> = report.faults.iter().map(|f| (f.row, f.column.as_str(), f.code)).collect();
        assert_eq!(bad, [(2, "统一社会信用代码", "uscc_check"), (3, "经营主体名称", "required")]);
        assert_eq!(report.bad, 2);
    }

    #[test]
    fn aliases_are_names_of_their_own() {
        let (found, _) = list("统一社会信用代码,名称,别名\n91330100799655058B,某某有限公司,甲店；乙店、甲店;某某有限公司\n").unwrap();
        assert_eq!(found[0].aliases, ["甲店", "乙店"]);
        assert!(found[0].is_called("乙 店".replace(' ', "").as_str()) && !found[0].is_called("丙店"));
    }

    #[test]
    fn a_list_without_its_columns_is_not_read() {
        assert_eq!(list("名称,地址\na,b\n").unwrap_err(), Unfit { code: "register_column", detail: "统一社会信用代码".into() });
        assert_eq!(list("").unwrap_err().code, "empty");
    }
}
