//! Samples of accounts and administration, and of what gathers lists or draws.

use super::super::board::{Board, Button, Cell, Item, Pick, Row, Section, Table};
use super::super::casefile::{CaseFile, FileRow, Redact, Sign};
use super::super::chart::BeforeAfter;
use super::super::desk::CasePage;
use super::super::second::{AskSecond, KeyMap, NewKey, Second};
use super::*;

const SECRET: [u8; 20] = *b"12345678901234567890";

fn ask(lang: Lang, state: State) -> AskSecond {
    let errors = if state == State::Error { errors(lang, &[("otp", "code-wrong")]) } else { Errors::default() };
    AskSecond { l: layout(lang, "/desk/sign-in"), next: "/desk/mine".into(), held: vec![("held.reason".into(), "<b>".into())], errors }
}

fn second(lang: Lang, state: State) -> Second {
    let mut form = ActionForm::new(lang, "/desk/account/second", lang.t("second-confirm-go"));
    form.fields = vec![Field::password(lang, "password", lang.t("password"), "current-password").required()];
    let mut remove = ActionForm::new(lang, "/desk/account/second/remove", lang.t("second-remove"));
    remove.intro = lang.t("second-remove-asked");
    remove.danger = true;
    if state == State::Error {
        form.errors = errors(lang, &[("password", "password-password-wrong")]);
    }
    let full = state == State::Full;
    Second {
        l: desk_layout(lang, "/desk/account/second"),
        asked: state == State::Error,
        codes: if full { (0..10).map(|n| format!("7K2M{n}-P4QTD")).collect() } else { Vec::new() },
        left: full.then_some(10),
        secret: (!full)
            .then(|| (Qr::of("otpauth://totp/x:y?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), crate::usecase::totp::written(&SECRET))),
        form: Some(form),
        remove: full.then_some(remove),
    }
}

fn board(lang: Lang, state: State) -> Board {
    let full = state != State::Empty;
    let choices = vec![Choice::new("1", "李敏", "1"), Choice::new("2", "欧阳建国（石桥市场监管所，兼城关）", "1")];
    let pick = Pick {
        action: "/desk/team/give".into(),
        name: "case".into(),
        hidden: vec![("person".into(), "1".into())],
        select: ("to".into(), lang.t("col-name")),
        choices,
        submit: lang.t("resume-go"),
        error: if state == State::Error { lang.code("bad", "choose") } else { String::new() },
    };
    let row = |n: u32, tag: Tag| Row {
        value: n.to_string(),
        cells: vec![
            Cell::link("/desk/case/1", "健身房闭店退款，办卡时承诺随时可退，现在电话打不通"),
            Cell::text(n.to_string()),
            Cell::tag(tag),
        ],
        buttons: vec![Button { action: "/desk/x".into(), hidden: Vec::new(), label: lang.t("close") }],
    };
    let rows =
        if full { vec![row(1, Tag::new(Tone::Late, "超 1 天")), row(1_204, Tag::new(Tone::Good, "已告知"))] } else { Vec::new() };
    let columns = [("col-case", false), ("col-n", true), ("col-state", false)].map(|(key, num)| (lang.t(key), num)).to_vec();
    let item =
        Item {
            href: "/desk/case/1".into(), title: "驾校退费".into(), line: "26-7K2M9-P4QTD".into(), tag: Tag::new(Tone::Soon, "今天")
        };
    let section = |id: &str, items: Vec<Item>, table: Option<Table>| Section {
        id: id.into(),
        head: lang.t("my-cases"),
        all: full.then(|| Link::new("/desk/mine", "1,204")),
        items,
        table,
        empty: "没有在办的案件".into(),
    };
    let mut form = ActionForm::new(lang, "/desk/x", lang.t("people-add"));
    form.fields = vec![Field::text(lang, "name", lang.t("col-name")).required()];
    if state == State::Error {
        form.errors = errors(lang, &[("name", "required")]);
    }
    Board {
        l: desk_layout(lang, "/desk/today"),
        title: lang.t("today"),
        lead: lang.t("keys-lead"),
        counts: Vec::new(),
        links: vec![Link::new("/desk/absence", lang.t("absence"))],
        notes: if full {
            vec![(Tone::Late, lang.t("health-all-bad"), None), (Tone::Act, lang.t("second-nobody"), None)]
        } else {
            Vec::new()
        },
        chart: full.then(|| {
            let counts = [(3u32, false), (5, false), (0, false), (12, true), (4, true), (1, true)];
            let counts = counts.iter().map(|(n, after)| (lang.day(jiff::civil::date(2026, 11, 20)), *n, *after)).collect();
            let totals = [(lang.t("led-before"), 8, "/desk/x".to_owned()), (lang.t("led-after"), 17, "/desk/x".to_owned())];
            BeforeAfter::new(lang, lang.t1("led-chart", "n", 30), counts, totals, "+9 (+112%)".into(), state == State::Full)
        }),
        sections: vec![
            section("list-of", if full { vec![item] } else { Vec::new() }, None),
            section("table-of", Vec::new(), Some(Table { columns, rows, pick: full.then_some(pick) })),
        ],
        form: Some((lang.t("people-add"), form)),
        ..Board::default()
    }
}

fn case_file(lang: Lang, state: State) -> CaseFile {
    let file = |name: &str| FileRow {
        href: "files/1.jpg".into(),
        name: name.into(),
        about: "JPEG · 1.2 MB".into(),
        added: "11-20 14:02".into(),
        sha256: "9f2c1e00a7b34d5566778899aabbccddeeff00112233445566778899aabbccdd".into(),
    };
    let full = state != State::Empty;
    CaseFile {
        page: CasePage::sample(lang, state),
        papers: if full { vec![Link::new("papers/1.html", "投诉登记表")] } else { Vec::new() },
        files: if full { vec![file("合同<1>.jpg"), file("")] } else { Vec::new() },
        made: "王强 · 2026-11-21 10:06".into(),
    }
}

fn redact(lang: Lang, state: State) -> Redact {
    let mut form = ActionForm::new(lang, "/desk/case/1/redact/2", lang.t("redact-go"));
    let mistakes = if state == State::Error { errors(lang, &[("boxes", "required")]) } else { Errors::default() };
    form.fields = vec![Field::area(lang, "boxes", lang.code("field", "boxes")).hint(lang.t("hint-boxes")).required().errors(&mistakes)];
    form.back = "/desk/case/1".into();
    form.errors = mistakes;
    // The picture is one of ours, so that the page stands by itself.
    let l = desk_layout(lang, "/desk/case/1/redact/2");
    Redact { case: "投诉 26-7K2M9-P4QTD".into(), picture: l.asset("favicon.svg"), name: "合同.jpg".into(), form, l }
}

fn sign(lang: Lang, state: State) -> Sign {
    let mut form = ActionForm::new(lang, "/desk/case/1/evidence", lang.t("sign"));
    let file = Control::File { accept: "image/*", max: 1_000_000, kept: Vec::new() };
    form.fields = vec![Field::new(lang, "file", lang.t("evidence"), file).required()];
    form.files = true;
    form.back = "/desk/case/1".into();
    if state == State::Error {
        form.errors = errors(lang, &[("file", "required")]);
    }
    Sign { l: desk_layout(lang, "/desk/case/1/sign"), case: "投诉 26-7K2M9-P4QTD".into(), file_name: "签名-投诉人".into(), form }
}

pub fn pages(lang: Lang, state: State) -> Vec<Page> {
    let key = NewKey { l: desk_layout(lang, "/desk/channels"), key: format!("fxk_{}", "0123456789abcdef".repeat(4)) };
    vec![
        ("second-ask", html(&ask(lang, state))),
        ("second", html(&second(lang, state))),
        ("new-key", html(&key)),
        ("keys", html(&KeyMap { l: desk_layout(lang, "/desk/keys") })),
        ("board", html(&board(lang, state))),
        ("casefile", html(&case_file(lang, state))),
        ("redact", html(&redact(lang, state))),
        ("sign", html(&sign(lang, state))),
    ]
}
