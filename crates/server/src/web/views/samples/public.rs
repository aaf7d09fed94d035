use super::super::public::*;
use super::super::track::{Care, Meeting, News, Question, Seen, Small};
use super::*;

const MAX: u64 = 20 * 1024 * 1024;

fn more() -> std::collections::BTreeMap<String, String> {
    let all =
        [("platform", "某某购"), ("order_number", "A-20261008-1"), ("agent_name", "李四"), ("agent_phone", "13900000009"), ("joint", "3")];
    all.map(|(k, v)| (k.to_owned(), v.to_owned())).into()
}

fn draft(state: State) -> Draft {
    if state == State::Empty {
        return Draft { nonce: "n1".into(), ..Draft::default() };
    }
    Draft {
        nonce: "n1".into(),
        narrative: "10月8日在城关街道的“力量健身”办了3,800元年卡，11月15日去发现已经关门，老板电话打不通，要求退还剩余费用。\n<script>alert(1)</script>".into(),
        respondent_name: "力量健身（城关店）".into(),
        respondent_address: if state == State::Error { String::new() } else { "清和县城关街道文昌路".into() },
        uscc: String::new(),
        asks: vec!["refund".into(), "report".into()],
        amount: if state == State::Error { "三千八".into() } else { "3800.00".into() },
        files: vec![KeptFile { token: "t1".into(), name: "合同.jpg".into(), size: "1.2 MB".into() }],
        violation: if state == State::Full { "没有营业执照".into() } else { String::new() },
        name: "陈晓".into(),
        phone: if state == State::Error { "138".into() } else { "13800006021".into() },
        address: "清和县城关街道1号".into(),
        id_number: String::new(),
        knew_on: if state == State::Full { "2026-10-08".into() } else { String::new() },
        anonymous: false,
        publish: true,
        entrust: false,
        more: if state == State::Full { more() } else { Default::default() },
    }
}

impl Home {
    pub(crate) fn sample(lang: Lang, _: State) -> Self {
        Self {
            l: layout(lang, "/"),
            organ: "清和县市场监督管理局".into(),
            dispatch_within: lang.span(1, "wd"),
            hotline: "12315".into(),
            places: Vec::new(),
        }
    }
}

impl FileWhat {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let errors = match state {
            State::Error => {
                errors(lang, &[("respondent_address", "respondent-address"), ("ask", "ask"), ("amount", "amount"), ("", "again")])
            }
            _ => Errors::default(),
        };
        Self {
            l: layout(lang, "/file"),
            draft: draft(state),
            errors,
            sent: state == State::Error,
            max_file: MAX,
            divisions: vec![("990101".into(), "清和县".into())],
            map: None,
            found: Default::default(),
        }
    }
}

impl FileWho {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let errors = if state == State::Error { errors(lang, &[("phone", "phone"), ("id_number", "id")]) } else { Errors::default() };
        Self {
            sent_files: vec![("f1".into(), "合同.jpg".into())],
            l: layout(lang, "/file"),
            draft: draft(state),
            errors,
            sent: state == State::Error,
            complaint: state != State::Empty,
            may_be_anonymous: state == State::Empty,
            both: state == State::Error,
            needs_id: state == State::Error,
        }
    }
}

impl Receipt {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let line = |when: &str, what: &str, basis: &str| DateLine { when: when.into(), what: what.into(), basis: basis.into() };
        Self {
            l: layout(lang, "/file"),
            number: "FX 2026 7K3M-94QD".into(),
            code: "VYHD-K8R2-M4XE".into(),
            track_url: "https://fangxin.example/t/7K3M94QD".into(),
            qr: Qr::of("https://fangxin.example/t/7K3M94QD"),
            received: lang.datetime(rules::time::Instant::at(jiff::civil::datetime(2026, 11, 20, 14, 2, 0, 0))),
            about: if state == State::Empty { Vec::new() } else { vec![lang.code("kind", "complaint"), lang.code("kind", "report")] },
            dates: vec![
                line(&lang.day(date(2026, 11, 23)), "送到能办的单位", "本地承诺，1 个工作日"),
                line(&lang.day(date(2026, 12, 1)), "投诉：告诉您是否受理", "《市场监督管理投诉举报处理办法》第十五条，7 个工作日"),
                line(&lang.day(date(2026, 12, 11)), "举报：核查并决定是否立案", "《市场监督管理行政处罚程序规定》第十八条，15 个工作日"),
            ],
            files: if state == State::Empty { 0 } else { 2 },
            anonymous: state == State::Empty,
            notice: if state == State::Error { lang.t("receipt-again") } else { String::new() },
        }
    }
}

impl TrackSignIn {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let errors = if state == State::Error { errors(lang, &[("", "receipt-pair")]) } else { Errors::default() };
        Self { l: layout(lang, "/track"), receipt: if state == State::Empty { String::new() } else { "7K3M94QD".into() }, errors }
    }
}

fn decision(lang: Lang) -> Decision {
    Decision {
        title: lang.code("outcome", "refused"),
        about: "清和市监不受〔2026〕第3号 · 2026年11月27日".into(),
        text: vec![
            "您反映的事项已由清和县人民法院受理。".into(),
            "依据《市场监督管理投诉举报处理办法》第十六条第二项，决定不予受理。".into(),
        ],
        remedies: true,
        paper: Link::new("/paper/6", lang.code("form", "refusal")),
    }
}

/// Everything the page may have beside history and decisions.
fn care(lang: Lang, id: &str) -> Care {
    let small = |at: &str, name: &str, label: &str, control: Control| Small {
        action: "/track/say/1/x".into(),
        at: at.into(),
        hidden: Vec::new(),
        fields: vec![Field::new(lang, format!("{name}-{id}-{at}"), lang.t(label), control).required()],
        submit: lang.t("care-reply-go"),
        wrong: false,
    };
    let modes = ["in_person", "phone", "video"].map(|m| Choice::new(m, lang.code("mode", m), "phone")).to_vec();
    let words = ["satisfied", "fair", "dissatisfied"].map(|m| Choice::new(m, lang.code("satisfaction", m), "")).to_vec();
    let question = Question {
        text: "请问您是用哪张卡付款的？".into(),
        about: "2026年11月21日 09:12".into(),
        form: Some(small("1", "reply", "care-reply", Control::Area { tall: false })),
    };
    let meeting = Meeting {
        when: "2026年12月1日 星期二 14:00".into(),
        mode: lang.code("mode", "in_person"),
        place: "城关市场监管所调解室".into(),
        mediators: "王所长、李某".into(),
        recusal_by: "2026年11月28日".into(),
        paper: Link::new("/track/paper/1/appointment", lang.code("form", "appointment")),
    };
    let seen = |what: &str| Seen {
        at: "2026年11月21日 09:12".into(),
        who: format!("城关市场监管所 · {}", lang.code("role", "officer")),
        what: lang.t(what),
    };
    Care {
        questions: vec![question],
        meeting: Some(meeting),
        mode: Some(small("mode", "mode", "care-mode-label", Control::Radio(modes))),
        papers: vec![Link::new("/track/paper/1/complaint", lang.t("paper-form1"))],
        rated: lang.code("satisfaction", "fair"),
        rate: Some(small("rate", "satisfaction", "care-rate", Control::Radio(words))),
        again: true,
        reopen: Some(small("again", "reason", "care-again-reason", Control::Area { tall: false })),
        seen: vec![seen("care-seen-contact"), seen("care-seen-work")],
    }
}

fn news(lang: Lang) -> Vec<News> {
    let one = |at: &str, what: &str, next: &str, new: bool| News {
        at: at.into(),
        of: lang.t2("news-of", "kind", lang.code("kind", "complaint"), "number", "26-7K3M94QD"),
        what: lang.t(what),
        next: if next.is_empty() { String::new() } else { lang.t(next) },
        new,
    };
    vec![
        one("11-23 09:05", "news-appointed-what", "news-appointed-next", true),
        one("11-21 10:12", "news-accepted-what", "", false),
        one("11-20 14:02", "news-received-what", "", false),
    ]
}

impl Track {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        let case = |id: &str, kind: &str, tag: Tag| TrackCase {
            id: id.into(),
            kind: lang.code("kind", kind),
            title: "力量健身退款 3,800 元".into(),
            number: "TS-2026-004187".into(),
            unit: "城关市场监管所 · 0579-8219****".into(),
            tag,
            clock: Some(clock(lang, Tone::Act)),
            entries: entries(),
            decisions: Vec::new(),
            withdraw: Link::new("/track/c/1/withdraw", lang.t("track-withdraw")),
            agreements: vec![Agreement {
                action: "/track/consent/1".into(),
                code: "publish",
                label: lang.code("consent", "publish"),
                given: true,
            }],
            care: care(lang, id),
        };
        let cases = match state {
            State::Full => {
                let mut report = case("2", "report", Tag::new(Tone::Act, lang.code("stage", "verifying")));
                report.title = "力量健身涉嫌无照经营".into();
                report.clock = Some(ClockCard { id: "r".into(), proof: Some(long_proof(lang)), ..clock(lang, Tone::Soon) });
                vec![case("1", "complaint", Tag::new(Tone::Act, lang.code("stage", "deciding"))), report]
            }
            State::Empty => Vec::new(),
            State::Error => {
                let mut refused = case("1", "complaint", Tag::new(Tone::Late, lang.code("outcome", "refused")));
                refused.clock = None;
                refused.decisions.push(decision(lang));
                refused.withdraw = Link::default();
                vec![refused]
            }
        };
        Self {
            news: if state == State::Empty { Vec::new() } else { news(lang) },
            news_new: usize::from(state == State::Full),
            mailed: state == State::Full,
            l: layout(lang, "/track/x"),
            number: "7K3M-94QD".into(),
            received: lang.datetime(rules::time::Instant::at(jiff::civil::datetime(2026, 11, 20, 14, 2, 0, 0))),
            flash: if state == State::Full { "已添加 2 个文件".into() } else { String::new() },
            waiting: cases.is_empty().then(|| clock(lang, Tone::Plain)),
            cases,
            evidence: if state == State::Empty { Vec::new() } else { evidence() },
            power: state == State::Full,
            add_to: "/track/evidence".into(),
            errors: if state == State::Error { errors(lang, &[("evidence", "file-type")]) } else { Errors::default() },
            max_file: MAX,
        }
    }
}

impl Withdraw {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            l: layout(lang, "/track/x"),
            case: "投诉 TS-2026-004187 · 力量健身退款".into(),
            report: state == State::Empty,
            action: "/track/c/1/withdraw".into(),
            back: "/track/c".into(),
            reason: "商家已退款".into(),
            settled: true,
            errors: if state == State::Error { errors(lang, &[("reason", "too-long")]) } else { Errors::default() },
        }
    }
}

impl Lost {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            l: layout(lang, "/lost"),
            name: "陈晓".into(),
            phone: "138".into(),
            errors: if state == State::Error { errors(lang, &[("phone", "phone")]) } else { Errors::default() },
        }
    }
}

impl Message {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            l: layout(lang, "/lost"),
            tone: if state == State::Error { Tone::Late } else { Tone::Good },
            title: "已经处理".into(),
            text: vec!["如果姓名和电话对得上，回执号会发到那个电话。".into()],
            links: vec![Link::new("/track", lang.t("nav-track"))],
        }
    }
}

impl ErrorPage {
    pub(crate) fn sample(lang: Lang, status: u16) -> Self {
        Self { l: layout(lang, "/x"), status, reference: "01J9-7K3M".into(), detail: String::new(), again: None }
    }
}

impl Expect {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            l: layout(lang, "/expect"),
            organ: "清和县市场监督管理局".into(),
            phone: if state == State::Empty { String::new() } else { "0579-82190000".into() },
            dispatch_within: if state == State::Empty { String::new() } else { lang.span(1, "wd") },
        }
    }
}

impl Privacy {
    pub(crate) fn sample(lang: Lang, _: State) -> Self {
        Self { l: layout(lang, "/privacy"), organ: "清和县市场监督管理局".into(), contact: "0579-82190000".into() }
    }
}

pub fn pages(lang: Lang, state: State) -> Vec<Page> {
    let mut out: Vec<Page> = vec![
        ("home", html(&Home::sample(lang, state))),
        ("file-what", html(&FileWhat::sample(lang, state))),
        ("file-who", html(&FileWho::sample(lang, state))),
        ("receipt", html(&Receipt::sample(lang, state))),
        ("track-sign-in", html(&TrackSignIn::sample(lang, state))),
        ("track", html(&Track::sample(lang, state))),
        ("withdraw", html(&Withdraw::sample(lang, state))),
        ("lost", html(&Lost::sample(lang, state))),
        ("message", html(&Message::sample(lang, state))),
        ("privacy", html(&Privacy::sample(lang, state))),
        ("expect", html(&Expect::sample(lang, state))),
    ];
    for (name, status) in [
        ("error-400", 400),
        ("error-403", 403),
        ("error-404", 404),
        ("error-409", 409),
        ("error-413", 413),
        ("error-429", 429),
        ("error-500", 500),
        ("error-503", 503),
    ] {
        out.push((name, html(&ErrorPage::sample(lang, status))));
    }
    out
}
