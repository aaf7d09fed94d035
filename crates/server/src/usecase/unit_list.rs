//! Units brought in from a list and taken out as one: code, name, kind, parent's code, telephone, address. The code says which unit is meant;
//! a unit that is not on the list stays as it is.

use super::import::source::{Closed, Input, Rows, Shape, Unfit};
use super::people::change;
use super::units::is_intake;
use super::{Answer, Denied};
use crate::app::App;
use crate::clock::new_id;
use rules::ids::{OrganId, UnitId};
use rules::pack::UnitKind;
use rules::text::{clean_line, fold};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::registry::{Directory, RegistryEvent, Unit};
use store::scope::Scope;

/// Largest list, bytes.
pub const MAX_FILE: usize = 10 * 1024 * 1024;
/// Most rows of a list.
pub const MAX_ROWS: u64 = 20_000;
/// Faults that are named; the rest are counted.
const MOST_FAULTS: usize = 100;

/// The columns, by which our own export can be brought in again.
pub const COLUMNS: [&str; 7] = ["代码", "名称", "类别", "上级代码", "机关代码", "电话", "地址"];
/// Other names of the same columns.
const ALSO: [&[&str]; 7] = [
    &["机构代码", "编码", "code"],
    &["机构名称", "单位名称", "name"],
    &["类型", "机构类别", "kind"],
    &["上级", "上级机构代码", "parent"],
    &["所属机关代码", "organ"],
    &["联系电话", "phone"],
    &["单位地址", "address"],
];

/// The words and codes by which a list names a kind, folded.
pub type Kinds = BTreeMap<String, UnitKind>;

/// A row that is not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Its row in the file, from 1.
    pub row: u64,
    /// Which column, as an index into [`COLUMNS`].
    pub column: usize,
    /// Stable code of what is wrong.
    pub code: &'static str,
}

/// What a list brought, or would bring.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Units not known before.
    pub new: usize,
    /// Known ones that change.
    pub changed: usize,
    /// Known ones that stay as they are.
    pub same: usize,
    /// Rows not taken.
    pub bad: usize,
    /// Why, for the first of them.
    pub faults: Vec<Fault>,
}

/// A row as typed.
#[derive(Clone, Debug, Default)]
struct Line {
    row: u64,
    cells: [String; 7],
    broken: bool,
}

/// Brings in a list; with `write` off it only says what it would bring. All of it, or, where a row is wrong, all but those rows.
///
/// # Errors
/// Those of the store; inside, why the list cannot be read.
pub async fn bring(
    app: &App,
    scope: &Scope,
    (name, bytes): (&str, Arc<[u8]>),
    kinds: &Kinds,
    write: bool,
) -> Answer<Result<Report, Unfit>> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    let input = Input::Memory(name.to_owned(), bytes);
    let read = tokio::task::spawn_blocking(move || lines(&input)).await.map_err(|e| Denied::Store(store::engine::Error::internal(e)))?;
    let lines = match read {
        Ok(lines) => lines,
        Err(unreadable) => return Ok(Err(unreadable)),
    };
    let now = app.clock().now();
    let mut fresh = || UnitId(new_id(now, &mut app.random()));
    let (units, report) = compare(&world.directory, &lines, kinds, &mut fresh);
    if write && !units.is_empty() {
        let events = units.into_iter().map(|unit| RegistryEvent::UnitSet { from: now.date(), unit }).collect();
        change(app, scope, events, None).await?;
    }
    Ok(Ok(report))
}

fn lines(input: &Input) -> Result<Vec<Line>, Unfit> {
    let unreadable = |code: &'static str, detail: String| Unfit { code, detail };
    let mut rows = Rows::open(input, &Shape::default()).map_err(|closed| match closed {
        Closed::Unfit(u) => unreadable(u.code, u.detail),
        Closed::Io(_) => unreadable("broken", String::new()),
    })?;
    if rows.rows > MAX_ROWS {
        return Err(unreadable("units_rows", MAX_ROWS.to_string()));
    }
    let named = |i: usize, h: &String| {
        let h = h.trim();
        h == COLUMNS[i] || ALSO[i].iter().any(|n| n.eq_ignore_ascii_case(h))
    };
    let at: Vec<Option<usize>> = (0..COLUMNS.len()).map(|i| rows.header.iter().position(|h| named(i, h))).collect();
    // Without code, name and kind no row says anything.
    if let Some((_, name)) = at.iter().zip(COLUMNS).take(3).find(|(column, _)| column.is_none()) {
        return Err(unreadable("units_column", name.to_owned()));
    }
    let mut out = Vec::new();
    loop {
        match rows.read() {
            Ok(Some(record)) => {
                let cell = |i: usize| at[i].and_then(|c| record.cells.get(c)).cloned().unwrap_or_default();
                let broken = record.broken.is_some() || record.faulty.iter().any(|(c, _)| at.contains(&Some(*c)));
                out.push(Line { row: record.row, cells: std::array::from_fn(cell), broken });
            }
            Ok(None) => return Ok(out),
            Err(_) => return Err(unreadable("broken", String::new())),
        }
    }
}

/// What each row makes of the directory: the units that are new or change, parents before children.
fn compare(directory: &Directory, lines: &[Line], kinds: &Kinds, fresh: &mut impl FnMut() -> UnitId) -> (Vec<Unit>, Report) {
    let mut report = Report::default();
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut good: Vec<(&Line, Unit)> = Vec::new();
    let home = directory.organs.values().find(|o| o.market_regulator && o.intake_unit.is_some()).map(|o| o.id);
    // First each row by itself, so that a parent may stand below its children in the list.
    for line in lines {
        match alone(directory, line, kinds, &mut seen, home, fresh) {
            Ok(unit) => good.push((line, unit)),
            Err((column, code)) => report.wrong(line.row, column, code),
        }
    }
    let ids: BTreeMap<String, (UnitId, OrganId)> = good.iter().map(|(_, u)| (fold(&u.code), (u.id, u.organ))).collect();
    let known = |code: &str| {
        let there = || directory.tree.of_code(code).and_then(|id| directory.units.get(&id)).filter(|u| !u.closed).map(|u| (u.id, u.organ));
        ids.get(&fold(code.trim())).copied().or_else(there)
    };
    let mut parents: BTreeMap<UnitId, UnitId> = BTreeMap::new();
    for (line, unit) in &mut good {
        let code = line.cells[3].trim();
        if code.is_empty() {
            unit.parent = None;
        } else if let Some((parent, organ)) = known(code) {
            unit.parent = Some(parent);
            if line.cells[4].trim().is_empty() && !directory.units.contains_key(&unit.id) {
                unit.organ = organ;
            }
            parents.insert(unit.id, parent);
        }
    }
    let above = |id: UnitId| parents.get(&id).copied().or_else(|| directory.units.get(&id).and_then(|u| u.parent));
    let mut out = Vec::new();
    for (line, unit) in good {
        let code = line.cells[3].trim();
        let circle = std::iter::successors(unit.parent, |p| above(*p)).take(32).any(|p| p == unit.id);
        let before = directory.units.get(&unit.id);
        match () {
            () if !code.is_empty() && unit.parent.is_none() => report.wrong(line.row, 3, "unit_unknown"),
            () if circle => report.wrong(line.row, 3, "below_itself"),
            () if before.is_some_and(|b| b.organ != unit.organ) => report.wrong(line.row, 4, "other_organ"),
            () if before.is_some_and(|b| b.kind != unit.kind && is_intake(directory, b.id)) => report.wrong(line.row, 2, "is_intake"),
            () if before.is_some_and(|b| Unit { why: String::new(), ..b.clone() } == unit) => report.same += 1,
            () => {
                if before.is_some() {
                    report.changed += 1
                } else {
                    report.new += 1
                }
                out.push(unit);
            }
        }
    }
    (out, report)
}

impl Report {
    fn wrong(&mut self, row: u64, column: usize, code: &'static str) {
        self.bad += 1;
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { row, column, code });
        }
    }
}

/// A row as a unit, its parent still open; or which column is wrong and why.
fn alone(
    directory: &Directory,
    line: &Line,
    kinds: &Kinds,
    seen: &mut BTreeMap<String, u64>,
    home: Option<OrganId>,
    fresh: &mut impl FnMut() -> UnitId,
) -> Result<Unit, (usize, &'static str)> {
    if line.broken {
        return Err((0, "row_broken"));
    }
    let text = |i: usize, max: usize| clean_line(&line.cells[i], max).map_err(|_| (i, "too_long"));
    let (code, name, phone, address) = (text(0, 40)?, text(1, 100)?, text(5, 40)?, text(6, 200)?);
    if code.is_empty() || name.is_empty() {
        return Err((usize::from(!code.is_empty()), "required"));
    }
    if !code.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.')) {
        return Err((0, "code_shape"));
    }
    let kind =
        kinds.get(&fold(line.cells[2].trim())).copied().ok_or((2, if line.cells[2].trim().is_empty() { "required" } else { "choose" }))?;
    if seen.insert(fold(&code), line.row).is_some() {
        return Err((0, "code_twice"));
    }
    let before = directory.tree.of_code(&code).and_then(|id| directory.units.get(&id));
    if before.is_some_and(|b| b.closed) {
        return Err((0, "unit_closed"));
    }
    let organ = line.cells[4].trim();
    let organ = match before {
        _ if !organ.is_empty() => directory.organs.values().find(|o| o.code == organ).map(|o| o.id).ok_or((4, "choose"))?,
        Some(b) => b.organ,
        None => home.ok_or((4, "required"))?,
    };
    let id = before.map_or_else(fresh, |b| b.id);
    Ok(Unit { id, organ, parent: None, code, kind, name, phone, address, closed: false, merged_into: None, why: String::new() })
}

/// Every open unit as a row of [`COLUMNS`], those above before those below.
#[must_use]
pub fn rows(directory: &Directory, kind: impl Fn(UnitKind) -> String) -> Vec<Vec<String>> {
    let mut out = Vec::with_capacity(directory.units.len());
    let mut level: Vec<UnitId> = directory.tree.below(None).to_vec();
    while !level.is_empty() {
        for u in level.iter().filter_map(|id| directory.units.get(id)) {
            let parent = u.parent.and_then(|p| directory.units.get(&p)).map(|p| p.code.clone()).unwrap_or_default();
            let organ = directory.organs.get(&u.organ).map(|o| o.code.clone()).unwrap_or_default();
            out.push(vec![u.code.clone(), u.name.clone(), kind(u.kind), parent, organ, u.phone.clone(), u.address.clone()]);
        }
        level = level.iter().flat_map(|id| directory.tree.below(Some(*id))).copied().collect();
    }
    out
}
