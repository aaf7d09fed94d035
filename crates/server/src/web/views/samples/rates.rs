//! Samples of the page of rates.

use super::super::rates::{Chart, Line, Number, Publish, RateRow, Rates, Topic, Total};
use super::{Page, State, desk_layout, errors, html};
use crate::web::i18n::Lang;
use crate::web::views::parts::{Choice, Errors, Link};

pub(super) fn pages(lang: Lang, state: State) -> Vec<Page> {
    vec![("rates", html(&rates(lang, state)))]
}

fn number(text: &str) -> Number {
    Number { text: text.into(), href: "/desk/rates/cases".into() }
}

fn rate(lang: Lang, id: &str, version: u32, value: &str, bar: i64, (over, under): (&str, &str), notes: Vec<String>) -> RateRow {
    RateRow {
        name: lang.code("rate", id),
        formula: format!("{} · {}", lang.t(&format!("rate-formula-{id}-{version}")), lang.t1("rates-version", "n", i64::from(version))),
        value: value.into(),
        bar,
        over: number(over),
        under: number(under),
        month: "+0.12".into(),
        year: "-3.40".into(),
        notes,
    }
}

fn rates(lang: Lang, state: State) -> Rates {
    let full = state != State::Empty;
    let total = |id: &str, n: &str| Total {
        label: lang.code("rates-total", id),
        n: number(n),
        before: lang.t2("rates-change", "month", "+12.30 %", "year", "-67.22 %"),
    };
    let limits = vec![
        rate(lang, "check", 1, "99.93 %", 99, ("2665", "2667"), Vec::new()),
        rate(lang, "concluded", 1, "45.82 %", 45, ("1222", "2667"), vec![lang.t2("rates-was", "value", "45.80 %", "of", "1221 / 2666")]),
    ];
    let few = vec![lang.t1("rates-few", "n", 12), lang.t2("rates-interval", "low", "64.61", "high", "98.51")];
    let voice = vec![rate(lang, "satisfied", 1, "91.67 %", 91, ("11", "12"), few)];
    let topic =
        |id: &str, rows| Topic { id: id.into(), head: lang.code("rates-topic", id), rows, note: lang.t1("rates-rounding", "sum", "99.99") };
    let chart = |id: &str, y: i64| Chart {
        label: lang.t2("rates-chart", "rate", lang.code("rate", id), "last", "99.93 %"),
        name: lang.code("rate", id),
        last: "99.93 %".into(),
        ends: ("2025-10".into(), "2026-10".into()),
        lines: vec![format!("8,{y} 18,{} 28,{y}", y + 8), format!("48,{y} 58,{}", y + 3)],
        dots: (0..6).filter(|n| *n != 3).map(|n| (8 + 10 * n, y, "99.93 %".to_owned())).collect(),
    };
    let line = |name: &str| Line {
        name: name.into(),
        href: "/desk/rates".into(),
        cells: vec![(number("99.93 %"), 99), (number("45.82 %"), 45), (Number { text: "–".into(), href: String::new() }, -1)],
    };
    let choice = |key: &str| Choice::new(key, lang.code("rates-by", key), "month");
    Rates {
        l: desk_layout(lang, "/desk/rates"),
        about: format!("2026-10 · {}", lang.t("rates-all-units")),
        as_of: if full { lang.t2("rates-as-of", "pos", 123_456, "at", "2026-11-23 09:41") } else { lang.t("rates-not-counted") },
        periods: ["day", "week", "month", "quarter", "year", "custom"].map(choice).to_vec(),
        on: "2026-10-31".into(),
        through: if state == State::Error { "2026-10-01".into() } else { String::new() },
        custom: state == State::Error,
        selects: vec![("unit".into(), lang.t("col-unit"), vec![Choice::new("", lang.t("filter-all"), "")])],
        errors: if state == State::Error { errors(lang, &[("through", "required")]) } else { Errors::default() },
        links: vec![Link::new("/desk/rates", lang.t("rates-before")), Link::new("/desk/rates/export", lang.t("export-csv"))],
        totals: if full { vec![total("received", "38464"), total("concluded", "38460"), total("dissatisfied", "227")] } else { Vec::new() },
        topics: vec![topic("limits", limits), topic("voice", voice)],
        charts: vec![chart("check", 6), chart("concluded", 30), chart("mediation", 18)],
        heads: ["check", "concluded", "mediation"].map(|id| lang.code("rate", id)).to_vec(),
        months: vec![line("2026-10"), line("2026-09")],
        units: vec![line("城关市场监管所"), line("石桥市场监管所")],
        publish: full.then(|| Publish {
            said: lang.t("rates-may-publish"),
            month: "2026-10".into(),
            late: Some(Link::new("/desk/rates/late", lang.t("rates-late-link"))),
        }),
    }
}
