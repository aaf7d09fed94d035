//! Rates and counts by period, unit, kind and channel; each number opens to exactly its cases. What is shown is counted from the log, up to
//! a position that stands on the page.

use super::account::{Asked, Sent};
use super::export;
use super::lists::choices;
use super::today::export_links;
use crate::usecase::fields::Fields;
use crate::usecase::{Answer, Denied, figures};
use crate::web::http::{Desk, Figures, Supervisors, Web, page, page_with, see_other_with};
use crate::web::i18n::Lang;
use crate::web::views::board::{Board, Cell, Row, Section, Table};
use crate::web::views::parts::{Choice, Errors, Link};
use crate::web::views::rates::{Chart, Line, Number, Publish, RateRow, Rates, Topic, Total};
use axum::Form;
use axum::extract::Query;
use axum::http::StatusCode;
use jiff::ToSpan as _;
use jiff::civil::Date;
use rules::access::Role;
use rules::ids::{CaseId, Id, UnitId};
use rules::law::Kind;
use rules::rate::{self, Counts, Part, Rate, TOTALS, Window, growth, interval, written};
use rules::tally::Measure;
use std::collections::{BTreeMap, BTreeSet};
use store::arrangement::Published;
use store::queue;
use store::tally::{self, Filter, Place};

/// Periods to choose from.
const PERIODS: [&str; 6] = ["day", "week", "month", "quarter", "year", "custom"];
/// Rates of the charts and of the tables of months and units, where the scope knows them.
const MAIN: [&str; 5] = ["check", "concluded", "verified", "mediation", "satisfied"];
/// Months of a chart.
const MONTHS: i64 = 13;
/// Channels a figure can be narrowed to.
const CHANNELS: [&str; 10] = ["web", "phone", "counter", "email", "file", "hotline", "national", "platform", "partner", "clue"];
/// Units offered to choose from.
const UNITS: usize = 150;
/// Lines of a list of cases.
const LINES: usize = 50;
/// Lines of its file.
const FILE_LINES: usize = 10_000;

/// What was asked for.
struct Ask {
    period: &'static str,
    on: String,
    through: String,
    window: Window,
    unit: Option<UnitId>,
    filter: Filter,
    errors: Errors,
}

impl Ask {
    fn read(l: Lang, asked: &Fields, today: Date) -> Self {
        let period = PERIODS.into_iter().find(|p| *p == asked.get("period")).unwrap_or("month");
        let mut errors = Errors::default();
        let mut day = |name: &str, default: Date| match asked.get(name) {
            "" => default,
            text => text.parse().unwrap_or_else(|_| {
                errors.add(name.to_owned(), l.t("rates-bad-day"));
                default
            }),
        };
        let on = day("on", today);
        let last = if period == "custom" { day("through", on) } else { on };
        if last < on {
            errors.add("through", l.t("rates-bad-order"));
        }
        let window = match period {
            "day" => Window { from: on, through: on },
            "week" => {
                let from = on.saturating_sub(i64::from(on.weekday().to_monday_zero_offset()).days());
                Window { from, through: from.saturating_add(6.days()) }
            }
            "quarter" => {
                let from = jiff::civil::date(on.year(), (on.month() - 1) / 3 * 3 + 1, 1);
                Window { from, through: from.saturating_add(2.months()).last_of_month() }
            }
            "year" => Window { from: on.first_of_year(), through: on.last_of_year() },
            "custom" => Window { from: on, through: last.max(on) },
            _ => Window { from: on.first_of_month(), through: on.last_of_month() },
        };
        let typed = |name: &str, of: Date| if asked.get(name).is_empty() { of.to_string() } else { asked.get(name).to_owned() };
        Self {
            period,
            on: typed("on", on),
            through: if period == "custom" { typed("through", last) } else { String::new() },
            window,
            unit: Id::parse(asked.get("unit")).map(UnitId),
            filter: Filter {
                kind: Kind::parse(asked.get("kind")),
                channel: Some(asked.get("channel").to_owned()).filter(|c| CHANNELS.contains(&c.as_str())),
                category: None,
            },
            errors,
        }
    }

    /// The address of a page about a window, narrowed as this one.
    fn href(&self, path: &str, period: &str, window: Window, unit: Option<UnitId>) -> String {
        let mut out = format!("{path}?period={period}&on={}", window.from);
        if period == "custom" {
            out += &format!("&through={}", window.through);
        }
        let unit = unit.map(|u| u.to_string());
        let narrowed = [("unit", unit.as_deref()), ("kind", self.filter.kind.map(Kind::code)), ("channel", self.filter.channel.as_deref())];
        narrowed.into_iter().for_each(|(name, v)| v.into_iter().for_each(|v| out += &format!("&{name}={v}")));
        out
    }

    /// The whole month it is about, where it is about one in full width.
    fn month(&self) -> Option<String> {
        let narrowed = self.filter != Filter::default();
        (!narrowed && self.window.from == self.window.from.first_of_month() && self.window.through == self.window.from.last_of_month())
            .then(|| tally::month(self.window.from))
    }

    fn named(&self, l: Lang) -> String {
        match self.period {
            "day" => l.date(self.window.from),
            "month" => l.month(self.window.from),
            "year" => l.t1("rates-the-year", "year", i32::from(self.window.from.year())),
            _ => l.t2("rates-from-to", "from", l.date(self.window.from), "to", l.date(self.window.through)),
        }
    }
}

/// The units a figure is about: those somebody may see, within the one that was chosen.
fn here(d: &Desk<Figures>, ask: &Ask) -> impl Fn(UnitId) -> bool + use<> {
    let (world, scope, chosen) = (d.v.world.clone(), d.scope.clone(), ask.unit);
    move |unit| figures::reaches(&world, &scope, unit) && chosen.is_none_or(|top| figures::is_within(&world, unit, top))
}

fn summed(by_unit: &BTreeMap<UnitId, Counts>, here: &impl Fn(UnitId) -> bool) -> Counts {
    let mut sum = Counts::default();
    by_unit.iter().filter(|(u, _)| here(**u)).for_each(|(_, c)| sum.add(c));
    sum
}

/// The rates of the locality that somebody may know.
fn rates_of(d: &Desk<Figures>) -> impl Iterator<Item = &'static Rate> {
    let reports = tally::knows_reports(&d.scope);
    d.v.world.pack.scoring.rates().filter(move |r| reports || !r.tells_of_reports())
}

fn number(n: i64, href: impl FnOnce() -> String) -> Number {
    Number { text: n.to_string(), href: if n > 0 { href() } else { String::new() } }
}

fn points(now: Option<i64>, base: Option<i64>) -> String {
    match (now, base) {
        (Some(now), Some(base)) => format!("{}{}", if now >= base { "+" } else { "" }, written(now - base)),
        _ => "–".into(),
    }
}

/// Figures with those they are compared with.
struct Compared {
    now: Counts,
    month: Counts,
    year: Counts,
}

pub(super) async fn show(d: Desk<Figures>, Query(query): Asked) -> Web {
    let ask = Ask::read(d.v.l.lang, &Fields::from_iter(query), d.v.app.clock().now().date());
    let status = if ask.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(page_with(status, &view(&d, ask).await?))
}

async fn view(d: &Desk<Figures>, ask: Ask) -> Answer<Rates> {
    let l = d.v.l.lang;
    let here = here(d, &ask);
    let mut db = d.v.app.db().snapshot().await?;
    let counted = tally::counted(&mut db).await?;
    let by_unit = tally::by_unit(&mut db, &d.scope, ask.window, &ask.filter).await?;
    let month = tally::by_unit(&mut db, &d.scope, ask.window.month_before(), &ask.filter).await?;
    let year = tally::by_unit(&mut db, &d.scope, ask.window.year_before(), &ask.filter).await?;
    // A period that goes on is drawn up to this month.
    let today = d.v.app.clock().now().date();
    let last = if ask.window.from <= today { ask.window.through.min(today) } else { ask.window.through };
    let first = last.first_of_month().saturating_sub((MONTHS - 1).months());
    let by_month = tally::by_month(&mut db, &d.scope, first, ask.window.through, &ask.filter).await?;
    drop(db);
    let all = Compared { now: summed(&by_unit, &here), month: summed(&month, &here), year: summed(&year, &here) };
    let whole = ask.month();
    let frozen = d.scope.grant().zip(whole.as_deref()).and_then(|((_, g), m)| figures::published_by(&d.v.world.directory, g.organ, m));
    let frozen_counts = frozen.map(|p| frozen_of(p, &here, tally::knows_reports(&d.scope)));
    let months: Vec<(Date, Counts)> = (0..MONTHS)
        .map(|n| first.saturating_add(n.months()))
        .map(|m| (m, by_month.get(&tally::month(m)).map_or_else(Counts::default, |units| summed(units, &here))))
        .collect();
    let main: Vec<&Rate> = MAIN.into_iter().filter_map(|id| rates_of(d).find(|r| r.id == id)).collect();
    let something = all.now.0.values().any(|s| s.entries.iter().any(|n| *n != 0));
    let unit = ask.unit.and_then(|u| d.v.world.directory.units.get(&u)).filter(|u| here(u.id)).map(|u| u.name.clone());
    let unit = unit.unwrap_or_else(|| l.t(if d.role == Role::Supervisor { "rates-all-units" } else { "rates-own-unit" }));
    Ok(Rates {
        about: format!("{} · {unit}", ask.named(l)),
        as_of: match counted.pos {
            0 => l.t("rates-not-counted"),
            pos => l.t2("rates-as-of", "pos", pos as i64, "at", l.datetime(counted.at)),
        },
        periods: PERIODS.iter().map(|p| Choice::new(*p, l.code("rates-by", p), ask.period)).collect(),
        custom: ask.period == "custom",
        selects: selects(d, &ask, &by_unit),
        links: links(l, &ask, months.iter().any(|(m, c)| *m <= ask.window.from && !c.0.is_empty()), d.v.app.clock().now().date()),
        totals: if something { totals(d, &ask, &all) } else { Vec::new() },
        topics: topics(d, &ask, &all, frozen_counts.as_ref(), activity(d, &ask, &here, first, &by_month)),
        charts: main.iter().map(|r| chart(l, r, &months)).collect(),
        heads: main.iter().map(|r| l.code("rate", r.id)).collect(),
        months: months.iter().rev().map(|(m, c)| month_line(l, &ask, *m, c, &main)).collect(),
        units: unit_lines(d, &ask, &by_unit, &here, &main),
        publish: publish_note(d, &ask, frozen, &by_unit, &here),
        on: ask.on,
        through: ask.through,
        errors: ask.errors,
        l: d.layout(),
    })
}

fn frozen_of(p: &Published, here: &impl Fn(UnitId) -> bool, reports: bool) -> Counts {
    let mut sum = Counts::default();
    p.sums.keys().filter(|u| here(**u)).for_each(|u| sum.add(&p.counts(*u)));
    if !reports {
        sum.0.remove(&Kind::Report);
    }
    sum
}

fn selects(d: &Desk<Figures>, ask: &Ask, by_unit: &BTreeMap<UnitId, Counts>) -> Vec<(String, String, Vec<Choice>)> {
    let l = d.v.l.lang;
    let chosen = ask.unit.map(|u| u.to_string()).unwrap_or_default();
    let world = &d.v.world;
    // Units above those with figures are offered too: their figures are those of what is below them.
    let mut offered: BTreeSet<UnitId> = BTreeSet::new();
    for unit in by_unit.keys().copied().chain(ask.unit) {
        offered.insert(unit);
        offered.extend(world.directory.path(unit).iter().map(|u| u.id));
    }
    let mut units: Vec<_> =
        offered.iter().filter(|u| figures::reaches(world, &d.scope, **u)).filter_map(|u| world.directory.units.get(u)).collect();
    units.sort_by(|a, b| a.code.cmp(&b.code));
    units.truncate(UNITS);
    let indent = |u: UnitId| "\u{3000}".repeat(world.directory.path(u).len());
    let own = units.iter().map(|u| Choice::new(u.id.to_string(), format!("{}{}", indent(u.id), u.name), &chosen));
    let units: Vec<Choice> = std::iter::once(Choice::new("", l.t("filter-all"), &chosen)).chain(own).collect();
    let reports = tally::knows_reports(&d.scope);
    let kinds = Kind::ALL.iter().filter(|k| reports || **k != Kind::Report).map(|k| k.code());
    let (kind, channel) = (ask.filter.kind.map_or("", Kind::code), ask.filter.channel.as_deref().unwrap_or(""));
    let mut out = vec![
        ("kind".into(), l.t("col-kind"), choices(l, "kind", kinds, kind)),
        ("channel".into(), l.t("col-channel"), choices(l, "channel", CHANNELS, channel)),
    ];
    if d.role != Role::Officer {
        out.insert(0, ("unit".into(), l.t("col-unit"), units));
    }
    out
}

/// The periods before, where anything was counted up to this one, and after, up to today; files.
fn links(l: Lang, ask: &Ask, has_before: bool, today: Date) -> Vec<Link> {
    let step = |forth: bool| {
        let day = if forth { ask.window.through.saturating_add(1.day()) } else { ask.window.from.saturating_sub(1.day()) };
        let window = Window { from: day, through: day };
        (ask.period != "custom").then(|| ask.href("/desk/rates", ask.period, window, ask.unit))
    };
    let before = step(false).filter(|_| has_before).map(|href| Link::new(href, l.t("rates-before")));
    let after = step(true).filter(|_| ask.window.through < today).map(|href| Link::new(href, l.t("rates-after")));
    let files = export_links(l, &ask.href("/desk/rates/export", ask.period, ask.window, ask.unit));
    before.into_iter().chain(after).chain(files).collect()
}

/// The address of the cases behind a part of a figure.
fn cases(ask: &Ask, unit: Option<UnitId>, what: &str) -> String {
    format!("{}&{what}", ask.href("/desk/rates/cases", ask.period, ask.window, unit))
}

fn totals(d: &Desk<Figures>, ask: &Ask, all: &Compared) -> Vec<Total> {
    let l = d.v.l.lang;
    let before = |now: i64, month: i64, year: i64| {
        let signed = |n: i64| format!("{}{} %", if n >= 0 { "+" } else { "" }, written(n));
        l.t2("rates-change", "month", signed(growth(now, month)), "year", signed(growth(now, year)))
    };
    let total = |(id, part): &(&str, Part)| {
        let (n, m, y) = (all.now.of(part), all.month.of(part), all.year.of(part));
        Total { label: l.code("rates-total", id), n: number(n, || cases(ask, ask.unit, &format!("total={id}"))), before: before(n, m, y) }
    };
    let money = Total {
        label: l.t("rates-total-recovered"),
        n: Number { text: l.money(all.now.recovered()), href: String::new() },
        before: before(all.now.recovered(), all.month.recovered(), all.year.recovered()),
    };
    let received = |c: &Counts| TOTALS.iter().find(|(id, _)| *id == "complaints").map_or(0, |(_, part)| c.of(part));
    // The population is that of the whole locality, so only the figure of all its units can be divided by it.
    let whole = d.role == Role::Supervisor && ask.unit.is_none() && ask.filter == Filter::default();
    let people = d.v.world.pack.scoring.population.as_ref().filter(|_| whole).map(|p| Total {
        label: l.t("rates-per-people"),
        n: Number {
            text: rate::per_ten_thousand(received(&all.now), p.people).map(written).unwrap_or_default(),
            href: if received(&all.now) > 0 { cases(ask, None, "total=complaints") } else { String::new() },
        },
        before: l.t2("rates-people", "people", p.people, "source", p.source.as_str()),
    });
    TOTALS.iter().map(total).chain([money]).chain(people).collect()
}

/// How busy the businesses of the network were, of whole months that were read; each in version 1.
fn activity(
    d: &Desk<Figures>,
    ask: &Ask,
    here: &impl Fn(UnitId) -> bool,
    first: Date,
    by_month: &BTreeMap<String, BTreeMap<UnitId, Counts>>,
) -> Option<RateRow> {
    let (l, today) = (d.v.l.lang, d.v.app.clock().now().date());
    let of = |window: Window| match window.pieces() {
        (Some((from, last)), rest) if rest.is_empty() && from >= first => {
            let months = from.series(1.month()).take_while(|m| *m <= last.min(today));
            figures::active(&d.v.world, here, months, by_month)
        }
        _ => Vec::new(),
    };
    let now = of(ask.window);
    let value = rate::activity(&now).filter(|_| ask.filter.kind.is_none_or(|k| k == Kind::Complaint))?;
    let (active, open) = now.iter().fold((0, 0), |(a, o), (x, y)| (a + x, o + y));
    Some(RateRow {
        name: l.t("rate-active"),
        formula: format!("{} · {}", l.t("rate-formula-active-1"), l.t1("rates-version", "n", 1)),
        value: format!("{} %", written(value)),
        bar: (value / 100).clamp(0, 100),
        over: number(active, || cases(ask, ask.unit, &format!("total={}", rate::OUTSIDE))),
        under: Number { text: format!("{open} {}", l.t("rates-business-months")), href: String::new() },
        month: points(Some(value), rate::activity(&of(ask.window.month_before()))),
        year: points(Some(value), rate::activity(&of(ask.window.year_before()))),
        notes: Vec::new(),
    })
}

fn topics(d: &Desk<Figures>, ask: &Ask, all: &Compared, frozen: Option<&Counts>, activity: Option<RateRow>) -> Vec<Topic> {
    let l = d.v.l.lang;
    let of = |topic: rate::Topic| {
        let network = activity.clone().filter(|_| topic == rate::Topic::Shares);
        let rows: Vec<RateRow> =
            rates_of(d).filter(|r| r.topic == topic).map(|r| rate_row(d, ask, r, all, frozen)).chain(network).collect();
        let levels: Vec<i64> =
            ["shop", "station", "district", "above"].iter().filter_map(|id| rate::find(id, 1)).map(|r| r.of(&all.now).over).collect();
        let shares = rate::Shares::of(&levels, levels.iter().sum()).filter(|s| topic == rate::Topic::Shares && s.differs());
        let note = shares.map_or_else(String::new, |s| l.t1("rates-rounding", "sum", written(s.summed)));
        (!rows.is_empty()).then(|| Topic { id: topic.code().into(), head: l.code("rates-topic", topic.code()), rows, note })
    };
    rate::Topic::ALL.iter().filter_map(|t| of(*t)).collect()
}

fn rate_row(d: &Desk<Figures>, ask: &Ask, r: &Rate, all: &Compared, frozen: Option<&Counts>) -> RateRow {
    let l = d.v.l.lang;
    let value = r.of(&all.now);
    let percent = |p: Option<i64>| p.map_or_else(|| l.t("rates-no-base"), |p| format!("{} %", written(p)));
    let mut notes = Vec::new();
    if value.under > 0 && value.under < d.v.world.pack.scoring.few {
        notes.push(l.t1("rates-few", "n", value.under));
    }
    if r.id == "satisfied"
        && let Some((low, high)) = interval(value.over, value.under)
    {
        notes.push(l.t2("rates-interval", "low", written(low), "high", written(high)));
    }
    let then = frozen.map(|f| r.of(f)).filter(|then| *then != value);
    if let Some(then) = then {
        notes.push(l.t2("rates-was", "value", percent(then.percent), "of", format!("{} / {}", then.over, then.under)));
    }
    let side = |side: &str| cases(ask, ask.unit, &format!("rate={}&version={}&side={side}", r.id, r.version));
    RateRow {
        name: l.code("rate", r.id),
        formula: format!("{} · {}", l.t(&format!("rate-formula-{}-{}", r.id, r.version)), l.t1("rates-version", "n", r.version)),
        value: percent(value.percent),
        bar: value.percent.map_or(-1, |p| (p / 100).clamp(0, 100)),
        over: number(value.over, || side("over")),
        under: number(value.under, || side("under")),
        month: points(value.percent, r.of(&all.month).percent),
        year: points(value.percent, r.of(&all.year).percent),
        notes,
    }
}

/// A rate over the months: 8 + 10 per month wide, 0 % at the foot and 100 % at the head.
fn chart(l: Lang, r: &Rate, months: &[(Date, Counts)]) -> Chart {
    let (mut lines, mut dots, mut run) = (Vec::new(), Vec::new(), Vec::new());
    for (n, (month, counts)) in (0i64..).zip(months) {
        match r.of(counts).percent {
            Some(p) => {
                let (x, y) = (8 + 10 * n, 45 - p.clamp(0, 10_000) * 40 / 10_000);
                run.push(format!("{x},{y}"));
                dots.push((x, y, format!("{} {} %", l.month(*month), written(p))));
            }
            None => lines.extend(Some(std::mem::take(&mut run)).filter(|run| run.len() > 1).map(|run| run.join(" "))),
        }
    }
    lines.extend(Some(run).filter(|run| run.len() > 1).map(|run| run.join(" ")));
    let name = l.code("rate", r.id);
    let label = match dots.last() {
        Some((.., last)) => l.t2("rates-chart", "rate", name.clone(), "last", last.clone()),
        None => l.t1("rates-chart-none", "rate", name.clone()),
    };
    let last = months.iter().rev().find_map(|(_, c)| r.of(c).percent).map_or_else(|| "–".into(), |p| format!("{} %", written(p)));
    let end = |m: Option<&(Date, Counts)>| m.map_or_else(String::new, |(m, _)| l.month(*m));
    Chart { label, name, last, ends: (end(months.first()), end(months.last())), lines, dots }
}

fn rate_cells(ask: &Ask, unit: Option<UnitId>, counts: &Counts, main: &[&Rate], window: Option<(&str, Window)>) -> Vec<(Number, i64)> {
    let cell = |r: &&Rate| {
        let v = r.of(counts);
        let text = v.percent.map_or_else(|| "–".to_owned(), |p| format!("{} %", written(p)));
        let (period, window) = window.unwrap_or((ask.period, ask.window));
        let path = ask.href("/desk/rates/cases", period, window, unit);
        let href = if v.under > 0 { format!("{path}&rate={}&version={}&side=under", r.id, r.version) } else { String::new() };
        (Number { text, href }, v.percent.map_or(-1, |p| (p / 100).clamp(0, 100)))
    };
    main.iter().map(cell).collect()
}

fn month_line(l: Lang, ask: &Ask, month: Date, counts: &Counts, main: &[&Rate]) -> Line {
    let window = Window { from: month, through: month.last_of_month() };
    Line {
        name: l.month(month),
        href: if counts.0.is_empty() { String::new() } else { ask.href("/desk/rates", "month", window, ask.unit) },
        cells: rate_cells(ask, ask.unit, counts, main, Some(("month", window))),
    }
}

fn unit_lines(
    d: &Desk<Figures>,
    ask: &Ask,
    by_unit: &BTreeMap<UnitId, Counts>,
    here: &impl Fn(UnitId) -> bool,
    main: &[&Rate],
) -> Vec<Line> {
    let mut units: Vec<_> =
        by_unit.iter().filter(|(u, _)| here(**u)).filter_map(|(u, c)| d.v.world.directory.units.get(u).map(|x| (x, c))).collect();
    units.sort_by(|a, b| a.0.code.cmp(&b.0.code));
    let line = |(unit, counts): (&store::registry::Unit, &Counts)| Line {
        name: unit.name.clone(),
        href: ask.href("/desk/rates", ask.period, ask.window, Some(unit.id)),
        cells: rate_cells(ask, Some(unit.id), counts, main, None),
    };
    units.into_iter().map(line).collect()
}

/// What is said of publishing: how it stands, or that it may be done now.
fn publish_note(
    d: &Desk<Figures>,
    ask: &Ask,
    frozen: Option<&Published>,
    by_unit: &BTreeMap<UnitId, Counts>,
    here: &impl Fn(UnitId) -> bool,
) -> Option<Publish> {
    let (l, month) = (d.v.l.lang, ask.month()?);
    if let Some(p) = frozen {
        let reports = tally::knows_reports(&d.scope);
        let revised = frozen_of(p, here, reports) != tidy(summed(by_unit, here));
        let said = l.t2("rates-published", "at", l.datetime(p.at), "pos", p.pos as i64);
        let late =
            (revised && reports).then(|| Link::new(ask.href("/desk/rates/late", "month", ask.window, ask.unit), l.t("rates-late-link")));
        return Some(Publish { said, month: String::new(), late });
    }
    let over = d.v.app.clock().now().date() > ask.window.through;
    let may = d.role == Role::Supervisor && over && ask.unit.is_none();
    let open = figures::undecided(&d.v.world, &d.scope, &month);
    if may && open > 0 {
        let contests = Link::new(format!("/desk/appraisal?month={month}#contests"), l.t("rates-see-contests"));
        return Some(Publish { said: l.t1("rates-open-contests", "n", open as i64), month: String::new(), late: Some(contests) });
    }
    may.then(|| Publish { said: l.t("rates-may-publish"), month, late: None })
}

/// Without kinds that have nothing.
fn tidy(mut counts: Counts) -> Counts {
    counts.0.retain(|_, s| *s != rate::Sums::default());
    counts
}

pub(super) async fn publish(d: Desk<Supervisors>, Form(pairs): Sent) -> Web {
    let fields = Fields::from_iter(pairs);
    let month = fields.get("month");
    figures::publish(&d.v.app, &d.scope, month).await?;
    Ok(see_other_with(&format!("/desk/rates?period=month&on={month}-01"), "flash-published"))
}

/// The figures as a file.
pub(super) async fn export(d: Desk<Figures>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let ask = Ask::read(l, &asked, now.date());
    let view = view(&d, ask).await?;
    let heads = ["rates-rate", "rates-formula", "rates-value", "rates-over", "rates-under", "rates-month", "rates-year", "rates-notes"];
    let counted = view.totals.into_iter().map(|t| vec![t.label, String::new(), t.n.text, String::new(), String::new(), t.before]);
    let rates = view
        .topics
        .into_iter()
        .flat_map(|t| t.rows)
        .map(|r| vec![r.name, r.formula, r.value, r.over.text, r.under.text, r.month, r.year, r.notes.join("; ")]);
    let rows = std::iter::once(vec![view.about, view.as_of]).chain(counted).chain(rates).collect();
    export::file_of(&export::Table::new("rates", heads.iter().map(|h| l.t(h)).collect(), rows, now), asked.get("as"))
}

/// What a list of cases is of: its name, and what its entries have.
fn part_of(d: &Desk<Figures>, asked: &Fields) -> Option<(String, Part)> {
    let l = d.v.l.lang;
    if let Some((id, part)) = TOTALS.iter().find(|(id, _)| *id == asked.get("total")) {
        return Some((l.code("rates-total", id), *part));
    }
    let r = rate::find(asked.get("rate"), asked.get("version").parse().ok()?)?;
    let known = tally::knows_reports(&d.scope) || !r.tells_of_reports();
    let (part, side) = if asked.get("side") == "over" { (r.over, "rates-over") } else { (r.under, "rates-under") };
    known.then(|| (format!("{} · {}", l.code("rate", r.id), l.t(side)), part))
}

fn place_in(asked: &Fields) -> Option<Place> {
    let (day, rest) = asked.get("after").split_once('_')?;
    let (unit, case) = rest.split_once('_')?;
    Some((day.parse().ok()?, UnitId(Id::parse(unit)?), CaseId(Id::parse(case)?)))
}

/// The cases behind a number: one line for each entry it counts.
pub(super) async fn list(d: Desk<Figures>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let ask = Ask::read(l, &asked, d.v.app.clock().now().date());
    let (name, part) = part_of(&d, &asked).ok_or(Denied::NotFound)?;
    let here = here(&d, &ask);
    let mut db = d.v.app.db().snapshot().await?;
    let all = summed(&tally::by_unit(&mut db, &d.scope, ask.window, &ask.filter).await?, &here).of(&part);
    let lines = tally::lines(&mut db, &d.scope, ask.window, &ask.filter, part.kinds, part.measures, &here, place_in(&asked), LINES).await?;
    let what: Vec<String> =
        ["rate", "version", "side", "total"].iter().filter(|n| !asked.get(n).is_empty()).map(|n| format!("{n}={}", asked.get(n))).collect();
    let more = lines.last().filter(|_| lines.len() == LINES).map(|last| {
        let href = format!("{}&after={}_{}_{}", cases(&ask, ask.unit, &what.join("&")), last.day, last.unit, last.case);
        Link::new(href, l.t("pager-next"))
    });
    let table = lines_table(&d, &mut db, &lines).await?;
    drop(db);
    let file = format!("{}&{}", ask.href("/desk/rates/cases/export", ask.period, ask.window, ask.unit), what.join("&"));
    let back = Link::new(ask.href("/desk/rates", ask.period, ask.window, ask.unit), l.t("rates-back"));
    let view = Board {
        title: name,
        lead: format!("{} · {}", ask.named(l), l.t1("rates-lines", "n", all)),
        links: std::iter::once(back).chain(export_links(l, &file)).collect(),
        sections: vec![Section {
            id: "cases".into(),
            head: l.t("rates-cases"),
            all: more,
            table: Some(table),
            empty: l.t("rates-cases-none"),
            ..Section::default()
        }],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}

pub(super) async fn list_file(d: Desk<Figures>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let now = d.v.app.clock().now();
    let ask = Ask::read(d.v.l.lang, &asked, now.date());
    let (_, part) = part_of(&d, &asked).ok_or(Denied::NotFound)?;
    let here = here(&d, &ask);
    let mut db = d.v.app.db().snapshot().await?;
    let lines = tally::lines(&mut db, &d.scope, ask.window, &ask.filter, part.kinds, part.measures, &here, None, FILE_LINES).await?;
    let table = lines_table(&d, &mut db, &lines).await?;
    export::file_of(&export::of_board("cases", &table, now), asked.get("as"))
}

/// Entries as a table: a case that somebody may open now opens; of one that is elsewhere by now, its number.
async fn lines_table(d: &Desk<Figures>, db: &mut store::engine::Reader, lines: &[tally::Line]) -> Answer<Table> {
    let l = d.v.l.lang;
    let ids: BTreeSet<CaseId> = lines.iter().map(|x| x.case).collect();
    let mut open = BTreeMap::new();
    for chunk in ids.iter().copied().collect::<Vec<_>>().chunks(200) {
        open.extend(queue::lines_of(db, &d.scope, chunk.to_vec()).await?.into_iter().map(|x| (x.id, x)));
    }
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        rows.push(entry_row(d, db, line.case, line.day, line.unit, open.get(&line.case), held(l, line.measures)).await?);
    }
    let heads = ["col-case-number", "rates-day", "col-unit", "col-kind", "col-state", "rates-holds"];
    Ok(Table { columns: heads.iter().map(|h| (l.t(h), false)).collect(), rows, pick: None })
}

/// What holds of an entry, in words.
fn held(l: Lang, measures: rules::tally::Measures) -> String {
    let words: Vec<String> = Measure::ALL.iter().filter(|m| measures.has(**m)).map(|m| l.code("measure", m.code())).collect();
    words.join(l.t("rates-and").as_str())
}

pub(super) async fn entry_row<P: crate::web::http::Permit>(
    d: &Desk<P>,
    db: &mut store::engine::Reader,
    case: CaseId,
    day: Date,
    unit: UnitId,
    open: Option<&queue::Line>,
    said: String,
) -> Answer<Row> {
    let l = d.v.l.lang;
    let first = match open {
        Some(line) => Cell::link(format!("/desk/case/{}", line.token), line.number.clone()),
        None => Cell::text(store::cases::number_of(db, &d.scope, case).await?.unwrap_or_default()),
    };
    let unit = d.v.world.directory.unit_on(unit, day).map(|u| u.name.clone()).unwrap_or_default();
    let (kind, stage) =
        open.map_or_else(|| (String::new(), l.t("rates-elsewhere")), |x| (l.code("kind", &x.kind), l.code("stage", &x.stage)));
    Ok(Row {
        cells: vec![first, Cell::text(l.date(day)), Cell::text(unit), Cell::text(kind), Cell::text(stage), Cell::text(said)],
        ..Row::default()
    })
}

/// What changed in a published month since: the cases that made the difference.
pub(super) async fn late(d: Desk<Figures>, Query(query): Asked) -> Web {
    let asked = Fields::from_iter(query);
    let l = d.v.l.lang;
    let ask = Ask::read(l, &asked, d.v.app.clock().now().date());
    // Changes of reports and of others stand together, so only who may know reports sees them.
    let month = ask.month().filter(|_| tally::knows_reports(&d.scope)).ok_or(Denied::NotFound)?;
    let organ = d.scope.grant().map(|(_, g)| g.organ).ok_or(Denied::NotFound)?;
    let frozen = figures::published_by(&d.v.world.directory, organ, &month).ok_or(Denied::NotFound)?;
    let here = here(&d, &ask);
    let mut db = d.v.app.db().snapshot().await?;
    let found = tally::late(&mut db, &d.scope, &month, frozen.pos, FILE_LINES as i64).await?;
    let found: Vec<_> = found.into_iter().filter(|x| here(x.unit)).take(4 * LINES).collect();
    let ids: BTreeSet<CaseId> = found.iter().map(|x| x.case).collect();
    let lines: BTreeMap<CaseId, queue::Line> =
        queue::lines_of(&mut db, &d.scope, ids.into_iter().collect()).await?.into_iter().map(|x| (x.id, x)).collect();
    let mut rows = Vec::new();
    for x in &found {
        let gone = rules::tally::Measures(x.before.0 & !x.after.0);
        let come = rules::tally::Measures(x.after.0 & !x.before.0);
        let part = |key: &str, m: rules::tally::Measures| (m.0 != 0).then(|| l.t1(key, "what", held(l, m)));
        let said: Vec<String> = part("rates-came", come).into_iter().chain(part("rates-went", gone)).collect();
        rows.push(entry_row(&d, &mut db, x.case, x.day, x.unit, lines.get(&x.case), said.join(" ")).await?);
    }
    drop(db);
    let heads = ["col-case-number", "rates-day", "col-unit", "col-kind", "col-state", "rates-changed"];
    let table = Table { columns: heads.iter().map(|h| (l.t(h), false)).collect(), rows, pick: None };
    let view = Board {
        title: l.t1("rates-late", "month", l.month(ask.window.from)),
        lead: l.t2("rates-published", "at", l.datetime(frozen.at), "pos", frozen.pos as i64),
        links: vec![Link::new(ask.href("/desk/rates", "month", ask.window, ask.unit), l.t("rates-back"))],
        sections: vec![Section {
            id: "late".into(),
            head: l.t("rates-late-head"),
            table: Some(table),
            empty: l.t("rates-late-none"),
            ..Section::default()
        }],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}
