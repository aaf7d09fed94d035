//! What a case says beyond the plain complaint or report, at the desk and on paper: for whom it is made, what was bought and where.

use super::label;
use crate::usecase::more::lacks_power;
use crate::usecase::read::Opened;
use crate::web::http::encode;
use crate::web::i18n::Lang;
use crate::web::timeline::Teller;
use crate::web::views::desk::Fact;
use crate::web::views::parts::Link;
use rules::case::Case;
use rules::case::details::Powers;
use rules::case::event::Sealed;

/// The other people of a case, each value under its field.
pub(super) fn people(case: &Case) -> Vec<(&'static str, Option<&Sealed>)> {
    let d = &case.registration.details;
    let agent = d.agent.as_ref().map(|a| &a.who);
    let reps = &d.representatives;
    let all = [
        (("agent_name", "agent_phone"), agent),
        (("rep1_name", "rep1_phone"), reps.first()),
        (("rep2_name", "rep2_phone"), reps.get(1)),
        (("guardian_name", "guardian_phone"), d.guardian.as_ref()),
    ];
    let mut out = Vec::new();
    for ((name, phone), who) in all {
        out.extend(who.into_iter().flat_map(|s| [(name, s.name.as_ref()), (phone, s.phone.as_ref())]));
    }
    out.push(("email", d.email.as_ref()));
    out.push(("place_address", d.place.as_ref().and_then(|p| p.address.as_ref())));
    out
}

/// What is not personal, and the order number.
pub(super) fn facts(teller: &Teller<'_>, opened: &Opened) -> Vec<Fact> {
    let l = teller.lang;
    let d = &opened.loaded.case.registration.details;
    let mut out = Vec::new();
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            out.push(Fact { label: label(l, name), value, ..Fact::default() });
        }
    };
    add("platform", d.platform.clone());
    add("shop", d.shop.clone());
    add("order_number", opened.text(d.order.as_ref()).to_owned());
    add("bought_on", d.bought_on.map(|on| l.date(on)).unwrap_or_default());
    if let Some(place) = &d.place {
        let named = |code: &String| teller.world.pack.areas.iter().find(|a| a.code == *code).map_or(code.clone(), |a| a.name.clone());
        add("division", place.division.as_ref().map(named).unwrap_or_default());
        add("point", place.point.map(written).unwrap_or_default());
    }
    if let Some(agent) = &d.agent {
        add("agent_powers", l.code("powers", agent.powers.code()));
        add("agent_until", agent.until.map(|on| l.date(on)).unwrap_or_default());
        let power = agent.power.and_then(|p| opened.loaded.case.registration.files.iter().position(|f| *f == p));
        add("agent_power", power.map(|n| l.t1("evidence-nth", "n", n + 1)).unwrap_or_default());
    }
    if lacks_power(opened) {
        let ask = format!("/desk/case/{}/ask?question={}", opened.loaded.case.registration.token, encode(&l.t("power-question")));
        let links = vec![Link::new(ask, l.t("power-ask"))];
        out.push(Fact { label: label(l, "agent_power"), value: l.t("power-missing"), links, ..Fact::default() });
    }
    let mut add = |name: &str, value: String| {
        if !value.is_empty() {
            out.push(Fact { label: label(l, name), value, ..Fact::default() });
        }
    };
    if d.joint > 0 {
        add("joint", l.t1("joint-of", "n", d.joint));
    }
    add("entered_late", opened.text(d.entered_late.as_ref()).to_owned());
    out
}

/// Longitude and latitude in degrees.
fn written((lon, lat): (i32, i32)) -> String {
    format!("{:.6}, {:.6}", f64::from(lon) / 1e6, f64::from(lat) / 1e6)
}

/// Behind the complainant's name on form 1: agent, joint complaint, guardian.
pub(super) fn for_whom(opened: &Opened) -> String {
    let d = &opened.loaded.case.registration.details;
    let person = |role: &str, s: &rules::case::event::Submitter| {
        format!("{role}：{}，电话{}", opened.text(s.name.as_ref()), opened.text(s.phone.as_ref()))
    };
    let mut out = Vec::new();
    if let Some(a) = &d.agent {
        let powers = match a.powers {
            Powers::General => "一般授权",
            Powers::Special => "特别授权",
        };
        let until = a.until.map(|on| format!("，至{}年{}月{}日", on.year(), on.month(), on.day())).unwrap_or_default();
        out.push(format!("{}，{powers}{until}", person("委托代理人", &a.who)));
    }
    if d.joint > 0 {
        out.push(format!("共同投诉{}人", d.joint));
    }
    out.extend(d.representatives.iter().map(|r| person("代表人", r)));
    out.extend(d.guardian.iter().map(|g| person("监护人", g)));
    if out.is_empty() { String::new() } else { format!("\n（{}）", out.join("；")) }
}

/// Under the facts on forms 1 and 2: what was bought, when and where.
pub(super) fn what(opened: &Opened) -> String {
    let zh = Lang::ZhCn;
    let d = &opened.loaded.case.registration.details;
    let place = d.place.as_ref();
    let lines = [
        ("平台", d.platform.clone()),
        ("店铺", d.shop.clone()),
        ("订单号", opened.text(d.order.as_ref()).to_owned()),
        ("购买日期", d.bought_on.map(|on| zh.date(on)).unwrap_or_default()),
        ("地点", opened.text(place.and_then(|p| p.address.as_ref())).to_owned()),
        ("位置", place.and_then(|p| p.point).map(written).unwrap_or_default()),
    ];
    lines.into_iter().filter(|(_, v)| !v.is_empty()).map(|(k, v)| format!("\n{k}：{v}")).collect()
}
