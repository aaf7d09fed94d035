//! Which place's organ has authority (Order 121 Art. 13–14, 29–34; Order 20 Art. 12–13, 25–30), over divisions as six-digit codes. What is
//! asked here is the law; reading places out of text comes with triage.

use crate::ids::Locality;
use crate::law::{Kind, Regime, coded};

coded! {
    /// What the respondent is, for authority.
    RespondentKind {
        /// ordinary operator
        Ordinary = "ordinary",
        /// 平台经营者, or one selling on a site of its own
        Platform = "platform",
        /// 平台内经营者
        InPlatform = "in_platform",
    }
}

/// The places of a respondent and of what happened; each may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// What the respondent is.
    pub respondent: RespondentKind,
    /// 实际经营地
    pub business: Option<Locality>,
    /// 住所地
    pub domicile: Option<Locality>,
    /// Address shown on the platform (平台公示的地址), where the operator can be reached.
    pub shown: Option<Locality>,
    /// The platform's 住所地.
    pub platform: Option<Locality>,
    /// 违法行为发生地
    pub violation: Option<Locality>,
}

coded! {
    /// Why an organ has authority: the place it rests on.
    Basis {
        /// 实际经营地
        Business = "business",
        /// 住所地
        Domicile = "domicile",
        /// 平台公示的地址
        Shown = "shown",
        /// 平台住所地
        Platform = "platform",
        /// 违法行为发生地
        Violation = "violation",
        /// the platform's place, only where it received the report first (Art. 30)
        PlatformFirst = "platform_first",
        /// sent within the organ by its own division of work
        Internal = "internal",
    }
}

/// The divisions whose county organ has authority, each with its basis; several competent: the first to receive. Empty where the places
/// are unknown.
#[must_use]
pub fn competent(kind: Kind, regime: Regime, places: &Places) -> Vec<(Locality, Basis)> {
    let options: Vec<(Option<Locality>, Basis)> = match (kind, places.respondent) {
        (Kind::Report, RespondentKind::Ordinary) => vec![(places.violation.or(places.business), Basis::Violation)],
        (Kind::Report, RespondentKind::Platform) | (_, RespondentKind::Platform) => vec![(places.domicile, Basis::Domicile)],
        (Kind::Report, RespondentKind::InPlatform) => {
            vec![(places.business, Basis::Business), (places.platform, Basis::PlatformFirst)]
        }
        (_, RespondentKind::Ordinary) => vec![(places.business, Basis::Business), (places.domicile, Basis::Domicile)],
        (_, RespondentKind::InPlatform) if regime == Regime::Order20 => {
            vec![(places.business, Basis::Business), (places.platform, Basis::Platform)]
        }
        // Order 121: the address shown; where none is shown or nobody can be reached there, the platform's place only.
        (_, RespondentKind::InPlatform) => vec![(places.shown, Basis::Shown), (places.platform, Basis::Platform)],
    };
    let mut found: Vec<(Locality, Basis)> = Vec::new();
    for (place, basis) in options {
        if let Some(place) = place
            && !found.iter().any(|(p, _)| *p == place)
        {
            found.push((place, basis));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLATFORM_SEAT: Locality = Locality(330_110);
    const SELLER_PLACE: Locality = Locality(330_703);

    fn unshown_seller() -> Places {
        Places {
            respondent: RespondentKind::InPlatform,
            business: Some(SELLER_PLACE),
            domicile: Some(SELLER_PLACE),
            shown: None,
            platform: Some(PLATFORM_SEAT),
            violation: None,
        }
    }

    #[test]
    fn v_69_seller_without_a_shown_address() {
        let complaint = competent(Kind::Complaint, Regime::Order121, &unshown_seller());
        assert_eq!(complaint, [(PLATFORM_SEAT, Basis::Platform)]);
        let report = competent(Kind::Report, Regime::Order121, &unshown_seller());
        assert_eq!(report, [(SELLER_PLACE, Basis::Business), (PLATFORM_SEAT, Basis::PlatformFirst)]);
    }

    #[test]
    fn order_20_went_by_the_sellers_actual_place() {
        let complaint = competent(Kind::Complaint, Regime::Order20, &unshown_seller());
        assert_eq!(complaint, [(SELLER_PLACE, Basis::Business), (PLATFORM_SEAT, Basis::Platform)]);
    }

    #[test]
    fn a_place_is_named_once_and_unknown_places_are_left_out() {
        let places = Places { respondent: RespondentKind::Ordinary, ..unshown_seller() };
        assert_eq!(competent(Kind::Complaint, Regime::Order121, &places), [(SELLER_PLACE, Basis::Business)]);
        let nowhere = Places { business: None, domicile: None, violation: None, ..places };
        assert!(competent(Kind::Report, Regime::Order121, &nowhere).is_empty());
    }
}
