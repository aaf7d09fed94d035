//! The papers of a case, printable: the registration form from what was registered, the numbered decisions as they were issued.

use super::details;
use crate::usecase::Denied;
use crate::usecase::read::{self, IDENTIFYING, Opened};
use crate::web::http::{Desk, Web, Workers, page};
use crate::web::i18n::Lang;
use crate::web::views::paper::{
    Acceptance, ComplaintForm, Frame, Head, IdentityNotice, MediationAgreement, MediationEnd, MediationNotice, PartyLines, Refusal,
    ReportForm, ReportResult,
};
use axum::extract::Path;
use jiff::civil::Date;
use rules::case::event::{Event, paper_of};
use rules::law::{FeedbackLaw, Form, Kind, Regime, Termination};
use rules::time::Instant;
use store::chain::Recorded;

pub(super) async fn paper(d: Desk<Workers>, Path((token, form)): Path<(String, String)>) -> Web {
    let opened = read::open(&d.v.app, &d.scope, &token, &IDENTIFYING, "paper").await?;
    let frame = Frame { l: d.v.l.clone(), back: format!("/desk/case/{token}") };
    of(&opened, &form, frame, &d.v.world)
}

/// A paper of a case that its reader has opened: `complaint` or `report` for the registration form, else the code of a numbered form.
pub(in crate::web) fn of(opened: &Opened, form: &str, frame: Frame, world: &crate::app::World) -> Web {
    let names = Names { world };
    match (form, opened.loaded.case.registration.kind) {
        ("complaint", Kind::Complaint) => Ok(page(&complaint_form(opened, frame, &names))),
        ("report", Kind::Report) => Ok(page(&report_form(opened, frame, &names))),
        (code, _) => issued(opened, Form::parse(code).ok_or(Denied::NotFound)?, frame, &names),
    }
}

/// Names a paper prints.
struct Names<'a> {
    /// The locality's world.
    world: &'a crate::app::World,
}

impl Names<'_> {
    fn unit(&self, opened: &Opened) -> Option<&store::registry::Unit> {
        let case = &opened.loaded.case;
        case.seat.or(case.intake).and_then(|s| self.world.directory.units.get(&s.unit))
    }
    /// The intake as it was when the case came in.
    fn intake(&self, case: &rules::case::Case) -> Option<&store::registry::Unit> {
        let seat = case.above.first().copied().or(case.intake)?;
        let on = case.registration.platform_at.or(case.organ_at);
        let directory = &self.world.directory;
        on.map_or_else(|| directory.units.get(&seat.unit), |on| directory.unit_on(seat.unit, on.date()))
    }
    fn organ(&self, r: &Recorded, opened: &Opened) -> String {
        let organ = r.by.organ.or(opened.loaded.case.seat.map(|s| s.organ));
        organ.and_then(|o| self.world.directory.organs.get(&o)).map(|o| o.name.clone()).unwrap_or_default()
    }
    fn person(&self, id: Option<rules::ids::PersonId>) -> String {
        id.and_then(|p| self.world.directory.people.get(&p)).map(|p| p.name.clone()).unwrap_or_default()
    }
}

/// Papers are Chinese whatever language the page around them has.
const ZH: Lang = Lang::ZhCn;

fn day(d: Date) -> String {
    format!("{}年{}月{}日", d.year(), d.month(), d.day())
}

fn on(at: Option<Instant>) -> String {
    at.map_or(String::new(), |at| day(at.date()))
}

fn complaint_form(opened: &Opened, frame: Frame, names: &Names<'_>) -> ComplaintForm {
    let case = &opened.loaded.case;
    let r = &case.registration;
    let id_number = opened.text(r.submitter.id_number.as_ref()).to_owned();
    let intake = names.intake(case);
    let mut facts = opened.text(r.narrative.as_ref()).to_owned();
    if let Some(amount) = r.amount {
        facts.push_str(&format!("\n涉及金额：{}", ZH.money(amount.0)));
    }
    facts.push_str(&details::what(opened));
    ComplaintForm {
        unit: intake.map(|u| u.name.clone()).unwrap_or_default(),
        number: r.number.clone(),
        name: [opened.text(r.submitter.name.as_ref()), &details::for_whom(opened)].concat(),
        phone: opened.text(r.submitter.phone.as_ref()).to_owned(),
        id_kind: if id_number.is_empty() { String::new() } else { "居民身份证".to_owned() },
        id_number,
        address: opened.text(r.submitter.address.as_ref()).to_owned(),
        publish: r.publish,
        entrust: r.entrust,
        respondent: r.respondent.name.clone(),
        respondent_contact: String::new(),
        respondent_address: r.respondent.address.clone(),
        respondent_phone: opened.text(r.respondent.phone.as_ref()).to_owned(),
        facts,
        request: r.demands.iter().map(|x| ZH.code("demand", x.code())).collect::<Vec<_>>().join("、"),
        off_site: r.channel != "counter",
        handler: names.person(case.handler),
        date: on(r.platform_at.or(case.organ_at)),
        frame,
    }
}

fn report_form(opened: &Opened, frame: Frame, names: &Names<'_>) -> ReportForm {
    let case = &opened.loaded.case;
    let r = &case.registration;
    let intake = names.intake(case);
    ReportForm {
        unit: intake.map(|u| u.name.clone()).unwrap_or_default(),
        number: r.number.clone(),
        name: opened.text(r.submitter.name.as_ref()).to_owned(),
        phone: opened.text(r.submitter.phone.as_ref()).to_owned(),
        address: opened.text(r.submitter.address.as_ref()).to_owned(),
        id_number: opened.text(r.submitter.id_number.as_ref()).to_owned(),
        respondent: r.respondent.name.clone(),
        respondent_address: r.respondent.address.clone(),
        facts: [opened.text(r.narrative.as_ref()), &details::what(opened)].concat(),
        anonymous: r.anonymous,
        handler: names.person(case.handler),
        date: on(r.platform_at.or(case.organ_at)),
        frame,
    }
}

/// Form 9 from the case, its agreement and its appointment.
fn agreement(opened: &Opened, frame: Frame, head: Head, names: &Names<'_>) -> MediationAgreement {
    let case = &opened.loaded.case;
    let r = &case.registration;
    let events = || opened.loaded.events.iter().map(|(_, f)| &f.event).rev();
    let terms = events().find_map(|e| if let Event::Agreed { terms, .. } = e { Some(opened.text(Some(terms))) } else { None });
    let mediators = events().find_map(|e| if let Event::Appointed { mediators, .. } = e { Some(mediators.clone()) } else { None });
    let demands = r.demands.iter().map(|x| ZH.code("demand", x.code())).collect::<Vec<_>>().join("、");
    let agent = r.details.agent.as_ref();
    MediationAgreement {
        submitter: PartyLines {
            name: opened.text(r.submitter.name.as_ref()).to_owned(),
            phone: opened.text(r.submitter.phone.as_ref()).to_owned(),
            address: opened.text(r.submitter.address.as_ref()).to_owned(),
            agent: opened.text(agent.and_then(|a| a.who.name.as_ref())).to_owned(),
            agent_phone: opened.text(agent.and_then(|a| a.who.phone.as_ref())).to_owned(),
        },
        respondent: PartyLines {
            name: r.respondent.name.clone(),
            phone: opened.text(r.respondent.phone.as_ref()).to_owned(),
            address: r.respondent.address.clone(),
            ..PartyLines::default()
        },
        request: [opened.text(r.narrative.as_ref()), demands.as_str()].join("\n"),
        terms: terms.unwrap_or_default().to_owned(),
        mediators: mediators.unwrap_or_else(|| names.person(case.handler)),
        frame,
        head,
    }
}

/// A numbered paper as its event issued it.
fn issued(opened: &Opened, form: Form, frame: Frame, names: &Names<'_>) -> Web {
    let case = &opened.loaded.case;
    let found = opened.loaded.events.iter().rev().find_map(|(r, f)| {
        let (kind, number) = paper_of(&f.event)?;
        (kind == form).then(|| (r, &f.event, number.to_owned()))
    });
    let (r, event, number) = found.ok_or(Denied::NotFound)?;
    let to = opened.text(case.registration.submitter.name.as_ref());
    let to = if to.is_empty() { "投诉人".to_owned() } else { to.to_owned() };
    let head = Head { organ: names.organ(r, opened), number, to, date: day(r.effective_at.date()) };
    // As it was on the day of the paper.
    let issuer = r.by.unit.and_then(|u| names.world.directory.unit_on(u, r.effective_at.date()));
    let unit = issuer.or_else(|| names.unit(opened));
    let phone = unit.map(|u| u.phone.clone()).unwrap_or_default();
    let received = on(case.organ_at);
    let respondent = &case.registration.respondent.name;
    let matter =
        if respondent.is_empty() { "消费者权益争议".to_owned() } else { format!("与{respondent}的消费者权益争议") };
    let regime = case.regime.unwrap_or(Regime::Order121);
    Ok(match event {
        Event::IdentityAsked { by, materials, .. } => page(&IdentityNotice {
            until: day(*by),
            materials: opened.text(Some(materials)).lines().map(str::to_owned).collect(),
            phone,
            address: unit.map(|u| u.address.clone()).unwrap_or_default(),
            frame,
            head,
        }),
        Event::Accepted { .. } => page(&Acceptance { received, matter, contact: names.person(case.handler), phone, frame, head }),
        Event::Refused { ground, .. } => page(&Refusal { received, matter, ground: ground.number(regime).unwrap_or(0), frame, head }),
        Event::Terminated { ground, .. } => {
            let n = Termination::of(regime).iter().position(|t| t == ground).map_or(0, |i| i + 1);
            // Art. 23: both sides are told, by the same decision.
            let both = [head.to.as_str(), respondent.as_str()].into_iter().filter(|s| !s.is_empty()).collect::<Vec<_>>().join("、");
            let head = Head { to: both, ..head };
            page(&MediationEnd { matter, ground: u8::try_from(n).unwrap_or(0), frame, head })
        }
        Event::Appointed { at, place, mediators, recusal_by, .. } => {
            let c = at.civil();
            page(&MediationNotice {
                matter,
                time: format!("{}{}时{:02}分", day(c.date()), c.hour(), c.minute()),
                place: opened.text(Some(place)).to_owned(),
                recusal_by: recusal_by.map(day).unwrap_or_default(),
                mediators: mediators.clone(),
                phone,
                frame,
                head,
            })
        }
        Event::AgreementIssued { .. } => page(&agreement(opened, frame, head, names)),
        Event::FeedbackIssued { law, result, .. } => page(&ReportResult {
            received,
            // A report does not say more about the business than the reporter did.
            matter: case.registration.respondent.name.clone(),
            law: match law {
                FeedbackLaw::Advertising => "《中华人民共和国广告法》第五十三条",
                FeedbackLaw::UnfairCompetition => "《中华人民共和国反不正当竞争法》第二十条",
            },
            result: opened.text(Some(result)).to_owned(),
            frame,
            head,
        }),
        _ => return Err(Denied::NotFound.into()),
    })
}
