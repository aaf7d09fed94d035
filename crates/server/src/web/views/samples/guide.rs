//! The pieces of the style guide.

use super::*;
use crate::web::styleguide::Guide;

/// Words as long as they come.
const LONG: &str =
    "国家市场监督管理总局关于进一步做好网络交易平台经营者协助处理消费者投诉举报有关工作的通知附件之三（征求意见稿第二次修改版）";

pub fn guide(l: Layout, pages: Vec<(&'static str, Vec<Link>)>) -> Guide {
    let lang = l.lang;
    let tones = [Tone::Plain, Tone::Act, Tone::Good, Tone::Soon, Tone::Late];
    let mistakes = super::errors(lang, &[("guide_error", "required"), ("", "again")]);
    let field = |name: &str| Field::text(lang, format!("guide_{name}"), lang.code("guide-state", name));
    let choices = |n: usize| (1..=n).map(|i| Choice::new(i.to_string(), format!("{i}. {LONG}"), "1").hint("第十六条")).collect::<Vec<_>>();
    let short = || ["退款", "换货", "赔偿"].iter().map(|c| Choice::new(*c, *c, "换货")).collect::<Vec<_>>();
    let named = |name: &str, control: Control| Field::new(lang, format!("guide_{name}"), lang.code("guide-field", name), control);
    let fields = vec![
        (
            lang.code("guide-group", "states"),
            vec![
                field("empty"),
                field("full").value("力量健身（城关店）<b>").required(),
                field("long").value(LONG).hint(LONG),
                field("error").value("三千八").required().hint("写数字").errors(&mistakes),
            ],
        ),
        (
            lang.code("guide-group", "kinds"),
            vec![
                Field::area(lang, "guide_area", lang.code("guide-field", "area")).value(LONG),
                Field::money(lang, "guide_money", lang.code("guide-field", "money")).value("3800.00"),
                Field::tel(lang, "guide_tel", lang.code("guide-field", "tel")),
                Field::password(lang, "guide_password", lang.t("password"), "off"),
                named("date", Control::Date).value("2026-11-20"),
                named("time", Control::DateTime).value("2026-11-20T14:02"),
                named("select", Control::Select(vec![Group { label: "市场监管所".into(), choices: choices(2) }])),
                named("radio", Control::Radio(choices(2))),
                named("chips", Control::Radio(short())),
                named("checks", Control::Checks { choices: short(), chips: true }),
                Field::check(lang, "guide_check", lang.code("guide-field", "check"), true).hint(LONG),
                named("file", Control::File { accept: "image/*", max: 1_000_000, kept: Vec::new() }),
            ],
        ),
    ];
    let mut form = ActionForm::new(lang, "/styleguide", lang.t("note-go"));
    form.intro = LONG.into();
    form.law = "《市场监督管理投诉举报处理办法》第十六条".into();
    form.danger = true;
    form.back = "/styleguide".into();
    Guide {
        colours: vec![
            ("ink", "#17212b"),
            ("act", "#0b6a73"),
            ("key", "#ffc72c"),
            ("late", "#b3261e"),
            ("soon", "#8a5300"),
            ("good", "#1d6b3a"),
        ],
        tags: tones.iter().map(|t| Tag::new(*t, lang.code("guide-tone", t.class()))).collect(),
        clocks: tones.iter().map(|t| clock(lang, *t)).collect(),
        errors: mistakes.summary(&lang),
        fields,
        form,
        timeline: Timeline { l: lang, entries: entries() },
        evidence: vec![EvidenceList { l: lang, items: evidence() }, EvidenceList { l: lang, items: Vec::new() }],
        pager: pager(lang),
        empty: Empty { title: lang.t("queue-none"), text: lang.t("queue-none-text"), link: Some(Link::new("/styleguide", lang.t("back"))) },
        qr: Qr::of("7K2M-9P4Q-TDFX-8"),
        pages,
        l,
    }
}
