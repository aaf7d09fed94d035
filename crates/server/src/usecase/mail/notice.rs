//! What a notice says: number, what happened, what may be done next, where to look. No word of what was written, nobody's name. Of anything
//! but a complaint a mail says only that there is something new: whoever looks over a shoulder learns of no report (Art. 37).

use crate::web::i18n::Lang;
use rules::case::Case;
use rules::case::event::Event;
use rules::case::notice::{Step, step};
use rules::law::Kind;

/// A notice in words: what happened, and what may be done next (empty for nothing).
#[must_use]
pub fn said(lang: Lang, case: &Case, step: Step) -> (String, String) {
    let code = step.code().replace('_', "-");
    // What it means depends on what is asked for: a report is received and sent, not mediated.
    let family = |what: &str| {
        let own = format!("news-{}-{code}-{what}", case.kind.code());
        let key = if lang.has(&own) { own } else { format!("news-{code}-{what}") };
        if lang.has(&key) { lang.t(&key) } else { String::new() }
    };
    (family("what"), family("next"))
}

/// A mail in words.
pub(super) struct Letter {
    pub(super) subject: String,
    pub(super) text: String,
}

/// The mail for an event of a case. `code` is given with the receipt of what came by mail itself: nobody else knows it.
pub(super) fn letter(lang: Lang, place: &str, case: &Case, event: &Event, base: &str, receipt: &str, code: Option<&str>) -> Option<Letter> {
    let step = step(event)?;
    let number = case.registration.number.clone();
    let open = case.registration.kind == Kind::Complaint && case.kind == Kind::Complaint;
    let (what, next) = match (step, open) {
        (_, true) => said(lang, case, step),
        (Step::Received, false) => (lang.t("mail-received-neutral"), String::new()),
        (_, false) => (lang.t("mail-new-neutral"), String::new()),
    };
    let mut lines = vec![lang.t("mail-hello"), String::new(), lang.t1("mail-number", "number", number.as_str()), what];
    if !next.is_empty() {
        lines.push(next);
    }
    lines.push(String::new());
    if let Some(code) = code.filter(|_| step == Step::Received) {
        lines.push(lang.t2("mail-code", "receipt", receipt, "code", code));
    }
    let link = if base.is_empty() { lang.t("mail-look-here") } else { format!("{base}/track?n={receipt}") };
    lines.push(lang.t1("mail-look", "link", link));
    lines.extend([String::new(), lang.t("mail-no-telling"), lang.t1("mail-sign", "place", place)]);
    Some(Letter { subject: lang.t1("mail-subject", "number", number), text: lines.join("\r\n") })
}
