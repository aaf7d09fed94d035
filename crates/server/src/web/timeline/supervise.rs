//! Notices of inspections and orders, told in the history of a case.

use super::history::Said;
use super::{Teller, clocks};
use crate::usecase::read::Opened;
use rules::case::supervise::{Owner, Supervised};

impl Teller<'_> {
    pub(super) fn say_supervised(&self, opened: &Opened, what: &Supervised) -> Said {
        let lang = self.lang;
        let text = |s| opened.text(Some(s)).to_owned();
        match what {
            Supervised::Noticed { inspection, made_up, why, clock, step, to } => {
                let names = to.iter().map(|p| self.person(*p)).collect::<Vec<_>>().join(&lang.t("list-comma"));
                let clock = clock.as_ref().map(|c| clocks::clock_name(lang, &self.world.pack, c)).unwrap_or_default();
                let said = self.titled(lang.t2("sup-tl-noticed", "step", *step, "why", lang.code("sup-why", why.code())));
                let late = if *made_up { lang.t("sup-made-up") } else { String::new() };
                said.line(lang.t1("sup-tl-to", "names", names)).line(clock).line(self.at(*inspection)).line(late)
            }
            Supervised::Seen { .. } => self.titled(lang.t("sup-tl-seen")),
            Supervised::Ordered { grade, owner, wanted, .. } => {
                let owner = match owner {
                    Owner::Unit(u) => self.world.directory.units.get(u).map(|u| u.name.clone()).unwrap_or_default(),
                    Owner::Person(p) => self.person(*p),
                };
                let title = lang.t2("sup-tl-ordered", "grade", lang.code("sup-grade", grade.code()), "owner", owner);
                self.titled(title).line(text(wanted))
            }
            Supervised::Answered { answer, .. } => self.titled(lang.t("sup-tl-answered")).line(text(answer)),
            Supervised::SentBack { reason, .. } => self.titled(lang.t("sup-tl-sent-back")).line(text(reason)),
            Supervised::Accepted { .. } => self.titled(lang.t("sup-tl-accepted")),
        }
    }
}
