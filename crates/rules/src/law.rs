//! The code lists of the law: kinds, regimes, grounds, with the article each rests on. Sources: 《市场监督管理投诉举报处理办法》
//! (SAMR Order 121, in force 2026-04-15), the earlier 《…暂行办法》 (Order 20), 《消费者权益保护法实施条例》 (State Council Order 778),
//! 《市场监督管理行政处罚程序规定》. Names shown to people come from the translations by [`code`](Ground::code).

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

/// Defines a code list: the enum, `ALL` in the order of the law, its stable `code` (also its form in events) and `parse`.
macro_rules! coded { ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $v:ident = $code:literal),+ $(,)? }) => {
    $(#[$doc])*
    #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
    pub enum $name { $($(#[$vdoc])* #[serde(rename = $code)] $v),+ }
    impl $name {
        /// The whole list, in the order people see it.
        pub const ALL: &'static [Self] = &[$(Self::$v),+];
        /// Stable code: in events, addresses, translations.
        #[must_use]
        pub fn code(self) -> &'static str { match self { $(Self::$v => $code),+ } }
        /// From the stable code.
        #[must_use]
        pub fn parse(s: &str) -> Option<Self> { match s { $($code => Some(Self::$v),)+ _ => None } }
    }
} }
pub(crate) use coded;

coded! {
    /// What a case asks for (Order 121 Art. 3, 44).
    Kind {
        /// 投诉: a consumer asks for a dispute with a business to be resolved.
        Complaint = "complaint",
        /// 举报: anyone reports clues of a violation.
        Report = "report",
        /// 咨询: a question.
        Consultation = "consultation",
        /// 其他诉求: anything else, historical letters included.
        Other = "other",
    }
}

coded! {
    /// Which rules a case is handled under. Neither order has a transitional clause, so the regime follows the date the competent organ
    /// received the case and stays with it (law.md 1.1).
    Regime {
        /// SAMR Order 20, until 2026-04-14.
        Order20 = "order20",
        /// SAMR Order 121, from 2026-04-15.
        Order121 = "order121",
        /// No statutory clock: consultations, other requests, historical imports.
        None = "none",
    }
}

/// First day of Order 121 (Art. 46).
pub const ORDER_121_FROM: Date = date(2026, 4, 15);
/// First day of the Implementing Regulation, whose 60 days bind mediation under Order 20 too (条例 Art. 46(3)).
pub const REGULATION_FROM: Date = date(2024, 7, 1);

impl Regime {
    /// The regime of a case by kind and the civil date its competent organ received it.
    #[must_use]
    pub fn of(kind: Kind, received_on: Date, historical: bool) -> Self {
        match kind {
            _ if historical => Self::None,
            Kind::Consultation | Kind::Other => Self::None,
            Kind::Complaint | Kind::Report if received_on >= ORDER_121_FROM => Self::Order121,
            Kind::Complaint | Kind::Report => Self::Order20,
        }
    }
}

coded! {
    /// Why a complaint is not accepted: `NA-1`…`NA-7` of Order 121 Art. 16; Order 20 Art. 15 knows 1–5 and "other" (here `Other`, its sixth).
    Ground {
        /// NA-1: not a matter of market regulation, or this organ has no authority.
        NoAuthority = "NA-1",
        /// NA-2: a court, arbitration body, administrative organ or consumer association has accepted or handled the same dispute.
        AlreadyHandled = "NA-2",
        /// NA-3: not for daily-life consumption, or no dispute with the respondent can be shown.
        NotConsumption = "NA-3",
        /// NA-4: more than three years since the consumer knew or should have known.
        TooLate = "NA-4",
        /// NA-5: what Art. 10(1) and 11 ask for was not provided, or is false (false: Order 121 only).
        Materials = "NA-5",
        /// NA-6 (Order 121 only): another's name was used, or verification of identity refused.
        Identity = "NA-6",
        /// NA-7 (Order 20: its sixth): other grounds in law, regulation or rule.
        Other = "NA-7",
    }
}

impl Ground {
    /// All grounds of a regime, numbered as its article numbers them.
    #[must_use]
    pub fn of(regime: Regime) -> &'static [Self] {
        use Ground::{AlreadyHandled, Identity, Materials, NoAuthority, NotConsumption, Other, TooLate};
        match regime {
            Regime::Order121 => &[NoAuthority, AlreadyHandled, NotConsumption, TooLate, Materials, Identity, Other],
            Regime::Order20 => &[NoAuthority, AlreadyHandled, NotConsumption, TooLate, Materials, Other],
            Regime::None => &[],
        }
    }
    /// The number of the item in the regime's article, from 1.
    #[must_use]
    pub fn number(self, regime: Regime) -> Option<u8> {
        Self::of(regime).iter().position(|g| *g == self).map(|i| i as u8 + 1)
    }
}

coded! {
    /// Who has already accepted or handled the same dispute (ground NA-2).
    Body {
        /// 人民法院
        Court = "court",
        /// 仲裁机构
        Arbitration = "arbitration",
        /// 市场监督管理部门
        MarketRegulation = "market_regulation",
        /// 其他行政机关
        OtherAdministrative = "other_administrative",
        /// 消费者协会
        ConsumerAssociation = "consumer_association",
        /// 依法成立的其他调解组织: a ground under Order 20 only (V-67).
        OtherMediation = "other_mediation",
    }
}

impl Body {
    /// Whether its handling bars a new complaint (Order 20 Art. 15(2); Order 121 Art. 16(2)).
    #[must_use]
    pub fn bars(self, regime: Regime) -> bool {
        match regime {
            Regime::Order20 => true,
            Regime::Order121 => self != Self::OtherMediation,
            Regime::None => false,
        }
    }
}

coded! {
    /// Facts that speak against daily-life consumption (Order 121 Art. 17). Recorded as facts; never an automatic refusal.
    Factor {
        /// (1) quantity, times or frequency out of line with shelf life or normal habits
        Quantity = "quantity",
        /// (2) many against the same operator, class of goods or problem in a short time, alone or in collusion
        Repetition = "repetition",
        /// (3) no real purchase or actual harm can be shown
        NoPurchase = "no_purchase",
        /// (4) many persons using the same phone or address
        SharedContact = "shared_contact",
        /// (5) other
        Other = "other",
    }
}

coded! {
    /// Why mediation ends without agreement: `TM-1`…`TM-8` of Order 121 Art. 23, and what of them Order 20 Art. 21 knows.
    Termination {
        /// TM-1 withdrawal, or the parties settled by themselves
        WithdrawnOrSettled = "TM-1",
        /// TM-2 a party absent without good reason, or clearly refusing (Order 20: only the respondent's refusal)
        AbsentOrRefused = "TM-2",
        /// TM-3 after mediation a party states that no agreement is possible
        NoAgreementPossible = "TM-3",
        /// TM-4 no agreement on the cost of appraisal (Order 20: on the institution or its cost)
        AppraisalCost = "TM-4",
        /// TM-5 the limit has passed without agreement (60 natural days; Order 20: 45 working days)
        LimitPassed = "TM-5",
        /// TM-6 an Art. 16 or Art. 42 circumstance found after acceptance (Order 20: its Art. 15)
        FoundInadmissible = "TM-6",
        /// TM-7 (Order 121 only) death or loss of subject status
        PartyGone = "TM-7",
        /// TM-8 other
        Other = "TM-8",
    }
}

impl Termination {
    /// All grounds of a regime.
    #[must_use]
    pub fn of(regime: Regime) -> &'static [Self] {
        use Termination::{
            AbsentOrRefused, AppraisalCost, FoundInadmissible, LimitPassed, NoAgreementPossible, Other, PartyGone, WithdrawnOrSettled,
        };
        match regime {
            Regime::Order121 => {
                &[WithdrawnOrSettled, AbsentOrRefused, NoAgreementPossible, AppraisalCost, LimitPassed, FoundInadmissible, PartyGone, Other]
            }
            Regime::Order20 => {
                &[WithdrawnOrSettled, AbsentOrRefused, NoAgreementPossible, AppraisalCost, LimitPassed, FoundInadmissible, Other]
            }
            Regime::None => &[],
        }
    }
}

coded! {
    /// A party to a case.
    Party {
        /// 投诉人 / 举报人
        Submitter = "submitter",
        /// 被投诉人 / 被举报人
        Respondent = "respondent",
    }
}

impl Party {
    /// The other side.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Submitter => Self::Respondent,
            Self::Respondent => Self::Submitter,
        }
    }
}

/// What a party did, for ground TM-2 (V-68).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conduct {
    /// absent without good reason
    Absent,
    /// clearly refuses mediation
    Refuses,
}

/// Whether ground TM-2 holds (V-68): under Order 20 a complainant's refusal does not end mediation, only absence or the respondent's refusal.
#[must_use]
pub fn absence_ends_mediation(regime: Regime, party: Party, conduct: Conduct) -> bool {
    match regime {
        Regime::Order121 => true,
        Regime::Order20 => conduct == Conduct::Absent || party == Party::Respondent,
        Regime::None => false,
    }
}

coded! {
    /// Why a report is not filed for a penalty case (程序规定 Art. 19 conditions not met; Art. 20 may not be filed).
    NotFiling {
        /// Art. 19: no initial evidence of a violation
        NoViolation = "NF19-1",
        /// Art. 19: no penalty is due
        NoPenaltyDue = "NF19-2",
        /// Art. 19: not this organ's jurisdiction
        NotOurs = "NF19-3",
        /// Art. 19: past the limitation period
        Limitation = "NF19-4",
        /// Art. 20(1): minor, corrected in time, no harm (轻微免罚)
        Minor = "NF20-1",
        /// Art. 20(2): first offence, minor harm, corrected in time (首违不罚)
        FirstOffence = "NF20-2",
        /// Art. 20(3): proof of no subjective fault
        NoFault = "NF20-3",
        /// Art. 20(4): other
        Other = "NF20-4",
    }
}

impl NotFiling {
    /// Whether it is a leniency ground, which names the item of the list it rests on (JD4).
    #[must_use]
    pub fn is_leniency(self) -> bool {
        matches!(self, Self::Minor | Self::FirstOffence)
    }
}

coded! {
    /// What a consumer may ask for (form 1).
    Demand {
        /// 修理
        Repair = "repair",
        /// 重作
        Remake = "remake",
        /// 更换
        Exchange = "exchange",
        /// 退货
        Return = "return",
        /// 补足数量
        MakeUp = "make_up",
        /// 退还货款和服务费用
        Refund = "refund",
        /// 赔偿损失
        Compensation = "compensation",
        /// other, told in the text
        Other = "other",
    }
}

coded! {
    /// Where a dispute was settled (ZJ7: no dispute leaves shop, market, district).
    Level {
        /// in the shop
        Shop = "shop",
        /// market or liaison station
        Station = "station",
        /// district: the organ's office
        District = "district",
        /// above the district
        Above = "above",
    }
}

coded! {
    /// How something was told (Order 121 forms 5, 6, 8: internet, telephone, SMS, e-mail, letter).
    TellBy {
        /// on the person's tracking page
        Internet = "internet",
        /// by telephone
        Phone = "phone",
        /// by SMS
        Sms = "sms",
        /// by e-mail
        Email = "email",
        /// by letter
        Letter = "letter",
        /// handed over in person
        InPerson = "in_person",
    }
}

coded! {
    /// The numbered papers of 《市场监督管理部门处理投诉举报文书式样》 (April 2026) issued so far.
    Form {
        /// form 4 限期提供身份证明材料通知书
        IdentityNotice = "identity_notice",
        /// form 5 投诉受理决定书
        Acceptance = "acceptance",
        /// form 6 投诉不予受理决定书
        Refusal = "refusal",
        /// form 8 投诉终止调解决定书
        Termination = "termination",
        /// form 7 投诉调解通知书 (on site only)
        Appointment = "appointment",
        /// form 9 投诉调解书
        Agreement = "agreement",
        /// form 10 举报处理结果告知书
        Result = "result",
    }
}

coded! {
    /// What became of an appointment for mediation.
    Attendance {
        /// both parties came
        Kept = "kept",
        /// the complainant did not come
        SubmitterAbsent = "submitter_absent",
        /// the business did not come
        RespondentAbsent = "respondent_absent",
        /// called off
        Cancelled = "cancelled",
    }
}

coded! {
    /// A law that orders the result of a report to be told to the reporter (law.md L19, L20; form 10).
    FeedbackLaw {
        /// 广告法 Art. 53
        Advertising = "advertising-53",
        /// 反不正当竞争法 Art. 20, to a reporter with a real name
        UnfairCompetition = "unfair-competition-20",
    }
}

coded! {
    /// The channel of what is no complaint and no report (Order 121 Art. 44).
    Channel {
        /// 政府信息公开申请
        Information = "information",
        /// 行政复议申请
        Reconsideration = "reconsideration",
        /// 纪检监察检举控告
        Discipline = "discipline",
        /// 信访 (named by Order 20 Art. 39)
        Petition = "petition",
        /// 公安: crime and public order
        Police = "police",
        /// any other
        Other = "other",
    }
}

coded! {
    /// What a person said of how their case was handled.
    Satisfaction {
        /// 满意
        Satisfied = "satisfied",
        /// 基本满意
        Fair = "fair",
        /// 不满意
        Dissatisfied = "dissatisfied",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn v_67_people_mediation_committee_bars_only_under_order_20() {
        assert!(Body::OtherMediation.bars(Regime::Order20));
        assert!(!Body::OtherMediation.bars(Regime::Order121));
        assert!(Body::Court.bars(Regime::Order121));
    }

    #[test]
    fn v_68_complainants_refusal_ends_mediation_only_under_order_121() {
        assert!(absence_ends_mediation(Regime::Order121, Party::Submitter, Conduct::Refuses));
        assert!(!absence_ends_mediation(Regime::Order20, Party::Submitter, Conduct::Refuses));
        assert!(absence_ends_mediation(Regime::Order20, Party::Respondent, Conduct::Refuses));
        assert!(absence_ends_mediation(Regime::Order20, Party::Submitter, Conduct::Absent));
    }

    #[test]
    fn v_12_v_13_regime_turns_on_the_day_of_receipt() {
        assert_eq!(Regime::of(Kind::Complaint, date(2026, 4, 14), false), Regime::Order20);
        assert_eq!(Regime::of(Kind::Complaint, date(2026, 4, 15), false), Regime::Order121);
        assert_eq!(Regime::of(Kind::Complaint, date(2026, 4, 15), true), Regime::None);
        assert_eq!(Regime::of(Kind::Consultation, date(2026, 4, 15), false), Regime::None);
    }

    #[test]
    fn grounds_are_numbered_as_the_article_numbers_them() {
        assert_eq!(Ground::Other.number(Regime::Order20), Some(6));
        assert_eq!(Ground::Other.number(Regime::Order121), Some(7));
        assert_eq!(Ground::Identity.number(Regime::Order20), None);
        assert_eq!(Termination::of(Regime::Order121).len(), 8);
    }
}
