//! The forms of what surrounds a decision: questions, contacts, appointments, records, agreements on paper, follow-up, second handling.

use super::fields::Reader;
use super::order::{About, Ask, Spec, one, other, spec, text, text_opt};
use crate::clock::new_id;
use rules::case::Case;
use rules::case::command::{Action, Command};
use rules::case::event::{Event, Fact, Mode};
use rules::ids::{FileId, GroupId, Id};
use rules::law::{Attendance, FeedbackLaw, Party, Satisfaction, TellBy};
use store::personal::Envelope;

/// The fields of an action of this family.
#[must_use]
pub fn specs(action: Action, case: &Case) -> Vec<Spec> {
    let party = || spec("party", one("party", Party::ALL, Party::code), true);
    let method = || spec("method", one("method", TellBy::ALL, TellBy::code), true);
    let signed = || spec("signed", Ask::Any("party", Party::ALL.iter().map(|p| p.code()).collect()), false);
    let satisfaction = |required| spec("satisfaction", one("satisfaction", Satisfaction::ALL, Satisfaction::code), required);
    match action {
        Action::Ask => vec![spec("question", Ask::Text, true)],
        Action::Reply => vec![spec("reply", Ask::Text, true)],
        Action::Contact => {
            vec![party(), method(), spec("reached", Ask::One("reached", vec!["yes", "no"]), true), spec("said", Ask::Text, true)]
        }
        Action::PreferMode => vec![spec("mode", one("mode", Mode::ALL, Mode::code), true)],
        Action::Appoint => vec![
            spec("appointed_at", Ask::Moment, true),
            spec("mode", one("mode", Mode::ALL, Mode::code), true),
            spec("place", Ask::Text, true),
            spec("mediators", Ask::Line, true),
            spec("recusal_by", Ask::Day, false),
        ],
        Action::EndAppointment => vec![spec("attendance", one("attendance", Attendance::ALL, Attendance::code), true)],
        Action::Minutes => vec![spec("minutes", Ask::Text, true), signed(), spec("files", Ask::Files, false)],
        Action::IssueAgreement => vec![signed(), spec("files", Ask::Files, false)],
        Action::Feedback => vec![
            spec("feedback_law", one("feedback_law", FeedbackLaw::ALL, FeedbackLaw::code), true),
            spec("feedback_result", Ask::Text, true),
        ],
        Action::ShareCopy => {
            // What a report is about never reaches the business (Art. 37).
            let with: &[Party] = if case.kind == rules::law::Kind::Complaint { Party::ALL } else { &[Party::Submitter] };
            vec![spec("original", Ask::File, true), spec("copy", Ask::File, true), spec("party", one("party", with, Party::code), true)]
        }
        Action::FollowUp => {
            let solved = Ask::One("solved", vec!["yes", "no"]);
            vec![method(), satisfaction(false), spec("solved", solved, false), spec("reason", Ask::Text, false)]
        }
        Action::Rate => vec![satisfaction(true), spec("reason", Ask::Text, false)],
        Action::AskReopen | Action::Reopen | Action::DeclineReopen => vec![spec("reason", Ask::Text, true)],
        Action::Group => vec![spec("member", Ask::OtherCase, false)],
        _ => super::review::specs(action),
    }
}

/// Reads a command of this family; faults are left with the reader.
pub(super) fn command(action: Action, r: &mut Reader<'_>, about: &About<'_>, envelope: &mut Envelope) -> Option<Command> {
    let case = about.case;
    let party = |s: &str| Party::parse(s);
    match action {
        Action::Ask => text(r, "question", envelope).map(|question| Command::Ask { question }),
        Action::Reply => {
            let named = r.code("question", |s| s.parse().ok());
            let question = named.or_else(|| case.open_questions().next()).unwrap_or(0);
            text(r, "reply", envelope).map(|reply| Command::Reply { question, reply })
        }
        Action::Contact => {
            let whom = r.need_code("party", party);
            let by = r.need_code("method", TellBy::parse);
            let reached = r.need_code("reached", super::order::yes);
            let what = text(r, "said", envelope);
            whom.zip(by).zip(reached).zip(what).map(|(((party, by), reached), what)| Command::Contact { party, by, reached, what })
        }
        Action::PreferMode => r.need_code("mode", Mode::parse).map(|mode| Command::PreferMode { mode }),
        Action::Appoint => {
            let at = r.moment("appointed_at");
            if at.is_none() && r.fields().get("appointed_at").trim().is_empty() {
                r.faults.add("appointed_at", "required");
            }
            let mode = r.need_code("mode", Mode::parse);
            let place = text(r, "place", envelope);
            let mediators = r.need_line("mediators", 100);
            let recusal_by = r.date("recusal_by");
            at.zip(mode).zip(place).map(|((at, mode), place)| Command::Appoint { at, mode, place, mediators, recusal_by })
        }
        Action::EndAppointment => r.need_code("attendance", Attendance::parse).map(|attendance| Command::EndAppointment { attendance }),
        Action::Minutes => {
            let (signed, files) = (r.codes("signed", party), r.codes("files", |s| file_of(about, s)));
            text(r, "minutes", envelope).map(|minutes| Command::Minutes { minutes, signed, files })
        }
        Action::IssueAgreement => {
            Some(Command::IssueAgreement { signed: r.codes("signed", party), files: r.codes("files", |s| file_of(about, s)) })
        }
        Action::Advertising => Some(Command::Advertising),
        Action::Feedback => {
            let law = r.need_code("feedback_law", FeedbackLaw::parse);
            law.zip(text(r, "feedback_result", envelope)).map(|(law, result)| Command::Feedback { law, result })
        }
        Action::ShareCopy => {
            let of = r.need_code("original", |s| file_of(about, s));
            let copy = r.need_code("copy", |s| file_of(about, s));
            let with = r.need_code("party", party);
            of.zip(copy).zip(with).map(|((of, copy), with)| Command::ShareCopy { of, copy, with })
        }
        Action::FollowUp => {
            let by = r.need_code("method", TellBy::parse);
            let satisfaction = r.code("satisfaction", Satisfaction::parse);
            // Dissatisfied without a reason leaves the second handling nothing to work on.
            let reason = if satisfaction == Some(Satisfaction::Dissatisfied) {
                text(r, "reason", envelope)
            } else {
                text_opt(r, "reason", envelope)
            };
            let solved = r.code("solved", super::order::yes);
            by.map(|by| Command::FollowUp { by, satisfaction, solved, reason })
        }
        Action::Rate => {
            let satisfaction = r.need_code("satisfaction", Satisfaction::parse);
            let reason = text_opt(r, "reason", envelope);
            satisfaction.map(|satisfaction| Command::Rate { satisfaction, reason })
        }
        Action::AskReopen => text(r, "reason", envelope).map(|reason| Command::AskReopen { reason }),
        Action::Reopen => text(r, "reason", envelope).map(|reason| Command::Reopen { reason }),
        Action::DeclineReopen => text(r, "reason", envelope).map(|reason| Command::DeclineReopen { reason }),
        Action::Group => {
            if r.fields().get("member").trim().is_empty() {
                return Some(Command::Group { group: GroupId(new_id(about.now, &mut envelope.source())) });
            }
            let group = other(r, "member", about).map(|o| o.group);
            if group == Some(None) {
                r.faults.add("member", "no_group");
            }
            group.flatten().map(|group| Command::Group { group })
        }
        Action::Ungroup => Some(Command::Ungroup),
        _ => super::review::command(action, r, about, envelope),
    }
}

/// A file of the case, by its id.
fn file_of(about: &About<'_>, s: &str) -> Option<FileId> {
    let id = FileId(Id::parse(s)?);
    about.files.contains(&id).then_some(id)
}

/// The files a case refers to, in the order they came.
#[must_use]
pub fn files_of<'a>(facts: impl IntoIterator<Item = &'a Fact>) -> Vec<FileId> {
    let of = |fact: &Fact| match &fact.event {
        Event::Registered(r) => r.files.clone(),
        Event::EvidenceAdded { files, .. } => files.clone(),
        _ => Vec::new(),
    };
    facts.into_iter().flat_map(of).collect()
}
