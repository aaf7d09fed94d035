//! What the person is asked and may say on the tracking page: answers to questions, the way of mediation, satisfaction, handling again; and
//! what they may read there: the time fixed, papers, who has looked.

use super::track;
use crate::usecase::fields::Fields;
use crate::usecase::read::Opened;
use crate::usecase::seen::{Look, Purpose};
use crate::usecase::{Denied, act};
use crate::web::faults;
use crate::web::http::{Submitter, Web, see_other_with};
use crate::web::timeline::Teller;
use crate::web::views::parts::{Choice, Control, Errors, Field, Link};
use crate::web::views::track::{Care, Meeting, Question, Seen, Small};
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use rules::access::Actor;
use rules::case::command::{Action, WhyNot};
use rules::case::decide::may;
use rules::case::event::{Event, Mode, paper_of};
use rules::law::{Form as Paper, Kind, Satisfaction};

/// Fields of those forms.
const FIELDS: [&str; 5] = ["question", "reply", "mode", "satisfaction", "reason"];
/// Ways to choose from; writing over the internet is arranged between the sides.
const MODES: [Mode; 3] = [Mode::InPerson, Mode::Phone, Mode::Video];
/// Longest answer or reason, characters.
const MAX: u32 = 5000;

/// What was sent with a mistake, to stand on the page again.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// The form's place on the page.
    at: String,
    fields: Fields,
    errors: Errors,
}

/// The small forms and what is read beside them, of one case.
pub(super) struct Builder<'a> {
    pub teller: &'a Teller<'a>,
    pub opened: &'a Opened,
    /// Its place on the page, from 1.
    pub i: usize,
    pub typed: &'a Typed,
}

impl Builder<'_> {
    /// All of it; `looks` is who has read the case.
    pub(super) fn care(&self, looks: &[Look]) -> Care {
        let (case, lang) = (&self.opened.loaded.case, self.teller.lang);
        let can = |a: Action| may(case, a, &Actor::Submitter).is_ok();
        let refused = matches!(case.decision, Some(rules::case::Decision::Refused(..)));
        let rounds = case.rounds < self.teller.world.pack.follow_up.rounds;
        Care {
            questions: if can(Action::Reply) { self.questions() } else { Vec::new() },
            meeting: self.meeting(),
            mode: (can(Action::PreferMode) && !refused).then(|| self.mode()),
            papers: self.papers(),
            rated: case.satisfaction.map(|s| lang.code("satisfaction", s.code())).unwrap_or_default(),
            rate: can(Action::Rate).then(|| self.rate()),
            again: case.reopen_asked,
            reopen: (can(Action::AskReopen) && rounds).then(|| self.reopen()),
            seen: looks.iter().map(|l| self.seen(l)).collect(),
        }
    }

    fn small(&self, way: &str, at: String, submit: &str, fields: Vec<Field>) -> Small {
        let token = &self.opened.loaded.case.registration.token;
        let wrong = self.typed.at == at;
        Small { action: format!("/track/{way}/{token}"), at, hidden: Vec::new(), fields, submit: self.teller.lang.t(submit), wrong }
    }

    /// A field with a name of its own on the page; before the first dash it is the command's.
    fn field(&self, name: &str, at: &str, label: &str, control: Control) -> Field {
        let own = format!("{name}-{at}");
        let field = Field::new(self.teller.lang, own, self.teller.lang.t(label), control).errors(&self.typed.errors);
        if self.typed.at == at { field.value(self.typed.fields.get(name)) } else { field }
    }

    fn questions(&self) -> Vec<Question> {
        let lang = self.teller.lang;
        let open: Vec<u32> = self.opened.loaded.case.open_questions().collect();
        let asked = self.opened.loaded.events.iter().filter(|(_, f)| matches!(f.event, Event::Asked { .. }));
        let numbered = (1u32..).zip(asked).filter(|(n, _)| open.contains(n));
        let one = |(n, (r, f)): (u32, &(store::chain::Recorded, rules::case::event::Fact))| {
            let at = format!("{}-{n}", self.i);
            let reply = self.field("reply", &at, "care-reply", Control::Area { tall: false }).required().max(MAX);
            let mut form = self.small("reply", at, "care-reply-go", vec![reply]);
            form.hidden.push(("question", n.to_string()));
            let text = if let Event::Asked { question } = &f.event { self.opened.text(Some(question)).to_owned() } else { String::new() };
            Question { text, about: lang.datetime(r.recorded_at), form: Some(form) }
        };
        numbered.map(one).collect()
    }

    fn meeting(&self) -> Option<Meeting> {
        let lang = self.teller.lang;
        self.opened.loaded.case.appointment?;
        let last = self.opened.loaded.events.iter().rev().find(|(_, f)| matches!(f.event, Event::Appointed { .. }));
        let Event::Appointed { at, mode, place, mediators, recusal_by, number } = &last?.1.event else { return None };
        let paper = number.as_ref().map(|n| format!("{} {n}", lang.code("form", Paper::Appointment.code())));
        let civil = at.civil();
        Some(Meeting {
            when: format!("{} {:02}:{:02}", lang.date(civil.date()), civil.hour(), civil.minute()),
            mode: lang.code("mode", mode.code()),
            place: self.opened.text(Some(place)).to_owned(),
            mediators: mediators.clone(),
            recusal_by: recusal_by.map(|d| lang.date(d)).unwrap_or_default(),
            paper: paper.map(|label| self.teller.paper_link(Paper::Appointment.code(), &label)).unwrap_or_default(),
        })
    }

    fn mode(&self) -> Small {
        let lang = self.teller.lang;
        let chosen = self.opened.loaded.case.preferred_mode.map_or("", Mode::code);
        let choices = MODES.iter().map(|m| Choice::new(m.code(), lang.code("mode", m.code()), chosen)).collect();
        let at = format!("{}-mode", self.i);
        let field = self.field("mode", &at, "care-mode-label", Control::Radio(choices)).hint(lang.t("care-mode-hint")).required();
        self.small("mode", at, "care-mode-go", vec![field])
    }

    /// The registration form and every numbered paper that was issued to the person, the latest last.
    fn papers(&self) -> Vec<Link> {
        let lang = self.teller.lang;
        let case = &self.opened.loaded.case;
        let registration = match case.registration.kind {
            Kind::Complaint => Some(("complaint", "paper-form1")),
            Kind::Report => Some(("report", "paper-form2")),
            Kind::Consultation | Kind::Other => None,
        };
        let registration = registration.map(|(code, key)| self.teller.paper_link(code, &lang.t(key)));
        let mut out: Vec<Link> = registration.into_iter().collect();
        for (form, number) in self.opened.loaded.events.iter().filter_map(|(_, f)| paper_of(&f.event)) {
            // An address shows the last of a form; a second notice of mediation takes the place of the first.
            let link = self.teller.paper_link(form.code(), &format!("{} {number}", lang.code("form", form.code())));
            out.retain(|k| k.href != link.href);
            out.push(link);
        }
        out
    }

    fn rate(&self) -> Small {
        let lang = self.teller.lang;
        let at = format!("{}-rate", self.i);
        let sent = if self.typed.at == at { self.typed.fields.get("satisfaction") } else { "" };
        let choices = Satisfaction::ALL.iter().map(|s| Choice::new(s.code(), lang.code("satisfaction", s.code()), sent)).collect();
        let word = self.field("satisfaction", &at, "care-rate", Control::Radio(choices)).required();
        let reason = self.field("reason", &at, "care-rate-reason", Control::Area { tall: false }).max(MAX);
        self.small("rate", at, "care-rate-go", vec![word, reason])
    }

    fn reopen(&self) -> Small {
        let at = format!("{}-again", self.i);
        let reason = self.field("reason", &at, "care-again-reason", Control::Area { tall: false }).required().max(MAX);
        self.small("again", at, "care-again-go", vec![reason])
    }

    fn seen(&self, look: &Look) -> Seen {
        let t = self.teller;
        let who = |(unit, role): &(rules::ids::UnitId, Option<rules::access::Role>)| {
            let role = role.map(|r| t.lang.code("role", r.code()));
            [Some(t.unit_at(*unit, look.at)), role].into_iter().flatten().filter(|s| !s.is_empty()).collect::<Vec<_>>().join(" · ")
        };
        let from: Vec<String> = look.from.iter().map(who).filter(|s| !s.is_empty()).collect();
        let what = t.lang.t(match look.purpose {
            Purpose::Work => "care-seen-work",
            Purpose::Contact => "care-seen-contact",
            Purpose::Paper => "care-seen-paper",
            Purpose::Evidence => "care-seen-evidence",
            Purpose::Counter => "care-seen-counter",
        });
        Seen {
            at: t.lang.datetime(look.at),
            who: if from.is_empty() { t.lang.t("care-seen-staff") } else { from.join(&t.lang.t("list-comma")) },
            what: if look.times > 1 { t.lang.t2("care-seen-times", "what", what, "n", look.times) } else { what },
        }
    }
}

type Sent = Form<Vec<(String, String)>>;

pub(super) async fn reply(s: Submitter, Path(token): Path<String>, Form(pairs): Sent) -> Web {
    say(s, &token, Action::Reply, "care-said-reply", pairs).await
}

pub(super) async fn mode(s: Submitter, Path(token): Path<String>, Form(pairs): Sent) -> Web {
    say(s, &token, Action::PreferMode, "care-said-mode", pairs).await
}

pub(super) async fn rate(s: Submitter, Path(token): Path<String>, Form(pairs): Sent) -> Web {
    say(s, &token, Action::Rate, "care-said-rate", pairs).await
}

pub(super) async fn again(s: Submitter, Path(token): Path<String>, Form(pairs): Sent) -> Web {
    say(s, &token, Action::AskReopen, "care-said-again", pairs).await
}

/// Takes what a small form sent.
async fn say(s: Submitter, token: &str, action: Action, said: &str, pairs: Vec<(String, String)>) -> Web {
    let at = pairs.iter().find(|(n, _)| n == "at").map(|(_, v)| v.as_str()).unwrap_or_default();
    let at: String = at.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(20).collect();
    // Each field has the form's place behind its name, so that no id is twice on the page.
    let own = |name: &str| FIELDS.into_iter().find(|f| name == *f || name.strip_prefix(f).is_some_and(|rest| rest.starts_with('-')));
    let fields: Fields = pairs.iter().filter_map(|(n, v)| Some((own(n)?.to_owned(), v.clone()))).collect();
    match act::act(&s.v.app, &s.scope, token, action, &fields, None).await {
        Ok(_) => Ok(see_other_with("/track/case", said)),
        Err(Denied::Invalid(all)) => {
            let mut errors = Errors::default();
            for (field, code) in &all.0 {
                errors.add(format!("{field}-{at}"), faults::sentence(s.v.l.lang, field, code));
            }
            let typed = Typed { at, fields, errors: errors.clone() };
            track::show(s, errors, &typed, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        // Pressed twice: it is said.
        Err(Denied::Rule(WhyNot::Nothing | WhyNot::NoQuestion | WhyNot::AlreadyDone)) => Ok(see_other_with("/track/case", said)),
        Err(other) => Err(other.into()),
    }
}
