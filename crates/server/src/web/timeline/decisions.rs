//! Decisions in full: what was decided, on which ground, with the reasons, and the ways that remain (消法 Art. 39).

use super::{Teller, item};
use crate::usecase::read::Opened;
use crate::web::views::parts::Link;
use crate::web::views::public::Decision;
use rules::case::event::{Event, Proposal, paper_of};
use rules::law::{Ground, Regime, Termination};
use rules::time::Instant;

impl Teller<'_> {
    /// The decisions of a case, latest first.
    #[must_use]
    pub fn decisions(&self, opened: &Opened) -> Vec<Decision> {
        let regime = opened.loaded.case.regime.unwrap_or(Regime::None);
        let all = opened.loaded.events.iter().filter_map(|(r, f)| self.decision(opened, regime, &f.event, r.effective_at));
        let mut all: Vec<Decision> = all.collect();
        all.reverse();
        all
    }

    fn decision(&self, opened: &Opened, regime: Regime, event: &Event, at: Instant) -> Option<Decision> {
        let lang = self.lang;
        let title = lang.code("event", event.name());
        let (title, text, remedies) = match event {
            Event::Accepted { .. } => (title, vec![lang.t1("decision-accepted", "law", self.law(regime, "accept"))], false),
            Event::IdentityAsked { by, materials, .. } => {
                (title, vec![lang.t1("decision-identity", "date", self.day(*by)), opened.text(Some(materials)).to_owned()], false)
            }
            Event::Refused { ground, body, factors, reason, handed_to, .. } => {
                let mut text = vec![self.refusal_ground(regime, *ground)];
                text.extend(body.map(|b| lang.t1("decision-body", "body", lang.code("body", b.code()))));
                text.extend(factors.iter().map(|f| lang.t1("decision-factor", "factor", lang.code("factor", f.code()))));
                text.push(opened.text(Some(reason)).to_owned());
                text.extend(handed_to.as_ref().map(|to| lang.t1("decision-handed", "to", to)));
                (title, text, true)
            }
            Event::Agreed { terms, amount, performed } => {
                let mut text = vec![opened.text(Some(terms)).to_owned()];
                if amount.0 > 0 {
                    text.push(lang.t1("decision-amount", "amount", lang.money(amount.0)));
                }
                if *performed {
                    text.push(lang.t("decision-performed"));
                }
                (title, text, false)
            }
            Event::Terminated { ground, reason, .. } => {
                let mut text = vec![self.termination_ground(regime, *ground)];
                text.push(opened.text(reason.as_ref()).to_owned());
                (title, text, true)
            }
            Event::Decided { approved: true, proposal: Proposal::File { .. }, .. } => {
                (lang.code("outcome", "filed"), vec![lang.t("decision-filed")], false)
            }
            Event::Decided { approved: true, proposal: Proposal::NotFile { ground, leniency, .. }, .. } => {
                let mut text = vec![lang.code("not-filing", ground.code())];
                text.extend(leniency.as_ref().map(|l| lang.t1("decision-leniency", "item", l)));
                (lang.code("outcome", "not_filed"), text, false)
            }
            Event::SentElsewhere { department, handed_over, reason } => {
                let key = if *handed_over { "decision-handed" } else { "decision-elsewhere" };
                (title, vec![lang.t1(key, "to", department), opened.text(Some(reason)).to_owned()], false)
            }
            Event::FoundDuplicate { .. } => (title, vec![lang.t("decision-duplicate")], false),
            Event::Answered { answer, channel } => {
                let elsewhere = channel.map(|c| lang.t1("decision-channel", "channel", lang.code("proper-channel", c.code())));
                (title, elsewhere.into_iter().chain([opened.text(Some(answer)).to_owned()]).collect(), false)
            }
            Event::FeedbackIssued { law, result, .. } => {
                (title, vec![lang.code("feedback-law", law.code()), opened.text(Some(result)).to_owned()], false)
            }
            Event::Closed { summary: Some(summary), .. } => (title, vec![opened.text(Some(summary)).to_owned()], false),
            _ => return None,
        };
        let paper = paper_of(event);
        let number = paper.map(|(_, n)| n.to_owned());
        let about = number.into_iter().chain([lang.date(at.date())]).collect::<Vec<_>>().join(" · ");
        let link = paper.map(|(form, _)| self.paper_link(form.code(), &lang.code("form", form.code())));
        let text = text.into_iter().filter(|t| !t.is_empty()).collect();
        Some(Decision { title, about, text, remedies, paper: link.unwrap_or_default() })
    }

    /// A link to the paper of a form.
    #[must_use]
    pub fn paper_link(&self, code: &str, label: &str) -> Link {
        Link::new(format!("{}/{code}", self.papers), label)
    }

    fn law(&self, regime: Regime, what: &str) -> String {
        self.lang.code("law", &format!("{}-{what}", regime.code()))
    }

    /// A ground of refusal with its article and item.
    #[must_use]
    pub fn refusal_ground(&self, regime: Regime, ground: Ground) -> String {
        let text = self.lang.code("ground", ground.code());
        match ground.number(regime) {
            Some(n) => {
                let law = self.lang.t2("law-item", "law", self.law(regime, "refuse"), "n", item(self.lang, n.into()));
                self.lang.t2("decision-ground", "law", law, "ground", text)
            }
            None => text,
        }
    }

    /// A ground of ending mediation with its article and item.
    #[must_use]
    pub fn termination_ground(&self, regime: Regime, ground: Termination) -> String {
        let text = self.lang.code("termination", ground.code());
        match Termination::of(regime).iter().position(|g| *g == ground) {
            Some(i) => {
                let law = self.lang.t2("law-item", "law", self.law(regime, "terminate"), "n", item(self.lang, i + 1));
                self.lang.t2("decision-ground", "law", law, "ground", text)
            }
            None => text,
        }
    }
}
