//! The decisive steps of which a person is told at once, whatever else they are told by law: one list, from which mail, page and any later
//! channel take what they say. A notice is a courtesy: it is no telling in the sense of the law and stops no clock.

use super::event::{Event, Proposal};
use crate::law::coded;

coded! {
    /// A step the person who submitted is told of.
    Step {
        /// received and given a number
        Received = "received",
        /// sent to the unit that handles it
        Sent = "sent",
        /// identity papers asked for (form 4)
        IdentityAsked = "identity_asked",
        /// complaint accepted (form 5)
        Accepted = "accepted",
        /// complaint not accepted (form 6)
        Refused = "refused",
        /// a question on the person's page
        Asked = "asked",
        /// time and place of mediation fixed (form 7)
        Appointed = "appointed",
        /// appraisal or testing: the limit stands still
        Testing = "testing",
        /// the limit was extended
        Extended = "extended",
        /// agreement reached
        Agreed = "agreed",
        /// mediation terminated (form 8)
        Terminated = "terminated",
        /// report: filed for a penalty case
        Filed = "filed",
        /// report: not filed
        NotFiled = "not_filed",
        /// report: belongs to another department
        Elsewhere = "elsewhere",
        /// report: the same was reported before
        Duplicate = "duplicate",
        /// the result of a report was made out (form 10)
        Result = "result",
        /// question or request answered
        Answered = "answered",
        /// withdrawn by the person
        Withdrawn = "withdrawn",
        /// closed
        Closed = "closed",
        /// being handled again
        Reopened = "reopened",
    }
}

/// The step an event is; none for what is internal, for what the person does not see anyway (Art. 37), and for what changes nothing for them.
#[must_use]
pub fn step(event: &Event) -> Option<Step> {
    if !event.shown_to_submitter() {
        return None;
    }
    Some(match event {
        Event::Registered(r) if !r.historical => Step::Received,
        Event::Sent { .. } => Step::Sent,
        Event::IdentityAsked { .. } => Step::IdentityAsked,
        Event::Accepted { .. } => Step::Accepted,
        Event::Refused { .. } => Step::Refused,
        Event::Asked { .. } => Step::Asked,
        Event::Appointed { .. } => Step::Appointed,
        Event::TestingOut { .. } => Step::Testing,
        Event::Decided { approved: true, proposal: Proposal::Extend { .. }, .. } => Step::Extended,
        Event::Decided { approved: true, proposal: Proposal::File { .. }, .. } => Step::Filed,
        Event::Decided { approved: true, proposal: Proposal::NotFile { .. }, .. } => Step::NotFiled,
        Event::Agreed { .. } => Step::Agreed,
        Event::Terminated { .. } => Step::Terminated,
        Event::SentElsewhere { .. } => Step::Elsewhere,
        Event::FoundDuplicate { .. } => Step::Duplicate,
        Event::FeedbackIssued { .. } => Step::Result,
        Event::Answered { .. } => Step::Answered,
        Event::Withdrawn { .. } => Step::Withdrawn,
        Event::Closed { .. } => Step::Closed,
        Event::Reopened { .. } => Step::Reopened,
        _ => return None,
    })
}
