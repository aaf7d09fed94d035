//! Samples of every view: full, empty, with mistakes, for `/styleguide` and for tests. Names and numbers are invented.

mod accounts;
mod clerk;
mod desk;
mod guide;
mod paper;
mod public;
mod rates;

use askama::Template;
use jiff::civil::{Date, date};

use super::parts::*;
use crate::web::i18n::Lang;
use crate::web::layout::{DeskLayout, Flash, Layout, NavItem};

/// Which of a page's states a sample shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Everything there is.
    Full,
    /// Nothing yet.
    Empty,
    /// Mistakes, late, refused.
    Error,
}

pub(in crate::web) use guide::guide;

/// A page of the samples: name and HTML.
pub type Page = (&'static str, String);

/// A page of plain data: writing it into a string cannot fail, and a test would find it empty.
fn html<T: Template>(view: &T) -> String {
    view.render().unwrap_or_default()
}

/// Every page in one language and state.
pub fn pages(lang: Lang, state: State) -> Vec<Page> {
    let mut out = public::pages(lang, state);
    out.extend(desk::pages(lang, state));
    out.extend(clerk::pages(lang, state));
    out.extend(accounts::pages(lang, state));
    out.extend(paper::pages(lang, state));
    out.extend(rates::pages(lang, state));
    out
}

fn layout(lang: Lang, path: &str) -> Layout {
    Layout { lang, large: false, locality: "清和".into(), path: path.into(), no_keys: false }
}

fn desk_layout(lang: Lang, path: &str) -> DeskLayout {
    let item = |href: &str, label: String, count: Option<u64>| NavItem { href: href.into(), label, count, current: href == path };
    DeskLayout {
        base: layout(lang, path),
        person: "王强".into(),
        role: "城关市场监管所 · 承办人".into(),
        nav: vec![
            item("/desk/queue", lang.t("desk"), Some(41)),
            item("/desk/mine", lang.t("my-cases"), Some(23)),
            item("/desk/approvals", lang.t("approvals"), Some(2)),
        ],
        flash: None,
    }
}

/// The proof of 7 working days from 20 November 2026, with a make-up day and an excluded one for the sake of seeing them.
fn proof(l: Lang) -> DayProof {
    let day = |d: i8, kind: DayKind, n: u32, why: &str| ProofDay { date: date(2026, 11, d), kind, n, why: why.into() };
    let mut days = vec![
        day(20, DayKind::Start, 0, ""),
        day(21, DayKind::Off, 0, "周六"),
        day(22, DayKind::Off, 0, "周日"),
        day(23, DayKind::Counted, 1, ""),
        day(24, DayKind::Counted, 2, ""),
        day(25, DayKind::Counted, 3, ""),
        day(26, DayKind::Counted, 4, ""),
        day(27, DayKind::Counted, 5, ""),
        day(28, DayKind::Off, 0, "周六"),
        day(29, DayKind::MakeUp, 6, "调休上班"),
        day(30, DayKind::Excluded, 0, "鉴定"),
    ];
    days.push(ProofDay { date: date(2026, 12, 1), kind: DayKind::Due, n: 7, why: String::new() });
    DayProof {
        l,
        sentence: "收到之日（11月20日）不算，从下一个工作日起数 7 个工作日。".into(),
        basis: "《市场监督管理投诉举报处理办法》第十五条、第四十五条".into(),
        days,
        provisional: String::new(),
    }
}

/// Sixty natural days over two months, provisional.
fn long_proof(l: Lang) -> DayProof {
    let from = date(2026, 11, 20);
    let day = |i: u32| -> Date { rules::time::date_from_days(rules::time::days_of(from) + i64::from(i)) };
    let days = (0..=60)
        .map(|i| ProofDay {
            date: day(i),
            kind: match i {
                0 => DayKind::Start,
                60 => DayKind::Due,
                _ => DayKind::Counted,
            },
            n: i,
            why: String::new(),
        })
        .collect();
    DayProof {
        l,
        sentence: "受理之日不算，数 60 日。".into(),
        basis: "第二十三条第一款第五项".into(),
        days,
        provisional: "2027 年的放假通知还没有发布，这一天是暂定的；通知发布后会重新计算。".into(),
    }
}

fn clock(l: Lang, tone: Tone) -> ClockCard {
    ClockCard {
        l,
        id: format!("{}1", tone.class()),
        tone,
        what: "城关市场监管所最迟在这天告诉您是否受理".into(),
        when: l.day(date(2026, 12, 1)),
        rest: "还有 6 个工作日".into(),
        note: "本地承诺：收到后 24 小时内首次联系，11-21 10:05 已联系".into(),
        proof: Some(proof(l)),
    }
}

fn entries() -> Vec<Entry> {
    let entry = |at: &str, iso: &str, title: &str, lines: &[&str], mark: Mark| Entry {
        at: at.into(),
        iso: iso.into(),
        title: title.into(),
        lines: lines.iter().map(|s| (*s).to_owned()).collect(),
        mark,
        links: Vec::new(),
    };
    let mut out = vec![
        entry("最迟 12-01", "", "受理或不予受理，并告诉您理由", &[], Mark::Todo),
        entry("11-23 09:12", "2026-11-23T09:12", "城关市场监管所收到", &["承办人 王*，0579-8219****"], Mark::Done),
        entry("11-22 24:00", "2026-11-22T24:00", "本地承诺的时限已过", &["收到后 24 小时内首次联系"], Mark::Late),
        entry(
            "11-20 16:40",
            "2026-11-20T16:40",
            "分送到城关市场监管所",
            &["依据：经营者实际经营地（第十三条）· 用时 2 小时 38 分"],
            Mark::Done,
        ),
        entry("11-20 14:02", "2026-11-20T14:02", "您提交了投诉，附 2 件凭证", &["补录于 11-21 09:00"], Mark::End),
    ];
    out[3].links.push(Link::new("/paper/1", "投诉登记表"));
    out
}

fn evidence() -> Vec<Evidence> {
    vec![
        Evidence {
            original: String::new(),
            href: "/e/1".into(),
            name: "合同<1>.jpg".into(),
            about: "JPEG · 1.2 MB".into(),
            added: "11-20 14:02".into(),
        },
        Evidence {
            original: String::new(),
            href: String::new(),
            name: "付款记录.png".into(),
            about: "PNG · 310 KB".into(),
            added: "11-20 14:02".into(),
        },
    ]
}

fn errors(l: Lang, fields: &[(&str, &str)]) -> Errors {
    let mut out = Errors::default();
    for (field, key) in fields {
        out.add(*field, l.code("bad", key));
    }
    out
}

fn pager(l: Lang) -> Pager {
    Pager { l, shown: "1–50 / 1,204".into(), prev: "?before=a".into(), next: "?after=b".into() }
}

fn flash() -> Option<Flash> {
    Some(Flash { text: "已分送到城关市场监管所".into(), bad: false })
}
