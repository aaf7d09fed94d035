//! What an event is called, and who sees its line.

use super::event::{Event, Proposal};
use crate::law::Party;

impl Event {
    /// Stable name, stored beside the body.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Registered(_) => "Registered",
            Self::ReceivedByOrgan { .. } => "ReceivedByOrgan",
            Self::Sent { .. } => "Sent",
            Self::TakenBack { .. } => "TakenBack",
            Self::Returned { .. } => "Returned",
            Self::Moved { .. } => "Moved",
            Self::Opened { .. } => "Opened",
            Self::Assigned { .. } => "Assigned",
            Self::MarkedUrgent { .. } => "MarkedUrgent",
            Self::Reclassified { .. } => "Reclassified",
            Self::Narrowed { .. } => "Narrowed",
            Self::IdentityAsked { .. } => "IdentityAsked",
            Self::IdentityProved => "IdentityProved",
            Self::Accepted { .. } => "Accepted",
            Self::Refused { .. } => "Refused",
            Self::Told { .. } => "Told",
            Self::Consented { .. } => "Consented",
            Self::MediationStarted { .. } => "MediationStarted",
            Self::RecusalAsked { .. } => "RecusalAsked",
            Self::RecusalDecided { .. } => "RecusalDecided",
            Self::TestingOut { .. } => "TestingOut",
            Self::TestingBack { .. } => "TestingBack",
            Self::Agreed { .. } => "Agreed",
            Self::Terminated { .. } => "Terminated",
            Self::ClueFound { .. } => "ClueFound",
            Self::VerificationStarted { .. } => "VerificationStarted",
            Self::Proposed(_) => "Proposed",
            Self::Decided { .. } => "Decided",
            Self::SentElsewhere { .. } => "SentElsewhere",
            Self::FoundDuplicate { .. } => "FoundDuplicate",
            Self::Supplemented { .. } => "Supplemented",
            Self::AuthorityDisputed { .. } => "AuthorityDisputed",
            Self::AuthoritySettled { .. } => "AuthoritySettled",
            Self::Answered { .. } => "Answered",
            Self::EvidenceAdded { .. } => "EvidenceAdded",
            Self::Noted { .. } => "Noted",
            Self::Asked { .. } => "Asked",
            Self::Replied { .. } => "Replied",
            Self::Contacted { .. } => "Contacted",
            Self::ModePreferred { .. } => "ModePreferred",
            Self::Appointed { .. } => "Appointed",
            Self::AppointmentEnded { .. } => "AppointmentEnded",
            Self::MinutesTaken { .. } => "MinutesTaken",
            Self::AgreementIssued { .. } => "AgreementIssued",
            Self::MarkedAdvertising => "MarkedAdvertising",
            Self::FeedbackIssued { .. } => "FeedbackIssued",
            Self::CopyShared { .. } => "CopyShared",
            Self::FollowedUp { .. } => "FollowedUp",
            Self::Rated { .. } => "Rated",
            Self::ReopenAsked { .. } => "ReopenAsked",
            Self::ReopenDeclined { .. } => "ReopenDeclined",
            Self::Reopened { .. } => "Reopened",
            Self::ReviewOpened(_) => "ReviewOpened",
            Self::Regraded { .. } => "Regraded",
            Self::Rectified(_) => "Rectified",
            Self::WaiverAsked { .. } => "WaiverAsked",
            Self::WaiverDecided { .. } => "WaiverDecided",
            Self::TakenUp { .. } => "TakenUp",
            Self::Checked(_) => "Checked",
            Self::CheckAnswered { .. } => "CheckAnswered",
            Self::Grouped { .. } => "Grouped",
            Self::Ungrouped => "Ungrouped",
            Self::Supervised(_) => "Supervised",
            Self::Withdrawn { .. } => "Withdrawn",
            Self::Closed { .. } => "Closed",
            Self::ClockLapsed => "ClockLapsed",
            Self::CalendarLoaded { .. } => "CalendarLoaded",
            Self::PackLoaded { .. } => "PackLoaded",
            Self::Corrected { .. } => "Corrected",
            Self::Merged { .. } => "Merged",
            Self::Unmerged => "Unmerged",
            Self::ImportUndone => "ImportUndone",
            Self::Erased { .. } => "Erased",
        }
    }

    /// Whether the person who submitted sees this line: every step, but not internal notes, and not what would reveal a report
    /// to the complaint's side or an investigation to anyone (Art. 37).
    #[must_use]
    pub fn shown_to_submitter(&self) -> bool {
        !matches!(
            self,
            Self::Noted { .. }
                | Self::ClueFound { .. }
                | Self::Contacted { party: Party::Respondent, .. }
                | Self::CopyShared { with: Party::Respondent, .. }
                | Self::ReviewOpened(_)
                | Self::Regraded { .. }
                | Self::Rectified(_)
                | Self::WaiverAsked { .. }
                | Self::WaiverDecided { .. }
                | Self::TakenUp { .. }
                | Self::Checked(_)
                | Self::CheckAnswered { .. }
                | Self::Grouped { .. }
                | Self::Ungrouped
                | Self::Supervised(_)
                | Self::Proposed(Proposal::File { .. } | Proposal::NotFile { .. } | Proposal::Refuse { .. } | Proposal::Terminate { .. })
                | Self::Assigned { .. }
                | Self::Narrowed { .. }
                | Self::AuthorityDisputed { .. }
                | Self::ClockLapsed
                | Self::ImportUndone
        )
    }
}
