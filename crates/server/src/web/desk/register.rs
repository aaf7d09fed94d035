//! The register of businesses as the system administrator keeps it: brought in from the registration authority's list, looked through, taken
//! out as a file that can be brought in again.

use super::account::Asked;
use super::export::{self, Table};
use super::label;
use crate::usecase::fields::Fields;
use crate::usecase::import::source::Unfit;
use crate::usecase::register::{self as usecase, MAX_FILE, Report};
use crate::usecase::{Answer, Denied};
use crate::web::faults;
use crate::web::http::{Desk, SystemAdmins, Web, encode, page, page_with};
use crate::web::i18n::Lang;
use crate::web::views::desk::Filter;
use crate::web::views::parts::{ActionForm, Control, Errors, Field, Link, Pager, Tag, Tone};
use crate::web::views::register::{Brought, BusinessRow, Register};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, Query};
use axum::http::StatusCode;
use store::register::{self, Business};

/// Businesses on a page.
const PER_PAGE: usize = 50;
/// Most that a file takes.
const MOST_EXPORTED: i64 = 100_000;

type D = Desk<SystemAdmins>;

pub(super) async fn show(d: D, Query(query): Asked) -> Web {
    Ok(page(&view(&d, &Fields::from_iter(query), None, Errors::default()).await?))
}

async fn view(d: &D, asked: &Fields, brought: Option<Brought>, errors: Errors) -> Answer<Register> {
    let l = d.v.l.lang;
    let q = asked.get("q").trim();
    let mut db = d.v.app.db().read().await?;
    let found = if q.is_empty() {
        register::list(&mut db, &d.scope, asked.get("after"), PER_PAGE as i64 + 1).await?
    } else {
        register::find(&mut db, &d.scope, q, PER_PAGE).await?
    };
    drop(db);
    let more = found.len() > PER_PAGE;
    let rows = &found[..found.len().min(PER_PAGE)];
    let next = rows.last().filter(|_| more).map(|b| format!("/desk/register?after={}", encode(b.uscc.as_str()))).unwrap_or_default();
    let mut form = ActionForm::new(l, "/desk/register", l.t("register-bring-now"));
    form.files = true;
    form.intro = l.t1("register-columns", "columns", usecase::EXPORT.join(&l.t("list-comma")));
    let file = Control::File { accept: ".csv,.txt,.xlsx", max: MAX_FILE as u64, kept: Vec::new() };
    form.fields = vec![
        Field::new(l, "file", label(l, "file"), file)
            .required()
            .hint(l.t2("register-file-hint", "size", l.bytes(MAX_FILE as u64), "rows", usecase::MAX_ROWS))
            .errors(&errors),
        Field::check(l, "only_check", l.t("register-only-check"), false).hint(l.t("register-only-check-hint")),
    ];
    form.errors = errors;
    let exports = [("csv", "export-csv"), ("xlsx", "export-xlsx")];
    let exports = exports.map(|(ending, key)| Link::new(format!("/desk/register/export.{ending}"), l.t(key)));
    Ok(Register {
        filter: Filter { action: "/desk/register".into(), q: q.to_owned(), selects: Vec::new(), hidden: Vec::new() },
        form,
        brought,
        rows: rows.iter().map(|b| row(l, b)).collect(),
        exports: if rows.is_empty() { Vec::new() } else { exports.to_vec() },
        pager: Pager {
            l,
            shown: l.t1("register-shown", "n", rows.len()),
            prev: if asked.get("after").is_empty() { String::new() } else { "/desk/register".into() },
            next,
        },
        l: d.layout(),
    })
}

fn row(l: Lang, b: &Business) -> BusinessRow {
    let state = if b.closed { Tag::new(Tone::Late, l.t("register-closed")) } else { Tag::new(Tone::Good, l.t("register-open")) };
    BusinessRow {
        uscc: b.uscc.to_string(),
        name: b.name.clone(),
        aliases: b.aliases.join(&l.t("list-comma")),
        address: b.address.clone(),
        kind: b.kind.clone(),
        state,
    }
}

pub(super) async fn bring(d: D, multipart: Result<Multipart, MultipartRejection>) -> Web {
    let l = d.v.l.lang;
    let mut errors = Errors::default();
    let (mut file, mut only_check) = (None, false);
    if let Ok(mut multipart) = multipart {
        while let Ok(Some(mut part)) = multipart.next_field().await {
            match part.file_name().map(str::to_owned) {
                None => only_check |= part.name() == Some("only_check"),
                Some(name) if name.is_empty() => {}
                Some(name) => {
                    let mut bytes = Vec::new();
                    loop {
                        match part.chunk().await {
                            Ok(Some(chunk)) if bytes.len() + chunk.len() <= MAX_FILE => bytes.extend_from_slice(&chunk),
                            Ok(None) => break,
                            // Too large, or cut short on its way.
                            Ok(Some(_)) | Err(_) => {
                                errors.add("file", l.t("bad-file-large"));
                                break;
                            }
                        }
                    }
                    if !bytes.is_empty() && errors.is_empty() {
                        file = Some((name, bytes));
                    }
                }
            }
            if !errors.is_empty() {
                break;
            }
        }
    }
    let mut brought = None;
    match file {
        _ if !errors.is_empty() => {}
        None => errors.add("file", l.t("bad-file-empty")),
        Some((name, bytes)) => match usecase::bring(&d.v.app, &d.scope, &name, bytes.into(), !only_check).await? {
            Ok(report) => brought = Some(told(l, &report, only_check)),
            Err(no) => errors.add("file", unreadable(l, &no)),
        },
    }
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page_with(status, &view(&d, &Fields::default(), brought, errors).await?))
}

fn unreadable(l: Lang, no: &Unfit) -> String {
    match no.code {
        "register_column" => l.t1("register-no-column", "column", no.detail.as_str()),
        "register_rows" => l.t1("register-too-many", "n", no.detail.as_str()),
        code => l.t1(&format!("import-file-{}", code.replace('_', "-")), "detail", no.detail.as_str()),
    }
}

fn told(l: Lang, report: &Report, only_check: bool) -> Brought {
    let done = format!(
        "{} · {} · {} · {}",
        l.t1("register-n-new", "n", report.new),
        l.t1("register-n-changed", "n", report.changed),
        l.t1("register-n-same", "n", report.same),
        l.t1("register-n-bad", "n", report.bad)
    );
    let rest = report.bad - report.faults.len() as u64;
    Brought {
        sentence: format!("{} {done}", l.t(if only_check { "register-would" } else { "register-did" })),
        faults: report
            .faults
            .iter()
            .map(|f| (f.row.to_string(), f.column.clone(), faults::beside_its_name(l, "register", f.code)))
            .collect(),
        more: if rest == 0 { String::new() } else { l.t1("register-more-bad", "n", rest) },
    }
}

pub(super) async fn export_csv(d: D) -> Web {
    Ok(export::csv(&table(&d).await?))
}

pub(super) async fn export_xlsx(d: D) -> Web {
    export::xlsx(&table(&d).await?)
}

/// In the columns a list is brought in with, whatever the language: what comes out goes in again.
async fn table(d: &D) -> Result<Table, Denied> {
    let mut db = d.v.app.db().read().await?;
    let all = register::list(&mut db, &d.scope, "", MOST_EXPORTED).await?;
    drop(db);
    let cells = |b: &Business| {
        let state = if b.closed { "注销" } else { "存续" };
        vec![
            b.uscc.to_string(),
            b.name.clone(),
            b.aliases.join("；"),
            b.address.clone(),
            b.division.clone(),
            b.kind.clone(),
            state.to_owned(),
        ]
    };
    let heads = usecase::EXPORT.iter().map(|h| (*h).to_owned()).collect();
    Ok(Table::new("register", heads, all.iter().map(cells).collect(), d.v.app.clock().now()))
}
