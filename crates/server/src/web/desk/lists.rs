//! Lists: one's own cases, search, what waits for the head, the organ's cases for supervision.

use super::account::Asked;
use super::export;
use super::rows::{CAP, PAGE, after, cursor_in, due, due_counts, pager, row, tag};
use crate::usecase::fields::Fields;
use crate::usecase::{absence, read};
use crate::web::http::{Cases, Desk, Handlers, Leads, Permit, Supervisors, Web, page};
use crate::web::i18n::Lang;
use crate::web::views::desk::{Approval, Approvals, CaseGroup, CaseRow, Filter as FilterView, Mine, Queue, Search};
use crate::web::views::parts::{Choice, CountLink, Empty, Link, Tag, Tone};
use axum::extract::Query;
use rules::case::Stage;
use rules::case::event::{Event, Proposal};
use rules::ids::{Id, PersonId, UnitId};
use rules::law::Kind;
use rules::time::Instant;
use store::queue::{self, Filter, Line};

/// Channels a list can be narrowed to.
const CHANNELS: [&str; 5] = ["web", "phone", "counter", "file", "clue"];

pub(super) fn choices(l: Lang, family: &str, codes: impl IntoIterator<Item = &'static str>, chosen: &str) -> Vec<Choice> {
    let all = std::iter::once(Choice::new("", l.t("filter-all"), chosen));
    all.chain(codes.into_iter().map(|c| Choice::new(c, l.code(family, c), chosen))).collect()
}

/// The narrowings every list has: kind, channel.
pub(super) fn selects(l: Lang, asked: &Fields) -> Vec<(String, String, Vec<Choice>)> {
    let kinds = Kind::ALL.iter().map(|k| k.code());
    vec![
        ("kind".into(), l.t("col-kind"), choices(l, "kind", kinds, asked.get("kind"))),
        ("channel".into(), l.t("col-channel"), choices(l, "channel", CHANNELS, asked.get("channel"))),
    ]
}

pub(super) fn stage_select(l: Lang, asked: &Fields, stages: &[Stage]) -> (String, String, Vec<Choice>) {
    ("stage".into(), l.t("col-state"), choices(l, "stage", stages.iter().map(|s| s.code()), asked.get("stage")))
}

/// What an address narrows any list to.
pub(super) fn narrowed(asked: &Fields, now: Instant) -> Filter {
    let text = |name: &str| Some(asked.get(name).trim().to_owned()).filter(|v| !v.is_empty());
    let mut filter = Filter {
        kind: text("kind"),
        channel: text("channel"),
        series: text("series"),
        unit: Id::parse(asked.get("unit")).map(UnitId),
        stages: Stage::parse(asked.get("stage")).map(|s| vec![s.code()]).unwrap_or_default(),
        ..Filter::default()
    };
    due(&mut filter, asked.get("due"), now);
    filter
}

/// The lines of a list: what search finds where words were typed, else by what is due; with the cursor of the next page.
pub(super) async fn lines<P: Permit>(
    d: &Desk<P>,
    filter: &Filter,
    asked: &Fields,
) -> Result<(Vec<Line>, Option<String>), store::engine::Error> {
    let mut db = d.v.app.db().read().await?;
    let words = asked.get("q").trim();
    if words.is_empty() {
        let lines = queue::page(&mut db, &d.scope, filter, after(asked), PAGE).await?;
        let next = cursor_in(&lines, filter);
        return Ok((lines, next));
    }
    let before = asked.get("after").parse().ok();
    let found = queue::search(&mut db, &d.scope, filter, words, before, PAGE.unsigned_abs() as usize).await?;
    Ok((found.lines, found.more.map(|m| m.to_string())))
}

fn rows<P: Permit>(d: &Desk<P>, lines: &[Line]) -> Vec<CaseRow> {
    let now = d.v.app.clock().now();
    lines.iter().map(|line| row(d.v.l.lang, &d.v.world, line, now)).collect()
}

/// What `/desk/mine` shows: one's own cases, what was sent to the unit and nobody has opened, or all of the unit.
pub(super) fn mine_filter<P: Permit>(d: &Desk<P>, show: &str) -> Filter {
    match show {
        "new" => Filter { stages: vec![Stage::Sent.code()], ..Filter::default() },
        "unit" => Filter::default(),
        _ => Filter { handler: d.scope.grant().map(|(p, _)| p), ..Filter::default() },
    }
}

/// The chips of one's own cases: what is due, then what is new in the unit and all of it.
pub(super) async fn mine_counts<P: Permit>(d: &Desk<P>, show: &str, chosen: &str) -> Result<Vec<CountLink>, store::engine::Error> {
    let path = if show.is_empty() { "/desk/mine".to_owned() } else { format!("/desk/mine?show={show}") };
    let mut counts = due_counts(d, &mine_filter(d, show), &path, chosen).await?;
    let mut db = d.v.app.db().read().await?;
    let mut others = vec!["", "new", "unit"];
    others.retain(|s| *s != show);
    for other in others {
        let n = queue::count(&mut db, &d.scope, &mine_filter(d, other), CAP).await?.unsigned_abs();
        let href = if other.is_empty() { "/desk/mine".to_owned() } else { format!("/desk/mine?show={other}") };
        let tone = if other == "new" && n > 0 { Tone::Act } else { Tone::Plain };
        counts.push(CountLink { href, label: d.v.l.t(mine_title(other)), n, tone, current: false });
    }
    Ok(counts)
}

fn mine_title(show: &str) -> &'static str {
    match show {
        "new" => "mine-new",
        "unit" => "mine-unit",
        _ => "my-cases",
    }
}

pub(super) async fn mine(d: Desk<Handlers>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let show = ["new", "unit"].into_iter().find(|s| *s == asked.get("show")).unwrap_or_default();
    let mut filter = mine_filter(&d, show);
    due(&mut filter, asked.get("due"), now);
    let (found, next) = lines(&d, &filter, &asked).await?;
    let view = Mine {
        title: l.t(mine_title(show)),
        counts: mine_counts(&d, show, asked.get("due")).await?,
        groups: groups(&d, &found, now),
        pager: pager(l, "/desk/mine", &asked, found.len(), next),
        empty: Empty {
            title: l.t("mine-none"),
            text: l.t("mine-none-text"),
            link: (show != "new").then(|| Link::new("/desk/mine?show=new", l.t("mine-new"))),
        },
        l: d.layout(),
    };
    Ok(page(&view))
}

/// Lines by urgency: late, today, this week, later, without a running clock.
fn groups(d: &Desk<Handlers>, lines: &[Line], now: Instant) -> Vec<CaseGroup> {
    let l = d.v.l.lang;
    let tomorrow = Instant::end_of(now.date());
    let week = tomorrow.plus_minutes(6 * 24 * 60);
    let class = |line: &Line| match line.due_at {
        Some(at) if at <= now => 0,
        Some(at) if at <= tomorrow => 1,
        Some(at) if at <= week => 2,
        Some(_) => 3,
        None => 4,
    };
    let heads = [
        ("due-late", Tone::Late),
        ("due-today", Tone::Soon),
        ("due-week", Tone::Plain),
        ("due-later", Tone::Plain),
        ("due-none", Tone::Plain),
    ];
    let mut out = Vec::new();
    for (i, (key, tone)) in heads.into_iter().enumerate() {
        let these: Vec<Line> = lines.iter().filter(|line| class(line) == i).cloned().collect();
        if !these.is_empty() {
            out.push(CaseGroup { head: Tag::new(tone, l.t(key)), rows: rows(d, &these) });
        }
    }
    out
}

pub(super) async fn search(d: Desk<Cases>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let searched = !asked.get("q").trim().is_empty();
    let filter = Filter { either: true, ..narrowed(&asked, now) };
    let (found, next) = if searched { lines(&d, &filter, &asked).await? } else { (Vec::new(), None) };
    let mut selects = selects(l, &asked);
    selects.push(stage_select(l, &asked, Stage::ALL));
    let view = Search {
        filter: FilterView { action: "/desk/search".into(), q: asked.get("q").to_owned(), selects, hidden: Vec::new() },
        searched,
        rows: rows(&d, &found),
        pager: pager(l, "/desk/search", &asked, found.len(), next),
        l: d.layout(),
    };
    Ok(page(&view))
}

/// What the list of an organ is narrowed to.
pub(super) fn organ_filter(asked: &Fields, now: Instant) -> Filter {
    Filter { done: asked.get("stage") == Stage::Closed.code(), ..narrowed(asked, now) }
}

/// The organ's cases, for supervision: what a number of the overview leads to.
pub(super) async fn of_organ(d: Desk<Supervisors>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let filter = organ_filter(&asked, now);
    let (found, next) = lines(&d, &filter, &asked).await?;
    let unit = asked.get("unit");
    let path = if unit.is_empty() { "/desk/cases".to_owned() } else { format!("/desk/cases?unit={unit}") };
    let base = Filter { unit: filter.unit, ..Filter::default() };
    let mut selects = selects(l, &asked);
    selects.push(stage_select(l, &asked, Stage::ALL));
    let ours = |u: &store::registry::Unit| d.scope.grant().is_some_and(|(_, g)| g.organ == u.organ);
    let units = super::destinations::narrowing(&d.v.world.directory, ours, unit);
    selects.push(("unit".into(), l.t("col-unit"), std::iter::once(Choice::new("", l.t("filter-all"), unit)).chain(units).collect()));
    let hidden = if asked.get("due").is_empty() { Vec::new() } else { vec![("due".to_owned(), asked.get("due").to_owned())] };
    let taken_up = super::rows::address("/desk/led/new/meeting", &asked, &[("whole_list", "1"), ("after", ""), ("trail", "")]);
    let view = Queue {
        title: l.t("nav-cases"),
        links: if asked.get("q").is_empty() { vec![Link::new(taken_up, l.t("led-take-list"))] } else { Vec::new() },
        counts: due_counts(&d, &base, &path, asked.get("due")).await?,
        filter: FilterView { action: "/desk/cases".into(), q: asked.get("q").to_owned(), selects, hidden },
        rows: rows(&d, &found),
        pager: pager(l, "/desk/cases", &asked, found.len(), next),
        empty: Empty { title: l.t("cases-none"), text: String::new(), link: None },
        l: d.layout(),
    };
    Ok(page(&view))
}

/// What waits for the head, narrowed as the address says.
fn approvals_filter(asked: &Fields) -> Filter {
    Filter {
        stages: vec![Stage::Approval.code()],
        kind: Some(asked.get("kind").to_owned()).filter(|k| Kind::parse(k).is_some()),
        handler: Id::parse(asked.get("handler")).map(PersonId),
        ..Filter::default()
    }
}

pub(super) async fn approvals(d: Desk<Leads>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let filter = approvals_filter(&asked);
    let mut db = d.v.app.db().read().await?;
    let waiting = queue::page(&mut db, &d.scope, &filter, after(&asked), PAGE).await?;
    drop(db);
    let pager = pager(l, "/desk/approvals", &asked, waiting.len(), cursor_in(&waiting, &filter));
    let staff = d.scope.grant().map(|(_, g)| absence::staff(&d.v.world, g.unit)).unwrap_or_default();
    let name = |p: &PersonId| d.v.world.directory.people.get(p).map(|p| p.name.clone()).unwrap_or_default();
    let staff = staff.iter().map(|p| Choice::new(p.to_string(), name(p), asked.get("handler")));
    let all = |first: &str, rest: Vec<Choice>| std::iter::once(Choice::new("", l.t("filter-all"), first)).chain(rest).collect::<Vec<_>>();
    let kinds = [Kind::Complaint, Kind::Report].iter().map(|k| Choice::new(k.code(), l.code("kind", k.code()), asked.get("kind")));
    let selects = vec![
        ("kind".to_owned(), l.t("col-kind"), all(asked.get("kind"), kinds.collect())),
        ("handler".to_owned(), l.t("field-handler"), all(asked.get("handler"), staff.collect())),
    ];
    let here = super::rows::address("/desk/approvals/export", &asked, &[("after", ""), ("trail", "")]);
    let view = Approvals {
        rows: approval_rows(&d, waiting).await,
        filter: FilterView { action: "/desk/approvals".into(), q: String::new(), selects, hidden: Vec::new() },
        exports: super::today::export_links(l, &here),
        pager,
        l: d.layout(),
    };
    Ok(page(&view))
}

/// The same list whole, as a file.
pub(super) async fn approvals_file(d: Desk<Leads>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let mut db = d.v.app.db().read().await?;
    let waiting = queue::page(&mut db, &d.scope, &approvals_filter(&asked), None, CAP).await?;
    drop(db);
    let rows = approval_rows(&d, waiting).await;
    let heads = ["col-case", "col-asked", "col-reason", "col-by", "col-clock"].map(|key| l.t(key)).to_vec();
    let cells = rows.into_iter().map(|r| vec![r.case.label, r.asked, r.reason, r.by, r.clock.text]).collect();
    export::file_of(&export::Table::new("approvals", heads, cells, d.v.app.clock().now()), asked.get("as"))
}

async fn approval_rows(d: &Desk<Leads>, waiting: Vec<Line>) -> Vec<Approval> {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let mut rows = Vec::new();
    for line in waiting {
        let Ok(opened) = read::open(&d.v.app, &d.scope, &line.token, &[], "approve").await else { continue };
        let Some((proposal, by)) = &opened.loaded.case.proposal else { continue };
        let asked_at = opened.loaded.events.iter().rev().find(|(_, f)| matches!(f.event, Event::Proposed(_))).map(|(r, _)| r.recorded_at);
        let who = by.and_then(|p| d.v.world.directory.people.get(&p)).map(|p| p.name.clone()).unwrap_or_default();
        rows.push(Approval {
            case: Link::new(format!("/desk/case/{}", line.token), format!("{} {}", l.code("kind", &line.kind), line.number)),
            asked: proposed(l, proposal),
            reason: opened.text(Some(reason_of(proposal))).to_owned(),
            by: asked_at.map_or(who.clone(), |at| format!("{who} · {}", l.stamp(at))),
            clock: tag(l, &d.v.world, &line, now),
            decide: format!("/desk/case/{}/decide", line.token),
        });
    }
    rows
}

/// What a proposal asks for, in words.
pub(super) fn proposed(l: Lang, proposal: &Proposal) -> String {
    match proposal {
        Proposal::File { .. } => l.code("proposal", "file"),
        Proposal::NotFile { ground, leniency, .. } => {
            let ground = l.code("not-filing", ground.code());
            let item = leniency.as_ref().map_or(String::new(), |i| format!(" · {i}"));
            format!("{} · {ground}{item}", l.code("proposal", "not_file"))
        }
        Proposal::Refuse { ground, .. } => format!("{} · {}", l.code("proposal", "refuse"), l.code("ground", ground.code())),
        Proposal::Terminate { ground, .. } => format!("{} · {}", l.code("proposal", "terminate"), l.code("termination", ground.code())),
        Proposal::Extend { clock, .. } => format!("{} · {}", l.code("proposal", "extend"), l.code("clock", &clock.0)),
    }
}

/// The findings behind a proposal.
pub(super) fn reason_of(proposal: &Proposal) -> &rules::case::event::Sealed {
    match proposal {
        Proposal::File { reason }
        | Proposal::NotFile { reason, .. }
        | Proposal::Refuse { reason, .. }
        | Proposal::Terminate { reason, .. }
        | Proposal::Extend { reason, .. } => reason,
    }
}
