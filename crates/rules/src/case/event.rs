//! What happened to a case. Events carry their results (due dates, numbers, names of what was told), so that replaying needs no calendar
//! and no pack. Free text and personal values are sealed: an event carries only where to find them and the hash that proves them.

use super::details::Details;
use super::review::{Checked, Correction as Rectification, Demanded, Mechanism};
use crate::clock::ClockChange;
use crate::ids::{CaseId, FileId, GroupId, Id, OrganId, PersonId, SubmissionId, UnitId};
use crate::law::{
    Attendance, Body, Channel, Conduct, Demand, Factor, FeedbackLaw, Form, Ground, Kind, Level, NotFiling, Party, Regime, Satisfaction,
    TellBy, Termination, coded,
};
use crate::money::Fen;
use crate::time::Instant;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Where a sealed value is, and the SHA-256 of its ciphertext (hex). The plain value is never in an event.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Sealed {
    /// Field name, such as `name`, `phone`, `narrative`, `reason`.
    pub field: String,
    /// Version of the field in this case, from 1.
    pub version: u32,
    /// SHA-256 of the ciphertext, 64 hex digits.
    pub hash: String,
}

/// The business or person complained of (被投诉人, 被举报人), as written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Respondent {
    /// Name as written.
    pub name: String,
    /// Address as written.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Unified social credit code, where given and valid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uscc: Option<String>,
    /// Telephone, sealed (it may be a person's).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
}

/// Sealed personal values of the person who submitted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Submitter {
    /// 姓名
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Sealed>,
    /// 联系电话
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
    /// 通讯地址
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Sealed>,
    /// 证件号码
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_number: Option<Sealed>,
}

/// How a case came to be registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The submission (来件) it belongs to.
    pub submission: SubmissionId,
    /// What it asks for.
    pub kind: Kind,
    /// Random number people quote; does not link siblings.
    pub number: String,
    /// Random token in addresses; does not link siblings.
    pub token: String,
    /// Channel code: `web`, `counter`, `file:<series>` …
    pub channel: String,
    /// Number under which the channel knows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    /// Received by the platform; `None` where nobody knows (historical letters).
    pub platform_at: Option<Instant>,
    /// Kept for the record only: no clock, nothing overdue.
    #[serde(default)]
    pub historical: bool,
    /// Report without a name (form 2, note 2).
    #[serde(default)]
    pub anonymous: bool,
    /// Who submitted.
    #[serde(default)]
    pub submitter: Submitter,
    /// Against whom.
    #[serde(default)]
    pub respondent: Respondent,
    /// Title, where the channel has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Sealed>,
    /// 争议事实 / 具体线索
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub narrative: Option<Sealed>,
    /// 投诉请求
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub demands: Vec<Demand>,
    /// 涉及金额
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Fen>,
    /// When the consumer knew or should have known (Art. 16(4)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knew_on: Option<Date>,
    /// 是否同意公示投诉信息
    #[serde(default)]
    pub publish: bool,
    /// 是否同意委托调解
    #[serde(default)]
    pub entrust: bool,
    /// Evidence of the submission that this case refers to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<FileId>,
    /// The case this was taken out of: a split, or a clue found in mediation (Art. 9, 27).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken_from: Option<Origin>,
    /// What goes beyond the plain case: an agent, a joint complaint, an order, a place.
    #[serde(default, skip_serializing_if = "Details::is_empty")]
    pub details: Details,
}

/// Why a case was taken out of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Order 121 Art. 9: complaint and report in one submission are handled apart.
    Split(CaseId),
    /// Order 121 Art. 27: a clue found while mediating.
    Clue(CaseId),
}

coded! {
    /// What someone is told; telling is an event with method, time and proof, and stops the clock that waits for it.
    Matter {
        /// first contact: received, being looked at
        Contact = "contact",
        /// form 4
        IdentityNotice = "identity_notice",
        /// form 5
        Acceptance = "acceptance",
        /// form 6
        Refusal = "refusal",
        /// form 8
        Termination = "termination",
        /// the agreement reached
        Agreement = "agreement",
        /// (non-)filing, under Order 20 Art. 31(2)
        Filing = "filing",
        /// a report that belongs to another department (Art. 34)
        Elsewhere = "elsewhere",
        /// the answer to a consultation or other request
        Answer = "answer",
        /// a duplicate report that is not handled again (Art. 35(2))
        Duplicate = "duplicate",
        /// form 10: the result of a report, where a law orders feedback
        Result = "result",
    }
}

coded! {
    /// What a party may consent to.
    Consent {
        /// mediation itself (Art. 18)
        Mediation = "mediation",
        /// entrusting a consumer association or other lawful organisation (Art. 19)
        Entrust = "entrust",
        /// publication of the complaint's information
        Publish = "publish",
    }
}

coded! {
    /// Form of mediation (Art. 20).
    Mode {
        /// on site
        InPerson = "in_person",
        /// by telephone
        Phone = "phone",
        /// by video or audio over the internet
        Video = "video",
        /// in writing over the internet
        Online = "online",
    }
}

coded! {
    /// How a case ended.
    Outcome {
        /// agreement reached and performed or recorded
        Agreed = "agreed",
        /// mediation terminated
        Terminated = "terminated",
        /// not accepted
        Refused = "refused",
        /// withdrawn by the person
        Withdrawn = "withdrawn",
        /// settled by the parties themselves
        Settled = "settled",
        /// report verified and filed for a penalty case
        Filed = "filed",
        /// report verified, not filed
        NotFiled = "not_filed",
        /// report for another department; the person was told which (Art. 34)
        Elsewhere = "elsewhere",
        /// duplicate report, not handled again (Art. 35(2))
        Duplicate = "duplicate",
        /// question or request answered
        Answered = "answered",
    }
}

/// What waits for the head's decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Proposal {
    /// File the report for a penalty case (程序规定 Art. 19).
    File {
        /// Findings.
        reason: Sealed,
    },
    /// Do not file it (Art. 19, 20).
    NotFile {
        /// Ground.
        ground: NotFiling,
        /// Item of the leniency list, for a leniency ground (JD4).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leniency: Option<String>,
        /// Findings.
        reason: Sealed,
    },
    /// Refuse a complaint, where the pack wants the head's approval.
    Refuse {
        /// Ground.
        ground: Ground,
        /// Who has handled it, for NA-2.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Body>,
        /// Art. 17 facts, for NA-3.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        factors: Vec<Factor>,
        /// Reason in words.
        reason: Sealed,
        /// Department it is handed over to because a special law orders it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handed_to: Option<String>,
    },
    /// Terminate mediation, where the pack wants the head's approval.
    Terminate {
        /// Ground.
        ground: Termination,
        /// Who was absent or refused, for TM-2.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conduct: Option<(Party, Conduct)>,
        /// Reason in words.
        reason: Sealed,
    },
    /// Extend a clock as far as the law allows.
    Extend {
        /// Which clock.
        clock: crate::clock::ClockName,
        /// Why.
        reason: Sealed,
    },
}

/// A correction (更正): the wrong entry stays visible, the state and its clocks are recounted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", rename_all = "snake_case")]
pub enum Correction {
    /// The competent organ received it at another time.
    OrganReceipt {
        /// The right time.
        at: Instant,
        /// Regime by the right date.
        regime: Regime,
    },
    /// It is about someone else, or was written differently.
    Respondent {
        /// The right respondent.
        respondent: Respondent,
    },
    /// Another amount is in dispute.
    Amount {
        /// The right amount.
        amount: Option<Fen>,
    },
    /// The consumer knew, or should have known, on another day (Art. 16(4)).
    KnewOn {
        /// The right day.
        on: Date,
    },
    /// More or less money was recovered.
    Recovered {
        /// The right sum.
        recovered: Fen,
    },
    /// Someone was told at another time.
    Told {
        /// What was told.
        matter: Matter,
        /// To whom.
        party: Party,
        /// The right time.
        at: Instant,
    },
}

/// Where an institution stands that a case is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seat {
    /// The unit.
    pub unit: UnitId,
    /// The organ it acts for.
    pub organ: OrganId,
}

/// What receives a case that is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A unit that handles it.
    #[default]
    Unit,
    /// The intake of an organ below, which distributes further (Order 121 Art. 41).
    Intake,
    /// An organisation outside, which answers, settles or returns and decides nothing of law.
    Outside,
}

impl Way {
    fn is_unit(&self) -> bool {
        *self == Self::Unit
    }
}

/// What happened. Names and fields are stable: a change is a new schema version with an upcaster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "t")]
pub enum Event {
    /// Registered on the platform.
    Registered(Box<Registration>),
    /// Received by the competent organ: fixes the regime, starts L1 or L5.
    ReceivedByOrgan {
        /// Organ and its intake unit.
        seat: Seat,
        /// When it was received.
        at: Instant,
        /// Rules it is handled under from here.
        regime: Regime,
    },
    /// Sent to a unit (分送).
    Sent {
        /// Where to.
        to: Seat,
        /// What receives it there.
        #[serde(default, skip_serializing_if = "Way::is_unit")]
        way: Way,
        /// Ground of competence, a code of `jurisdiction::Basis` or free.
        basis: String,
        /// Note to the unit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Sealed>,
    },
    /// Taken back by the intake before the unit has decided anything.
    TakenBack {
        /// The intake unit.
        to: Seat,
        /// Why.
        reason: Sealed,
    },
    /// Returned to the intake by a unit without authority (Art. 41: never sideways).
    Returned {
        /// The intake unit.
        to: Seat,
        /// Why.
        reason: Sealed,
    },
    /// Its unit was closed, merged or its work given to another: the case is there now, with all that was done. No clock of law changes.
    Moved {
        /// The unit that has it from here, or the intake.
        to: Seat,
        /// The order in the registry that says why.
        order: Id,
        /// Who goes on with it, where they come along.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handler: Option<PersonId>,
    },
    /// Opened at the unit's desk: the third receipt, starts local clocks.
    Opened {
        /// By whom; becomes the handler.
        handler: PersonId,
    },
    /// Given to another handler of the unit.
    Assigned {
        /// To whom.
        handler: PersonId,
    },
    /// Marked urgent (SD1).
    MarkedUrgent {
        /// Why.
        reason: Sealed,
    },
    /// What it asks for is something else.
    Reclassified {
        /// New kind.
        kind: Kind,
        /// Regime under the new kind.
        regime: Regime,
        /// Why.
        reason: Sealed,
    },
    /// The text narrowed to the parts a person marked as this case's (Art. 9).
    Narrowed {
        /// The parts that stay.
        narrative: Sealed,
    },
    /// Identity papers asked for by a date (form 4; Art. 10).
    IdentityAsked {
        /// Document number.
        number: String,
        /// Last day to provide them.
        by: Date,
        /// What to bring.
        materials: Sealed,
    },
    /// Identity proved.
    IdentityProved,
    /// Complaint accepted (form 5).
    Accepted {
        /// Document number; none under rules without forms.
        number: Option<String>,
    },
    /// Complaint not accepted (form 6).
    Refused {
        /// Ground.
        ground: Ground,
        /// Who has handled it, for NA-2.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<Body>,
        /// Art. 17 facts, for NA-3.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        factors: Vec<Factor>,
        /// Reason in words.
        reason: Sealed,
        /// Department it was handed over to because a special law orders it (食品安全法 Art. 115).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        handed_to: Option<String>,
        /// Document number; none under rules without forms.
        number: Option<String>,
    },
    /// A party was told something, in a way that can be shown.
    Told {
        /// What.
        matter: Matter,
        /// Whom.
        party: Party,
        /// How.
        by: TellBy,
        /// Proof or note: call time, postal number, …
        #[serde(default, skip_serializing_if = "Option::is_none")]
        proof: Option<Sealed>,
    },
    /// A party's consent given or refused.
    Consented {
        /// Whose.
        party: Party,
        /// To what.
        to: Consent,
        /// Given or refused.
        given: bool,
    },
    /// Mediation started (Art. 18–20).
    MediationStarted {
        /// How.
        mode: Mode,
        /// Organisation it is entrusted to (Art. 19).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entrusted_to: Option<String>,
    },
    /// Recusal applied for: mediation pauses, the limit runs on (Art. 21; V-29).
    RecusalAsked {
        /// Who asked.
        party: Party,
        /// Why.
        reason: Sealed,
    },
    /// Recusal decided.
    RecusalDecided {
        /// Whether the mediator is replaced.
        granted: bool,
    },
    /// Appraisal or testing commissioned; the limit stands still (Art. 22, 程序规定 Art. 18).
    TestingOut {
        /// Institution.
        institution: String,
        /// Day commissioned: the last counted day before the pause.
        on: Date,
    },
    /// Its result is in; the limit runs on.
    TestingBack {
        /// Day of the result: the last day not counted.
        on: Date,
        /// Result.
        result: Sealed,
    },
    /// Agreement reached (Art. 24).
    Agreed {
        /// Terms.
        terms: Sealed,
        /// Money the business agreed to pay or give back.
        amount: Fen,
        /// Whether it was performed on the spot.
        performed: bool,
    },
    /// Mediation terminated (form 8; Art. 23).
    Terminated {
        /// Ground.
        ground: Termination,
        /// Who was absent or refused, for TM-2.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conduct: Option<(Party, Conduct)>,
        /// Reason in words; none where the person's own withdrawal says it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Sealed>,
        /// Document number; none under rules without forms.
        number: Option<String>,
    },
    /// A clue of a violation found while mediating; verified apart (Art. 27).
    ClueFound {
        /// What was found.
        what: Sealed,
    },
    /// Verification started (程序规定 Art. 18).
    VerificationStarted {
        /// Plan or note.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Sealed>,
    },
    /// Something waits for the head.
    Proposed(Proposal),
    /// The head decided.
    Decided {
        /// Approved or not.
        approved: bool,
        /// What was waiting.
        proposal: Proposal,
        /// Reason, where not approved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Sealed>,
    },
    /// Report outside this organ's duties: the person is told where to go (Art. 34).
    SentElsewhere {
        /// The right department.
        department: String,
        /// Whether it was handed over because a special law orders it.
        handed_over: bool,
        /// Reason.
        reason: Sealed,
    },
    /// The same reporter reported the same fact again without anything new (Art. 35(2)).
    FoundDuplicate {
        /// The earlier case.
        of: CaseId,
    },
    /// New facts on the same report: merged, the clock runs anew from this day (Art. 35(2), V-38).
    Supplemented {
        /// The later case that brought them, where there is one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<CaseId>,
        /// When they were received.
        at: Instant,
    },
    /// Organs dispute who has authority (Art. 33).
    AuthorityDisputed {
        /// The other organ.
        with: String,
        /// Why.
        reason: Sealed,
    },
    /// The dispute of authority is settled.
    AuthoritySettled {
        /// Whether this organ keeps the case.
        ours: bool,
    },
    /// Question or request answered.
    Answered {
        /// The answer.
        answer: Sealed,
        /// The channel it belongs to, where it is out of scope (Order 121 Art. 44).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        channel: Option<Channel>,
    },
    /// More material from the person or the desk.
    EvidenceAdded {
        /// Files.
        files: Vec<FileId>,
        /// Words that came with them.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        note: Option<Sealed>,
    },
    /// A note for the desk only.
    Noted {
        /// The note.
        note: Sealed,
        /// Only for its author.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        private: bool,
    },
    /// The person was asked something on their page.
    Asked {
        /// The question.
        question: Sealed,
    },
    /// A question was answered, by the person or as taken down by the desk.
    Replied {
        /// Which question of the case, from 1.
        question: u32,
        /// The answer.
        reply: Sealed,
    },
    /// A party was contacted, or it was tried; telling has an event of its own.
    Contacted {
        /// Whom.
        party: Party,
        /// How.
        by: TellBy,
        /// Whether they were reached.
        reached: bool,
        /// What was said.
        what: Sealed,
    },
    /// How the person would like to be mediated.
    ModePreferred {
        /// How.
        mode: Mode,
    },
    /// Time and place of mediation fixed and notified (form 7; Art. 20: time, place and mediators are told in advance).
    Appointed {
        /// When.
        at: Instant,
        /// How.
        mode: Mode,
        /// Where, or the number or link to use.
        place: Sealed,
        /// Who mediates.
        mediators: String,
        /// Last day to apply for recusal.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recusal_by: Option<Date>,
        /// Document number; only for mediation on site under rules with forms.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        number: Option<String>,
    },
    /// What became of the appointment.
    AppointmentEnded {
        /// Who came.
        attendance: Attendance,
    },
    /// Record of mediation (调解记录, Art. 24).
    MinutesTaken {
        /// The record.
        minutes: Sealed,
        /// Who signed it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        signed: Vec<Party>,
        /// Signed sheets among the evidence.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileId>,
    },
    /// Mediation agreement made out (form 9 调解书, Art. 24).
    AgreementIssued {
        /// Document number; none under rules without forms.
        number: Option<String>,
        /// Who signed it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        signed: Vec<Party>,
        /// Signed sheets among the evidence.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileId>,
    },
    /// About an advertisement: to be handled and told within seven working days (广告法 Art. 53; L20).
    MarkedAdvertising,
    /// Result of a report made out for the reporter, where a law orders feedback (form 10).
    FeedbackIssued {
        /// Which law.
        law: FeedbackLaw,
        /// The result in words.
        result: Sealed,
        /// Document number; none under rules without forms.
        number: Option<String>,
    },
    /// A copy with personal parts blacked out, shown to the other side.
    CopyShared {
        /// The original.
        of: FileId,
        /// The copy.
        copy: FileId,
        /// Who sees it.
        with: Party,
    },
    /// Asked after closing whether the person is satisfied (回访, Art. 26).
    FollowedUp {
        /// How.
        by: TellBy,
        /// What the person said; none where they could not be reached.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        satisfaction: Option<Satisfaction>,
        /// Whether the person called it solved (解决率); none where that was not said.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        solved: Option<bool>,
        /// Why, in the person's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Sealed>,
    },
    /// The person said on their page how satisfied they are.
    Rated {
        /// How.
        satisfaction: Satisfaction,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Sealed>,
    },
    /// The person asks for the case to be handled again.
    ReopenAsked {
        /// Why.
        reason: Sealed,
    },
    /// It is not handled again, and the person is told why.
    ReopenDeclined {
        /// Why, in words for the person.
        reason: Sealed,
    },
    /// Handled again (二次办理): what ended the case is taken back as far as it can be.
    Reopened {
        /// Why.
        reason: Sealed,
    },
    /// The person is not satisfied: somebody answers for it until it is corrected (SD4, HS3).
    ReviewOpened(Demanded),
    /// The review has another grade.
    Regraded {
        /// What that grade demands.
        demanded: Demanded,
        /// Why.
        reason: Sealed,
    },
    /// What was wrong and what was changed after a bad review (整改).
    Rectified(Rectification),
    /// A reason why no correction is due, to be approved.
    WaiverAsked {
        /// Why.
        reason: Sealed,
    },
    /// That was decided.
    WaiverDecided {
        /// None is due.
        granted: bool,
        /// Why.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Sealed>,
    },
    /// A leader took it up: a draw to be checked, a meeting, a topic, a special action (SH6, BJ1, BJ2).
    TakenUp {
        /// Which.
        by: Id,
        /// What that is.
        mechanism: Mechanism,
    },
    /// Checked by somebody of another unit (抽查、复核).
    Checked(Checked),
    /// What its unit says to the check.
    CheckAnswered {
        /// In words.
        answer: Sealed,
    },
    /// Joined to a group of cases about the same matter; each keeps its own clocks and outcome.
    Grouped {
        /// The group.
        group: GroupId,
    },
    /// Taken out of its group.
    Ungrouped,
    /// An inspection told people of it, or an order was given, answered, settled (督查督办).
    Supervised(super::supervise::Supervised),
    /// Withdrawn by the person. Ends a complaint; verification of a report goes on.
    Withdrawn {
        /// Why, in the person's words.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Sealed>,
        /// Whether they settled with the business by themselves.
        settled: bool,
    },
    /// Closed (办结).
    Closed {
        /// How it ended.
        outcome: Outcome,
        /// Whether what was claimed was found untrue (诉求不属实).
        untrue: bool,
        /// Where it was settled.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        level: Option<Level>,
        /// Money actually obtained for the consumer.
        #[serde(default)]
        recovered: Fen,
        /// Summary.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        summary: Option<Sealed>,
    },
    /// The end of a clock passed unmet; the clock change says which.
    ClockLapsed,
    /// A calendar notice was loaded; due dates were recounted.
    CalendarLoaded {
        /// Version of the calendar now used.
        calendar: String,
    },
    /// The open clocks were recounted by another version of the locality's pack.
    PackLoaded {
        /// Id of the pack.
        pack: String,
        /// Its version.
        version: u32,
    },
    /// A wrong entry put right.
    Corrected {
        /// What is right.
        correction: Correction,
        /// Why.
        reason: Sealed,
    },
    /// Linked to another case of the same person as the same matter (并案); clocks and receipt stay.
    Merged {
        /// The case that leads.
        into: CaseId,
    },
    /// The link undone.
    Unmerged,
    /// The import that brought this case was undone.
    ImportUndone,
    /// Personal values destroyed.
    Erased {
        /// Legal reason.
        reason: String,
    },
}

/// An event with what it did to the clocks: the body that is stored and hashed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
    /// What it did to the clocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<ClockChange>,
}

/// The forms an event issues a numbered paper of.
#[must_use]
pub fn paper_of(event: &Event) -> Option<(Form, &str)> {
    match event {
        Event::IdentityAsked { number, .. } => Some((Form::IdentityNotice, number)),
        Event::Accepted { number: Some(n) } => Some((Form::Acceptance, n)),
        Event::Refused { number: Some(n), .. } => Some((Form::Refusal, n)),
        Event::Terminated { number: Some(n), .. } => Some((Form::Termination, n)),
        Event::Appointed { number: Some(n), .. } => Some((Form::Appointment, n)),
        Event::AgreementIssued { number: Some(n), .. } => Some((Form::Agreement, n)),
        Event::FeedbackIssued { number: Some(n), .. } => Some((Form::Result, n)),
        _ => None,
    }
}

/// Current schema version of every event; rises with the first change of a shape.
pub const SCHEMA: u16 = 1;

/// Reads a stored body of a schema version; older versions pass through their upcasters first.
///
/// # Errors
/// A type or version this program does not know: it refuses to go on rather than guess.
pub fn read(schema: u16, body: &str) -> Result<Fact, UnknownEvent> {
    match schema {
        SCHEMA => serde_json::from_str(body).map_err(|e| UnknownEvent { schema, detail: e.to_string() }),
        _ => Err(UnknownEvent { schema, detail: "this program is older than the data; install a newer one".into() }),
    }
}

/// A stored event this program cannot read.
#[derive(Debug, thiserror::Error)]
#[error("unknown event (schema {schema}): {detail}")]
pub struct UnknownEvent {
    /// Schema version it was written with.
    pub schema: u16,
    /// What the reader said; no personal data, bodies carry none.
    pub detail: String,
}
