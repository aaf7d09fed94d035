//! The forms of a bad review and of what supervision leaves on a case: grade, correction, the reason why none is due, the answer to a check.

use super::fields::Reader;
use super::order::{About, Ask, Spec, spec, text, text_opt, yes};
use rules::case::command::{Action, Command};
use rules::case::review::Correction;
use store::personal::Envelope;

/// The fields of an action of this family.
#[must_use]
pub fn specs(action: Action) -> Vec<Spec> {
    let reason = |required| spec("reason", Ask::Text, required);
    match action {
        Action::Regrade => vec![spec("grade", Ask::Grade, true), reason(true)],
        Action::Rectify => {
            vec![spec("wrong", Ask::Text, true), spec("changed", Ask::Text, true), spec("corrected_by", Ask::Line, true)]
        }
        Action::AskWaiver => vec![reason(true)],
        Action::DecideWaiver => vec![spec("approved", Ask::One("approved", vec!["yes", "no"]), true), reason(false)],
        Action::AnswerCheck => vec![spec("check_answer", Ask::Text, true)],
        _ => Vec::new(),
    }
}

/// Reads a command of this family; faults are left with the reader.
pub(super) fn command(action: Action, r: &mut Reader<'_>, about: &About<'_>, envelope: &mut Envelope) -> Option<Command> {
    match action {
        Action::Regrade => {
            let grade = r.need_code("grade", |id| about.world.pack.review.grade(id).map(|g| g.id.clone()));
            grade.zip(text(r, "reason", envelope)).map(|(grade, reason)| Command::Regrade { grade, reason })
        }
        Action::Rectify => {
            let (wrong, changed) = (text(r, "wrong", envelope), text(r, "changed", envelope));
            let who = r.need_line("corrected_by", 100);
            wrong.zip(changed).map(|(wrong, changed)| Command::Rectify(Correction { wrong, changed, who }))
        }
        Action::AskWaiver => text(r, "reason", envelope).map(|reason| Command::AskWaiver { reason }),
        Action::DecideWaiver => {
            let granted = r.need_code("approved", yes);
            // Whoever gave the reason learns why it was not enough.
            let reason = if granted == Some(false) { text(r, "reason", envelope) } else { text_opt(r, "reason", envelope) };
            granted.map(|granted| Command::DecideWaiver { granted, reason })
        }
        Action::AnswerCheck => text(r, "check_answer", envelope).map(|answer| Command::AnswerCheck { answer }),
        _ => None,
    }
}
