//! The calendar against two packages of other authors, against the notices' own totals, and against a naive count day by day.
//! Where the data come from, and how far they are independent: `oracles/README.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday, date};
use proptest::prelude::*;
use rules::calendar::{Calendar, DayKind, Exclusion, Mark, NoNotice, Roll, Span, corresponding_day};
use rules::time::{Instant, date_from_days, days_of};

const CHINESE_DAYS: &str = include_str!("oracles/chinese-days.tsv");
const CHINESE_WORKDAY: &str = include_str!("oracles/chinese-workday.tsv");

/// Days on which a package differs from us, whether it is a working day by the notice, and the notice that decides.
/// All of them were read in the notices' text.
const DIFFERENCES: [(&str, &str, bool, &str); 28] = [
    ("chinese-workday", "2011-01-29", false, "国办发明电〔2010〕40号: 1月30日（星期日）、2月12日（星期六）上班, not 29 January"),
    ("chinese-workday", "2011-02-12", true, "国办发明电〔2010〕40号: 2月12日（星期六）上班"),
    ("chinese-workday", "2011-04-02", true, "国办发明电〔2010〕40号: 4月2日（星期六）上班"),
    ("chinese-workday", "2011-12-31", true, "国办发明电〔2011〕45号: 2011年12月31日（星期六）上班"),
    ("chinese-workday", "2012-01-29", true, "国办发明电〔2011〕45号: 1月29日（星期日）上班"),
    ("chinese-workday", "2012-03-31", true, "国办发明电〔2011〕45号: 3月31日（星期六）上班"),
    ("chinese-workday", "2012-04-01", true, "国办发明电〔2011〕45号: 4月1日（星期日）上班"),
    ("chinese-workday", "2012-04-28", true, "国办发明电〔2011〕45号: 4月28日（星期六）上班"),
    ("chinese-workday", "2012-09-30", false, "国办发明电〔2011〕45号: 9月30日至10月7日放假"),
    ("chinese-workday", "2012-10-08", true, "国办发明电〔2011〕45号: the holiday ends on 10月7日, a Monday follows"),
    ("chinese-workday", "2013-04-07", true, "国办发明电〔2012〕33号: 4月7日（星期日）上班"),
    ("chinese-workday", "2013-04-27", true, "国办发明电〔2012〕33号: 4月27日（星期六）上班"),
    ("chinese-workday", "2013-04-28", true, "国办发明电〔2012〕33号: 4月28日（星期日）上班"),
    ("chinese-workday", "2013-06-08", true, "国办发明电〔2012〕33号: 6月8日（星期六）上班"),
    ("chinese-workday", "2013-06-09", true, "国办发明电〔2012〕33号: 6月9日（星期日）上班"),
    ("chinese-workday", "2013-10-12", true, "国办发明电〔2012〕33号: 10月12日（星期六）上班"),
    ("chinese-workday", "2013-12-29", false, "a plain Sunday: 国办发明电〔2013〕28号 gives 1月1日 alone"),
    ("chinese-workday", "2014-06-03", true, "国办发明电〔2013〕28号: 6月2日放假，与周末连休, a Tuesday follows"),
    ("chinese-workday", "2014-06-04", true, "国办发明电〔2013〕28号: as above"),
    ("chinese-workday", "2014-09-09", true, "国办发明电〔2013〕28号: 9月8日放假，与周末连休, a Tuesday follows"),
    ("chinese-workday", "2014-09-10", true, "国办发明电〔2013〕28号: as above"),
    ("chinese-workday", "2014-10-11", true, "国办发明电〔2013〕28号: 10月11日（星期六）上班"),
    (
        "chinese-workday",
        "2015-09-03",
        false,
        "国发明电〔2015〕1号: 9月3日至5日放假; the package has the make-up day of 6 September, not the holiday",
    ),
    ("chinese-workday", "2015-09-04", false, "国发明电〔2015〕1号: as above"),
    ("chinese-workday", "2018-01-01", false, "国办发明电〔2017〕12号: 1月1日放假"),
    ("chinese-workday", "2020-01-31", false, "国办发明电〔2020〕1号: 春节假期延长至2月2日"),
    ("chinese-workday", "2020-02-01", false, "国办发明电〔2020〕1号: as above"),
    ("chinese-workday", "2023-01-03", true, "国办发明电〔2022〕16号: 2022年12月31日至2023年1月2日放假, a Tuesday follows"),
];

/// Days off and make-up days of each notice as its text adds up (共……天; amendments included). The 2004 notice was not found.
const NOTICE_TOTALS: [(i16, usize, usize); 22] = [
    (2005, 24, 6),
    (2006, 24, 6),
    (2007, 24, 8),
    (2008, 29, 6),
    (2009, 27, 6),
    (2010, 29, 8),
    (2011, 29, 5),
    (2012, 27, 7),
    (2013, 29, 12),
    (2014, 22, 5),
    (2015, 26, 5),
    (2016, 24, 6),
    (2017, 24, 5),
    (2018, 23, 6),
    (2019, 24, 7),
    (2020, 30, 6),
    (2021, 31, 7),
    (2022, 31, 7),
    (2023, 27, 7),
    (2024, 28, 8),
    (2025, 28, 5),
    (2026, 33, 6),
];

/// What a package calls a working day, by date.
fn read(text: &str) -> BTreeMap<Date, bool> {
    let mut days = BTreeMap::new();
    for line in text.lines().skip(1) {
        let mut cells = line.split('\t');
        let mut next = || cells.next().unwrap();
        let year: i16 = next().parse().unwrap();
        let list = |cell: &str| cell.split_whitespace().map(|md| format!("{year}-{md}").parse().unwrap()).collect::<BTreeSet<Date>>();
        let (off, work) = (list(next()), list(next()));
        for day in days_of(date(year, 1, 1))..days_of(date(year + 1, 1, 1)) {
            let d = date_from_days(day);
            let weekend = matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday);
            days.insert(d, if weekend { work.contains(&d) } else { !off.contains(&d) });
        }
    }
    days
}

fn compare(package: &str, text: &str, first_year: i16) {
    let oracle = read(text);
    assert_eq!(oracle.keys().next(), Some(&date(first_year, 1, 1)));
    assert_eq!(oracle.keys().last(), Some(&date(2026, 12, 31)));
    let differ: Vec<(Date, bool)> = oracle
        .iter()
        .map(|(d, theirs)| (*d, *theirs, Calendar::builtin().is_working(*d).unwrap()))
        .filter(|(_, theirs, ours)| theirs != ours)
        .map(|(d, _, ours)| (d, ours))
        .collect();
    let expected: Vec<(Date, bool)> =
        DIFFERENCES.iter().filter(|(p, ..)| *p == package).map(|(_, d, working, _)| (d.parse().unwrap(), *working)).collect();
    assert_eq!(differ, expected, "{package} and the calendar differ on other days than those explained");
}

#[test]
fn every_day_agrees_with_chinese_days() {
    compare("chinese-days", CHINESE_DAYS, 2004);
}

#[test]
fn every_day_agrees_with_chinese_workday() {
    compare("chinese-workday", CHINESE_WORKDAY, 2011);
}

#[test]
fn every_notice_adds_up_as_its_text_does() {
    let ours: Vec<(i16, usize, usize)> = Calendar::builtin()
        .notices()
        .iter()
        .filter(|n| n.year > 2004)
        .map(|n| {
            let off = n.off.iter().map(|o| days_of(o.through) - days_of(o.from) + 1).sum::<i64>();
            (n.year, off as usize, n.work.len())
        })
        .collect();
    assert_eq!(ours, NOTICE_TOTALS);
}

/// The naive calendar: one flag per day, from the package's list.
static NAIVE: LazyLock<BTreeMap<i64, bool>> =
    LazyLock::new(|| read(CHINESE_DAYS).into_iter().map(|(d, working)| (days_of(d), working)).collect());

fn naive_excluded(day: i64, exclusions: &[Exclusion]) -> bool {
    exclusions.iter().any(|e| days_of(e.after) < day && day <= days_of(e.through))
}

fn naive_working(start: i64, n: u32, exclusions: &[Exclusion]) -> Option<i64> {
    let (mut day, mut counted) = (start, 0);
    while counted < n {
        day += 1;
        if !naive_excluded(day, exclusions) && *NAIVE.get(&day)? {
            counted += 1;
        }
    }
    Some(day)
}

fn naive_natural(start: i64, n: u32, exclusions: &[Exclusion]) -> Option<i64> {
    let (mut day, mut counted) = (start, 0);
    while counted < n {
        day += 1;
        counted += u32::from(!naive_excluded(day, exclusions));
    }
    while !*NAIVE.get(&day)? {
        day += 1;
    }
    Some(day)
}

fn due(start: i64, span: Span, exclusions: &[Exclusion]) -> Result<i64, NoNotice> {
    // Any hour of the day.
    let start = Instant::start_of(date_from_days(start)).plus_minutes(start.rem_euclid(1440));
    Calendar::builtin().due(start, span, Roll::default(), exclusions).map(|d| days_of(d.on))
}

fn any_day() -> impl Strategy<Value = i64> {
    days_of(date(2003, 12, 20))..days_of(date(2027, 1, 20))
}

/// Up to four exclusions near a start, in any order, overlapping, some empty or backwards.
fn any_exclusions(start: i64) -> impl Strategy<Value = Vec<Exclusion>> {
    let one = (-20i64..150, -3i64..60).prop_map(move |(after, length)| Exclusion {
        after: date_from_days(start + after),
        through: date_from_days(start + after + length),
    });
    prop::collection::vec(one, 0..=4)
}

fn any_case() -> impl Strategy<Value = (i64, u32, Vec<Exclusion>)> {
    (any_day(), 1u32..120).prop_flat_map(|(start, n)| any_exclusions(start).prop_map(move |x| (start, n, x)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn working_days_equal_the_naive_count((start, n, x) in any_case()) {
        prop_assert_eq!(due(start, Span::WorkingDays(n), &x).ok(), naive_working(start, n, &x));
    }

    #[test]
    fn natural_days_equal_the_naive_count((start, n, x) in any_case()) {
        prop_assert_eq!(due(start, Span::NaturalDays(n), &x).ok(), naive_natural(start, n, &x));
    }

    #[test]
    fn monotone_in_start_and_length((start, n, x) in any_case(), later in 0i64..40, more in 0u32..40) {
        for make in [Span::WorkingDays as fn(u32) -> Span, Span::NaturalDays] {
            if let (Ok(a), Ok(b)) = (due(start, make(n), &x), due(start + later, make(n + more), &x)) {
                prop_assert!(a <= b);
            }
        }
    }

    #[test]
    fn working_days_add_up(start in any_day(), a in 1u32..100, b in 1u32..100) {
        let at_once = due(start, Span::WorkingDays(a + b), &[]);
        let in_two = due(start, Span::WorkingDays(a), &[]).and_then(|mid| due(mid, Span::WorkingDays(b), &[]));
        prop_assert_eq!(at_once, in_two);
    }

    #[test]
    fn working_days_end_on_a_working_day_that_many_on(start in any_day(), n in 1u32..200) {
        if let Ok(end) = due(start, Span::WorkingDays(n), &[]) {
            let (from, to) = (date_from_days(start), date_from_days(end));
            prop_assert_eq!(Calendar::builtin().is_working(to), Ok(true));
            prop_assert_eq!(Calendar::builtin().working_days_between(from, to), Ok(i64::from(n)));
            prop_assert_eq!(Calendar::builtin().working_days_between(to, from), Ok(-i64::from(n)));
            prop_assert_eq!(Calendar::builtin().working_days_left(Instant::start_of(from), to), i64::from(n));
        }
    }

    #[test]
    fn excluding_never_shortens_and_order_does_not_matter((start, n, x) in any_case()) {
        for make in [Span::WorkingDays as fn(u32) -> Span, Span::NaturalDays] {
            if let (Ok(plain), Ok(longer)) = (due(start, make(n), &[]), due(start, make(n), &x)) {
                prop_assert!(plain <= longer);
            }
            let reversed: Vec<Exclusion> = x.iter().rev().chain(&x).copied().collect();
            prop_assert_eq!(due(start, make(n), &x), due(start, make(n), &reversed));
        }
    }

    #[test]
    fn strict_and_provisional_agree_where_strict_answers((start, n, x) in any_case(), unit in 0usize..4, statutory_only: bool) {
        let span = [Span::WorkingDays, Span::NaturalDays, Span::Months, Span::Hours as fn(u32) -> Span][unit](n);
        let roll = if statutory_only { Roll::StatutoryHolidayOnly } else { Roll::NonWorkday };
        let start = Instant::start_of(date_from_days(start)).plus_minutes(61);
        let assumed = Calendar::builtin().due_or_provisional(start, span, roll, &x);
        match Calendar::builtin().due(start, span, roll, &x) {
            Ok(strict) => prop_assert_eq!(strict, assumed),
            Err(NoNotice(year)) => {
                prop_assert!(assumed.provisional);
                prop_assert!(!(2004..=2026).contains(&year));
            }
        }
    }

    #[test]
    fn a_proof_counts_to_its_due_day((start, n, x) in any_case(), natural: bool) {
        let span = if natural { Span::NaturalDays(n) } else { Span::WorkingDays(n) };
        let from = Instant::start_of(date_from_days(start)).plus_minutes(600);
        let proof = Calendar::builtin().proof(from, span, Roll::default(), &x);
        let counted: Vec<u32> = proof.days.iter().filter_map(|d| if let Mark::Counted(i) = d.mark { Some(i) } else { None }).collect();
        prop_assert_eq!(counted, (1..=n).collect::<Vec<_>>());
        let days: Vec<i64> = proof.days.iter().map(|d| days_of(d.date)).collect();
        prop_assert_eq!(&days, &(start + 1..=days_of(proof.due.on)).collect::<Vec<_>>());
        let last = proof.days.last().unwrap();
        prop_assert!(matches!(last.mark, Mark::Counted(_) | Mark::Moved) && last.kind.is_working());
        prop_assert_eq!(proof.due.provisional, due(start, span, &x).is_err());
        prop_assert!(proof.due.provisional || natural || proof.days.iter().all(|d| !d.assumed || d.mark == Mark::Excluded));
        prop_assert!(proof.holds(Calendar::builtin()));
        for day in &proof.days {
            prop_assert_eq!(day.mark == Mark::Excluded, naive_excluded(days_of(day.date), &x) && proof.raw.is_none_or(|raw| day.date <= raw));
            let holiday = matches!(day.kind, DayKind::Holiday(_));
            prop_assert!(natural || !holiday || matches!(day.mark, Mark::Skipped | Mark::Excluded));
        }
    }

    #[test]
    fn months_agree_with_jiff(start in any_day(), months in 0u32..600) {
        let start = date_from_days(start);
        prop_assert_eq!(corresponding_day(start, months), start.checked_add(jiff::Span::new().months(i64::from(months))).unwrap());
    }
}
