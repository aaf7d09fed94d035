//! Lines of the history for what surrounds a decision.

use super::Teller;
use super::history::Said;
use crate::usecase::read::Opened;
use rules::case::event::Event;
use rules::law::Party;

impl Teller<'_> {
    /// The line of an event of this family.
    pub(super) fn say_care(&self, opened: &Opened, event: &Event) -> Said {
        let lang = self.lang;
        let text = |s| opened.text(Some(s));
        let text_opt = |s: &Option<_>| opened.text(s.as_ref()).to_owned();
        let method = |code: &str| lang.t1("tl-method", "method", lang.code("tellby", code));
        let number = |n: &Option<String>| n.clone().unwrap_or_default();
        let signed = |parties: &[Party]| {
            let names: Vec<String> = parties.iter().map(|p| self.party(*p)).collect();
            if names.is_empty() { String::new() } else { lang.t1("tl-signed", "who", names.join(" · ")) }
        };
        match event {
            Event::Supervised(what) => self.say_supervised(opened, what),
            Event::Asked { question } => self.said(event).line(text(question)),
            Event::Replied { reply, .. } => self.said(event).line(text(reply)),
            Event::Contacted { party, by, reached, what } => {
                let key = if *reached { "tl-contacted" } else { "tl-not-reached" };
                self.titled(lang.t1(key, "who", self.party(*party))).line(method(by.code())).line(self.inside(text(what)))
            }
            Event::ModePreferred { mode } => self.said(event).line(lang.code("mode", mode.code())),
            Event::Appointed { at, mode, place, mediators, recusal_by, number: n } => {
                let said = self.titled(lang.t2("tl-appointed", "at", self.at(*at), "mode", lang.code("mode", mode.code())));
                let recusal = recusal_by.map(|d| lang.t1("tl-recusal-by", "date", self.day(d))).unwrap_or_default();
                said.line(text(place)).line(lang.t1("tl-mediators", "name", mediators)).line(recusal).line(number(n))
            }
            Event::AppointmentEnded { attendance } => self.said(event).line(lang.code("attendance", attendance.code())),
            Event::MinutesTaken { minutes, signed: by, .. } => self.said(event).line(self.inside(text(minutes))).line(signed(by)),
            Event::AgreementIssued { number: n, signed: by, .. } => self.said(event).line(number(n)).line(signed(by)),
            Event::FeedbackIssued { law, result, number: n } => {
                self.said(event).line(lang.code("feedback-law", law.code())).line(text(result)).line(number(n))
            }
            Event::CopyShared { with, .. } => self.said(event).line(self.party(*with)),
            Event::FollowedUp { by, satisfaction, solved, reason } => {
                let word = satisfaction.map_or_else(|| lang.t("tl-followed-nobody"), |s| lang.code("satisfaction", s.code()));
                let solved = solved.map(|s| lang.code("solved", if s { "yes" } else { "no" })).unwrap_or_default();
                self.said(event).line(method(by.code())).line(word).line(solved).line(text_opt(reason))
            }
            Event::Rated { satisfaction, reason } => {
                self.said(event).line(lang.code("satisfaction", satisfaction.code())).line(text_opt(reason))
            }
            Event::ReopenAsked { reason } => self.said(event).line(text(reason)),
            Event::ReopenDeclined { reason } => self.said(event).line(text(reason)).line(lang.t("tl-declined-ways")),
            Event::Reopened { reason } => self.said(event).line(self.inside(text(reason))),
            _ => self.say_review(opened, event),
        }
    }
}
