//! `[[mechanism]]`: how a locality works, declared on or off with its source. Each mechanism knows whether this program carries it out: what it
//! does not is recorded as declared, and shown as such.

use super::check::Checker;
use super::cure::Cure;
use super::{FollowUp, Pack};
use crate::law::coded;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

coded! {
    /// A way of working that some locality has described.
    Mechanism {
        /// 统一投诉举报处理中心: one intake for all channels (JD1, HS1)
        OneIntake = "one_intake",
        /// 一日两查 and the notice ladder (JD2)
        Inspections = "inspections",
        /// ordinary disputes and profit-seeking told apart (JD3)
        ClaimSignals = "claim_signals",
        /// 首违不罚、轻微免罚清单 (JD4)
        LeniencyList = "leniency_list",
        /// 预付式消费: lead unit by industry with co-handling departments (JD5)
        JointHandling = "joint_handling",
        /// 群体事件: like cases gathered (JD6, HS6)
        Groups = "groups",
        /// ODR 企业先行和解 (JD7, HS6)
        Odr = "odr",
        /// 约谈 of businesses whose complaints concentrate (JD9)
        Interviews = "interviews",
        /// 维权联络站 as handling units (JD10, HS7)
        Stations = "stations",
        /// 放心消费单元 and no-reason return, registered and published (JD11, HS5)
        TrustedUnits = "trusted_units",
        /// 投诉按时初查率, 按时办结率, 按时核查率, 调解成功率 (JD12)
        Rates = "rates",
        /// 每月一题 (BJ1)
        MonthlyTopic = "monthly_topic",
        /// 专题调度 (BJ2)
        ThemeMeetings = "theme_meetings",
        /// 首接负责、首问负责 (BJ2, SH4, HS3)
        FirstAsked = "first_asked",
        /// 专项治理 (BJ2)
        SpecialActions = "special_actions",
        /// 督查督办 (BJ2, SH6)
        Supervision = "supervision",
        /// 考核评价 (BJ2, SD5)
        Appraisal = "appraisal",
        /// 风险预警、消费预警 (BJ2, GX3)
        Warnings = "warnings",
        /// 研判会商 (BJ2, HS8)
        Conferences = "conferences",
        /// 诉求即办直通车 to platform companies (BJ3)
        DirectLine = "direct_line",
        /// 跨平台联防联控 (BJ4)
        SharedRemovals = "shared_removals",
        /// 先行赔付 (BJ5, SH4, GX6)
        AdvanceCompensation = "advance_compensation",
        /// 诉转案: from case to enforcement (BJ6)
        Enforcement = "enforcement",
        /// limits in hours and minutes beside those in days: 2 小时分送、24 小时回应 (SD1, HS3)
        FastResponse = "fast_response",
        /// 精准分送: dispatch by rule (SD2)
        ExactDispatch = "exact_dispatch",
        /// 压缩时限: shorter than the law's (SD3)
        ShorterLimits = "shorter_limits",
        /// 不满意工单二次办理 (SD4)
        SecondHandling = "second_handling",
        /// 联合人民调解 (SH1)
        JointMediation = "joint_mediation",
        /// 委托调解 with both parties' consent (Order 121 Art. 19)
        EntrustedMediation = "entrusted_mediation",
        /// 星级评定 of stations and shops (SH2, GX7)
        StarRating = "star_rating",
        /// 云调解、视频调解 (SH3, ZJ4)
        VideoMediation = "video_mediation",
        /// 数据分析 on de-identified data (BJ2, SH5)
        Analysis = "analysis",
        /// 抽查、复核 (SH6)
        SpotChecks = "spot_checks",
        /// 村级数字维权站 by one standard (ZJ1)
        VillageStations = "village_stations",
        /// the 售后 key on a shop's page (ZJ2)
        AfterSalesKey = "after_sales_key",
        /// a message at every step (ZJ3)
        StepMessages = "step_messages",
        /// the nearest station (ZJ5)
        NearestStation = "nearest_station",
        /// consumers' reviews of businesses (ZJ6)
        Reviews = "reviews",
        /// 不出店、不出场、不出圈: share settled at each level (ZJ7)
        SettledLevels = "settled_levels",
        /// 绿色通道、一站式和解 by agreement with a business (CC1, CC2)
        GreenChannel = "green_channel",
        /// any organisation as a handling unit (CC3)
        WideNetwork = "wide_network",
        /// 诉调对接 with the courts (CC4, HS4)
        CourtLink = "court_link",
        /// 物业代管 (JJ1)
        ParkAgent = "park_agent",
        /// 关联企业统一处理 (JJ2)
        LinkedShops = "linked_shops",
        /// 无理由退货服务联盟 (JJ3)
        ReturnAlliance = "return_alliance",
        /// 银龄调解团: rosters of mediators (JJ4)
        MediatorRosters = "mediator_rosters",
        /// 每日流转清零 (HS2)
        ZeroCheck = "zero_check",
        /// 每日催办督办 (HS2)
        DailyUrging = "daily_urging",
        /// 每件回访复查 (HS2)
        FollowUpEveryCase = "followup_every_case",
        /// 差评回访整改 (HS3, SD4)
        BadReviews = "bad_reviews",
        /// experts and lawyers on a case (HS7, GX9)
        Experts = "experts",
        /// 投诉信息公示 (GX1, GX2)
        Disclosure = "disclosure",
        /// 专报、月报、季报 (GX5)
        Reports = "reports",
        /// 放心消费地图 (GX8)
        TrustMap = "trust_map",
        /// 先装修后付款 (GX10)
        Escrow = "escrow",
    }
}

impl Mechanism {
    /// Whether this program carries it out.
    #[must_use]
    pub const fn built(self) -> bool {
        matches!(
            self,
            Self::OneIntake
                | Self::Inspections
                | Self::Rates
                | Self::Appraisal
                | Self::LeniencyList
                | Self::Groups
                | Self::Stations
                | Self::MonthlyTopic
                | Self::ThemeMeetings
                | Self::FirstAsked
                | Self::SpecialActions
                | Self::Supervision
                | Self::FastResponse
                | Self::ShorterLimits
                | Self::SecondHandling
                | Self::SpotChecks
                | Self::StepMessages
                | Self::WideNetwork
                | Self::ZeroCheck
                | Self::DailyUrging
                | Self::FollowUpEveryCase
                | Self::BadReviews
        )
    }
}

/// A mechanism as a pack declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Which.
    pub mechanism: Mechanism,
    /// Whether the locality works this way; off takes back what the pack rests on.
    pub on: bool,
    /// Where the locality says so.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawMechanism {
    id: Spanned<String>,
    #[serde(default = "yes")]
    on: bool,
    source: Spanned<String>,
}

fn yes() -> bool {
    true
}

impl Pack {
    /// Whether a mechanism is on here and the program carries it out.
    #[must_use]
    pub fn runs(&self, mechanism: Mechanism) -> bool {
        mechanism.built() && self.mechanisms.get(&mechanism).is_some_and(|d| d.on)
    }
}

impl Checker<'_> {
    pub(super) fn mechanisms(&mut self, raw: Vec<Spanned<RawMechanism>>, base: Option<&Pack>) -> BTreeMap<Mechanism, Declared> {
        let allowed = Mechanism::ALL.iter().map(|m| m.code()).collect::<Vec<_>>().join(", ");
        let mut all = base.map(|b| b.mechanisms.clone()).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for m in raw {
            let m = m.into_inner();
            let Some(mechanism) = Mechanism::parse(m.id.get_ref()) else {
                self.coded("mechanism.id", &m.id, Mechanism::parse, &allowed, Mechanism::OneIntake);
                continue;
            };
            if !seen.insert(mechanism) {
                self.fault(m.id.span().start, "mechanism.id", Cure::Twice.of(m.id.get_ref()));
            }
            if m.source.get_ref().trim().is_empty() {
                self.fault(m.source.span().start, "mechanism.source", Cure::NoSource.plain());
            }
            all.insert(mechanism, Declared { mechanism, on: m.on, source: m.source.into_inner() });
        }
        all
    }

    /// A mechanism that is on and has a section of its own must be in step with it.
    pub(super) fn in_step(&mut self, mechanisms: &BTreeMap<Mechanism, Declared>, follow_up: &FollowUp) {
        let at = self.line_of("mechanism");
        let sections = [
            (Mechanism::SecondHandling, follow_up.second_handling, "second_handling"),
            (Mechanism::FollowUpEveryCase, follow_up.every, "every"),
        ];
        for (mechanism, says, key) in sections {
            if let Some(d) = mechanisms.get(&mechanism).filter(|d| d.on != says) {
                let said = Cure::InStep.among(mechanism.code(), format!("{key} = {}", d.on));
                self.fault(at, &format!("follow_up.{key}"), said);
            }
        }
    }
}
