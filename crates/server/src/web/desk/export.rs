//! A list as a file: the columns of the list and nothing more. What a spreadsheet would run as a formula stays text.

use super::rows::row;
use crate::usecase::Denied;
use crate::web::http::{Desk, Permit, Web, WebError};
use crate::web::views::board;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use rules::time::Instant;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};
use store::queue::Line;

/// A list as a table.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    /// What the file is called, without its ending.
    name: String,
    /// The heads of the columns.
    heads: Vec<String>,
    /// The cells, row by row.
    rows: Vec<Vec<String>>,
    /// When it was made.
    at: Instant,
}

impl Table {
    /// A table of its own kind: what it holds names the file.
    pub(super) fn new(what: &str, heads: Vec<String>, rows: Vec<Vec<String>>, at: Instant) -> Self {
        Self { name: format!("fangxin-{what}-{}", at.date()), heads, rows, at }
    }
}

/// A list of a gathering page as it shows it: words, numbers and states, without what is pressed.
pub(super) fn of_board(what: &str, table: &board::Table, at: Instant) -> Table {
    let cell = |c: &board::Cell| match (c.tag.text.as_str(), c.text.as_str()) {
        ("", text) => text.to_owned(),
        (tag, "") => tag.to_owned(),
        (tag, text) => format!("{tag} {text}"),
    };
    let heads = table.columns.iter().map(|(head, _)| head.clone()).collect();
    Table::new(what, heads, table.rows.iter().map(|r| r.cells.iter().map(cell).collect()).collect(), at)
}

/// A table as the kind of file that was asked for.
///
/// # Errors
/// Those of the writer.
pub(super) fn file_of(table: &Table, kind: &str) -> Web {
    if kind == "xlsx" { xlsx(table) } else { Ok(csv(table)) }
}

/// The lines of a list as its page shows them.
pub(super) fn table<P: Permit>(d: &Desk<P>, lines: &[Line]) -> Table {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let heads = [
        "col-case-number",
        "col-kind",
        "col-title",
        "col-respondent",
        "col-ask",
        "col-state",
        "col-unit",
        "col-channel",
        "col-received",
        "col-clock",
    ];
    let cells = |line: &Line| {
        let r = row(l, &d.v.world, line, now);
        let respondent = if r.respondent.is_empty() { line.respondent.clone() } else { r.respondent };
        let received = line.platform_at.or(line.organ_at).map_or_else(|| l.t("row-unknown-date"), |at| l.datetime(at));
        let clock = line.due_at.filter(|_| line.closed_at.is_none()).map_or(r.clock.text, |at| l.datetime(at));
        vec![r.number, r.kind, r.title, respondent, r.ask, r.state, r.unit, r.channel, received, clock]
    };
    Table {
        name: format!("fangxin-{}", now.date()),
        heads: heads.iter().map(|h| l.t(h)).collect(),
        rows: lines.iter().map(cells).collect(),
        at: now,
    }
}

/// Text that no spreadsheet takes for a formula.
fn harmless(cell: &str) -> String {
    let first = cell.trim_start().chars().next();
    let formula = cell.starts_with(['\t', '\r', '\n']) || first.is_some_and(|c| "=+-@＝＋－＠".contains(c));
    if formula { format!("'{cell}") } else { cell.to_owned() }
}

/// As CSV in UTF-8, with the mark by which spreadsheets know it.
pub(super) fn csv(table: &Table) -> Response {
    let mut out = String::from("\u{feff}");
    for cells in std::iter::once(&table.heads).chain(&table.rows) {
        let quoted = cells.iter().map(|c| format!("\"{}\"", harmless(c).replace('"', "\"\"")));
        out.push_str(&quoted.collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
    file(&table.name, "csv", "text/csv; charset=utf-8", out.into_bytes())
}

/// As a workbook: every cell is written as text.
///
/// # Errors
/// Those of the writer.
pub(super) fn xlsx(table: &Table) -> Web {
    let bytes = workbook(table).map_err(|e| WebError(Denied::Store(store::engine::Error::internal(e))))?;
    Ok(file(&table.name, "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", bytes))
}

fn workbook(table: &Table) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::parse_from_str(&table.at.civil().strftime("%Y-%m-%dT%H:%M:%S").to_string())?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    let bold = Format::new().set_bold();
    for (column, head) in (0..).zip(&table.heads) {
        sheet.write_string_with_format(0, column, head, &bold)?;
        sheet.set_column_width(column, 18)?;
    }
    for (row, cells) in (1..).zip(&table.rows) {
        for (column, cell) in (0..).zip(cells) {
            // A cell holds 32,767 characters.
            sheet.write_string(row, column, cell.chars().take(32_000).collect::<String>())?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    book.save_to_buffer()
}

fn file(name: &str, ending: &str, kind: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}.{ending}\"");
    ([(CONTENT_TYPE, kind.to_owned()), (CONTENT_DISPOSITION, disposition)], Body::from(bytes)).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_stays_text() {
        for bad in ["=1+1", "+86", "-1", "@x", "\t=1", " =cmd", "＝1", "＠x"] {
            assert!(harmless(bad).starts_with('\''), "{bad}");
        }
        for good in ["力量健身", "3,800.00", "26-ABCD", ""] {
            assert_eq!(harmless(good), good);
        }
        let table =
            Table { name: "x".into(), heads: vec!["a".into()], rows: vec![vec!["=HYPERLINK(\"http://x\")".into()]], at: Instant(0) };
        let bytes = workbook(&table).unwrap();
        assert!(bytes.starts_with(b"PK"));
    }
}
