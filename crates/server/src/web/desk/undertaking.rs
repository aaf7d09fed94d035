//! What leaders start, follow and close, on pages: lists of draws, meetings, topics and special actions, each with what is open and late;
//! one of them with its cases, tasks, minutes and figures; the forms of its steps. A list shows to each reader the cases that exist for them.

use super::account::{Asked, Sent};
use super::rows::{address, title_of};
use super::today::export_links;
use super::{errors_of, export, label};
use crate::usecase::fields::{Faults, Fields};
use crate::usecase::undertakings::{self as usecase, STEPS, Windows, is_late};
use crate::usecase::{Answer, Denied};
use crate::web::http::{Desk, Permit, Stewards, Web, WebError, page, page_with, see_other_with};
use crate::web::i18n::Lang;
use crate::web::timeline::review::criterion_name;
use crate::web::timeline::stage_tag_of;
use crate::web::views::board::{Board, Cell, Item, Row, Section, Table};
use crate::web::views::chart::BeforeAfter;
use crate::web::views::desk::ActionPage;
use crate::web::views::parts::{ActionForm, Choice, Control, CountLink, Errors, Field, Group, Link, Tag, Tone};
use axum::Form;
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use jiff::civil::Date;
use rules::access::Role;
use rules::case::event::Outcome;
use rules::case::supervise::{Grade, OrderState};
use rules::ids::{CaseId, Id, PersonId, UnitId};
use rules::law::{Demand, Kind};
use rules::time::Instant;
use rules::undertaking::{Held, Mechanism, Rule, Undertaking, Verdict};
use store::queue::{self, Line};
use store::undertakings::{self, Listed, Loaded};

/// What a list of cases that is taken up as a whole is narrowed by.
const LIST: [&str; 7] = ["whole_list", "unit", "kind", "stage", "due", "channel", "series"];
/// Rows of a list.
const ROWS: i64 = 50;

/// Where the list of a kind is.
pub(super) fn list_path(kind: Mechanism) -> &'static str {
    match kind {
        Mechanism::Check => "/desk/checks",
        Mechanism::Meeting => "/desk/meetings",
        Mechanism::Topic => "/desk/topics",
        Mechanism::Action => "/desk/actions",
    }
}

fn at(id: Id) -> String {
    format!("/desk/led/{id}")
}

pub(super) fn unit_name<P: Permit>(d: &Desk<P>, id: UnitId) -> String {
    d.v.world.directory.units.get(&id).map(|u| u.name.clone()).unwrap_or_default()
}

fn person_name<P: Permit>(d: &Desk<P>, id: PersonId) -> String {
    d.v.world.directory.people.get(&id).map(|p| p.name.clone()).unwrap_or_default()
}

pub(super) async fn checks(d: Desk<Stewards>, Query(q): Asked) -> Web {
    list(&d, Mechanism::Check, &Fields::from_iter(q)).await
}
pub(super) async fn meetings(d: Desk<Stewards>, Query(q): Asked) -> Web {
    list(&d, Mechanism::Meeting, &Fields::from_iter(q)).await
}
pub(super) async fn topics(d: Desk<Stewards>, Query(q): Asked) -> Web {
    list(&d, Mechanism::Topic, &Fields::from_iter(q)).await
}
pub(super) async fn actions(d: Desk<Stewards>, Query(q): Asked) -> Web {
    list(&d, Mechanism::Action, &Fields::from_iter(q)).await
}

async fn list(d: &Desk<Stewards>, kind: Mechanism, asked: &Fields) -> Web {
    let l = d.v.l.lang;
    let done = asked.get("state") == "closed";
    let after = asked.get("after").split_once('.').and_then(|(at, id)| Some((Instant(at.parse().ok()?), Id::parse(id)?)));
    let mut db = d.v.app.db().read().await?;
    let all = undertakings::list(&mut db, &d.scope, kind, done, after, ROWS).await?;
    let open = if done { undertakings::list(&mut db, &d.scope, kind, false, None, 1_000).await? } else { Vec::new() };
    drop(db);
    let path = list_path(kind);
    let table = listed(d, &all);
    if !asked.get("as").is_empty() {
        return export::file_of(&export::of_board(kind.code(), &table, d.v.app.clock().now()), asked.get("as"));
    }
    let today = d.v.app.clock().now().date();
    let running = if done { &open } else { &all };
    let late = running.iter().filter(|u| is_late(u.next_due, today)).count() as u64;
    let count = |key: &str, href: &str, n: usize, tone: Tone, current: bool| CountLink {
        href: href.to_owned(),
        label: l.t(key),
        n: n as u64,
        tone,
        current,
    };
    let mut counts = vec![count("led-open", path, running.len(), Tone::Plain, !done)];
    counts.push(count("led-late", path, usize::try_from(late).unwrap_or_default(), if late > 0 { Tone::Late } else { Tone::Plain }, false));
    let mut notes = Vec::new();
    let next = all.last().filter(|_| all.len() as i64 == ROWS).map(|u| format!("{}.{}", u.opened_at.0, u.id));
    if let Some(next) = next {
        let href = address(path, asked, &[("after", &next)]);
        notes.push((Tone::Plain, l.t1("led-more", "n", ROWS), Some(Link::new(href, l.t("pager-next")))));
    }
    let mut sections = vec![Section {
        id: "list".into(),
        head: l.t(if done { "led-closed" } else { "led-running" }),
        all: Some(if done { Link::new(path, l.t("led-running")) } else { Link::new(format!("{path}?state=closed"), l.t("led-closed")) }),
        table: Some(table),
        empty: l.t(&format!("led-none-{}", kind.code())),
        ..Section::default()
    }];
    let leads = d.role == Role::Supervisor;
    if leads && matches!(kind, Mechanism::Topic | Mechanism::Action) && !done {
        sections.push(proposals(d, kind).await?);
    }
    let mut links = Vec::new();
    if leads {
        links.push(Link::new(format!("/desk/led/new/{}", kind.code()), l.t(&format!("led-new-{}", kind.code()))));
        if kind == Mechanism::Check && d.v.world.pack.review.recheck_untrue {
            links.push(Link::new("/desk/led/new/check?found=untrue&wanted=200", l.t("led-recheck")));
        }
    }
    links.extend(export_links(l, &address(path, asked, &[])));
    let view = Board {
        title: l.t(&format!("led-{}", kind.code())),
        lead: l.t(&format!("led-lead-{}", kind.code())),
        counts,
        links,
        notes,
        sections,
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

fn listed(d: &Desk<Stewards>, all: &[Listed]) -> Table {
    let l = d.v.l.lang;
    let today = d.v.app.clock().now().date();
    let row = |u: &Listed| {
        let state = match u.closed_at {
            Some(at) => Tag::new(Tone::Good, l.t1("led-closed-on", "date", l.day(at.date()))),
            None => Tag::new(Tone::Act, l.t("led-running")),
        };
        let due = u.next_due.map_or_else(Tag::default, |day| due_tag(l, day, today));
        let work = if u.kind == Mechanism::Check { (u.cases - u.unchecked, u.cases) } else { (u.tasks - u.tasks_open, u.tasks) };
        Row {
            cells: vec![
                Cell::link(at(u.id), u.title.clone()),
                Cell::text(l.date(u.from)),
                Cell::tag(state),
                Cell::text(if work.1 == 0 { "—".to_owned() } else { format!("{} / {}", work.0, work.1) }),
                Cell::tag(due),
            ],
            ..Row::default()
        }
    };
    let columns = [("field-theme", false), ("led-from", false), ("col-state", false), ("led-done", true), ("led-next-due", false)];
    Table { columns: columns.into_iter().map(|(key, num)| (l.t(key), num)).collect(), rows: all.iter().map(row).collect(), pick: None }
}

fn due_tag(l: Lang, day: Date, today: Date) -> Tag {
    match day {
        _ if day < today => Tag::new(Tone::Late, l.t1("led-late-since", "date", l.day(day))),
        _ if day == today => Tag::new(Tone::Soon, l.t("due-today")),
        _ => Tag::new(Tone::Plain, l.day(day)),
    }
}

/// A rule in words.
fn rule_words<P: Permit>(d: &Desk<P>, rule: &Rule) -> String {
    let l = d.v.l.lang;
    let demand = if rule.demand.is_empty() { String::new() } else { l.code("demand", &rule.demand) };
    let unit = rule.unit.map(|u| unit_name(d, u)).unwrap_or_default();
    let words = if rule.words.is_empty() { String::new() } else { l.t1("led-rule-words", "words", &rule.words) };
    [rule.respondent.clone(), demand, unit, words].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · ")
}

async fn proposals(d: &Desk<Stewards>, kind: Mechanism) -> Answer<Section> {
    let l = d.v.l.lang;
    let (found, capped) = usecase::proposals(&d.v.app, &d.scope).await?;
    let row = |p: &rules::undertaking::Proposal| {
        let words = rule_words(d, &p.rule);
        let change = i64::from(p.now) - i64::from(p.before);
        let growth = match p.before {
            0 => l.t("led-growth-new"),
            before => format!("{:+} ({:+}%)", change, change * 100 / i64::from(before)),
        };
        let pairs = Fields::default();
        let unit = p.rule.unit.map(|u| u.to_string()).unwrap_or_default();
        let replace = [
            ("theme", words.as_str()),
            ("rule_respondent", p.rule.respondent.as_str()),
            ("rule_demand", p.rule.demand.as_str()),
            ("rule_unit", unit.as_str()),
        ];
        Row {
            cells: vec![
                Cell::text(words.clone()),
                Cell::link(address("/desk/led/recent", &pairs, &replace[1..]), p.now.to_string()),
                Cell::text(p.before.to_string()),
                Cell::text(growth),
                Cell::text(p.units.to_string()),
                Cell::link(address(&format!("/desk/led/new/{}", kind.code()), &pairs, &replace), l.t("led-make")),
            ],
            ..Row::default()
        }
    };
    let columns = [
        ("led-proposal", false),
        ("led-n-now", true),
        ("led-n-before", true),
        ("led-growth", true),
        ("led-n-units", true),
        ("acts", false),
    ];
    let head = if capped { l.t1("led-proposals-capped", "n", undertakings::WINDOW) } else { l.t1("led-proposals", "n", usecase::DAYS) };
    Ok(Section {
        id: "proposals".into(),
        head,
        table: Some(Table {
            columns: columns.into_iter().map(|(key, num)| (l.t(key), num)).collect(),
            rows: found.iter().map(row).collect(),
            pick: None,
        }),
        empty: l.t("led-proposals-none"),
        ..Section::default()
    })
}

/// The cases behind a number of the proposals: those of the last days that fit a rule.
pub(super) async fn recent(d: Desk<Stewards>, Query(q): Asked) -> Web {
    let asked = Fields::from_iter(q);
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let rule = Rule {
        respondent: asked.get("rule_respondent").to_owned(),
        demand: asked.get("rule_demand").to_owned(),
        unit: Id::parse(asked.get("rule_unit")).map(UnitId),
        words: asked.get("rule_words").to_owned(),
    };
    let Some((_, grant)) = d.scope.grant() else { return Err(WebError(Denied::NotFound)) };
    let mut db = d.v.app.db().read().await?;
    let from = now.plus_minutes(-usecase::DAYS * 24 * 60);
    let briefs = undertakings::between(&mut db, &d.scope, grant.organ, from, Instant(i64::MAX)).await?;
    drop(db);
    let ids = briefs.iter().filter(|b| rule.fits(b)).map(|b| b.case).collect();
    let title = rule_words(&d, &rule);
    of_cases(&d, title, l.t1("led-proposals", "n", usecase::DAYS), ids).await
}

/// Cases by id as a page, as far as they exist for the reader; at most 500 are shown.
async fn of_cases(d: &Desk<Stewards>, title: String, lead: String, ids: Vec<CaseId>) -> Web {
    let l = d.v.l.lang;
    let shown: Vec<CaseId> = ids.into_iter().take(500).collect();
    let mut db = d.v.app.db().read().await?;
    let lines = queue::lines_of(&mut db, &d.scope, shown).await?;
    drop(db);
    let row = |line: &Line| Row {
        cells: vec![
            Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
            Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
            Cell::text(line.respondent.clone()),
            Cell::text(line.unit.map(|u| unit_name(d, u)).unwrap_or_default()),
            Cell::text(l.stamp(line.registered_at)),
            Cell::tag(stage_tag_of(l, &line.stage, line.outcome.as_deref())),
        ],
        ..Row::default()
    };
    let columns = ["col-case", "col-kind", "col-respondent", "col-unit", "col-received", "col-state"];
    let section = Section {
        id: "cases".into(),
        head: l.t1("led-cases", "n", lines.len()),
        table: Some(Table { columns: columns.map(|key| (l.t(key), false)).to_vec(), rows: lines.iter().map(row).collect(), pick: None }),
        empty: l.t("cases-none"),
        ..Section::default()
    };
    Ok(page(&Board { title, lead, sections: vec![section], l: d.layout(), ..Board::default() }))
}

/// One of the two windows of a topic: its cases.
pub(super) async fn window(d: Desk<Stewards>, Path((id, which)): Path<(String, String)>) -> Web {
    let loaded = load(&d, &id).await?;
    let l = d.v.l.lang;
    let windows = usecase::windows(&d.v.app, &d.scope, &loaded.state).await?.ok_or(Denied::NotFound).map_err(WebError)?;
    let briefs = match which.as_str() {
        "before" => windows.before,
        "after" => windows.after,
        _ => return Err(WebError(Denied::NotFound)),
    };
    let lead = l.t1(if which == "before" { "led-window-before" } else { "led-window-after" }, "n", windows.days);
    of_cases(&d, loaded.state.opened.title, lead, briefs.into_iter().map(|b| b.case).collect()).await
}

async fn load<P: Permit>(d: &Desk<P>, id: &str) -> Answer<Loaded> {
    let id = Id::parse(id).ok_or(Denied::NotFound)?;
    usecase::load(&d.v.app, &d.scope, id).await
}

/// One of them, whole.
pub(super) async fn show(d: Desk<Stewards>, Path(id): Path<String>, Query(q): Asked) -> Web {
    let asked = Fields::from_iter(q);
    let loaded = load(&d, &id).await?;
    let s = &loaded.state;
    let (l, kind) = (d.v.l.lang, s.opened.kind);
    let mut db = d.v.app.db().read().await?;
    let lines = queue::lines_of(&mut db, &d.scope, s.cases.iter().map(|h| h.taken.case).collect()).await?;
    let answered = open_answers(&d, &mut db, s, &lines).await?;
    drop(db);
    let cases = cases_table(&d, &loaded, &lines, &answered);
    if !asked.get("as").is_empty() {
        return export::file_of(&export::of_board(kind.code(), &cases, d.v.app.clock().now()), asked.get("as"));
    }
    let leads = d.role == Role::Supervisor && s.closed.is_none();
    let mut links = Vec::new();
    let step = |name: &str| Link::new(format!("{}/{name}", at(loaded.id)), l.t(&format!("led-step-{name}")));
    if leads {
        if kind != Mechanism::Check {
            links.extend([step("task"), step("cases")]);
        }
        if kind == Mechanism::Meeting {
            links.push(step("minutes"));
        }
        links.push(step("close"));
    }
    links.extend(export_links(l, &at(loaded.id)));
    let mut sections = vec![about(&d, s)];
    if kind != Mechanism::Check {
        sections.push(tasks(&d, &loaded, &lines).await?);
    }
    if kind == Mechanism::Check && s.cases.iter().any(|h| h.checked.is_some()) {
        sections.push(by_unit(&d, s, &lines));
    }
    sections.push(Section {
        id: "cases".into(),
        head: l.t1("led-cases", "n", lines.len()),
        table: Some(cases),
        empty: l.t("led-cases-none"),
        ..Section::default()
    });
    for (key, text) in [("led-minutes", s.minutes.as_str()), ("led-report", s.closed.as_ref().map_or("", |(_, r)| r.as_str()))] {
        if !text.is_empty() {
            sections.push(words(l, key, text));
        }
    }
    let windows = usecase::windows(&d.v.app, &d.scope, s).await?;
    let new = if leads { usecase::collected(&d.v.app, &d.scope, s).await?.len() } else { 0 };
    let collect = Link::new(format!("{}/cases?by_rule=1", at(loaded.id)), l.t("led-collect"));
    let notes = (new > 0).then(|| (Tone::Act, l.t1("led-collected", "n", new), Some(collect)));
    let view = Board {
        title: s.opened.title.clone(),
        lead: format!("{} · {}", l.t(&format!("led-{}", kind.code())), l.date(s.opened.from)),
        links,
        notes: notes.into_iter().collect(),
        chart: windows.map(|w| chart(&d, &loaded, &w)),
        sections,
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

fn words(l: Lang, key: &str, text: &str) -> Section {
    let rows = text.lines().filter(|p| !p.trim().is_empty()).map(|p| Row { cells: vec![Cell::text(p)], ..Row::default() }).collect();
    let table = Table { columns: vec![(l.t(key), false)], rows, pick: None };
    Section { id: key.replace("led-", ""), head: l.t(key), table: Some(table), ..Section::default() }
}

/// What it is, in lines of name and value.
fn about(d: &Desk<Stewards>, s: &Undertaking) -> Section {
    let l = d.v.l.lang;
    let mut rows = Vec::new();
    let mut add = |name: String, value: String| {
        if !value.is_empty() {
            rows.push(Row { cells: vec![Cell::text(name), Cell::text(value)], ..Row::default() });
        }
    };
    add(label(l, "owner"), person_name(d, s.opened.owner));
    add(label(l, "units"), s.opened.units.iter().map(|u| unit_name(d, *u)).collect::<Vec<_>>().join("、"));
    add(label(l, "about"), s.opened.about.clone());
    add(l.t("led-until"), s.opened.until.map(|u| l.date(u)).unwrap_or_default());
    add(l.t("led-rule"), s.opened.rule.as_ref().map(|r| rule_words(d, r)).unwrap_or_default());
    if let Some(draw) = &s.opened.draw {
        let word = |(name, value): &(String, String)| {
            let value = match name.as_str() {
                "unit" => Id::parse(value).map(|u| unit_name(d, UnitId(u))).unwrap_or_default(),
                "kind" | "outcome" => l.code(name, value),
                "state" | "found" => l.code(&format!("draw-{name}"), value),
                _ => value.clone(),
            };
            format!("{}：{value}", label(l, name))
        };
        add(l.t("draw-filter"), draw.filter.iter().map(word).collect::<Vec<_>>().join("；"));
        add(l.t("draw-population"), l.t2("draw-drawn", "n", s.cases.len(), "of", draw.population));
        add(l.t("draw-position"), draw.position.to_string());
        add(l.t("draw-seed"), draw.seed.clone());
        add(l.t("draw-how"), l.t("draw-how-text"));
    }
    let closed = s.closed.as_ref().map(|(at, _)| l.t1("led-closed-on", "date", l.date(at.date())));
    add(l.t("col-state"), closed.unwrap_or_else(|| l.t("led-running")));
    let columns = vec![(l.t("led-fact"), false), (l.t("led-value"), false)];
    Section { id: "about".into(), head: l.t("led-about"), table: Some(Table { columns, rows, pick: None }), ..Section::default() }
}

async fn tasks(d: &Desk<Stewards>, loaded: &Loaded, lines: &[Line]) -> Answer<Section> {
    let (l, s) = (d.v.l.lang, &loaded.state);
    let today = d.v.app.clock().now().date();
    let my_unit = d.scope.grant().map(|(_, g)| g.unit);
    let open = s.tasks.iter().filter(|w| w.ended.is_none()).count();
    let mut rows = Vec::new();
    for w in &s.tasks {
        let ordered = usecase::order_state(&d.v.app, &d.scope, &w.task).await?;
        let (state, note) = match &w.ended {
            Some((true, at, note)) => (Tag::new(Tone::Good, l.t1("task-done-on", "date", l.day(at.date()))), note.clone()),
            Some((false, at, note)) => (Tag::new(Tone::Plain, l.t1("task-let-go-on", "date", l.day(at.date()))), note.clone()),
            None => (due_tag(l, w.task.due, today), String::new()),
        };
        let line = w.task.case.and_then(|c| lines.iter().find(|line| line.id == c));
        let mut case = line.map_or_else(Cell::default, |line| Cell::link(format!("/desk/case/{}", line.token), line.number.clone()));
        if let Some(state) = ordered {
            let tone = if state == OrderState::Accepted { Tone::Good } else { Tone::Act };
            let words = [l.code("sup-grade", Grade::Supervise.code()), l.code("sup-state", state.code())].join(" · ");
            case.tag = Tag::new(tone, words);
        }
        let mine = d.role == Role::Supervisor || (d.role == Role::Lead && my_unit == Some(w.task.unit));
        let act = if w.ended.is_none() && mine && s.closed.is_none() {
            Cell::link(format!("{}/end?task={}", at(loaded.id), w.task.id), l.t("led-step-end"))
        } else {
            Cell::text(note)
        };
        let cells = vec![
            Cell::text(w.task.what.clone()),
            Cell::text(unit_name(d, w.task.unit)),
            case,
            Cell::text(l.date(w.task.due)),
            Cell::tag(state),
            act,
        ];
        rows.push(Row { cells, ..Row::default() });
    }
    let columns = ["field-what-to-do", "field-task-unit", "col-case", "field-task-due", "col-state", "field-result-note"];
    Ok(Section {
        id: "tasks".into(),
        head: l.t2("led-tasks", "open", open, "all", s.tasks.len()),
        table: Some(Table { columns: columns.map(|key| (l.t(key), false)).to_vec(), rows, pick: None }),
        empty: l.t("led-tasks-none"),
        ..Section::default()
    })
}

/// What meetings, topics and actions want done by the unit of a head, for their day.
pub(super) async fn sections<P: Permit>(d: &Desk<P>, few: i64) -> Answer<Option<Section>> {
    let (l, today) = (d.v.l.lang, d.v.app.clock().now().date());
    let Some(unit) = d.scope.grant().map(|(_, g)| g.unit).filter(|_| d.role == Role::Lead) else { return Ok(None) };
    let mut items = Vec::new();
    let mut db = d.v.app.db().read().await?;
    for kind in [Mechanism::Meeting, Mechanism::Topic, Mechanism::Action] {
        for u in undertakings::list(&mut db, &d.scope, kind, false, None, few).await?.into_iter().filter(|u| u.tasks_open > 0) {
            let Some(loaded) = undertakings::load(&mut db, &d.scope, u.id).await? else { continue };
            let open = loaded.state.tasks.into_iter().filter(|w| w.ended.is_none() && w.task.unit == unit);
            items.extend(open.map(|w| (w.task.due, w.task.what, u.id, u.title.clone())));
        }
    }
    drop(db);
    items.sort();
    let item = |(due, what, id, title): (Date, String, Id, String)| Item {
        href: format!("{}#tasks", at(id)),
        title: what,
        line: title,
        tag: due_tag(l, due, today),
    };
    let items: Vec<Item> = items.into_iter().map(item).collect();
    Ok((!items.is_empty()).then(|| Section { id: "led".into(), head: l.t("led-mine"), items, ..Section::default() }))
}

/// The cases of a check whose units have not answered what was found.
async fn open_answers(
    d: &Desk<Stewards>,
    db: &mut store::engine::Reader,
    s: &Undertaking,
    lines: &[Line],
) -> Result<Vec<CaseId>, store::engine::Error> {
    let mut open = Vec::new();
    for h in s.cases.iter().filter(|h| h.checked.as_ref().is_some_and(|(v, _)| *v != Verdict::Right)) {
        if lines.iter().any(|line| line.id == h.taken.case)
            && store::cases::load(db, &d.scope, h.taken.case).await?.is_some_and(|c| c.case.check_open)
        {
            open.push(h.taken.case);
        }
    }
    Ok(open)
}

fn verdict_tag(l: Lang, verdict: Verdict) -> Tag {
    let tone = match verdict {
        Verdict::Right => Tone::Good,
        Verdict::Slight => Tone::Soon,
        Verdict::Grave | Verdict::Again => Tone::Late,
    };
    Tag::new(tone, l.code("verdict", verdict.code()))
}

fn cases_table(d: &Desk<Stewards>, loaded: &Loaded, lines: &[Line], unanswered: &[CaseId]) -> Table {
    let (l, s) = (d.v.l.lang, &loaded.state);
    let check = s.opened.kind == Mechanism::Check;
    let me = d.scope.grant().map(|(p, _)| p);
    let leads = d.role == Role::Supervisor;
    let row = |(h, line): (&Held, &Line)| {
        let mut cells = vec![
            Cell::link(format!("/desk/case/{}", line.token), title_of(l, line)),
            Cell::text(format!("{} {}", l.code("kind", &line.kind), line.number)),
            Cell::text(h.taken.unit.map(|u| unit_name(d, u)).unwrap_or_default()),
            Cell::tag(stage_tag_of(l, &line.stage, line.outcome.as_deref())),
        ];
        let link = |step: &str| Cell::link(format!("{}/{step}?case={}", at(loaded.id), line.id), l.t(&format!("led-step-{step}")));
        if check {
            cells.push(Cell::text(h.reviewer.map(|p| person_name(d, p)).unwrap_or_else(|| l.t("led-no-reviewer"))));
            let (found, unmet) = h.checked.as_ref().map_or((Tag::default(), String::new()), |(v, unmet)| {
                let names: Vec<String> = unmet.iter().map(|id| criterion_name(l, &d.v.world.pack, id)).collect();
                (verdict_tag(l, *v), names.join("、"))
            });
            cells.push(Cell { tag: found, text: unmet, ..Cell::default() });
            cells.push(match () {
                () if s.closed.is_some() => Cell::default(),
                () if h.checked.is_none() && h.reviewer == me => link("check"),
                () if h.checked.is_none() && leads => link("reviewer"),
                () if unanswered.contains(&line.id) && d.role == Role::Lead => {
                    Cell::link(super::action::address(&line.token, rules::case::command::Action::AnswerCheck), l.t("led-answer"))
                }
                () if unanswered.contains(&line.id) => Cell::text(l.t("led-unanswered")),
                () => Cell::default(),
            });
        } else {
            cells.push(if leads && s.closed.is_none() { link("drop") } else { Cell::default() });
        }
        Row { cells, ..Row::default() }
    };
    let mut columns = vec!["col-case", "col-kind", "col-unit", "col-state"];
    if check {
        columns.extend(["field-reviewer", "field-verdict"]);
    }
    columns.push("acts");
    let found = s.cases.iter().filter_map(|h| lines.iter().find(|line| line.id == h.taken.case).map(|line| (h, line)));
    Table { columns: columns.into_iter().map(|key| (l.t(key), false)).collect(), rows: found.map(row).collect(), pick: None }
}

/// What was found, counted by unit; only cases that exist for the reader count.
fn by_unit(d: &Desk<Stewards>, s: &Undertaking, lines: &[Line]) -> Section {
    let l = d.v.l.lang;
    let seen = |h: &&Held| lines.iter().any(|line| line.id == h.taken.case);
    let mut units: Vec<Option<UnitId>> = s.cases.iter().filter(seen).map(|h| h.taken.unit).collect();
    units.sort_unstable();
    units.dedup();
    let row = |unit: &Option<UnitId>| {
        let of: Vec<&Held> = s.cases.iter().filter(seen).filter(|h| h.taken.unit == *unit).collect();
        let n = |v: Verdict| of.iter().filter(|h| h.checked.as_ref().is_some_and(|(found, _)| *found == v)).count();
        let checked = of.iter().filter(|h| h.checked.is_some()).count();
        let right = n(Verdict::Right);
        let rate = (right * 100).checked_div(checked).map_or_else(|| "—".to_owned(), |percent| format!("{percent}%"));
        let mut cells = vec![Cell::text(unit.map(|u| unit_name(d, u)).unwrap_or_default()), Cell::text(of.len().to_string())];
        cells.extend(Verdict::ALL.iter().map(|v| Cell::text(n(*v).to_string())));
        cells.push(Cell::text(rate));
        Row { cells, ..Row::default() }
    };
    let mut columns = vec![(l.t("col-unit"), false), (l.t("draw-n-drawn"), true)];
    columns.extend(Verdict::ALL.iter().map(|v| (l.code("verdict", v.code()), true)));
    columns.push((l.t("draw-right-rate"), true));
    let table = Table { columns, rows: units.iter().map(row).collect(), pick: None };
    Section { id: "units".into(), head: l.t("draw-by-unit"), table: Some(table), ..Section::default() }
}

/// Weeks, or days where a window is short, of the windows before and after.
fn chart(d: &Desk<Stewards>, loaded: &Loaded, w: &Windows) -> BeforeAfter {
    let l = d.v.l.lang;
    let start = Instant::start_of(loaded.state.opened.from);
    let step = if w.days > 10 { 7 } else { 1 };
    let bins = usize::try_from((w.days + step - 1) / step).unwrap_or(1);
    let width = step * 86_400_000_000;
    let mut counted = vec![0u32; 2 * bins];
    for b in w.before.iter().chain(&w.after) {
        // Counted away from the first day, so that both windows are cut alike.
        let off = if b.at < start { start.0 - 1 - b.at.0 } else { b.at.0 - start.0 };
        let bin = usize::try_from(off / width).unwrap_or(0).min(bins - 1);
        counted[if b.at < start { bins - 1 - bin } else { bins + bin }] += 1;
    }
    let first = |i: usize| {
        let n = i64::try_from(i).unwrap_or(0) - i64::try_from(bins).unwrap_or(0);
        l.day(Instant(start.0 + n * width).date())
    };
    let (n_before, n_after) = (w.before.len(), w.after.len());
    let change = n_after as i64 - n_before as i64;
    let percent = if n_before == 0 { String::new() } else { format!(" ({:+}%)", change * 100 / n_before as i64) };
    BeforeAfter::new(
        l,
        l.t1("led-chart", "n", w.days),
        counted.iter().enumerate().map(|(i, n)| (first(i), *n, i >= bins)).collect(),
        [
            (l.t("led-before"), n_before, format!("{}/window/before", at(loaded.id))),
            (l.t("led-after"), n_after, format!("{}/window/after", at(loaded.id))),
        ],
        format!("{}{change:+}{percent}", l.t("led-change")),
        d.role == Role::Supervisor,
    )
}

// Forms.

/// The mistakes of a form; what the rules say of it as a whole stands over it.
fn mistakes(l: Lang, faults: &Faults) -> Errors {
    let (whole, named): (Vec<_>, Vec<_>) = faults.0.iter().cloned().partition(|(field, _)| field.is_empty());
    let mut errors = errors_of(l, &Faults(named));
    whole.iter().for_each(|(_, code)| errors.add("", crate::web::faults::beside_its_name(l, "", code)));
    errors
}

fn select(l: Lang, name: &str, choices: Vec<(String, String)>, typed: &str, none: &str) -> Field {
    let mut all = vec![Choice::new("", l.t(none), typed)];
    all.extend(choices.into_iter().map(|(value, word)| Choice::new(value, word, typed)));
    Field::new(l, name, label(l, name), Control::Select(vec![Group { label: String::new(), choices: all }]))
}

fn hinted(l: Lang, field: Field) -> Field {
    let key = format!("hint-{}", field.name.replace('_', "-"));
    if l.has(&key) { field.hint(l.t(&key)) } else { field }
}

fn unit_choices<P: Permit>(d: &Desk<P>) -> Vec<(String, String)> {
    let organ = d.scope.grant().map(|(_, g)| g.organ);
    let units = organ.map(|o| usecase::units(&d.v.world, o)).unwrap_or_default();
    units.into_iter().take(super::MOST_OFFERED).map(|u| (u.to_string(), unit_name(d, u))).collect()
}

fn people_choices<P: Permit>(d: &Desk<P>, of: impl Fn(&crate::app::World, rules::ids::OrganId) -> Vec<PersonId>) -> Vec<(String, String)> {
    let organ = d.scope.grant().map(|(_, g)| g.organ);
    let people = organ.map(|o| of(&d.v.world, o)).unwrap_or_default();
    people.into_iter().map(|p| (p.to_string(), person_name(d, p))).collect()
}

fn date(l: Lang, name: &str, fields: &Fields, errors: &Errors) -> Field {
    let typed = fields.get(name);
    let field = if errors.of(name).is_some() && !typed.is_empty() {
        Field::text(l, name, label(l, name))
    } else {
        Field::new(l, name, label(l, name), Control::Date)
    };
    hinted(l, field.value(typed))
}

fn checks_of(l: Lang, name: &str, all: Vec<(String, String)>, fields: &Fields) -> Field {
    let chosen = fields.all(name);
    let choice = |(value, word): (String, String)| Choice { checked: chosen.contains(&value), ..Choice::new(value, word, "") };
    Field::new(l, name, label(l, name), Control::Checks { choices: all.into_iter().map(choice).collect(), chips: true })
}

fn new_form<P: Permit>(d: &Desk<P>, kind: Mechanism, fields: &Fields, errors: Errors) -> ActionPage {
    let l = d.v.l.lang;
    let text = |name: &str| hinted(l, Field::text(l, name, label(l, name)).value(fields.get(name)));
    let area = |name: &str| hinted(l, Field::area(l, name, label(l, name)).value(fields.get(name)));
    let pick = |name: &str, all: Vec<(String, String)>, none: &str| hinted(l, select(l, name, all, fields.get(name), none));
    let demands = || Demand::ALL.iter().map(|x| (x.code().to_owned(), l.code("demand", x.code()))).collect();
    let mut form = ActionForm::new(l, format!("/desk/led/new/{}", kind.code()), l.t(&format!("led-new-{}", kind.code())));
    form.fields.push(text("theme").required().max(60));
    form.intro = l.t("led-no-personal");
    let whole = fields.ticked("whole_list");
    match kind {
        Mechanism::Check => {
            let codes = |family: &str, all: &[&str]| all.iter().map(|c| ((*c).to_owned(), l.code(family, c))).collect::<Vec<_>>();
            let kinds = Kind::ALL.iter().map(|k| (k.code().to_owned(), l.code("kind", k.code()))).collect();
            let outcomes = Outcome::ALL.iter().map(|o| (o.code().to_owned(), l.code("outcome", o.code()))).collect();
            form.fields.extend([
                pick("state", codes("draw-state", &["closed", "open"]), "filter-all"),
                date(l, "ended_from", fields, &errors),
                date(l, "ended_until", fields, &errors),
                pick("unit", unit_choices(d), "filter-all"),
                pick("kind", kinds, "filter-all"),
                pick("outcome", outcomes, "filter-all"),
                pick("found", codes("draw-found", &["untrue", "dissatisfied"]), "filter-all"),
                text("wanted").required(),
                text("seed").max(64),
                hinted(l, checks_of(l, "reviewers", people_choices(d, usecase::reviewers), fields)),
            ]);
        }
        _ => {
            form.fields.push(area("about"));
            form.fields.push(date(l, "from_day", fields, &errors));
            if kind != Mechanism::Meeting {
                form.fields.push(date(l, "until_day", fields, &errors));
            }
            form.fields.push(pick("owner", people_choices(d, usecase::owners), "led-owner-me"));
            form.fields.push(checks_of(l, "units", unit_choices(d), fields));
            if kind != Mechanism::Meeting {
                form.fields.extend([
                    text("rule_respondent"),
                    pick("rule_demand", demands(), "filter-all"),
                    pick("rule_unit", unit_choices(d), "filter-all"),
                    text("rule_words").max(30),
                ]);
            }
            if whole {
                form.hidden = LIST.iter().map(|k| ((*k).to_owned(), fields.get(k).to_owned())).filter(|(_, v)| !v.is_empty()).collect();
                form.intro = l.t1("led-whole-list", "n", usecase::MOST);
            } else {
                form.fields.push(area("case_numbers"));
            }
        }
    }
    form.fields = form.fields.into_iter().map(|f| f.errors(&errors)).collect();
    form.back = list_path(kind).into();
    form.errors = errors;
    ActionPage {
        case: l.t(&format!("led-{}", kind.code())),
        title: l.t(&format!("led-new-{}", kind.code())),
        facts: Vec::new(),
        stop: String::new(),
        form,
        l: d.layout(),
    }
}

fn kind_of(code: &str) -> Answer<Mechanism> {
    Mechanism::parse(code).ok_or(Denied::NotFound)
}

pub(super) async fn new(d: Desk<super::Supervisors>, Path(kind): Path<String>, Query(q): Asked) -> Web {
    let fields = Fields::from_iter(q);
    Ok(page(&new_form(&d, kind_of(&kind)?, &fields, Errors::default())))
}

pub(super) async fn open(d: Desk<super::Supervisors>, Path(kind): Path<String>, Form(pairs): Sent) -> Web {
    let (kind, fields) = (kind_of(&kind)?, Fields::from_iter(pairs));
    let list = fields.ticked("whole_list").then(|| super::lists::organ_filter(&fields, d.v.app.clock().now()));
    match usecase::open(&d.v.app, &d.scope, kind, &fields, list).await {
        Ok(id) => Ok(see_other_with(&at(id), "flash-led")),
        Err(Denied::Invalid(faults)) => {
            let view = new_form(&d, kind, &fields, mistakes(d.v.l.lang, &faults));
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}

async fn step_form(d: &Desk<Stewards>, loaded: &Loaded, step: &str, fields: &Fields, errors: Errors) -> Answer<ActionPage> {
    let (l, s) = (d.v.l.lang, &loaded.state);
    let area = |name: &str| hinted(l, Field::area(l, name, label(l, name)).value(fields.get(name)).required());
    let mut db = d.v.app.db().read().await?;
    let lines = queue::lines_of(&mut db, &d.scope, s.cases.iter().map(|h| h.taken.case).collect()).await?;
    drop(db);
    let line = Id::parse(fields.get("case")).and_then(|c| lines.iter().find(|line| line.id.0 == c));
    let held = line.and_then(|line| s.held(line.id));
    let mut form = ActionForm::new(l, format!("{}/{step}", at(loaded.id)), l.t(&format!("led-step-{step}")));
    let mut facts = Vec::new();
    let mut fact = |name: String, value: String| {
        if !value.is_empty() {
            facts.push(crate::web::views::desk::Fact { label: name, value, ..crate::web::views::desk::Fact::default() });
        }
    };
    if let (Some(line), "drop" | "reviewer" | "check") = (line, step) {
        fact(l.t("col-case"), format!("{} {} · {}", l.code("kind", &line.kind), line.number, title_of(l, line)));
        fact(l.t("col-unit"), held.and_then(|h| h.taken.unit).map(|u| unit_name(d, u)).unwrap_or_default());
        form.hidden.push(("case".into(), line.id.to_string()));
    }
    match step {
        "cases" if fields.ticked("by_rule") => form.hidden.push(("by_rule".into(), "1".into())),
        "cases" => form.fields.push(area("case_numbers")),
        "task" => {
            let cases = lines.iter().map(|line| (line.id.to_string(), format!("{} · {}", line.number, title_of(l, line)))).collect();
            form.intro = l.t("led-no-personal");
            form.fields.extend([
                area("what_to_do"),
                select(l, "task_unit", unit_choices(d), fields.get("task_unit"), "choose").required(),
                date(l, "task_due", fields, &errors).required(),
                select(l, "case", cases, fields.get("case"), "led-all-cases").hint(l.t("led-becomes-order")),
            ]);
        }
        "end" => {
            let task = Id::parse(fields.get("task")).and_then(|t| s.tasks.iter().find(|w| w.task.id == t)).ok_or(Denied::NotFound)?;
            fact(label(l, "what_to_do"), task.task.what.clone());
            fact(label(l, "task_unit"), unit_name(d, task.task.unit));
            fact(label(l, "task_due"), l.date(task.task.due));
            form.hidden.push(("task".into(), task.task.id.to_string()));
            let codes: &[&str] = if d.role == Role::Supervisor { &["done", "let_go"] } else { &["done"] };
            let typed = if fields.get("ended").is_empty() { "done" } else { fields.get("ended") };
            let choices = codes.iter().map(|c| Choice::new(*c, l.code("task-ended", c), typed)).collect();
            form.fields.extend([Field::new(l, "ended", label(l, "ended"), Control::Radio(choices)).required(), area("result_note")]);
        }
        "reviewer" => {
            let held = held.ok_or(Denied::NotFound)?;
            let all = people_choices(d, |world, organ| {
                usecase::reviewers(world, organ).into_iter().filter(|p| usecase::may_check(world, *p, &held.taken)).collect()
            });
            form.fields.push(select(l, "reviewer", all, fields.get("reviewer"), "choose").required());
        }
        "check" => {
            let line = line.ok_or(Denied::NotFound)?;
            let mut db = d.v.app.db().read().await?;
            let case = store::cases::load(&mut db, &d.scope, line.id).await?.ok_or(Denied::NotFound)?.case;
            drop(db);
            // What the log itself says to the criteria, so that the sheet is filled from facts.
            let lapsed = case.clocks.iter().filter(|c| c.lapsed).count();
            fact(l.t("sheet-lapsed"), lapsed.to_string());
            fact(l.t("sheet-untold"), case.untold().len().to_string());
            let said = case.satisfaction.map_or_else(|| l.t("sheet-not-asked"), |s| l.code("satisfaction", s.code()));
            fact(l.t("sheet-satisfaction"), said);
            fact(l.t("sheet-rounds"), case.rounds.to_string());
            let criteria = d.v.world.pack.review.criteria.iter();
            let unmet = criteria.map(|c| (c.id.clone(), criterion_name(l, &d.v.world.pack, &c.id))).collect();
            let verdicts = Verdict::ALL.iter().map(|v| Choice::new(v.code(), l.code("verdict", v.code()), fields.get("verdict"))).collect();
            form.fields.extend([
                checks_of(l, "unmet", unmet, fields),
                Field::new(l, "verdict", label(l, "verdict"), Control::Radio(verdicts)).required(),
                hinted(l, Field::area(l, "check_note", label(l, "check_note")).value(fields.get("check_note"))),
            ]);
        }
        "minutes" => {
            form.intro = l.t("led-no-personal");
            let field = area("minutes_text");
            form.fields.push(if fields.get("minutes_text").is_empty() { field.value(s.minutes.clone()) } else { field });
        }
        "close" => form.fields.push(area("report")),
        _ => {}
    }
    form.fields = form.fields.into_iter().map(|f| f.errors(&errors)).collect();
    form.back = at(loaded.id);
    form.errors = errors;
    Ok(ActionPage {
        case: s.opened.title.clone(),
        title: l.t(&format!("led-step-{step}")),
        facts,
        stop: String::new(),
        form,
        l: d.layout(),
    })
}

pub(super) async fn step_page(d: Desk<Stewards>, Path((id, step)): Path<(String, String)>, Query(q): Asked) -> Web {
    let (loaded, fields) = (load(&d, &id).await?, Fields::from_iter(q));
    if !STEPS.contains(&step.as_str()) || loaded.state.closed.is_some() {
        return Err(WebError(Denied::NotFound));
    }
    Ok(page(&step_form(&d, &loaded, &step, &fields, Errors::default()).await?))
}

pub(super) async fn take_step(d: Desk<Stewards>, Path((id, step)): Path<(String, String)>, Form(pairs): Sent) -> Web {
    let (loaded, fields) = (load(&d, &id).await?, Fields::from_iter(pairs));
    match usecase::step(&d.v.app, &d.scope, loaded.id, &step, &fields).await {
        Ok(()) => Ok(see_other_with(&at(loaded.id), "flash-done")),
        Err(Denied::Invalid(faults)) => {
            let view = step_form(&d, &loaded, &step, &fields, mistakes(d.v.l.lang, &faults)).await?;
            Ok(page_with(StatusCode::UNPROCESSABLE_ENTITY, &view))
        }
        Err(other) => Err(other.into()),
    }
}
