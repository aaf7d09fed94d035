use super::super::paper::*;
use super::*;

fn frame(lang: Lang) -> Frame {
    Frame { l: layout(lang, "/desk/paper"), back: "/desk/case/1".into() }
}

fn head(kind: &str, state: State) -> Head {
    Head {
        organ: "清和县市场监督管理局".into(),
        number: if state == State::Empty { String::new() } else { format!("清和市监{kind}〔2026〕第3号") },
        to: "陈晓".into(),
        date: "2026年11月27日".into(),
    }
}

impl ComplaintForm {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        if state == State::Empty {
            return Self { frame: frame(lang), ..Self::default() };
        }
        Self {
            frame: frame(lang),
            unit: "清和县市场监督管理局".into(),
            number: "TS-2026-004187".into(),
            name: "陈晓".into(),
            phone: "13800006021".into(),
            id_kind: "居民身份证".into(),
            id_number: "110101199003070011".into(),
            address: "清和县城关街道1号".into(),
            publish: true,
            entrust: false,
            respondent: "力量健身（城关店）".into(),
            respondent_contact: "李某".into(),
            respondent_address: "清和县城关街道文昌路".into(),
            respondent_phone: "0579-82190000".into(),
            facts: "10月8日在城关街道的“力量健身”办了3,800元年卡，11月15日去发现已经关门，老板电话打不通。证据：合同、付款记录。".into(),
            request: "退还货款和服务费用".into(),
            off_site: true,
            handler: "王强".into(),
            date: "2026年11月20日".into(),
        }
    }
}

impl ReportForm {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            frame: frame(lang),
            unit: "清和县市场监督管理局".into(),
            number: "JB-2026-000512".into(),
            respondent: "无名早餐店".into(),
            respondent_address: "清和县石桥镇".into(),
            facts: "没有营业执照，也没有食品经营许可。".into(),
            anonymous: state != State::Full,
            handler: "王强".into(),
            date: "2026年11月20日".into(),
            ..Self::default()
        }
    }
}

impl IdentityNotice {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            frame: frame(lang),
            head: head("限", state),
            until: "2026年11月30日".into(),
            materials: vec!["居民身份证复印件".into(), "购买凭证上的姓名与本人一致的说明".into()],
            phone: "0579-82190000".into(),
            address: "清和县人民路1号".into(),
        }
    }
}

impl Acceptance {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            frame: frame(lang),
            head: head("受", state),
            received: "2026年11月20日".into(),
            matter: "力量健身（城关店）退还年卡费用".into(),
            contact: "王强".into(),
            phone: "0579-82190000".into(),
        }
    }
}

impl Refusal {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            frame: frame(lang),
            head: head("不受", state),
            received: "2026年11月20日".into(),
            matter: "力量健身（城关店）退还年卡费用".into(),
            ground: if state == State::Empty { 0 } else { 2 },
        }
    }
}

impl MediationEnd {
    pub(crate) fn sample(lang: Lang, state: State) -> Self {
        Self {
            frame: frame(lang),
            head: head("终", state),
            matter: "力量健身（城关店）退还年卡费用".into(),
            ground: if state == State::Empty { 0 } else { 5 },
        }
    }
}

pub fn pages(lang: Lang, state: State) -> Vec<Page> {
    vec![
        ("paper-1", html(&ComplaintForm::sample(lang, state))),
        ("paper-2", html(&ReportForm::sample(lang, state))),
        ("paper-4", html(&IdentityNotice::sample(lang, state))),
        ("paper-5", html(&Acceptance::sample(lang, state))),
        ("paper-6", html(&Refusal::sample(lang, state))),
        ("paper-8", html(&MediationEnd::sample(lang, state))),
    ]
}
