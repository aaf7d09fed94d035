//! Samples of the clerk's pages.

use super::super::clerk::{BulkDone, CheckRow, Entered, Entry, GroupPage, Inbox, Known, KnownRow, LeftRow, QueueRow, ViewLink, Zero};
use super::super::import::{FaultLine, ImportJob};
use super::super::register::Found;
use super::desk::{counts, empty, filter, rows};
use super::*;

fn known(lang: Lang, state: State) -> Known {
    let row = KnownRow {
        href: "/desk/case/1".into(),
        line: "投诉 26-7K2M9-P4QTD · 健身房闭店退款".into(),
        received: "11-20 14:02 · 3 天前".into(),
        state: lang.code("stage", "deciding"),
        why: vec![Tag::new(Tone::Soon, "同一电话")],
    };
    let full = state == State::Full;
    Known {
        l: lang,
        looked: state != State::Empty,
        name: if full { "陈**".into() } else { String::new() },
        earlier: if full { vec![row.clone()] } else { Vec::new() },
        like: if full { vec![row] } else { Vec::new() },
        seen: "t1".into(),
        found: Found::default(),
    }
}

fn entry(lang: Lang, state: State) -> Entry {
    let errors = if state == State::Error { errors(lang, &[("phone", "required"), ("narrative", "required")]) } else { Errors::default() };
    let value = |text: &str| if state == State::Empty { String::new() } else { text.to_owned() };
    let label = |name: &str| lang.code("field", name);
    let kinds = [("complaint", "F2"), ("report", "F4"), ("consultation", "F8")];
    Entry {
        l: desk_layout(lang, "/desk/new"),
        nonce: "n1".into(),
        by: ["phone", "counter"].map(|b| Choice::new(b, lang.code("channel", b), "phone")).to_vec(),
        kinds: kinds.map(|(k, key)| (Choice::new(k, lang.code("kind", k), "complaint"), key)).to_vec(),
        main: vec![
            Field::tel(lang, "phone", label("phone")).value(value("13800006021")).required().errors(&errors),
            Field::text(lang, "name", label("name")).value(value("陈晓")).required(),
            Field::text(lang, "respondent_name", label("respondent_name")).value(value("力量健身（城关店）")).required(),
            Field::area(lang, "narrative", label("narrative")).value(value("要求退还剩余费用。<b>")).required().errors(&errors),
        ],
        answer: vec![Field::area(lang, "answer", label("answer"))],
        more: vec![Field::text(lang, "address", label("address")).value(value("清和县城关街道1号"))],
        open: state == State::Full,
        known: known(lang, state),
        errors,
    }
}

fn entered(lang: Lang, state: State) -> Entered {
    Entered {
        l: desk_layout(lang, "/desk/new"),
        title: lang.t("nav-new"),
        receipt: "7K2M-9P4Q-TDFX-8".into(),
        code: if state == State::Empty { String::new() } else { "7K2M9-P4QTD".into() },
        fate: lang.t("flash-done"),
        links: vec![Link::new("/desk/new", lang.t("nav-new")), Link::new("/desk/case/1", "26-7K2M9-P4QTD")],
    }
}

fn queue_rows(lang: Lang, state: State) -> Vec<QueueRow> {
    let claims = ["李敏 · 10:06", "", "", ""];
    let results = [Tag::default(), Tag::new(Tone::Good, "已分送"), Tag::new(Tone::Late, "别人刚改过"), Tag::default()];
    let all = rows(lang, state).into_iter().zip(claims).zip(results).enumerate();
    let row = |(n, ((row, claim), result))| QueueRow {
        row,
        token: format!("t{n}"),
        claim: String::from(claim),
        group: if n == 2 { "/desk/group/1".into() } else { String::new() },
        result,
    };
    all.map(row).collect()
}

fn units(lang: Lang) -> Vec<Group> {
    vec![Group { label: lang.code("unit-kind", "office"), choices: vec![Choice::new("u1", "城关市场监管所", "u1")] }]
}

fn inbox(lang: Lang, state: State) -> Inbox {
    let view = |name: &str, shared| ViewLink {
        href: "/desk/queue?due=today".into(),
        name: name.into(),
        drop: "/desk/views/1/drop".into(),
        shared,
    };
    let full = state != State::Empty;
    Inbox {
        l: desk_layout(lang, "/desk/queue"),
        title: lang.t("nav-queue"),
        counts: counts(lang),
        filter: filter(lang),
        views: if full { vec![view("今天的投诉", true), view("大额", false)] } else { Vec::new() },
        query: "due=today".into(),
        exports: vec![Link::new("/desk/queue/export.csv", "CSV")],
        rows: queue_rows(lang, state),
        units: units(lang),
        bases: vec![Choice::new("internal", lang.code("basis", "internal"), "internal")],
        first: if full { "/desk/next".into() } else { String::new() },
        pager: pager(lang),
        empty: empty(&lang.t("queue-none")),
    }
}

fn bulk_done(lang: Lang, state: State) -> BulkDone {
    BulkDone {
        l: desk_layout(lang, "/desk/bulk/send"),
        title: lang.t("bulk-send"),
        sentence: "2 / 4".into(),
        rows: queue_rows(lang, state),
        links: vec![Link::new("/desk/queue", lang.t("nav-queue"))],
        errors: if state == State::Error { errors(lang, &[("", "choose")]) } else { Errors::default() },
    }
}

fn group(lang: Lang, state: State) -> GroupPage {
    let errors = if state == State::Error { errors(lang, &[("answer", "required")]) } else { Errors::default() };
    GroupPage {
        l: desk_layout(lang, "/desk/group/1"),
        address: "/desk/group/1".into(),
        rows: queue_rows(lang, state),
        counts: if state == State::Empty {
            Vec::new()
        } else {
            vec![(lang.code("stage", "deciding"), 3), (lang.code("stage", "closed"), 1)]
        },
        works: state != State::Empty,
        answer: vec![Field::area(lang, "answer", lang.code("field", "answer")).required().errors(&errors)],
        add: Field::text(lang, "number", lang.t("col-case")),
        results: if state == State::Full { "3 / 4".into() } else { String::new() },
        errors,
    }
}

fn zero(lang: Lang, state: State) -> Zero {
    let why = |at: &str| {
        let codes = ["late_in_day", "more_needed"];
        codes.map(|c| Choice::new(c, lang.code("zero-why", c), at)).to_vec()
    };
    let left = |n: usize, row| LeftRow {
        row,
        token: format!("t{n}"),
        who: lang.code("zero-who", "clerk"),
        why: why("late_in_day"),
        reason: String::new(),
        note: if n == 0 { "已约明早十点".into() } else { String::new() },
        missing: state == State::Error && n == 1,
    };
    let past = CheckRow { href: "/desk/zero?day=2026-11-19".into(), day: "2026-11-19".into(), about: "17:30 李敏".into(), left: 2 };
    let full = state != State::Empty;
    Zero {
        l: desk_layout(lang, "/desk/zero"),
        day: "2026-11-20".into(),
        checked: String::new(),
        rows: rows(lang, state).into_iter().enumerate().map(|(n, row)| left(n, row)).collect(),
        why_all: why(""),
        by_who: if full { vec![(lang.code("zero-who", "clerk"), 4)] } else { Vec::new() },
        total: if full { 4 } else { 0 },
        stages: Vec::new(),
        more: String::new(),
        past: if full { vec![past] } else { Vec::new() },
        errors: if state == State::Error { errors(lang, &[("why_t1", "choose")]) } else { Errors::default() },
    }
}

fn import_job(lang: Lang, state: State) -> ImportJob {
    let fault = FaultLine {
        row: "12".into(),
        column: "联系电话".into(),
        value: String::new(),
        reason: lang.code("bad", "required"),
        count: "3".into(),
    };
    let full = state != State::Empty;
    ImportJob {
        l: desk_layout(lang, "/desk/import/1"),
        href: "/desk/import/1".into(),
        name: "12345 工单<11月>.xlsx".into(),
        state: Tag::new(Tone::Act, lang.t("nav-import")),
        facts: vec![(lang.t("col-name"), "1.2 MB".into())],
        kinds: if state == State::Error { vec![fault.clone()] } else { Vec::new() },
        rows: if state == State::Error { vec![fault] } else { Vec::new() },
        counts: if full { vec![(lang.t("nav-import"), 7_365)] } else { Vec::new() },
        counts_head: lang.t("nav-import"),
        ..ImportJob::default()
    }
}

pub fn pages(lang: Lang, state: State) -> Vec<Page> {
    vec![
        ("entry", html(&entry(lang, state))),
        ("entered", html(&entered(lang, state))),
        ("inbox", html(&inbox(lang, state))),
        ("bulk-done", html(&bulk_done(lang, state))),
        ("group", html(&group(lang, state))),
        ("zero", html(&zero(lang, state))),
        ("import-job", html(&import_job(lang, state))),
    ]
}
