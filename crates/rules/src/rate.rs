//! The rates (考核指标) of law.md §3 as data: what is divided by what, in which version. Published practice differs, so a formula is never
//! changed: a new one is a new version, and a locality's pack says which it uses. Arithmetic is exact; rounding is half-up to two decimals.

use crate::law::{Kind, coded};
use crate::tally::Measure;
use jiff::civil::Date;
use jiff::{Span, ToSpan as _};
use std::collections::BTreeMap;

/// Number of measures.
pub const MEASURES: usize = Measure::ALL.len();

/// Sums over entries, by kind.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(pub BTreeMap<Kind, Sums>);

/// Sums over entries of one kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sums {
    /// Entries with each measure, in the order of [`Measure::ALL`].
    pub entries: [i64; MEASURES],
    /// Money obtained, fen.
    pub recovered: i64,
}

impl Default for Sums {
    fn default() -> Self {
        Self { entries: [0; MEASURES], recovered: 0 }
    }
}

impl Counts {
    /// The sum of some measures over some kinds.
    #[must_use]
    pub fn of(&self, part: &Part) -> i64 {
        let sums = part.kinds.iter().filter_map(|k| self.0.get(k));
        sums.map(|s| part.measures.iter().map(|m| s.entries[*m as usize]).sum::<i64>()).sum()
    }
    /// Adds others.
    pub fn add(&mut self, other: &Self) {
        for (kind, sums) in &other.0 {
            let mine = self.0.entry(*kind).or_default();
            mine.entries.iter_mut().zip(&sums.entries).for_each(|(a, b)| *a += b);
            mine.recovered += sums.recovered;
        }
    }
    /// Money obtained, fen.
    #[must_use]
    pub fn recovered(&self) -> i64 {
        self.0.values().map(|s| s.recovered).sum()
    }
}

/// One side of a rate: entries with any of these measures of cases of these kinds. The measures of one part never stand in one entry
/// together, so their sum counts entries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Kinds.
    pub kinds: &'static [Kind],
    /// Measures.
    pub measures: &'static [Measure],
}

coded! {
    /// What a rate is about.
    Topic {
        /// time limits
        Limits = "limits",
        /// mediation
        Mediation = "mediation",
        /// distribution and first response
        Sending = "sending",
        /// what the consumers say
        Voice = "voice",
        /// reports
        Reports = "reports",
        /// what they were about, and where they were settled
        Shares = "shares",
    }
}

/// A rate in one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Stable id; its name and its formula in words are translations.
    pub id: &'static str,
    /// Version of the formula.
    pub version: u32,
    /// What it is about.
    pub topic: Topic,
    /// Numerator.
    pub over: Part,
    /// Denominator.
    pub under: Part,
    /// Whether it is one minus the quotient.
    pub complement: bool,
    /// Where the formula is from: a row of law.md §3 or of mechanisms.md.
    pub basis: &'static str,
}

impl Rate {
    /// Whether it tells of reports, which do not exist for everybody (Order 121 Art. 37).
    #[must_use]
    pub fn tells_of_reports(&self) -> bool {
        self.over.kinds == REPORT || self.under.kinds == REPORT
    }
    /// Its value.
    #[must_use]
    pub fn of(&self, counts: &Counts) -> Value {
        let (over, under) = (counts.of(&self.over), counts.of(&self.under));
        let shown = if self.complement { under - over } else { over };
        Value { over, under, percent: percent(shown, under) }
    }
}

/// What a rate comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Value {
    /// Numerator; of a complement, what is taken off.
    pub over: i64,
    /// Denominator.
    pub under: i64,
    /// Hundredths of a percent; none where nothing stands below.
    pub percent: Option<i64>,
}

const ALL_KINDS: &[Kind] = Kind::ALL;
const COMPLAINT: &[Kind] = &[Kind::Complaint];
const REPORT: &[Kind] = &[Kind::Report];

const fn part(kinds: &'static [Kind], measures: &'static [Measure]) -> Part {
    Part { kinds, measures }
}

const fn rate(id: &'static str, version: u32, topic: Topic, over: Part, under: Part, basis: &'static str) -> Rate {
    Rate { id, version, topic, over, under, complement: false, basis }
}

/// Settled disputes, at whatever level.
const LEVELS: &[Measure] = &[Measure::AtShop, Measure::AtStation, Measure::AtDistrict, Measure::AtAbove];

/// Every rate in every version.
pub const RATES: &[Rate] = {
    use Measure as M;
    use Topic::{Limits, Mediation, Reports, Sending, Shares, Voice};
    &[
        rate("check", 1, Limits, part(COMPLAINT, &[M::CheckInTime]), part(COMPLAINT, &[M::CheckDue]), "JD12"),
        rate("concluded", 1, Limits, part(COMPLAINT, &[M::ConcludedInTime]), part(COMPLAINT, &[M::Concluded]), "JD12"),
        rate(
            "mediation",
            1,
            Mediation,
            part(COMPLAINT, &[M::ConcludedAgreed, M::ConcludedSettled]),
            part(COMPLAINT, &[M::Concluded]),
            "V-72",
        ),
        rate(
            "mediation",
            2,
            Mediation,
            part(COMPLAINT, &[M::MediationAgreed, M::MediationSettled]),
            part(COMPLAINT, &[M::MediationEnded]),
            "V-72",
        ),
        rate("mediation", 3, Mediation, part(COMPLAINT, &[M::MediationAgreed]), part(COMPLAINT, &[M::MediationEnded]), "V-72"),
        rate(
            "resolved",
            1,
            Mediation,
            part(COMPLAINT, &[M::MediationAgreed, M::MediationSettled]),
            part(COMPLAINT, &[M::Accepted]),
            "V-74",
        ),
        rate("sent", 1, Sending, part(ALL_KINDS, &[M::SentIn2h]), part(ALL_KINDS, &[M::Received]), "SD1"),
        Rate { complement: true, ..rate("right", 1, Sending, part(ALL_KINDS, &[M::SentBack]), part(ALL_KINDS, &[M::Sent]), "SD1") },
        rate("heard", 1, Sending, part(ALL_KINDS, &[M::HeardIn24h]), part(ALL_KINDS, &[M::Arrived]), "SD1"),
        rate("satisfied", 1, Voice, part(ALL_KINDS, &[M::Satisfied]), part(ALL_KINDS, &[M::AskedValid]), "HS2"),
        rate("satisfied", 2, Voice, part(ALL_KINDS, &[M::Satisfied, M::Fair]), part(ALL_KINDS, &[M::AskedValid]), "HS2"),
        rate("solved", 1, Voice, part(ALL_KINDS, &[M::Solved]), part(ALL_KINDS, &[M::SolvedSaid]), "law.md 3"),
        rate("response", 1, Voice, part(ALL_KINDS, &[M::AskedValid]), part(ALL_KINDS, &[M::Asked]), "HS2"),
        rate("redone", 1, Voice, part(ALL_KINDS, &[M::Redone]), part(ALL_KINDS, &[M::Dissatisfied]), "SD4"),
        rate("untrue", 1, Voice, part(ALL_KINDS, &[M::Untrue]), part(ALL_KINDS, &[M::Concluded]), "SH6"),
        rate("verified", 1, Reports, part(REPORT, &[M::VerifyInTime]), part(REPORT, &[M::VerifyDue]), "JD12"),
        rate("filed", 1, Reports, part(REPORT, &[M::Filed]), part(REPORT, &[M::FilingDecided]), "law.md 3"),
        rate("substantiated", 1, Reports, part(REPORT, &[M::Substantiated]), part(REPORT, &[M::FilingDecided]), "law.md 3"),
        rate("turned", 1, Reports, part(REPORT, &[M::FiledFromComplaint]), part(COMPLAINT, &[M::Received]), "law.md 3"),
        rate("outside", 1, Shares, part(COMPLAINT, &[M::Outside]), part(COMPLAINT, &[M::Received]), "ODR"),
        rate("outside-settled", 1, Shares, part(COMPLAINT, &[M::OutsideSettled]), part(COMPLAINT, &[M::Outside]), "ODR"),
        rate("online", 1, Shares, part(COMPLAINT, &[M::Online]), part(COMPLAINT, &[M::Received]), "law.md 3"),
        rate("repeated", 1, Shares, part(COMPLAINT, &[M::Repeated]), part(COMPLAINT, &[M::Received]), "law.md 3"),
        rate("shop", 1, Shares, part(COMPLAINT, &[M::AtShop]), part(COMPLAINT, LEVELS), "ZJ7"),
        rate("station", 1, Shares, part(COMPLAINT, &[M::AtStation]), part(COMPLAINT, LEVELS), "ZJ7"),
        rate("district", 1, Shares, part(COMPLAINT, &[M::AtDistrict]), part(COMPLAINT, LEVELS), "ZJ7"),
        rate("above", 1, Shares, part(COMPLAINT, &[M::AtAbove]), part(COMPLAINT, LEVELS), "ZJ7"),
    ]
};

/// Figures that are counts: what came, what was done.
pub const TOTALS: &[(&str, Part)] = {
    use Measure as M;
    &[
        ("received", part(ALL_KINDS, &[M::Received])),
        ("complaints", part(COMPLAINT, &[M::Received])),
        ("arrived", part(ALL_KINDS, &[M::Arrived])),
        ("accepted", part(COMPLAINT, &[M::Accepted])),
        ("concluded", part(ALL_KINDS, &[M::Concluded])),
        ("settled", part(COMPLAINT, &[M::MediationAgreed, M::MediationSettled])),
        ("dissatisfied", part(ALL_KINDS, &[M::Dissatisfied])),
        ("reopened", part(ALL_KINDS, &[M::Reopened])),
        ("recovering", part(ALL_KINDS, &[M::Recovering])),
        (OUTSIDE, part(COMPLAINT, &[M::ConcludedOutside])),
    ]
};

/// The total behind [`activity`]: complaints concluded by organisations and businesses outside.
pub const OUTSIDE: &str = "outside";

/// A rate by id and version.
#[must_use]
pub fn find(id: &str, version: u32) -> Option<&'static Rate> {
    RATES.iter().find(|r| r.id == id && r.version == version)
}

/// Hundredths of a percent, half-up; none for a denominator of zero or less.
#[must_use]
pub fn percent(over: i64, under: i64) -> Option<i64> {
    (under > 0).then(|| half_up(i128::from(over) * 10_000, i128::from(under)))
}

/// So many per ten thousand people (万人投诉量), in hundredths, half-up; none where nobody lives.
#[must_use]
pub fn per_ten_thousand(n: i64, people: i64) -> Option<i64> {
    (people > 0).then(|| half_up(i128::from(n) * 10_000 * 100, i128::from(people)))
}

/// How busy the businesses of the network are (ODR企业活跃度): the mean over months of those that concluded a case in the month ÷ those open in
/// it, each month and the mean half-up in hundredths of a percent. Months without any business take no part; none without a month. The
/// published formula is unknown (law.md §3): this is its version 1.
#[must_use]
pub fn activity(months: &[(i64, i64)]) -> Option<i64> {
    let shares: Vec<i64> = months.iter().filter_map(|(active, open)| percent(*active, *open)).collect();
    let sum: i64 = shares.iter().sum();
    (!shares.is_empty()).then(|| half_up(i128::from(sum), shares.len() as i128))
}

/// Growth in hundredths of a percent, half-up by its size; a base of zero gives zero (V-76).
#[must_use]
pub fn growth(now: i64, base: i64) -> i64 {
    if base == 0 { 0 } else { half_up((i128::from(now) - i128::from(base)) * 10_000, i128::from(base)) }
}

#[expect(clippy::cast_possible_truncation, reason = "a quotient of 64-bit counts times ten thousand, far below 2⁶³ for any count of cases")]
fn half_up(over: i128, under: i128) -> i64 {
    let size = (2 * over.abs() + under.abs()) / (2 * under.abs());
    (if (over < 0) == (under < 0) { size } else { -size }) as i64
}

/// Hundredths of a percent as people read them: `99.93`.
#[must_use]
pub fn written(hundredths: i64) -> String {
    let sign = if hundredths < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", hundredths.abs() / 100, hundredths.abs() % 100)
}

/// Wilson's interval at 95 % for a share, in hundredths of a percent; none where nobody answered. Fit for small numbers, unlike ± of the
/// normal curve.
#[must_use]
pub fn interval(over: i64, under: i64) -> Option<(i64, i64)> {
    const Z: f64 = 1.96;
    if under <= 0 {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of cases")]
    let (s, n) = (over as f64, under as f64);
    let middle = s + Z * Z / 2.0;
    let reach = Z * (s * (n - s) / n + Z * Z / 4.0).max(0.0).sqrt();
    #[expect(clippy::cast_possible_truncation, reason = "between 0 and 10,000")]
    let to = |x: f64| (x / (n + Z * Z) * 10_000.0).round().clamp(0.0, 10_000.0) as i64;
    Some((to(middle - reach), to(middle + reach)))
}

/// Shares of a whole, and their sum; a table whose rounded shares do not come to the true share of their sum by more than 0.01 points
/// says so (V-75).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shares {
    /// Hundredths of a percent, in the order of the parts.
    pub each: Vec<i64>,
    /// The sum of the rounded shares.
    pub summed: i64,
    /// The share of the sum.
    pub true_sum: i64,
}

impl Shares {
    /// Of a whole; none where there is none.
    #[must_use]
    pub fn of(parts: &[i64], whole: i64) -> Option<Self> {
        let each = parts.iter().map(|p| percent(*p, whole)).collect::<Option<Vec<i64>>>()?;
        Some(Self { summed: each.iter().sum(), true_sum: percent(parts.iter().sum(), whole)?, each })
    }
    /// Whether rounding shows in the sum.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.summed != self.true_sum
    }
}

/// Whether a published share is off by more than 0.01 points (law.md §3, validator).
#[must_use]
pub fn is_off(published: i64, over: i64, under: i64) -> bool {
    percent(over, under).is_none_or(|p| (p - published).abs() > 1)
}

/// Days of a figure, both ends counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// First day.
    pub from: Date,
    /// Last day.
    pub through: Date,
}

/// Days, or months by their first day, from and through.
pub type Stretch = (Date, Date);

impl Window {
    /// The same window a calendar month earlier (环比).
    #[must_use]
    pub fn month_before(self) -> Self {
        self.moved(1.month())
    }
    /// The same window a year earlier (同比).
    #[must_use]
    pub fn year_before(self) -> Self {
        self.moved(1.year())
    }
    fn moved(self, by: Span) -> Self {
        let back = |d: Date| d.saturating_sub(by);
        let through = back(self.through);
        // What ends with its month ends with that month too: February's twenty-eight days are compared with the whole of January.
        let through = if self.through == self.through.last_of_month() { through.last_of_month() } else { through };
        Self { from: back(self.from), through }
    }
    /// Its days.
    pub fn days(self) -> impl Iterator<Item = Date> {
        self.from.series(1.day()).take_while(move |d| *d <= self.through)
    }
    /// Its whole months, each by its first day, and the days at both ends that make no whole month.
    #[must_use]
    pub fn pieces(self) -> (Option<Stretch>, Vec<Stretch>) {
        let first = if self.from == self.from.first_of_month() { self.from } else { self.from.last_of_month().saturating_add(1.day()) };
        let after = self.through.saturating_add(1.day());
        let last = after.first_of_month().saturating_sub(1.day());
        if first > last {
            return (None, vec![(self.from, self.through)]);
        }
        let mut days = Vec::new();
        if self.from < first {
            days.push((self.from, first.saturating_sub(1.day())));
        }
        if last < self.through {
            days.push((last.saturating_add(1.day()), self.through));
        }
        (Some((first, last.first_of_month())), days)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(over: i64, under: i64) -> String {
        written(percent(over, under).unwrap())
    }

    #[test]
    fn v_72_v_73_v_74_published_rates_come_out() {
        assert_eq!((shown(686, 2667), shown(8448, 10_669)), ("25.72".into(), "79.18".into()));
        assert_eq!((shown(490, 1621), shown(92, 241)), ("30.23".into(), "38.17".into()));
        assert_eq!((shown(1222, 2667), shown(1165, 1621), shown(180, 241)), ("45.82".into(), "71.87".into(), "74.69".into()));
        assert_eq!((shown(563_346, 782_794), shown(1_211_284, 1_761_886)), ("71.97".into(), "68.75".into()));
        assert_eq!(shown(2665, 2667), "99.93");
    }

    #[test]
    fn v_75_rounded_shares_are_summed_beside_the_true_share() {
        let s = Shares::of(&[191, 165, 117, 98], 757).unwrap();
        assert_eq!(s.each, [2523, 2180, 1546, 1295]);
        assert_eq!((s.summed, s.true_sum, s.differs()), (7544, 7543, true));
        assert!(is_off(2142, 9456, 39_476) && !is_off(2395, 9456, 39_476));
        assert!(is_off(5535, 20_965, 37_894), "5533 by the counts");
    }

    #[test]
    fn v_76_growth_is_half_up_and_zero_from_zero() {
        assert_eq!((written(growth(14_230, 8510)), growth(9, 0)), ("67.22".into(), 0));
        assert_eq!((growth(1, 8), growth(8, 16)), (-8750, -5000));
        assert_eq!(written(growth(-1, 3)), "-133.33");
    }

    #[test]
    fn complaints_per_ten_thousand_people_are_half_up() {
        // 16,455 complaints of a district of 491,200 people; and one in eight million.
        assert_eq!(written(per_ten_thousand(16_455, 491_200).unwrap()), "335.00");
        assert_eq!((per_ten_thousand(1, 8_000_000), per_ten_thousand(1, 1_999_999)), (Some(0), Some(1)));
        assert_eq!((per_ten_thousand(5, 0), per_ten_thousand(0, 10)), (None, Some(0)));
    }

    #[test]
    fn activity_is_the_mean_of_the_months_and_not_one_quotient() {
        // 10, 11, 12 of 42, then one joins: 23.81, 26.19, 28.57 and 12 of 43, 27.91.
        assert_eq!(written(activity(&[(10, 42), (11, 42), (12, 42), (12, 43)]).unwrap()), "26.62");
        assert_eq!(activity(&[(1, 1), (0, 9)]), Some(5000), "of all firm-months it would be 10.00");
        assert_eq!((activity(&[]), activity(&[(0, 0)]), activity(&[(0, 0), (1, 2)])), (None, None, Some(5000)));
    }

    #[test]
    fn an_interval_is_wide_for_few_and_within_bounds() {
        assert_eq!(interval(0, 0), None);
        assert_eq!(interval(10, 10), Some((7225, 10_000)));
        assert_eq!(interval(0, 10), Some((0, 2775)));
        let (low, high) = interval(994, 1000).unwrap();
        assert!(low > 9850 && high < 9980, "{low} {high}");
    }

    #[test]
    fn windows_move_by_calendar_months_and_fall_into_months_and_days() {
        let d = |s: &str| s.parse::<Date>().unwrap();
        let w = |a, b| Window { from: d(a), through: d(b) };
        assert_eq!(w("2026-02-01", "2026-02-28").month_before(), w("2026-01-01", "2026-01-31"));
        assert_eq!(w("2026-03-05", "2026-03-30").month_before(), w("2026-02-05", "2026-02-28"));
        assert_eq!(w("2024-02-01", "2024-02-29").year_before(), w("2023-02-01", "2023-02-28"));
        assert_eq!(w("2026-01-01", "2026-12-31").pieces(), (Some((d("2026-01-01"), d("2026-12-01"))), vec![]));
        let (months, days) = w("2026-01-15", "2026-04-02").pieces();
        assert_eq!(months, Some((d("2026-02-01"), d("2026-03-01"))));
        assert_eq!(days, [(d("2026-01-15"), d("2026-01-31")), (d("2026-04-01"), d("2026-04-02"))]);
        assert_eq!(w("2026-01-15", "2026-02-02").pieces(), (None, vec![(d("2026-01-15"), d("2026-02-02"))]));
        assert_eq!(w("2026-01-31", "2026-01-31").pieces().1, [(d("2026-01-31"), d("2026-01-31"))]);
    }

    #[test]
    fn a_rate_and_its_versions_are_named_once_and_count_entries() {
        let mut seen = std::collections::BTreeSet::new();
        assert!(RATES.iter().all(|r| seen.insert((r.id, r.version))));
        const { assert!(MEASURES <= 63, "they are the bits of a signed number") };
    }
}
