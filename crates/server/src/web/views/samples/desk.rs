use super::super::desk::*;
use super::super::mail::MailPage;
use super::super::manage::*;
use super::super::units::{UnitRow, Units};
use super::*;

fn row(lang: Lang, title: &str, clock: Tag, urgent: bool) -> CaseRow {
    CaseRow {
        href: "/desk/case/1".into(),
        title: title.into(),
        number: "TS-2026-004187".into(),
        kind: lang.code("kind", "complaint"),
        respondent: "力量健身（城关店）".into(),
        ask: "退款 3,800 元".into(),
        channel: "公众表单".into(),
        received: "11-20 14:02".into(),
        age: lang.elapsed(4_560),
        unit: if urgent { String::new() } else { "城关市场监管所".into() },
        state: lang.code("stage", "deciding"),
        clock,
        urgent,
    }
}

pub(super) fn rows(lang: Lang, state: State) -> Vec<CaseRow> {
    if state == State::Empty {
        return Vec::new();
    }
    vec![
        row(lang, "洗衣店衣物损坏", Tag::new(Tone::Late, "超 1 天"), true),
        row(lang, "健身房闭店退款", Tag::new(Tone::Soon, "今天"), false),
        row(lang, "驾校退费", Tag::new(Tone::Plain, lang.span(5, "wd")), false),
        row(lang, "电动车电池续航不符 <b>", Tag::new(Tone::Good, "已告知"), false),
    ]
}

pub(super) fn counts(lang: Lang) -> Vec<CountLink> {
    let c = |label: &str, n: u64, tone: Tone, current: bool| CountLink {
        href: "/desk/mine?due=x".into(),
        label: label.into(),
        n,
        tone,
        current,
    };
    vec![
        c("超期", 1, Tone::Late, true),
        c("今天到期", 3, Tone::Soon, false),
        c("本周", 9, Tone::Plain, false),
        c(&lang.t("desk"), 23, Tone::Act, false),
    ]
}

pub(super) fn filter(lang: Lang) -> Filter {
    let kinds = ["", "complaint", "report"]
        .iter()
        .map(|k| Choice::new(*k, if k.is_empty() { "—".into() } else { lang.code("kind", k) }, "report"))
        .collect();
    Filter {
        action: "/desk/queue".into(),
        q: "健身\"".into(),
        selects: vec![("kind".into(), lang.t("col-kind"), kinds)],
        hidden: vec![("due".into(), "late".into())],
    }
}

pub(super) fn empty(title: &str) -> Empty {
    Empty { title: title.into(), text: "新的来件会出现在这里。".into(), link: Some(Link::new("/desk/search", "检索")) }
}

fn form(lang: Lang, state: State) -> ActionForm {
    let e = if state == State::Error {
        errors(lang, &[("ground", "choose"), ("reason", "required"), ("amount", "amount-negative")])
    } else {
        Errors::default()
    };
    let grounds =
        rules::law::Ground::ALL.iter().map(|g| Choice::new(g.code(), lang.code("ground", g.code()), "NA-2").hint(g.code())).collect();
    let units = vec![
        Group { label: String::new(), choices: vec![Choice::new("", "—", "")] },
        Group {
            label: lang.code("unit-kind", "office"),
            choices: vec![Choice::new("u1", "城关市场监管所", "u1"), Choice::new("u2", "孝顺市场监管所", "u1")],
        },
        Group { label: lang.code("unit-kind", "department"), choices: vec![Choice::new("u3", "食品安全科", "u1")] },
    ];
    let methods = rules::law::TellBy::ALL.iter().map(|t| Choice::new(t.code(), lang.code("tellby", t.code()), "phone")).collect();
    let mut f = ActionForm::new(lang, "/desk/case/1/refuse", lang.code("action", "refuse"));
    f.intro = "决定后七个工作日的时限停止于告知。".into();
    f.law = "《市场监督管理投诉举报处理办法》第十六条\n对投诉作出不予受理决定的，还应当告知理由和其他途径。".into();
    f.danger = state != State::Empty;
    f.back = "/desk/case/1".into();
    f.hidden = vec![("version".into(), "7".into())];
    if state != State::Empty {
        f.fields = vec![
            Field::new(lang, "ground", "理由", Control::Radio(grounds)).required().errors(&e),
            Field::area(lang, "reason", "事实和理由").required().errors(&e).hint("写给投诉人看"),
            Field::new(lang, "unit", lang.t("col-unit"), Control::Select(units)).required(),
            Field::new(lang, "told_at", "告知时间", Control::DateTime).value("2026-11-27T15:00").required(),
            Field::new(lang, "until", "期限", Control::Date).value("2026-11-30"),
            Field::new(lang, "method", "方式", Control::Radio(methods)),
            Field::money(lang, "amount", "挽回金额").value("3800").errors(&e),
            Field::check(lang, "sure", "已核对", true).hint("核对后再提交"),
            Field::new(
                lang,
                "factor",
                "第十七条因素",
                Control::Checks { choices: vec![Choice::new("a", "数量", "a"), Choice::new("b", "频率", "a")], chips: false },
            ),
            Field::password(lang, "pw", lang.t("password"), "new-password").required(),
            Field::new(lang, "file", lang.t("evidence"), Control::File { accept: "image/*", max: 1_000_000, kept: Vec::new() }),
        ];
        f.files = true;
    }
    f.errors = e;
    f
}

fn facts(lang: Lang) -> Vec<Fact> {
    let fact = |label: String, value: &str| Fact { label, value: value.into(), ..Fact::default() };
    vec![
        Fact { reveal: "/desk/case/1/reveal".into(), reveal_field: "phone".into(), ..fact(lang.t("file-phone"), "138****6021") },
        Fact {
            links: vec![Link::new("/desk/search?q=x", "近一年 31 件")],
            ..fact(lang.t("file-respondent"), "力量健身（城关店）· 91330703MA2…")
        },
        fact(lang.t("file-address"), "清和县城关街道"),
    ]
}

impl SignIn {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            l: layout(lang, "/desk/sign-in"),
            login: "wangqiang".into(),
            next: "/desk/mine".into(),
            notice: if state == State::Empty { String::new() } else { lang.code("bad", "session") },
            held: vec![("held.reason".into(), "<b>".into())],
            errors: if state == State::Error { errors(lang, &[("login", "login")]) } else { Errors::default() },
        }
    }
}

impl Resume {
    pub(crate) fn sample(lang: Lang, _: State) -> Self {
        let mut form = ActionForm::new(lang, "/desk/case/1/refuse", lang.t("resume-go"));
        form.hidden = vec![("reason".into(), "<b>".into()), ("resume".into(), "1".into())];
        Self { l: layout(lang, "/desk/sign-in"), form }
    }
}

impl Find {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let mut form = ActionForm::new(lang, "/desk/find", lang.t("find-go"));
        form.fields = vec![Field::text(lang, "words", lang.t("find-words")).required()];
        if state == State::Error {
            form.errors = errors(lang, &[("words", "find")]);
        }
        let found = FoundRow {
            receipt: "7K2M-9P4Q-TDFX-8".into(),
            about: "2026-11-20 · 陈** · 138****6021".into(),
            rows: rows(lang, State::Full),
            renew: "/desk/find/1/code".into(),
        };
        Self {
            l: desk_layout(lang, "/desk/find"),
            form,
            searched: state != State::Error,
            found: if state == State::Full { vec![found] } else { Vec::new() },
        }
    }
}

impl NewCode {
    pub(crate) fn sample(lang: Lang, _: State) -> Self {
        Self { l: desk_layout(lang, "/desk/find"), receipt: "7K2M-9P4Q-TDFX-8".into(), code: "7K2M9-P4QTD".into() }
    }
}

impl FirstAdmin {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let mut form = ActionForm::new(lang, "/desk/first/abc", lang.t("first-head"));
        form.fields = vec![
            Field::text(lang, "login", lang.t("login")).required(),
            Field::password(lang, "password", lang.t("password"), "new-password").required(),
        ];
        if state == State::Error {
            form.errors = errors(lang, &[("password", "password-short")]);
        }
        Self { l: layout(lang, "/desk/first/abc"), form }
    }
}

impl Queue {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let mut l = desk_layout(lang, "/desk/queue");
        l.flash = flash();
        Self {
            l,
            title: "来件".into(),
            links: vec![Link::new("/desk/led/new/meeting", lang.t("led-take-list"))],
            counts: counts(lang),
            filter: filter(lang),
            rows: rows(lang, state),
            pager: pager(lang),
            empty: empty("今天没有待分送的来件"),
        }
    }
}

impl Mine {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let groups = if state == State::Empty {
            Vec::new()
        } else {
            vec![
                CaseGroup { head: Tag::new(Tone::Late, "超期"), rows: rows(lang, state) },
                CaseGroup { head: Tag::new(Tone::Soon, "今天到期"), rows: rows(lang, state) },
            ]
        };
        Self {
            l: desk_layout(lang, "/desk/mine"),
            title: lang.t("my-cases"),
            counts: counts(lang),
            groups,
            pager: pager(lang),
            empty: empty("没有在办的案件"),
        }
    }
}

impl CasePage {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let full = state != State::Empty;
        let item = |title: &str, line: &str, clock: Tag, current: bool| SideItem {
            href: "/desk/case/1".into(),
            title: title.into(),
            line: line.into(),
            clock,
            current,
        };
        let side = Side {
            counts: counts(lang),
            items: vec![
                item("洗衣店衣物损坏", "洁丽雅洗衣 · 要求赔偿 680 元 · 核实身份", Tag::new(Tone::Late, "超 1 天"), false),
                item("健身房闭店退款", "力量健身（城关店）· 3,800 元 · 受理决定", Tag::new(Tone::Soon, "今天"), true),
                item("无证经营早餐店", "举报 · 核查", Tag::new(Tone::Plain, lang.span(3, "wd")), false),
            ],
        };
        let act = |a: &str, key: &str, main: bool, danger: bool| Act {
            href: format!("/desk/case/1/{a}"),
            label: lang.code("action", a),
            key: key.into(),
            main,
            danger,
            head: String::new(),
        };
        let clock_row = |name: &str, basis: &str, due: String, state: Tag, proof: Option<DayProof>| ClockRow {
            name: name.into(),
            basis: basis.into(),
            due,
            state,
            detail: "11-24 起鉴定，不计".into(),
            proof,
        };
        let stretch = |text: &str, mark: bool| Stretch { text: text.into(), mark };
        let mut l = desk_layout(lang, "/desk/mine");
        l.flash = if full { flash() } else { None };
        Self {
            l,
            side: full.then_some(side),
            title: "健身房闭店退款".into(),
            about: format!("{} TS-2026-004187 · 公众表单 · 城关市场监管所", lang.code("kind", "complaint")),
            tags: vec![Tag::new(Tone::Act, lang.code("stage", "deciding")), Tag::new(Tone::Soon, "今天到期")],
            notices: if full {
                vec![
                    (Tone::Plain, "与另外 17 件可能是同一事件".into(), Some(Link::new("/desk/search", "查看"))),
                    (Tone::Soon, "到期日在 2027 年，放假通知还没有发布，是暂定的。".into(), None),
                    (Tone::Late, "本地承诺的时限已过。".into(), None),
                ]
            } else {
                Vec::new()
            },
            next: full.then(|| clock(lang, if state == State::Error { Tone::Late } else { Tone::Soon })),
            clocks: if full {
                vec![
                    clock_row(
                        &lang.code("clock", "L1"),
                        &lang.code("article", "order121-15"),
                        lang.day(date(2026, 12, 1)),
                        Tag::new(Tone::Soon, "今天"),
                        Some(proof(lang)),
                    ),
                    clock_row(
                        &lang.code("clock", "L2"),
                        &lang.code("article", "order121-23-5"),
                        lang.day(date(2027, 1, 19)),
                        Tag::new(Tone::Plain, "60 日"),
                        Some(long_proof(lang)),
                    ),
                    clock_row("首次联系", "本地承诺 24 小时", "11-21 10:05".into(), Tag::new(Tone::Good, "已联系"), None),
                ]
            } else {
                Vec::new()
            },
            narrative: vec![
                stretch("10月8日", true),
                stretch("在", false),
                stretch("城关街道", true),
                stretch("的“力量健身”办了", false),
                stretch("3,800元", true),
                stretch("年卡，11月15日去发现已经关门，老板电话打不通，要求退还剩余费用。", false),
            ],
            request: lang.code("demand", "refund"),
            parties: vec![
                Party { head: lang.code("party", "submitter"), facts: facts(lang) },
                Party { head: lang.code("party", "respondent"), facts: facts(lang) },
            ],
            facts: if full { facts(lang) } else { Vec::new() },
            evidence: if full { evidence() } else { Vec::new() },
            entries: if full { entries() } else { Vec::new() },
            notes: if full {
                vec![Note { about: "王强 · 11-21 10:06".into(), text: "已电话联系，约下午看现场。".into() }]
            } else {
                Vec::new()
            },
            note_to: "/desk/case/1/note".into(),
            withheld: false,
            quick: (!full).then(|| {
                let mut f = ActionForm::new(lang, "/desk/case/1/send", lang.code("action", "send"));
                f.fields = vec![
                    Field::new(
                        lang,
                        "unit",
                        lang.t("col-unit"),
                        Control::Select(vec![Group {
                            label: String::new(), choices: vec![Choice::new("u1", "城关市场监管所", "u1")]
                        }]),
                    )
                    .required(),
                ];
                (lang.code("action", "send"), f)
            }),
            acts: if full {
                vec![
                    act("accept", "a", true, false),
                    act("refuse", "r", false, true),
                    act("ask-identity", "i", false, false),
                    act("return", "b", false, false),
                ]
            } else {
                Vec::new()
            },
            blocked: if full {
                vec![
                    Blocked { label: lang.code("action", "mediate"), reason: lang.code("whynot", "not-accepted") },
                    Blocked { label: lang.code("action", "send"), reason: lang.code("whynot", "sideways") },
                ]
            } else {
                Vec::new()
            },
            papers: if full {
                vec![Link::new("/desk/paper/1", "投诉登记表"), Link::new("/desk/paper/5", lang.code("form", "acceptance"))]
            } else {
                Vec::new()
            },
            claim: String::new(),
            siblings: if full {
                vec![Sibling { line: "举报 JB-2026-000512 · 核查中".into(), href: "/desk/case/2".into() }]
            } else {
                Vec::new()
            },
            related: if full { vec![Sibling { line: "投诉 TS-2026-000077".into(), href: "/desk/case/3".into() }] } else { Vec::new() },
            talk: if full { vec![Note { about: "11-21 09:10 · 王强".into(), text: "已联系商家。".into() }] } else { Vec::new() },
            tools: if full { vec![Link::new("/desk/case/1/download", lang.t("casefile-download"))] } else { Vec::new() },
        }
    }
}

impl ActionPage {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            l: desk_layout(lang, "/desk/case/1/refuse"),
            case: "投诉 TS-2026-004187 · 健身房闭店退款".into(),
            title: lang.code("action", "refuse"),
            facts: if state == State::Empty { Vec::new() } else { facts(lang) },
            stop: if state == State::Empty { lang.code("whynot", "not-accepted") } else { String::new() },
            form: form(lang, state),
        }
    }
}

impl Split {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let errors = if state == State::Error { errors(lang, &[("other_narrative", "required")]) } else { Errors::default() };
        let part = |name: &str| Part {
            head: lang.code("kind", "complaint"),
            fields: vec![Field::area(lang, name, lang.t("split-text")).value("要求退还剩余费用").required().errors(&errors)],
            take: name.into(),
        };
        Self {
            l: desk_layout(lang, "/desk/case/1/narrow"),
            case: "投诉 26-7K2M9-P4QTD".into(),
            sentences: [
                ("10月8日办了3,800元年卡，要求退还剩余费用；", true, false),
                ("这家店也没有营业执照。", state != State::Full, true),
            ]
            .map(|(text, stays, taken)| Sentence { text: text.into(), stays, taken })
            .into(),
            parts: vec![part("narrative"), part("other_narrative")],
            action: "/desk/case/1/narrow".into(),
            seen: 3,
            back: "/desk/case/1".into(),
            errors,
        }
    }
}

impl Search {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            l: desk_layout(lang, "/desk/search"),
            filter: filter(lang),
            searched: state != State::Empty,
            rows: if state == State::Full { rows(lang, state) } else { Vec::new() },
            pager: pager(lang),
        }
    }
}

impl Approvals {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let row = Approval {
            case: Link::new("/desk/case/2", "无证经营早餐店"),
            asked: "延长核查 15 个工作日".into(),
            reason: "等检测结果".into(),
            by: "王强 · 11-21 10:06".into(),
            clock: Tag::new(Tone::Soon, "今天"),
            decide: "/desk/case/2/decide".into(),
        };
        Self {
            l: desk_layout(lang, "/desk/approvals"),
            rows: if state == State::Empty { Vec::new() } else { vec![row.clone(), row] },
            filter: filter(lang),
            exports: vec![Link::new("/desk/approvals/export?as=csv", lang.t("export-csv"))],
            pager: pager(lang),
        }
    }
}

impl Overview {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let cell = |n: u64, tone: Tone| CountCell { href: "/desk/queue?unit=x".into(), n, tone };
        let row = |name: &str, late: u64| CountRow {
            name: name.into(),
            cells: vec![
                cell(12, Tone::Plain),
                cell(4, Tone::Plain),
                cell(0, Tone::Plain),
                cell(late, if late > 0 { Tone::Late } else { Tone::Plain }),
            ],
        };
        Self {
            l: desk_layout(lang, "/desk/overview"),
            as_of: lang.datetime(rules::time::Instant::at(jiff::civil::datetime(2026, 11, 20, 14, 2, 0, 0))),
            counts: counts(lang),
            columns: ["intake", "deciding", "mediating", "verifying"].iter().map(|s| lang.code("stage", s)).collect(),
            rows: if state == State::Empty {
                Vec::new()
            } else {
                vec![row("城关市场监管所", 2), row("孝顺市场监管所", 0), row("曹宅市场监管所", 1)]
            },
            total: row("合计", 3),
        }
    }
}

fn small_form(lang: Lang, state: State) -> ActionForm {
    let mut f = ActionForm::new(lang, "/desk/admin", lang.t("people-add"));
    let roles = rules::access::Role::ALL.iter().map(|r| Choice::new(r.code(), lang.code("role", r.code()), "officer")).collect();
    f.fields = vec![
        Field::text(lang, "name", lang.t("col-name")).required(),
        Field::text(lang, "login", lang.t("login")).required(),
        Field::new(lang, "role", lang.t("col-roles"), Control::Checks { choices: roles, chips: true }).required(),
    ];
    if state == State::Error {
        f.errors = errors(lang, &[("login", "login-taken")]);
    }
    f
}

impl Units {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let count = |n| CountCell { href: "/desk/units?at=x".into(), n, tone: Tone::Plain };
        let row = UnitRow {
            href: "/desk/units/x".into(),
            name: "城关市场监管所".into(),
            code: "330703-duohu".into(),
            kind: lang.code("unit-kind", "office"),
            above: "清和县局".into(),
            organ: "清和县市场监督管理局".into(),
            below: count(56),
            people: count(8),
            open: 12,
            state: Tag::default(),
        };
        Self {
            l: desk_layout(lang, "/desk/units"),
            filter: Filter { action: "/desk/units".into(), ..Filter::default() },
            trail: vec![Link::new("/desk/units", lang.t("units-top")), Link::new("", "清和县局")],
            rows: if state == State::Empty { Vec::new() } else { vec![row] },
            exports: Vec::new(),
            form: Some(small_form(lang, state)),
            bring: None,
            brought: None,
            pager: Pager { l: lang, shown: String::new(), prev: String::new(), next: String::new() },
        }
    }
}

impl People {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let row = PersonRow {
            name: "王强".into(),
            login: "wangqiang".into(),
            unit: "城关市场监管所".into(),
            roles: lang.code("role", "officer"),
            state: Tag::new(Tone::Good, "在岗"),
            last: "11-21 10:06".into(),
            links: vec![Link::new("/desk/people/1", "修改"), Link::new("/desk/people/1/reset", "重设密码")],
        };
        let full = state != State::Empty;
        Self {
            l: desk_layout(lang, "/desk/people"),
            filter: Filter { action: "/desk/people".into(), ..Filter::default() },
            rows: if full { vec![row] } else { Vec::new() },
            pager: pager(lang),
            once: full.then(|| ("wangqiang".into(), "k7Qm-2vRt-9xWe".into())),
            form: Some(small_form(lang, state)),
        }
    }
}

impl AccessLog {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let row = AccessRow {
            at: "11-21 10:06".into(),
            who: "王强 · 城关市场监管所".into(),
            what: "电话、姓名".into(),
            case: Link::new("/desk/case/1", "TS-2026-004187"),
            seq: 31,
        };
        Self {
            l: desk_layout(lang, "/desk/access"),
            q: "王".into(),
            from: "2026-11-01".into(),
            rows: if state == State::Empty { Vec::new() } else { vec![row] },
            pager: pager(lang),
        }
    }
}

impl Notices {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let row = NoticeRow {
            year: "2026".into(),
            number: "国办发明电〔2025〕7号".into(),
            days: "放假 33 天，上班 6 天".into(),
            loaded: "系统自带".into(),
            state: Tag::new(Tone::Good, "生效"),
        };
        let moved = Moved {
            case: Link::new("/desk/case/1", "TS-2026-004187"),
            clock: lang.code("clock", "L2"),
            from: "2027-01-19".into(),
            to: "2027-01-20".into(),
            by: "+1".into(),
        };
        let mut form = ActionForm::new(lang, "/desk/notices", lang.t("notices-load"));
        form.fields = vec![
            Field::new(lang, "file", lang.t("notices-load"), Control::File { accept: ".json,.toml", max: 1_000_000, kept: Vec::new() })
                .required(),
        ];
        form.files = true;
        Self {
            l: desk_layout(lang, "/desk/notices"),
            rows: if state == State::Empty { Vec::new() } else { vec![row] },
            preview: match state {
                State::Full => Some(vec![moved]),
                State::Empty => Some(Vec::new()),
                State::Error => None,
            },
            file: (state != State::Full).then(|| form.clone()),
            form: {
                let mut form = ActionForm::new(lang, "/desk/notices", lang.t("notices-try"));
                let text = Field::new(lang, "text", lang.t("notices-text"), Control::Area { tall: true });
                form.fields = vec![text.hint(lang.t("notices-hint")).required()];
                Some(form)
            },
        }
    }
}

impl Verify {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let row = |name: &str, n: u64, tone: Tone, text: &str, detail: &str| CheckRow {
            name: name.into(),
            n,
            state: Tag::new(tone, text),
            detail: detail.into(),
        };
        let rows = match state {
            State::Empty => Vec::new(),
            State::Full => vec![row("诉求", 7_365, Tone::Good, "一致", ""), row("事件", 22_104, Tone::Good, "一致", "")],
            State::Error => vec![row("诉求", 7_365, Tone::Late, "损坏", "TS-2026-004187 · case.respondent")],
        };
        Self {
            l: desk_layout(lang, "/desk/verify"),
            state: if state == State::Error { Tag::new(Tone::Late, "损坏") } else { Tag::new(Tone::Good, "完整") },
            about: "11-21 02:00 · 3 分钟".into(),
            tree_size: 22_104,
            tree_head: "9f2c1e00a7b34d5566778899aabbccddeeff00112233445566778899aabbccdd".into(),
            external: "没有外送".into(),
            rows,
            form: Some(ActionForm::new(lang, "/desk/verify", lang.t("verify"))),
        }
    }
}

impl Account {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let session = |current: bool| SessionRow {
            since: "11-20 08:31".into(),
            last: "11-21 10:06".into(),
            agent: "Chromium · Linux".into(),
            current,
            end: "/desk/account/end/1".into(),
        };
        let mut form = ActionForm::new(lang, "/desk/account", lang.t("account-password"));
        form.fields = vec![Field::password(lang, "old", lang.t("password"), "current-password").required()];
        if state == State::Error {
            form.errors = errors(lang, &[("old", "password-old")]);
        }
        Self {
            l: desk_layout(lang, "/desk/account"),
            login: "wangqiang".into(),
            roles: (state == State::Full).then(|| small_form(lang, state)),
            form,
            sessions: if state == State::Empty { vec![session(true)] } else { vec![session(true), session(false)] },
            others: state != State::Empty,
            second: if state == State::Full { lang.t1("second-on", "n", 9) } else { lang.t("second-off") },
        }
    }
}

impl MailPage {
    fn sample(lang: Lang, state: State) -> Self {
        let full = state == State::Full;
        Self {
            l: desk_layout(lang, "/desk/mail"),
            title: if full { "投诉：健身卡退不了".into() } else { lang.t("mailin-title") },
            tag: Tag::new(Tone::Soon, lang.code("mailin-state", "held")),
            from: if full { "陈晓 chen@example.cn".into() } else { lang.t("mailin-no-sender") },
            at: "2026-11-20 14:02".into(),
            why: lang.code("mailin-why", if full { "flood" } else { "unreadable" }),
            text: if full { "三次去店里都没人。\n\n请退款。".into() } else { lang.t("mailin-no-text") },
            files: if full { vec![("合同.pdf".into(), "1.2 MB".into())] } else { Vec::new() },
            damaged: state == State::Error,
            to: "/desk/mail/1".into(),
            usable: full,
        }
    }
}

pub fn pages(lang: Lang, state: State) -> Vec<Page> {
    vec![
        ("sign-in", html(&SignIn::sample(lang, state))),
        ("first-admin", html(&FirstAdmin::sample(lang, state))),
        ("resume", html(&Resume::sample(lang, state))),
        ("find", html(&Find::sample(lang, state))),
        ("new-code", html(&NewCode::sample(lang, state))),
        ("queue", html(&Queue::sample(lang, state))),
        ("mine", html(&Mine::sample(lang, state))),
        ("case", html(&CasePage::sample(lang, state))),
        ("action", html(&ActionPage::sample(lang, state))),
        ("split", html(&Split::sample(lang, state))),
        ("search", html(&Search::sample(lang, state))),
        ("approvals", html(&Approvals::sample(lang, state))),
        ("overview", html(&Overview::sample(lang, state))),
        ("units", html(&Units::sample(lang, state))),
        ("people", html(&People::sample(lang, state))),
        ("access-log", html(&AccessLog::sample(lang, state))),
        ("notices", html(&Notices::sample(lang, state))),
        ("verify", html(&Verify::sample(lang, state))),
        ("account", html(&Account::sample(lang, state))),
        ("mail", html(&MailPage::sample(lang, state))),
    ]
}
