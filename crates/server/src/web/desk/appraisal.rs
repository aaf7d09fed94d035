//! Appraisal (考核, SD5): a unit's score of a month by the pack's weights, opening to the cases that moved it; what is contested and what was
//! decided, with the score before and after.

use super::account::{Asked, Sent};
use super::errors_of;
use super::rates::entry_row;
use super::today::export_links;
use super::{export, label};
use crate::usecase::fields::Fields;
use crate::usecase::{Answer, Denied, figures};
use crate::web::http::{Desk, Leads, Scorers, Supervisors, Web, page, page_with, see_other_with};
use crate::web::views::board::{Board, Cell, Row, Section, Table};
use crate::web::views::parts::{ActionForm, Choice, Control, Errors, Field, Group, Link, Tag, Tone};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use jiff::ToSpan as _;
use rules::ids::{CaseId, Id, UnitId};
use rules::rate::{Rate, Window, written};
use std::collections::BTreeMap;
use store::arrangement::{Arrangement, Contest};
use store::queue;
use store::tally::{self, Filter};

/// Months the page leads back.
const BACK: i64 = 24;
/// Cases listed for one unit and rate.
const CASES: usize = 500;

/// The month asked for, or the last that is over.
fn month_of(d: &Desk<Scorers>, asked: &Fields) -> String {
    let last = d.v.app.clock().now().date().first_of_month().saturating_sub(1.day());
    let asked = asked.get("month");
    if figures::month_window(asked).is_some() { asked.to_owned() } else { tally::month(last) }
}

/// The rates that make the score, each with its points.
fn weighed<P: crate::web::http::Permit>(d: &Desk<P>) -> Vec<(&'static Rate, u32)> {
    let scoring = &d.v.world.pack.scoring;
    scoring.weights.iter().filter_map(|w| Some((scoring.rate(&w.rate)?, w.points))).collect()
}

pub(super) async fn show(d: Desk<Scorers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let (l, month) = (d.v.l.lang, month_of(&d, &asked));
    let window = figures::month_window(&month).ok_or(Denied::NotFound)?;
    let step = |to: jiff::civil::Date, key: &str| Link::new(format!("/desk/appraisal?month={}", tally::month(to)), l.t(key));
    let today = d.v.app.clock().now().date();
    let oldest = today.first_of_month().saturating_sub(BACK.months());
    let mut links = Vec::new();
    links.extend((window.from > oldest).then(|| step(window.from.saturating_sub(1.day()), "rates-before")));
    links.extend((window.through < today).then(|| step(window.through.saturating_add(1.day()), "rates-after")));
    links.push(Link::new(format!("/desk/rates?period=month&on={}", window.from), l.t("rates")));
    links.extend(export_links(l, &format!("/desk/appraisal/export?month={month}")));
    let organ = d.scope.grant().map(|(_, g)| g.organ).ok_or(Denied::NotFound)?;
    let frozen = figures::published_by(&d.v.world.directory, organ, &month).is_some();
    let view = Board {
        title: format!("{} · {}", l.t("appraisal"), l.month(window.from)),
        lead: l.t("appraisal-lead"),
        links,
        notes: if frozen { vec![(Tone::Act, l.t("appraisal-frozen"), None)] } else { Vec::new() },
        sections: vec![
            Section {
                id: "scores".into(),
                head: l.t("appraisal-scores"),
                table: Some(scores_table(&d, &month, window).await?),
                empty: l.t("appraisal-none"),
                ..Section::default()
            },
            Section {
                id: "contests".into(),
                head: l.t("appraisal-contests"),
                table: Some(contests_table(&d, &month, window).await?),
                empty: l.t("appraisal-contests-none"),
                ..Section::default()
            },
        ],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// The scores as a file.
pub(super) async fn file(d: Desk<Scorers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let month = month_of(&d, &asked);
    let window = figures::month_window(&month).ok_or(Denied::NotFound)?;
    let table = scores_table(&d, &month, window).await?;
    export::file_of(&export::of_board("appraisal", &table, d.v.app.clock().now()), asked.get("as"))
}

async fn scores_table(d: &Desk<Scorers>, month: &str, window: Window) -> Answer<Table> {
    let l = d.v.l.lang;
    let weighed = weighed(d);
    let mut scores: Vec<(UnitId, figures::Score)> = figures::scores(&d.v.app, &d.scope, month).await?.into_iter().collect();
    scores.sort_by_key(|(unit, s)| (std::cmp::Reverse(s.points), *unit));
    let row = |(unit, score): &(UnitId, figures::Score)| {
        let name = d.v.world.directory.unit_on(*unit, window.through).map(|u| u.name.clone()).unwrap_or_default();
        let mut cells = vec![
            Cell::link(format!("/desk/appraisal/cases?month={month}&unit={unit}"), name),
            Cell::text(score.points.map_or_else(|| l.t("rates-no-base"), written)),
        ];
        cells.extend(weighed.iter().map(|(r, _)| {
            let v = r.of(&score.counts);
            let text = v.percent.map_or_else(|| "–".to_owned(), |p| format!("{} % ({} / {})", written(p), v.over, v.under));
            if v.under > 0 {
                Cell::link(format!("/desk/appraisal/cases?month={month}&unit={unit}&rate={}", r.id), text)
            } else {
                Cell::text(text)
            }
        }));
        cells.push(Cell::text(figures::left_out(&d.v.world.directory, month, *unit).len().to_string()));
        Row { cells, ..Row::default() }
    };
    let rows = scores.iter().filter(|(_, s)| s.points.is_some()).map(row).collect();
    let heads = weighed.iter().map(|(r, n)| (l.t2("appraisal-weight", "rate", l.code("rate", r.id), "n", *n), true));
    let columns = [(l.t("col-unit"), false), (l.t("appraisal-score"), true)].into_iter().chain(heads).chain([(l.t("appraisal-out"), true)]);
    Ok(Table { columns: columns.collect(), rows, pick: None })
}

fn ground<P: crate::web::http::Permit>(d: &Desk<P>, code: &str) -> String {
    let found = d.v.world.pack.scoring.exclusions.iter().find(|e| e.code == code);
    found.map_or_else(|| code.to_owned(), |e| if d.v.l.lang.is_chinese() { e.name.clone() } else { e.name_en.clone() })
}

async fn contests_table(d: &Desk<Scorers>, month: &str, window: Window) -> Answer<Table> {
    let l = d.v.l.lang;
    let found: Vec<(Id, &Contest)> =
        figures::contests(&d.v.world.directory, month).filter(|(_, c)| figures::reaches(&d.v.world, &d.scope, c.unit)).collect();
    let mut db = d.v.app.db().read().await?;
    let ids = found.iter().map(|(_, c)| c.case).collect();
    let lines: BTreeMap<CaseId, queue::Line> = queue::lines_of(&mut db, &d.scope, ids).await?.into_iter().map(|x| (x.id, x)).collect();
    let mut rows = Vec::new();
    for (id, c) in found {
        let number = match lines.get(&c.case) {
            Some(x) => Cell::link(format!("/desk/case/{}", x.token), x.number.clone()),
            None => Cell::text(store::cases::number_of(&mut db, &d.scope, c.case).await?.unwrap_or_default()),
        };
        let unit = d.v.world.directory.unit_on(c.unit, window.through).map(|u| u.name.clone()).unwrap_or_default();
        let state = match &c.decided {
            None if d.role == rules::access::Role::Supervisor => {
                Cell::link(format!("/desk/appraisal/contest/{id}"), l.t("appraisal-decide"))
            }
            None => Cell::tag(Tag::new(Tone::Soon, l.t("appraisal-open"))),
            Some(r) => {
                let word = l.t(if r.left_out { "appraisal-left-out" } else { "appraisal-stays" });
                let moved = l.t2("appraisal-moved", "before", written(r.score.0), "after", written(r.score.1));
                Cell::text(format!("{word} · {moved} · {}", r.reason))
            }
        };
        let cells = vec![number, Cell::text(unit), Cell::text(ground(d, &c.ground)), Cell::text(c.reason.clone()), state];
        rows.push(Row { cells, ..Row::default() });
    }
    let heads = ["col-case-number", "col-unit", "appraisal-ground", "appraisal-why", "appraisal-state"];
    Ok(Table { columns: heads.iter().map(|h| (l.t(h), false)).collect(), rows, pick: None })
}

/// The cases that moved a unit's score: those that were not up to a rate first.
pub(super) async fn cases(d: Desk<Scorers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let (l, month) = (d.v.l.lang, month_of(&d, &asked));
    let window = figures::month_window(&month).ok_or(Denied::NotFound)?;
    let unit = Id::parse(asked.get("unit")).map(UnitId).filter(|u| figures::reaches(&d.v.world, &d.scope, *u)).ok_or(Denied::NotFound)?;
    let lead = d.scope.grant().map(|(_, g)| g).filter(|g| g.role == rules::access::Role::Lead && g.unit == unit);
    let own = lead.is_some_and(|g| figures::published_by(&d.v.world.directory, g.organ, &month).is_none());
    let out = figures::left_out(&d.v.world.directory, &month, unit);
    let contested: Vec<CaseId> =
        figures::contests(&d.v.world.directory, &month).filter(|(_, c)| c.unit == unit).map(|(_, c)| c.case).collect();
    let mut db = d.v.app.db().snapshot().await?;
    let mut sections = Vec::new();
    for (r, _) in weighed(&d).into_iter().filter(|(r, _)| asked.get("rate").is_empty() || asked.get("rate") == r.id) {
        let here = |u| u == unit;
        let mut lines =
            tally::lines(&mut db, &d.scope, window, &Filter::default(), r.under.kinds, r.under.measures, here, None, CASES).await?;
        let met = |x: &tally::Line| r.over.measures.iter().any(|m| x.measures.has(*m)) != r.complement;
        lines.sort_by_key(|x| met(x));
        let ids = lines.iter().map(|x| x.case).collect();
        let open: BTreeMap<CaseId, queue::Line> = queue::lines_of(&mut db, &d.scope, ids).await?.into_iter().map(|x| (x.id, x)).collect();
        let mut rows = Vec::new();
        for x in &lines {
            let word = match () {
                () if out.contains(&x.case) => "appraisal-left-out",
                () if met(x) => "appraisal-met",
                () => "appraisal-lost",
            };
            let mut row = entry_row(&d, &mut db, x.case, x.day, x.unit, open.get(&x.case), l.t(word)).await?;
            let may = own && !contested.contains(&x.case);
            let link = format!("/desk/appraisal/contest?month={month}&case={}", x.case);
            row.cells.push(if may { Cell::link(link, l.t("appraisal-contest")) } else { Cell::default() });
            rows.push(row);
        }
        let heads = ["col-case-number", "rates-day", "col-unit", "col-kind", "col-state", "appraisal-result", "appraisal-contest"];
        let table = Table { columns: heads.iter().map(|h| (l.t(h), false)).collect(), rows, pick: None };
        sections.push(Section {
            id: r.id.into(),
            head: l.code("rate", r.id),
            table: Some(table),
            empty: l.t("rates-cases-none"),
            ..Section::default()
        });
    }
    drop(db);
    let name = d.v.world.directory.unit_on(unit, window.through).map(|u| u.name.clone()).unwrap_or_default();
    let view = Board {
        title: l.t("appraisal-cases"),
        lead: format!("{name} · {}", l.month(window.from)),
        links: vec![Link::new(format!("/desk/appraisal?month={month}"), l.t("appraisal-back"))],
        sections,
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

/// The number of a case, for a heading.
async fn number(app: &crate::app::App, scope: &store::scope::Scope, case: CaseId) -> Answer<String> {
    let mut db = app.db().read().await?;
    store::cases::number_of(&mut db, scope, case).await?.ok_or(Denied::NotFound)
}

fn form_page<P: crate::web::http::Permit>(
    d: &Desk<P>,
    title: String,
    lead: String,
    month: &str,
    mut form: ActionForm,
    errors: Errors,
) -> Board {
    form.errors = errors;
    form.back = format!("/desk/appraisal?month={month}");
    Board { title: title.clone(), lead, form: Some((title, form)), l: d.layout(), ..Board::default() }
}

async fn contest_view(d: &Desk<Leads>, typed: &Fields, errors: Errors) -> Answer<Board> {
    let l = d.v.l.lang;
    let case = Id::parse(typed.get("case")).map(CaseId).ok_or(Denied::NotFound)?;
    let month = typed.get("month");
    let window = figures::month_window(month).ok_or(Denied::NotFound)?;
    if !figures::may_contest(&d.v.app, &d.scope, case, month).await? {
        return Err(Denied::NotFound);
    }
    let number = number(&d.v.app, &d.scope, case).await?;
    let grounds = d.v.world.pack.scoring.exclusions.iter().map(|e| Choice::new(e.code.clone(), ground(d, &e.code), typed.get("ground")));
    let grounds = std::iter::once(Choice::new("", l.t("choose"), typed.get("ground"))).chain(grounds).collect();
    let mut form = ActionForm::new(l, "/desk/appraisal/contest", l.t("appraisal-contest"));
    form.hidden = vec![("case".into(), case.to_string()), ("month".into(), month.to_owned())];
    form.fields = vec![
        Field::new(l, "ground", l.t("appraisal-ground"), Control::Select(vec![Group { label: String::new(), choices: grounds }]))
            .required()
            .errors(&errors),
        Field::area(l, "reason", label(l, "reason"))
            .value(typed.get("reason"))
            .required()
            .max(500)
            .hint(l.t("appraisal-hint"))
            .errors(&errors),
    ];
    Ok(form_page(d, l.t1("appraisal-contest-case", "number", number), l.month(window.from), month, form, errors))
}

pub(super) async fn contest_page(d: Desk<Leads>, Query(query): Asked) -> Web {
    Ok(page(&contest_view(&d, &Fields::from_iter(query), Errors::default()).await?))
}

pub(super) async fn contest(d: Desk<Leads>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let case = Id::parse(fields.get("case")).map(CaseId).ok_or(Denied::NotFound)?;
    match figures::contest(&d.v.app, &d.scope, case, &fields).await {
        Ok(()) => Ok(see_other_with(&format!("/desk/appraisal?month={}", fields.get("month")), "flash-contested")),
        Err(Denied::Invalid(faults)) => {
            let view = contest_view(&d, &fields, errors_of(d.v.l.lang, &faults)).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}

async fn ruling_view(d: &Desk<Supervisors>, id: Id, typed: &Fields, errors: Errors) -> Answer<Board> {
    let l = d.v.l.lang;
    let Some(Arrangement::Contest(c)) = d.v.world.directory.arrangements.get(&id) else { return Err(Denied::NotFound) };
    if c.decided.is_some() || !figures::reaches(&d.v.world, &d.scope, c.unit) {
        return Err(Denied::NotFound);
    }
    let number = number(&d.v.app, &d.scope, c.case).await?;
    let choices = [("out", "appraisal-left-out"), ("stays", "appraisal-stays")];
    let choices = choices.map(|(code, key)| Choice::new(code, l.t(key), typed.get("ruling"))).to_vec();
    let mut form = ActionForm::new(l, format!("/desk/appraisal/contest/{id}"), l.t("appraisal-decide"));
    form.intro = format!("{} · {}", ground(d, &c.ground), c.reason);
    form.fields = vec![
        Field::new(l, "ruling", label(l, "ruling"), Control::Radio(choices)).required().errors(&errors),
        Field::area(l, "reason", label(l, "reason"))
            .value(typed.get("reason"))
            .required()
            .max(500)
            .hint(l.t("appraisal-hint"))
            .errors(&errors),
    ];
    let name = d.v.world.directory.units.get(&c.unit).map(|u| u.name.clone()).unwrap_or_default();
    Ok(form_page(d, l.t1("appraisal-decide-case", "number", number), name, &c.month, form, errors))
}

pub(super) async fn ruling_page(d: Desk<Supervisors>, Path(id): Path<String>) -> Web {
    let id = Id::parse(&id).ok_or(Denied::NotFound)?;
    Ok(page(&ruling_view(&d, id, &Fields::default(), Errors::default()).await?))
}

pub(super) async fn rule(d: Desk<Supervisors>, Path(id): Path<String>, Form(pairs): Sent) -> Web {
    let id = Id::parse(&id).ok_or(Denied::NotFound)?;
    let fields = Fields::from_iter(pairs);
    let month = match d.v.world.directory.arrangements.get(&id) {
        Some(Arrangement::Contest(c)) => c.month.clone(),
        _ => return Err(Denied::NotFound.into()),
    };
    match figures::rule(&d.v.app, &d.scope, id, &fields).await {
        Ok(()) => Ok(see_other_with(&format!("/desk/appraisal?month={month}"), "flash-ruled")),
        Err(Denied::Invalid(faults)) => {
            let view = ruling_view(&d, id, &fields, errors_of(d.v.l.lang, &faults)).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}
