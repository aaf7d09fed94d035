//! A line of a list as a row, counts over a list, and walking through it page by page.

use crate::app::World;
use crate::usecase::fields::Fields;
use crate::web::http::{Desk, Permit, encode};
use crate::web::i18n::Lang;
use crate::web::timeline::clocks::clock_tag;
use crate::web::timeline::stage_tag_of;
use crate::web::views::desk::{CaseRow, SideItem};
use crate::web::views::parts::{CountLink, Pager, Tag, Tone};
use rules::ids::{CaseId, Id};
use rules::time::Instant;
use store::engine::Error;
use store::queue::{self, After, Filter, Line};

/// Rows on a page.
pub(super) const PAGE: i64 = 50;
/// Counting stops here: a desk needs "more than 999", not a scan.
pub(super) const CAP: i64 = 1_000;

/// What a case is called in lists: its title where it came with one, else whom it is about.
pub(super) fn title_of(l: Lang, line: &Line) -> String {
    let kind = || format!("{} {}", l.code("kind", &line.kind), line.number);
    line.title.clone().filter(|t| !t.is_empty()).or(Some(line.respondent.clone()).filter(|r| !r.is_empty())).unwrap_or_else(kind)
}

/// What is asked for, short.
fn ask(l: Lang, line: &Line) -> String {
    let demands = line.demands.split(',').filter(|d| !d.is_empty()).map(|d| l.code("demand", d));
    let amount = line.amount.map(|fen| l.money(fen));
    demands.take(2).chain(amount).collect::<Vec<_>>().join(" · ")
}

/// The mark of a line's nearest clock.
pub(super) fn tag(l: Lang, world: &World, line: &Line, now: Instant) -> Tag {
    match line.due_at {
        _ if line.closed_at.is_some() => Tag::default(),
        Some(due) => clock_tag(l, due, line.provisional, now, &world.calendar),
        None if line.historical => Tag::new(Tone::Plain, l.t("row-historical")),
        None => Tag::new(Tone::Plain, l.t("row-no-clock")),
    }
}

/// A row.
pub(super) fn row(l: Lang, world: &World, line: &Line, now: Instant) -> CaseRow {
    let unit = |id| world.directory.units.get(&id).map(|u| u.name.clone());
    let channel = l.code("channel", &line.channel);
    let received = line.platform_at.or(line.organ_at);
    let title = title_of(l, line);
    CaseRow {
        href: format!("/desk/case/{}", line.token),
        respondent: if title == line.respondent { String::new() } else { line.respondent.clone() },
        title,
        number: line.number.clone(),
        kind: l.code("kind", &line.kind),
        ask: ask(l, line),
        channel: line.series.as_ref().map_or(channel.clone(), |s| format!("{channel} · {s}")),
        received: received.map_or_else(|| l.t("row-unknown-date"), |at| at_short(l, at, now)),
        age: received.map_or_else(String::new, |at| l.elapsed((now.0 - at.0).max(0) / 60_000_000)),
        unit: if line.stage == "intake" { String::new() } else { line.unit.and_then(unit).unwrap_or_default() },
        state: stage_tag_of(l, &line.stage, line.outcome.as_deref()).text,
        clock: tag(l, world, line, now),
        urgent: line.urgent,
    }
}

/// A date in a list: with its year where it is not this one.
fn at_short(l: Lang, at: Instant, now: Instant) -> String {
    if at.date().year() == now.date().year() { l.stamp(at) } else { at.date().to_string() }
}

/// An entry of the list beside a case.
pub(super) fn side(l: Lang, world: &World, line: &Line, now: Instant, current: bool) -> SideItem {
    let words = [l.code("kind", &line.kind), ask(l, line), stage_tag_of(l, &line.stage, line.outcome.as_deref()).text];
    SideItem {
        href: format!("/desk/case/{}", line.token),
        title: title_of(l, line),
        line: words.into_iter().filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" · "),
        clock: tag(l, world, line, now),
        current,
    }
}

/// How a list is narrowed by what is due.
pub(super) fn due(filter: &mut Filter, which: &str, now: Instant) {
    let tomorrow = Instant::end_of(now.date());
    let week = tomorrow.plus_minutes(6 * 24 * 60);
    // What ends at 24:00 of a day is due on that day: the bounds take that instant in.
    let just_after = |at: Instant| Instant(at.0 + 1);
    match which {
        "late" => filter.due_before = Some(just_after(now)),
        "today" => (filter.due_from, filter.due_before) = (Some(just_after(now)), Some(just_after(tomorrow))),
        "week" => (filter.due_from, filter.due_before) = (Some(just_after(tomorrow)), Some(just_after(week))),
        "waiting" => filter.waiting = true,
        _ => {}
    }
}

/// The chips over a list of open work: how much of it is late, due today, this week, waits for others, and all of it.
pub(super) async fn due_counts<P: Permit>(d: &Desk<P>, base: &Filter, path: &str, chosen: &str) -> Result<Vec<CountLink>, Error> {
    let now = d.v.app.clock().now();
    let mut db = d.v.app.db().read().await?;
    let mut out = Vec::new();
    let join = if path.contains('?') { '&' } else { '?' };
    for (which, tone) in [("late", Tone::Late), ("today", Tone::Soon), ("week", Tone::Plain), ("waiting", Tone::Plain), ("all", Tone::Act)]
    {
        let mut filter = base.clone();
        due(&mut filter, which, now);
        let n = queue::count(&mut db, &d.scope, &filter, CAP).await?;
        let href = if which == "all" { path.to_owned() } else { format!("{path}{join}due={which}") };
        let label = d.v.l.code("due", which);
        out.push(CountLink { href, label, n: n.unsigned_abs(), tone, current: which == if chosen.is_empty() { "all" } else { chosen } });
    }
    Ok(out)
}

/// Where a page of a list begins, as an address carries it.
pub(super) fn after(asked: &Fields) -> Option<After> {
    let (at, id) = asked.get("after").split_once('.')?;
    Some((Instant(at.parse().ok()?), CaseId(Id::parse(id)?)))
}

/// The query of an address with some of its values replaced; empty values are left out.
pub(super) fn address(path: &str, asked: &Fields, replace: &[(&str, &str)]) -> String {
    let kept = asked.0.iter().filter(|(k, _)| !replace.iter().any(|(r, _)| r == k));
    let kept = kept.flat_map(|(k, values)| values.iter().map(move |v| (k.as_str(), v.as_str())));
    let pairs = kept.chain(replace.iter().copied()).filter(|(_, v)| !v.is_empty());
    let query = pairs.map(|(k, v)| format!("{}={}", encode(k), encode(v))).collect::<Vec<_>>().join("&");
    if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
}

/// Forwards from where the last row is, backwards along the trail that the addresses carry: no page is counted through.
pub(super) fn pager(l: Lang, path: &str, asked: &Fields, rows: usize, next: Option<String>) -> Pager {
    let here = asked.get("after");
    let trail: Vec<&str> = asked.get("trail").split(',').filter(|s| !s.is_empty()).collect();
    let first = trail.len() * PAGE.unsigned_abs() as usize + usize::from(!here.is_empty()) * PAGE.unsigned_abs() as usize;
    let next = next.map_or_else(String::new, |cursor| {
        let longer = if here.is_empty() { trail.join(",") } else { [trail.as_slice(), &[here]].concat().join(",") };
        address(path, asked, &[("after", &cursor), ("trail", &longer)])
    });
    let prev = if here.is_empty() {
        String::new()
    } else {
        let (back, rest) = trail.split_last().map_or(("", String::new()), |(last, rest)| (*last, rest.join(",")));
        address(path, asked, &[("after", back), ("trail", &rest)])
    };
    Pager { l, shown: l.t2("pager-shown", "from", first + usize::from(rows > 0), "to", first + rows), prev, next }
}

/// The cursor after the last line in the order of the filter, if the page is full.
pub(super) fn cursor_in(lines: &[Line], filter: &Filter) -> Option<String> {
    let full = lines.len() as i64 == PAGE;
    let key = |line: &Line| if filter.done { (line.sort_at, line.id) } else { filter.sort.key(line) };
    lines.last().filter(|_| full).map(key).map(|(at, id)| format!("{}.{}", at.0, id.0))
}

/// The cursor after a line, if the page is full.
pub(super) fn cursor(lines: &[Line]) -> Option<String> {
    let full = lines.len() as i64 == PAGE;
    lines.last().filter(|_| full).map(|last| format!("{}.{}", last.sort_at.0, last.id.0))
}
