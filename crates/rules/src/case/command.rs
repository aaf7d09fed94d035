//! What people and the platform may ask of a case, and why the rules may say no.

use super::event::{Consent, Correction, Matter, Mode, Outcome, Proposal, Sealed, Seat};
use super::review::{Checked, Correction as Rectification, Mechanism};
use super::supervise::{Grade, Inspection, Owner};
use crate::calendar::Span;
use crate::clock::ClockName;
use crate::ids::{CaseId, FileId, GroupId, Id, PersonId};
use crate::law::{
    Attendance, Body, Channel, Conduct, Factor, FeedbackLaw, Form, Ground, Kind, Level, Party, Regime, Satisfaction, TellBy, Termination,
    coded,
};
use crate::money::Fen;
use crate::time::Instant;
use jiff::civil::Date;

coded! {
    /// The actions on a case, one per command; the noun of its address and the row of the authorization matrix.
    Action {
        /// receipt by the competent organ
        Receive = "receive",
        /// send to a unit (分送)
        Send = "send",
        /// take back from a unit
        TakeBack = "take_back",
        /// return to the intake (退回)
        Return = "return",
        /// open at the desk
        Open = "open",
        /// give to another handler
        Assign = "assign",
        /// mark urgent
        Urgent = "urgent",
        /// change the kind
        Reclassify = "reclassify",
        /// keep the marked parts of the text (split)
        Narrow = "narrow",
        /// ask for identity papers (form 4)
        AskIdentity = "ask_identity",
        /// identity proved
        ProveIdentity = "prove_identity",
        /// accept (受理)
        Accept = "accept",
        /// refuse (不予受理)
        Refuse = "refuse",
        /// tell (告知)
        Tell = "tell",
        /// consent of a party
        Consent = "consent",
        /// start mediation
        Mediate = "mediate",
        /// recusal applied for
        AskRecusal = "ask_recusal",
        /// recusal decided
        DecideRecusal = "decide_recusal",
        /// appraisal or testing commissioned
        TestingOut = "testing_out",
        /// its result
        TestingBack = "testing_back",
        /// agreement
        Agree = "agree",
        /// terminate mediation (终止调解)
        Terminate = "terminate",
        /// a clue found in mediation
        FindClue = "find_clue",
        /// start verification (核查)
        Verify = "verify",
        /// propose filing, not filing or an extension to the head
        Propose = "propose",
        /// the head's decision
        Decide = "decide",
        /// report for another department (Art. 34)
        SendElsewhere = "send_elsewhere",
        /// duplicate report (Art. 35(2))
        Duplicate = "duplicate",
        /// supplemented report (Art. 35(2))
        Supplement = "supplement",
        /// dispute of authority (Art. 33)
        Dispute = "dispute",
        /// dispute settled
        SettleDispute = "settle_dispute",
        /// answer (答复)
        Answer = "answer",
        /// more material
        AddEvidence = "add_evidence",
        /// note for the desk
        Note = "note",
        /// ask the person something
        Ask = "ask",
        /// answer a question of the desk
        Reply = "reply",
        /// contact a party, or try to
        Contact = "contact",
        /// how the person would like to be mediated
        PreferMode = "prefer_mode",
        /// fix and notify time and place of mediation (form 7)
        Appoint = "appoint",
        /// what became of the appointment
        EndAppointment = "end_appointment",
        /// record of mediation
        Minutes = "minutes",
        /// make out the agreement (form 9 调解书)
        IssueAgreement = "issue_agreement",
        /// mark as about an advertisement (L20)
        Advertising = "advertising",
        /// make out the result of a report (form 10)
        Feedback = "feedback",
        /// show the other side a copy with parts blacked out
        ShareCopy = "share_copy",
        /// follow up after closing (回访)
        FollowUp = "follow_up",
        /// say how satisfied one is
        Rate = "rate",
        /// ask to be handled again
        AskReopen = "ask_reopen",
        /// handle again (二次办理)
        Reopen = "reopen",
        /// do not handle again, and say why
        DeclineReopen = "decline_reopen",
        /// give a bad review another grade
        Regrade = "regrade",
        /// record the correction after a bad review (整改)
        Rectify = "rectify",
        /// say why no correction is due
        AskWaiver = "ask_waiver",
        /// approve that, or not
        DecideWaiver = "decide_waiver",
        /// take up in a check, a meeting, a topic, a special action
        TakeUp = "take_up",
        /// record what a check found
        Judge = "judge",
        /// answer what a check found
        AnswerCheck = "answer_check",
        /// join to a group
        Group = "group",
        /// take out of its group
        Ungroup = "ungroup",
        /// withdraw (撤回)
        Withdraw = "withdraw",
        /// close (办结)
        Close = "close",
        /// correct (更正)
        Correct = "correct",
        /// link as the same matter (并案)
        Merge = "merge",
        /// undo the link
        Unmerge = "unmerge",
        /// destroy personal values
        Erase = "erase",
        /// a clock ran out
        Lapse = "lapse",
        /// a calendar notice was loaded
        LoadCalendar = "load_calendar",
        /// recount by another version of the pack
        LoadPack = "load_pack",
        /// an import was undone
        ImportUndo = "import_undo",
        /// the work of a unit goes to another
        Move = "move",
        /// an inspection comes to it
        Inspect = "inspect",
        /// say that a notice was seen
        SeeNotice = "see_notice",
        /// order to act and answer (催办, 督办)
        Order = "order",
        /// answer an order
        AnswerOrder = "answer_order",
        /// accept the answer to an order, or send it back
        SettleOrder = "settle_order",
    }
}

impl Action {
    /// Done by the platform itself.
    #[must_use]
    pub fn is_systems(self) -> bool {
        matches!(
            self,
            Self::Lapse
                | Self::LoadCalendar
                | Self::LoadPack
                | Self::ImportUndo
                | Self::Receive
                | Self::Merge
                | Self::AddEvidence
                | Self::Answer
                | Self::Move
                | Self::Inspect
                | Self::TakeUp
                | Self::Judge
        )
    }
}

/// How a destination stands to the organ that has the case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// the same organ
    Same,
    /// an organisation outside that answers to the same organ
    Outside,
    /// an organ below it, to which its intake distributes (分送, Order 121 Art. 13, 41) and which has no intake of its own
    Below,
    /// the intake of an organ below, which distributes further
    Intake,
    /// a unit of an organ below that has an intake of its own
    PastIntake,
    /// any other
    Other,
}

/// A command with its facts. Personal and free text is sealed before it comes here.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "fields mirror the events of the same name, documented there")]
pub enum Command {
    Receive {
        seat: Seat,
        at: Instant,
    },
    Send {
        to: Seat,
        relation: Relation,
        basis: String,
        note: Option<Sealed>,
    },
    TakeBack {
        reason: Sealed,
    },
    Return {
        reason: Sealed,
    },
    Open,
    Assign {
        handler: PersonId,
    },
    Urgent {
        reason: Sealed,
    },
    Reclassify {
        kind: Kind,
        reason: Sealed,
    },
    Narrow {
        narrative: Sealed,
    },
    AskIdentity {
        by: Date,
        materials: Sealed,
    },
    ProveIdentity,
    Accept,
    Refuse {
        ground: Ground,
        body: Option<Body>,
        factors: Vec<Factor>,
        reason: Sealed,
        handed_to: Option<String>,
    },
    Tell {
        matter: Matter,
        party: Party,
        by: TellBy,
        proof: Option<Sealed>,
    },
    Consent {
        party: Party,
        to: Consent,
        given: bool,
    },
    Mediate {
        mode: Mode,
        entrusted_to: Option<String>,
    },
    AskRecusal {
        party: Party,
        reason: Sealed,
    },
    DecideRecusal {
        granted: bool,
    },
    TestingOut {
        institution: String,
        on: Date,
    },
    TestingBack {
        on: Date,
        result: Sealed,
    },
    Agree {
        terms: Sealed,
        amount: Fen,
        performed: bool,
    },
    Terminate {
        ground: Termination,
        conduct: Option<(Party, Conduct)>,
        reason: Sealed,
    },
    FindClue {
        what: Sealed,
    },
    Verify {
        note: Option<Sealed>,
    },
    Propose(Proposal),
    Decide {
        approved: bool,
        reason: Option<Sealed>,
    },
    SendElsewhere {
        department: String,
        handed_over: bool,
        reason: Sealed,
    },
    Duplicate {
        of: CaseId,
        same_reporter: bool,
        same_respondent: bool,
        new_facts: bool,
    },
    Supplement {
        by: Option<CaseId>,
        at: Instant,
    },
    Dispute {
        with: String,
        reason: Sealed,
    },
    SettleDispute {
        ours: bool,
    },
    Answer {
        answer: Sealed,
        channel: Option<Channel>,
        told_by: Option<TellBy>,
        proof: Option<Sealed>,
    },
    AddEvidence {
        files: Vec<FileId>,
        note: Option<Sealed>,
    },
    Note {
        note: Sealed,
        private: bool,
    },
    Ask {
        question: Sealed,
    },
    Reply {
        question: u32,
        reply: Sealed,
    },
    Contact {
        party: Party,
        by: TellBy,
        reached: bool,
        what: Sealed,
    },
    PreferMode {
        mode: Mode,
    },
    Appoint {
        at: Instant,
        mode: Mode,
        place: Sealed,
        mediators: String,
        recusal_by: Option<Date>,
    },
    EndAppointment {
        attendance: Attendance,
    },
    Minutes {
        minutes: Sealed,
        signed: Vec<Party>,
        files: Vec<FileId>,
    },
    IssueAgreement {
        signed: Vec<Party>,
        files: Vec<FileId>,
    },
    Advertising,
    Feedback {
        law: FeedbackLaw,
        result: Sealed,
    },
    ShareCopy {
        of: FileId,
        copy: FileId,
        with: Party,
    },
    FollowUp {
        by: TellBy,
        satisfaction: Option<Satisfaction>,
        solved: Option<bool>,
        reason: Option<Sealed>,
    },
    Rate {
        satisfaction: Satisfaction,
        reason: Option<Sealed>,
    },
    AskReopen {
        reason: Sealed,
    },
    Reopen {
        reason: Sealed,
    },
    DeclineReopen {
        reason: Sealed,
    },
    Regrade {
        grade: String,
        reason: Sealed,
    },
    Rectify(Rectification),
    AskWaiver {
        reason: Sealed,
    },
    DecideWaiver {
        granted: bool,
        reason: Option<Sealed>,
    },
    TakeUp {
        by: Id,
        mechanism: Mechanism,
    },
    Judge(Checked),
    AnswerCheck {
        answer: Sealed,
    },
    Group {
        group: GroupId,
    },
    Ungroup,
    Withdraw {
        reason: Option<Sealed>,
        settled: bool,
    },
    Close {
        outcome: Outcome,
        untrue: bool,
        level: Option<Level>,
        recovered: Fen,
        summary: Option<Sealed>,
    },
    Correct {
        correction: Correction,
        reason: Sealed,
    },
    Merge {
        into: CaseId,
        same_person: bool,
        same_kind: bool,
    },
    Unmerge,
    Erase {
        reason: String,
    },
    Lapse,
    LoadCalendar,
    /// Open clocks are counted as the pack now in force has them.
    LoadPack,
    ImportUndo,
    Move {
        to: Seat,
        order: Id,
        handler: Option<PersonId>,
    },
    Inspect(Box<Inspection>),
    SeeNotice,
    Order {
        grade: Grade,
        owner: Owner,
        span: Span,
        wanted: Sealed,
    },
    AnswerOrder {
        order: u32,
        answer: Sealed,
    },
    SettleOrder {
        order: u32,
        back: Option<(Sealed, Span)>,
    },
}

impl Command {
    /// The action this is.
    #[must_use]
    pub fn action(&self) -> Action {
        match self {
            Self::Receive { .. } => Action::Receive,
            Self::Send { .. } => Action::Send,
            Self::TakeBack { .. } => Action::TakeBack,
            Self::Return { .. } => Action::Return,
            Self::Open => Action::Open,
            Self::Assign { .. } => Action::Assign,
            Self::Urgent { .. } => Action::Urgent,
            Self::Reclassify { .. } => Action::Reclassify,
            Self::Narrow { .. } => Action::Narrow,
            Self::AskIdentity { .. } => Action::AskIdentity,
            Self::ProveIdentity => Action::ProveIdentity,
            Self::Accept => Action::Accept,
            Self::Refuse { .. } => Action::Refuse,
            Self::Tell { .. } => Action::Tell,
            Self::Consent { .. } => Action::Consent,
            Self::Mediate { .. } => Action::Mediate,
            Self::AskRecusal { .. } => Action::AskRecusal,
            Self::DecideRecusal { .. } => Action::DecideRecusal,
            Self::TestingOut { .. } => Action::TestingOut,
            Self::TestingBack { .. } => Action::TestingBack,
            Self::Agree { .. } => Action::Agree,
            Self::Terminate { .. } => Action::Terminate,
            Self::FindClue { .. } => Action::FindClue,
            Self::Verify { .. } => Action::Verify,
            Self::Propose(_) => Action::Propose,
            Self::Decide { .. } => Action::Decide,
            Self::SendElsewhere { .. } => Action::SendElsewhere,
            Self::Duplicate { .. } => Action::Duplicate,
            Self::Supplement { .. } => Action::Supplement,
            Self::Dispute { .. } => Action::Dispute,
            Self::SettleDispute { .. } => Action::SettleDispute,
            Self::Answer { .. } => Action::Answer,
            Self::AddEvidence { .. } => Action::AddEvidence,
            Self::Note { .. } => Action::Note,
            Self::Ask { .. } => Action::Ask,
            Self::Reply { .. } => Action::Reply,
            Self::Contact { .. } => Action::Contact,
            Self::PreferMode { .. } => Action::PreferMode,
            Self::Appoint { .. } => Action::Appoint,
            Self::EndAppointment { .. } => Action::EndAppointment,
            Self::Minutes { .. } => Action::Minutes,
            Self::IssueAgreement { .. } => Action::IssueAgreement,
            Self::Advertising => Action::Advertising,
            Self::Feedback { .. } => Action::Feedback,
            Self::ShareCopy { .. } => Action::ShareCopy,
            Self::FollowUp { .. } => Action::FollowUp,
            Self::Rate { .. } => Action::Rate,
            Self::AskReopen { .. } => Action::AskReopen,
            Self::Reopen { .. } => Action::Reopen,
            Self::DeclineReopen { .. } => Action::DeclineReopen,
            Self::Regrade { .. } => Action::Regrade,
            Self::Rectify(_) => Action::Rectify,
            Self::AskWaiver { .. } => Action::AskWaiver,
            Self::DecideWaiver { .. } => Action::DecideWaiver,
            Self::TakeUp { .. } => Action::TakeUp,
            Self::Judge(_) => Action::Judge,
            Self::AnswerCheck { .. } => Action::AnswerCheck,
            Self::Group { .. } => Action::Group,
            Self::Ungroup => Action::Ungroup,
            Self::Withdraw { .. } => Action::Withdraw,
            Self::Close { .. } => Action::Close,
            Self::Correct { .. } => Action::Correct,
            Self::Merge { .. } => Action::Merge,
            Self::Unmerge => Action::Unmerge,
            Self::Erase { .. } => Action::Erase,
            Self::Lapse => Action::Lapse,
            Self::LoadCalendar => Action::LoadCalendar,
            Self::LoadPack => Action::LoadPack,
            Self::ImportUndo => Action::ImportUndo,
            Self::Move { .. } => Action::Move,
            Self::Inspect(_) => Action::Inspect,
            Self::SeeNotice => Action::SeeNotice,
            Self::Order { .. } => Action::Order,
            Self::AnswerOrder { .. } => Action::AnswerOrder,
            Self::SettleOrder { .. } => Action::SettleOrder,
        }
    }

    /// The numbered paper this issues in the given state: its number is drawn in the same transaction, so that numbers have no gaps.
    /// Order 20's forms are not printed here, so its papers carry no number.
    #[must_use]
    pub fn paper(&self, case: &super::Case) -> Option<Form> {
        if case.regime != Some(Regime::Order121) {
            return None;
        }
        match self {
            Self::AskIdentity { .. } => Some(Form::IdentityNotice),
            Self::Accept => Some(Form::Acceptance),
            Self::Refuse { .. } => Some(Form::Refusal),
            Self::Terminate { .. } => Some(Form::Termination),
            Self::Withdraw { .. } if matches!(case.decision, Some(super::Decision::Accepted(_))) => Some(Form::Termination),
            Self::Decide { approved: true, .. } => match case.proposal {
                Some((Proposal::Refuse { .. }, _)) => Some(Form::Refusal),
                Some((Proposal::Terminate { .. }, _)) => Some(Form::Termination),
                _ => None,
            },
            // Form 7 is for mediation on site only.
            Self::Appoint { mode: Mode::InPerson, .. } => Some(Form::Appointment),
            Self::IssueAgreement { .. } => Some(Form::Agreement),
            Self::Feedback { .. } => Some(Form::Result),
            _ => None,
        }
    }
}

coded! {
    /// Why an action is not allowed now. Pages show the sentence for the code and the article.
    WhyNot {
        /// the role does not include it
        Role = "role",
        /// the case is with another unit
        OtherUnit = "other_unit",
        /// the case is closed
        Over = "over",
        /// nothing of the kind: only for a complaint
        OnlyComplaint = "only_complaint",
        /// only for a report
        OnlyReport = "only_report",
        /// only for a consultation or other request
        OnlyQuestion = "only_question",
        /// not yet received by the competent organ
        NotReceived = "not_received",
        /// already received by the organ
        AlreadyReceived = "already_received",
        /// not with a unit
        NotWithUnit = "not_with_unit",
        /// already with a unit: take it back first
        WithUnit = "with_unit",
        /// the unit has already decided
        AlreadyDecided = "already_decided",
        /// nothing moves sideways (Art. 41): return it to the intake; an organ without authority refuses (Art. 16(1)) or tells (Art. 34)
        Sideways = "sideways",
        /// that organ has an intake of its own, which distributes further: send it there (Art. 41)
        ItsIntake = "its_intake",
        /// a report stays with the organ: it is not for outsiders (Art. 37)
        ReportStays = "report_stays",
        /// that unit is closed: nothing new goes there
        UnitClosed = "unit_closed",
        /// open it first
        NotOpened = "not_opened",
        /// already open
        AlreadyOpened = "already_opened",
        /// accept first (Art. 18)
        NotAccepted = "not_accepted",
        /// mediation has ended
        Settled = "settled",
        /// start mediation first
        NotMediating = "not_mediating",
        /// mediation is under way
        AlreadyMediating = "already_mediating",
        /// both parties must consent to mediation (Art. 18)
        NoConsent = "no_consent",
        /// both parties must consent to entrusting (Art. 19; 条例 46(4))
        NoEntrustConsent = "no_entrust_consent",
        /// a recusal waits to be decided (Art. 21)
        RecusalOpen = "recusal_open",
        /// no recusal waits
        NoRecusal = "no_recusal",
        /// appraisal or testing is out
        TestingOpen = "testing_open",
        /// nothing is out for testing
        NoTesting = "no_testing",
        /// this regime has no such ground
        NoSuchGround = "no_such_ground",
        /// NA-2: say which body has handled it, one that counts under this regime
        BodyMissing = "body_missing",
        /// NA-4: three years have not passed
        NotTooLate = "not_too_late",
        /// NA-6: identity papers were not asked for, or may still come
        IdentityRunning = "identity_running",
        /// already asked for
        IdentityAsked = "identity_asked",
        /// not asked for
        IdentityNotAsked = "identity_not_asked",
        /// the day for identity papers must lie between today and the last day to decide
        DayOutside = "day_outside",
        /// TM-2: that conduct does not end mediation under this regime
        ConductMissing = "conduct_missing",
        /// TM-5: the limit has not passed
        LimitNotPassed = "limit_not_passed",
        /// nothing of the kind is to be told now
        NothingToTell = "nothing_to_tell",
        /// already told
        AlreadyTold = "already_told",
        /// somebody still has to be told first
        Untold = "untold",
        /// start verification first
        NotVerifying = "not_verifying",
        /// verification is under way
        AlreadyVerifying = "already_verifying",
        /// something waits for the head
        ProposalOpen = "proposal_open",
        /// nothing waits for the head
        NoProposal = "no_proposal",
        /// who proposed it may not decide it
        OwnProposal = "own_proposal",
        /// a leniency ground names the item of the list
        LeniencyMissing = "leniency_missing",
        /// that clock cannot be extended, or has been, or has ended
        NotExtendable = "not_extendable",
        /// not the same reporter, respondent and fact, or there is something new (Art. 35(2))
        NotDuplicate = "not_duplicate",
        /// not the same person: link as a group instead
        OtherPerson = "other_person",
        /// already linked
        AlreadyMerged = "already_merged",
        /// not linked
        NotMerged = "not_merged",
        /// a case cannot be linked to itself
        Itself = "itself",
        /// authority is disputed
        Disputed = "disputed",
        /// no dispute of authority
        NotDisputed = "not_disputed",
        /// not yet settled, answered or verified
        NotSettled = "not_settled",
        /// that outcome does not follow from what happened
        WrongOutcome = "wrong_outcome",
        /// say where it was settled
        LevelMissing = "level_missing",
        /// already withdrawn
        AlreadyWithdrawn = "already_withdrawn",
        /// already answered
        AlreadyAnswered = "already_answered",
        /// already urgent
        AlreadyUrgent = "already_urgent",
        /// already of that kind
        SameKind = "same_kind",
        /// that day lies in the future
        Future = "future",
        /// that day lies before what it follows
        TooEarly = "too_early",
        /// money cannot be negative, or exceeds what is possible
        Money = "money",
        /// only a closed case
        NotClosed = "not_closed",
        /// already done
        AlreadyDone = "already_done",
        /// people have worked on it since
        WorkedOn = "worked_on",
        /// nothing changes
        Nothing = "nothing",
        /// a document number is missing; a fault of the program
        NumberMissing = "number_missing",
        /// personal values are destroyed
        Erased = "erased",
        /// the pack wants the head's approval: propose it
        NeedsApproval = "needs_approval",
        /// no such question waits for an answer
        NoQuestion = "no_question",
        /// no appointment is fixed
        NoAppointment = "no_appointment",
        /// no agreement was reached
        NoAgreement = "no_agreement",
        /// no result yet
        NoResult = "no_result",
        /// kept for the record only
        OnlyRecord = "only_record",
        /// the reporter gave no name to tell the result to
        Anonymous = "anonymous",
        /// whoever handled the case does not follow it up
        OwnCase = "own_case",
        /// a penalty case is open: it goes on there
        PenaltyCase = "penalty_case",
        /// nobody asks for it to be handled again
        NotAsked = "not_asked",
        /// that was asked for and declined, with the reason
        Declined = "declined",
        /// handled again as often as the pack allows
        RoundsUsed = "rounds_used",
        /// say what was done the second time
        SummaryMissing = "summary_missing",
        /// whoever heard the bad review does not make the second call
        SameCaller = "same_caller",
        /// no bad review is open
        NoReview = "no_review",
        /// the person is to be visited first
        NotVisited = "not_visited",
        /// to be handled again first
        NotHandledAgain = "not_handled_again",
        /// somebody else calls a second time first
        NotCalledAgain = "not_called_again",
        /// somebody else answers for this grade
        NotResponsible = "not_responsible",
        /// the pack has no such grade
        NoGrade = "no_grade",
        /// no check waits for an answer
        NoCheck = "no_check",
        /// already in that group
        InGroup = "in_group",
        /// in no group
        NoGroup = "no_group",
        /// no notice waits to be seen by whoever acts
        NoNotice = "no_notice",
        /// no order waits for whoever acts
        NoOrder = "no_order",
    }
}

/// A clock by its statutory name, for proposals.
#[must_use]
pub fn clock_name(code: &str) -> ClockName {
    ClockName(code.to_owned())
}
