//! Notices on their way, for the system administrator, who sees neither words nor addresses; mails that came in, for the intake.

use super::account::{Asked, Sent};
use super::export;
use crate::usecase::fields::Fields;
use crate::usecase::mail::desk;
use crate::usecase::{Answer, Denied};
use crate::web::http::{Desk, Intake, Permit, SystemAdmins, Web, page, see_other_with};
use crate::web::i18n::Lang;
use crate::web::router::Routes;
use crate::web::views::board::{Board, Button, Cell, Row, Section, Table};
use crate::web::views::mail::MailPage;
use crate::web::views::parts::{CountLink, Link, Tag, Tone};
use axum::Form;
use axum::body::Body;
use axum::extract::{Path, Query};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use rules::access::Role;
use rules::ids::{CaseId, Id};
use rules::time::Instant;
use store::cases::{self, Loaded};
use store::mail_in::{self, MailIn};
use store::outbox::{self, Notice};

/// Rows on a page, in a file, and where counting stops.
const PAGE: i64 = 50;
const FILE: i64 = 10_000;
const CAP: i64 = 1_000;
/// A notice that nobody tried for so long: sending is not set up.
const IDLE: i64 = 10;

pub(super) fn routes(r: &mut Routes) {
    r.get("/desk/outbox", super::of::<SystemAdmins>(), sent);
    r.post("/desk/outbox", super::of::<SystemAdmins>(), send_again);
    r.get("/desk/outbox/export.csv", super::of::<SystemAdmins>(), sent_csv);
    r.get("/desk/outbox/export.xlsx", super::of::<SystemAdmins>(), sent_xlsx);
    r.get("/desk/mail", super::of::<Intake>(), received);
    r.get("/desk/mail/export.csv", super::of::<Intake>(), received_csv);
    r.get("/desk/mail/export.xlsx", super::of::<Intake>(), received_xlsx);
    r.get("/desk/mail/{id}", super::of::<Intake>(), open);
    r.get("/desk/mail/{id}/raw", super::of::<Intake>(), raw);
    r.post("/desk/mail/{id}", super::of::<Intake>(), decide);
}

/// Why a notice was not sent, in words.
fn why(l: Lang, error: &str) -> String {
    match error {
        "" => String::new(),
        status if status.bytes().all(|b| b.is_ascii_digit()) => l.t1("outbox-why-status", "status", status),
        code => l.code("outbox-why", code),
    }
}

fn tone(state: &str) -> Tone {
    match state {
        "failed" | "unreadable" => Tone::Late,
        "waiting" | "held" => Tone::Soon,
        "sent" | "taken" | "reply" => Tone::Good,
        _ => Tone::Plain,
    }
}

fn chosen<'a>(asked: &Fields, states: &[&'a str]) -> &'a str {
    states.iter().find(|s| **s == asked.get("state")).copied().unwrap_or(states[0])
}

fn exports(l: Lang, path: &str, state: &str) -> Vec<Link> {
    let link = |kind: &str, words: &str| Link::new(format!("{path}/export.{kind}?state={state}"), l.t(words));
    vec![link("csv", "export-csv"), link("xlsx", "export-xlsx")]
}

async fn notices<P: Permit>(d: &Desk<P>, asked: &Fields, limit: i64) -> Answer<(&'static str, Vec<Notice>)> {
    let state = chosen(asked, &outbox::STATES);
    let mut db = d.v.app.db().read().await?;
    let place = || {
        let mut parts = asked.get("before").splitn(3, '.');
        Some((Instant(parts.next()?.parse().ok()?), CaseId(Id::parse(parts.next()?)?), parts.next()?.parse().ok()?))
    };
    Ok((state, outbox::list(&mut db, &d.scope, state, place(), limit).await?))
}

fn notice_cells(l: Lang, n: &Notice) -> Vec<String> {
    let next = if n.state == "waiting" { l.datetime(n.due_at) } else { String::new() };
    let done = n.done_at.map(|at| l.datetime(at)).unwrap_or_default();
    vec![n.number.clone(), l.datetime(n.created_at), done, n.attempts.to_string(), next, why(l, &n.error)]
}

const NOTICE_COLUMNS: [&str; 6] =
    ["outbox-col-case", "outbox-col-queued", "outbox-col-done", "outbox-col-tries", "outbox-col-next", "outbox-col-why"];

pub(super) async fn sent(d: Desk<SystemAdmins>, Query(query): Asked) -> Web {
    let l = d.v.l.lang;
    let asked = Fields::from_iter(query);
    let (state, found) = notices(&d, &asked, PAGE).await?;
    let mut counts = Vec::new();
    let mut db = d.v.app.db().read().await?;
    for s in outbox::STATES {
        let n = outbox::count(&mut db, &d.scope, s, CAP).await?.unsigned_abs();
        counts.push(CountLink {
            href: format!("/desk/outbox?state={s}"),
            label: l.code("outbox-state", s),
            n,
            tone: tone(s),
            current: s == state,
        });
    }
    let now = d.v.app.clock().now();
    let waiting = outbox::list(&mut db, &d.scope, "waiting", None, PAGE).await?;
    drop(db);
    let idle = waiting.iter().any(|n| n.attempts == 0 && n.due_at < now.plus_minutes(-IDLE));
    let place = |n: &Notice| format!("{}.{}.{}", n.case, n.seq, n.channel);
    let again = |n: &Notice| Button { action: "/desk/outbox".into(), hidden: vec![("which".into(), place(n))], label: l.t("outbox-retry") };
    let row = |n: &Notice| Row {
        value: place(n),
        cells: notice_cells(l, n).into_iter().map(Cell::text).collect(),
        buttons: if n.state == "failed" { vec![again(n)] } else { Vec::new() },
    };
    let older = found.last().filter(|_| found.len() as i64 == PAGE);
    let older =
        older.map(|n| Link::new(format!("/desk/outbox?state={state}&before={}.{}.{}", n.created_at.0, n.case, n.seq), l.t("mail-older")));
    let table = Table {
        columns: NOTICE_COLUMNS.map(|c| (l.t(c), c == "outbox-col-tries")).to_vec(),
        rows: found.iter().map(row).collect(),
        pick: None,
    };
    let section = Section {
        id: "notices".into(),
        head: l.code("outbox-state", state),
        all: older,
        table: Some(table),
        empty: l.t("outbox-none"),
        ..Section::default()
    };
    let mut form = None;
    if state == "failed" && !found.is_empty() {
        let all = crate::web::views::parts::ActionForm::new(l, "/desk/outbox", l.t("outbox-retry-all"));
        form = Some((l.t("outbox-retry-all"), all));
    }
    Ok(page(&Board {
        title: l.t("outbox"),
        lead: l.t("outbox-lead"),
        counts,
        links: exports(l, "/desk/outbox", state),
        notes: if idle { vec![(Tone::Soon, l.t("outbox-off"), None)] } else { Vec::new() },
        sections: vec![section],
        form,
        l: d.layout(),
        ..Board::default()
    }))
}

async fn sent_table(d: &Desk<SystemAdmins>, query: Vec<(String, String)>) -> Answer<export::Table> {
    let l = d.v.l.lang;
    let (_, found) = notices(d, &Fields::from_iter(query), FILE).await?;
    let rows = found.iter().map(|n| notice_cells(l, n)).collect();
    Ok(export::Table::new("notices", NOTICE_COLUMNS.iter().map(|c| l.t(c)).collect(), rows, d.v.app.clock().now()))
}

pub(super) async fn sent_csv(d: Desk<SystemAdmins>, Query(query): Asked) -> Web {
    Ok(export::csv(&sent_table(&d, query).await?))
}

pub(super) async fn sent_xlsx(d: Desk<SystemAdmins>, Query(query): Asked) -> Web {
    export::xlsx(&sent_table(&d, query).await?)
}

pub(super) async fn send_again(d: Desk<SystemAdmins>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let which = match fields.get("which") {
        "" => None,
        text => {
            let mut parts = text.splitn(3, '.');
            let case = parts.next().and_then(Id::parse).ok_or(Denied::NotFound)?;
            let seq = parts.next().and_then(|s| s.parse().ok()).ok_or(Denied::NotFound)?;
            Some((CaseId(case), seq, parts.next().unwrap_or_default().to_owned()))
        }
    };
    desk::send_again(&d.v.app, &d.scope, which).await?;
    Ok(see_other_with("/desk/outbox", "outbox-again"))
}

fn why_in(l: Lang, m: &MailIn) -> String {
    let mut parts = Vec::new();
    if !m.reason.is_empty() {
        parts.push(l.code("mailin-why", &m.reason));
    }
    if !m.maybe.is_empty() {
        parts.push(l.t1("mailin-maybe", "number", m.maybe.as_str()));
    }
    parts.join(&l.t("list-comma"))
}

fn files_in(l: Lang, m: &MailIn) -> String {
    if m.refused > 0 { l.t2("mailin-files-refused", "taken", m.files, "refused", m.refused) } else { m.files.to_string() }
}

const MAIL_COLUMNS: [&str; 5] = ["mailin-col-from", "mailin-col-subject", "mailin-col-at", "mailin-col-why", "mailin-col-files"];

/// What became a case is named by its number and where it stands, what waits by its sender and subject.
fn mail_heads(l: Lang, state: &str) -> Vec<String> {
    let first = if matches!(state, "taken" | "reply") { ["outbox-col-case", "col-state"] } else { [MAIL_COLUMNS[0], MAIL_COLUMNS[1]] };
    first.iter().chain(&MAIL_COLUMNS[2..]).map(|c| l.t(c)).collect()
}

async fn mails(d: &Desk<Intake>, asked: &Fields, limit: i64) -> Answer<(&'static str, Vec<(MailIn, Vec<Cell>)>)> {
    let l = d.v.l.lang;
    let state = chosen(asked, &mail_in::STATES);
    let found = desk::list(&d.v.app, &d.scope, state, Id::parse(asked.get("before")), limit).await?;
    let mut db = d.v.app.db().read().await?;
    let mut out = Vec::new();
    for (m, head) in found {
        // What became a case is named by it; the sender is there, for those who may see them.
        let case = match m.submission {
            Some(submission) => cases::of_submission(&mut db, &d.scope, submission).await?.into_iter().next(),
            None => None,
        };
        let first = match &case {
            Some(c) => Cell::link(format!("/desk/case/{}", c.case.registration.token), c.case.registration.number.clone()),
            None if m.file_kept => {
                let from = if head.from.is_empty() { l.t("mailin-no-sender") } else { [head.name.as_str(), head.from.as_str()].join(" ") };
                Cell::link(format!("/desk/mail/{}", m.id), from.trim())
            }
            None => Cell::text("—"),
        };
        let second =
            case.map_or(head.subject, |c| format!("{} · {}", l.code("kind", c.case.kind.code()), l.code("stage", c.case.stage().code())));
        let rest = [second, l.datetime(m.received_at), why_in(l, &m), files_in(l, &m)].map(Cell::text);
        out.push((m, std::iter::once(first).chain(rest).collect()));
    }
    Ok((state, out))
}

pub(super) async fn received(d: Desk<Intake>, Query(query): Asked) -> Web {
    let l = d.v.l.lang;
    let asked = Fields::from_iter(query);
    let (state, found) = mails(&d, &asked, PAGE).await?;
    let mut counts = Vec::new();
    let mut db = d.v.app.db().read().await?;
    for s in mail_in::STATES {
        let n = mail_in::count(&mut db, &d.scope, s, CAP).await?.unsigned_abs();
        counts.push(CountLink {
            href: format!("/desk/mail?state={s}"),
            label: l.code("mailin-state", s),
            n,
            tone: tone(s),
            current: s == state,
        });
    }
    drop(db);
    let older = found.last().filter(|_| found.len() as i64 == PAGE);
    let older = older.map(|(m, _)| Link::new(format!("/desk/mail?state={state}&before={}", m.id), l.t("mail-older")));
    let rows = found.into_iter().map(|(_, cells)| Row { cells, ..Row::default() }).collect();
    let section = Section {
        id: "mails".into(),
        head: l.code("mailin-state", state),
        all: older,
        table: Some(Table { columns: mail_heads(l, state).into_iter().map(|h| (h, false)).collect(), rows, pick: None }),
        empty: l.t("mailin-none"),
        ..Section::default()
    };
    Ok(page(&Board {
        title: l.t("mailin"),
        lead: l.t("mailin-lead"),
        counts,
        links: exports(l, "/desk/mail", state),
        sections: vec![section],
        l: d.layout(),
        ..Board::default()
    }))
}

async fn received_table(d: &Desk<Intake>, query: Vec<(String, String)>) -> Answer<export::Table> {
    let l = d.v.l.lang;
    let (state, found) = mails(d, &Fields::from_iter(query), FILE).await?;
    let rows = found.into_iter().map(|(_, cells)| cells.into_iter().map(|c| c.text).collect()).collect();
    Ok(export::Table::new("mails", mail_heads(l, state), rows, d.v.app.clock().now()))
}

pub(super) async fn received_csv(d: Desk<Intake>, Query(query): Asked) -> Web {
    Ok(export::csv(&received_table(&d, query).await?))
}

pub(super) async fn received_xlsx(d: Desk<Intake>, Query(query): Asked) -> Web {
    export::xlsx(&received_table(&d, query).await?)
}

pub(super) async fn open(d: Desk<Intake>, Path(id): Path<String>) -> Web {
    let l = d.v.l.lang;
    let id = Id::parse(&id).ok_or(Denied::NotFound)?;
    let (row, mail, _) = desk::open(&d.v.app, &d.scope, id).await?;
    let files = mail.files.iter().map(|f| (f.name.clone(), l.bytes(f.bytes.len() as u64))).collect();
    let view = MailPage {
        tag: Tag::new(tone(&row.state), l.code("mailin-state", &row.state)),
        title: if mail.subject.is_empty() { l.t("mailin-title") } else { mail.subject.clone() },
        from: match &mail.from {
            Some(address) => [mail.name.as_str(), address.as_str()].join(" ").trim().to_owned(),
            None => l.t("mailin-no-sender"),
        },
        at: l.datetime(row.received_at),
        why: why_in(l, &row),
        text: if mail.text.is_empty() { l.t("mailin-no-text") } else { mail.text.clone() },
        files,
        damaged: mail.damaged,
        to: format!("/desk/mail/{id}"),
        usable: !(mail.text.is_empty() && mail.subject.is_empty() && mail.files.is_empty()),
        l: d.layout(),
    };
    Ok(page(&view))
}

/// The mail as it came, as text that no program opens as a mail by itself.
pub(super) async fn raw(d: Desk<Intake>, Path(id): Path<String>) -> Web {
    let id = Id::parse(&id).ok_or(Denied::NotFound)?;
    let (.., bytes) = desk::open(&d.v.app, &d.scope, id).await?;
    let head = [(CONTENT_TYPE, "application/octet-stream"), (CONTENT_DISPOSITION, "attachment; filename=\"mail.eml.txt\"")];
    Ok((head, Body::from(bytes)).into_response())
}

pub(super) async fn decide(d: Desk<Intake>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let id = Id::parse(&id).ok_or(Denied::NotFound)?;
    match Fields::from_iter(pairs).get("go") {
        "take" => {
            desk::take_in(&d.v.app, &d.scope, id).await?;
            Ok(see_other_with("/desk/mail", "mailin-taken"))
        }
        "drop" => {
            desk::throw_away(&d.v.app, &d.scope, id).await?;
            Ok(see_other_with("/desk/mail", "mailin-dropped"))
        }
        _ => Err(Denied::NotFound.into()),
    }
}

/// What a case's page says of mail: that it came by one, what of it was not taken, and which notices did not go out.
pub(super) async fn notes<P: Permit>(d: &Desk<P>, loaded: &Loaded) -> Answer<Vec<(Tone, String, Option<Link>)>> {
    let l = d.v.l.lang;
    let mut db = d.v.app.db().read().await?;
    let mut out = Vec::new();
    for n in outbox::failed_of(&mut db, &d.scope, loaded.id).await? {
        let when = n.done_at.map(|at| l.stamp(at)).unwrap_or_default();
        out.push((Tone::Late, l.t2("outbox-case-failed", "when", when, "why", why(l, &n.error)), None));
    }
    for m in mail_in::of_submission(&mut db, &d.scope, loaded.case.registration.submission).await? {
        if m.refused > 0 {
            out.push((Tone::Soon, l.t1("mailin-case-refused", "n", m.refused), None));
        }
        // The other may be a report: only the intake, which sees both, is told of it (Art. 37).
        if !m.maybe.is_empty() && d.role == Role::Clerk {
            let find = Link::new(format!("/desk/search?q={}", m.maybe), m.maybe.clone());
            out.push((Tone::Soon, l.t1("mailin-case-maybe", "number", m.maybe.as_str()), Some(find)));
        }
    }
    Ok(out)
}
