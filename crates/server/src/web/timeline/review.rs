//! Lines of the history for bad reviews and for what supervision leaves on a case.

use super::Teller;
use super::history::Said;
use crate::usecase::read::Opened;
use rules::case::event::Event;
use rules::case::review::Demanded;
use rules::pack::Pack;

use crate::web::i18n::Lang;

/// A grade of dissatisfaction as the pack names it; its id where the pack no longer has it.
#[must_use]
pub fn grade_name(lang: Lang, pack: &Pack, id: &str) -> String {
    match pack.review.grade(id) {
        Some(g) if lang == Lang::En => g.name_en.clone(),
        Some(g) => g.name.clone(),
        None => id.to_owned(),
    }
}

/// A line of the sheet as the pack names it.
#[must_use]
pub fn criterion_name(lang: Lang, pack: &Pack, id: &str) -> String {
    match pack.review.criteria.iter().find(|c| c.id == id) {
        Some(c) if lang == Lang::En => c.name_en.clone(),
        Some(c) => c.name.clone(),
        None => id.to_owned(),
    }
}

impl Teller<'_> {
    fn demanded(&self, event: &Event, d: &Demanded) -> Said {
        let lang = self.lang;
        let who = lang.t1("tl-review-responsible", "who", lang.code("responsible", d.responsible.code()));
        let said = self.said(event).line(grade_name(lang, &self.world.pack, &d.grade)).line(who);
        let said = said.line(if d.visit { lang.t("tl-review-visit") } else { String::new() });
        said.line(if d.again { lang.t("tl-review-again") } else { String::new() })
    }

    /// The line of an event of this family.
    pub(super) fn say_review(&self, opened: &Opened, event: &Event) -> Said {
        let lang = self.lang;
        let text = |s| opened.text(Some(s));
        match event {
            Event::ReviewOpened(d) => self.demanded(event, d),
            Event::Regraded { demanded, reason } => self.demanded(event, demanded).line(text(reason)),
            Event::Rectified(c) => self
                .said(event)
                .line(lang.t1("tl-wrong", "what", text(&c.wrong)))
                .line(lang.t1("tl-changed", "what", text(&c.changed)))
                .line(lang.t1("tl-corrected-by", "who", &c.who)),
            Event::WaiverAsked { reason } => self.said(event).line(text(reason)),
            Event::WaiverDecided { granted, reason } => {
                let key = if *granted { "tl-waiver-granted" } else { "tl-waiver-declined" };
                self.titled(lang.t(key)).line(opened.text(reason.as_ref()))
            }
            Event::TakenUp { mechanism, .. } => self.titled(lang.t1("tl-taken-up", "what", lang.code("mechanism", mechanism.code()))),
            Event::Checked(c) => {
                let unmet: Vec<String> = c.unmet.iter().map(|id| criterion_name(lang, &self.world.pack, id)).collect();
                let unmet = if unmet.is_empty() { String::new() } else { lang.t1("tl-unmet", "what", unmet.join("、")) };
                self.said(event).line(lang.code("verdict", c.verdict.code())).line(unmet).line(opened.text(c.note.as_ref()))
            }
            Event::CheckAnswered { answer } => self.said(event).line(text(answer)),
            _ => self.said(event),
        }
    }
}
