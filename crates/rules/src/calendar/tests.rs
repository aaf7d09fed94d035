//! What holds beside the vectors: the built-in data, loading notices, provisional dates, proofs.

use jiff::civil::{date, datetime};

use super::*;

fn at(y: i16, m: i8, d: i8) -> Instant {
    Instant::at(datetime(y, m, d, 10, 30, 0, 0))
}

fn off(from: Date, through: Date, name: &str) -> Off {
    Off { from, through, name: name.to_owned() }
}

/// A notice for 2027 as it may come: the real one is not issued yet.
fn notice_2027() -> Notice {
    Notice {
        year: 2027,
        number: "国办发明电〔2026〕0号".to_owned(),
        amended_by: Vec::new(),
        issued: Some(date(2026, 11, 4)),
        off: vec![
            off(date(2027, 1, 1), date(2027, 1, 3), "元旦"),
            off(date(2027, 2, 5), date(2027, 2, 11), "春节"),
            off(date(2027, 4, 3), date(2027, 4, 5), "清明节"),
            off(date(2027, 5, 1), date(2027, 5, 5), "劳动节"),
            off(date(2027, 6, 9), date(2027, 6, 9), "端午节"),
            off(date(2027, 9, 15), date(2027, 9, 15), "中秋节"),
            off(date(2027, 10, 1), date(2027, 10, 7), "国庆节"),
        ],
        work: vec![date(2026, 12, 26), date(2027, 2, 14), date(2027, 5, 8)],
    }
}

#[test]
fn builtin_is_whole() {
    let calendar = Calendar::builtin();
    assert_eq!(calendar.version(), "cn-2026");
    assert_eq!((calendar.first, calendar.last()), (days_of(date(2004, 1, 1)), days_of(date(2026, 12, 31))));
    assert_eq!(calendar.kinds.len(), 8401);
    for notice in calendar.notices() {
        notice.check_days().unwrap_or_else(|f| panic!("{}: {f:?}", notice.year));
    }
    assert_eq!(calendar.day(date(2026, 2, 17)), Ok(DayKind::Holiday("春节")));
    assert_eq!(calendar.day(date(2026, 2, 14)), Ok(DayKind::MakeUp));
    assert_eq!(calendar.day(date(2026, 2, 13)), Ok(DayKind::Working));
    assert_eq!(calendar.day(date(2026, 2, 7)), Ok(DayKind::Weekend));
    assert_eq!(calendar.day(date(2003, 12, 31)), Err(NoNotice(2003)));
}

#[test]
fn a_notice_makes_a_new_version_and_leaves_the_old_alone() {
    let old = Calendar::builtin();
    let new = old.with_notice(&notice_2027()).unwrap();
    assert_eq!((old.version(), new.version()), ("cn-2026", "cn-2027"));
    assert_eq!(old.day(date(2027, 2, 8)), Err(NoNotice(2027)));
    assert_eq!(new.day(date(2027, 2, 8)), Ok(DayKind::Holiday("春节")));
    assert_eq!(new.day(date(2027, 6, 10)), Ok(DayKind::Working));
    assert_eq!(
        (old.is_working(date(2026, 12, 26)), new.is_working(date(2026, 12, 26))),
        (Ok(false), Ok(true)),
        "December of the year before"
    );

    // What was provisional becomes certain, and may move.
    let (start, span) = (at(2027, 4, 30), Span::WorkingDays(2));
    let before = old.due_or_provisional(start, span, Roll::default(), &[]);
    let after = new.due(start, span, Roll::default(), &[]).unwrap();
    assert_eq!((before.on, before.provisional), (date(2027, 5, 4), true));
    assert_eq!((after.on, after.provisional), (date(2027, 5, 7), false));
}

#[test]
fn a_restated_year_is_a_revision() {
    let mut changed = Calendar::builtin().notices()[22].clone();
    assert_eq!(changed.year, 2026);
    assert_eq!(Calendar::builtin().with_notice(&changed).unwrap_err().code(), "already_loaded");
    changed.off.push(off(date(2026, 9, 3), date(2026, 9, 3), "纪念日"));
    let new = Calendar::builtin().with_notice(&changed).unwrap();
    assert_eq!((new.version(), new.is_working(date(2026, 9, 3))), ("cn-2026.1", Ok(false)));
    assert_eq!(new.with_notice(&notice_2027()).unwrap().version(), "cn-2027.1");
    let other_way = Calendar::builtin().with_notice(&notice_2027()).unwrap().with_notice(&changed).unwrap();
    assert_eq!(other_way.version(), "cn-2027.1");
    assert_eq!(other_way.is_working(date(2026, 12, 26)), Ok(true));
}

#[test]
fn a_notice_that_does_not_fit_is_refused() {
    let refuse = |change: &dyn Fn(&mut Notice)| {
        let mut notice = notice_2027();
        change(&mut notice);
        Calendar::builtin().with_notice(&notice).unwrap_err()
    };
    let shift = |notice: &mut Notice, year: i16| {
        notice.year = year;
        notice.issued = Some(date(year - 1, 11, 4));
        notice.off = vec![off(date(year, 1, 1), date(year, 1, 1), "元旦")];
        notice.work.clear();
    };
    let gap = refuse(&|n| {
        shift(n, 2028);
        n.off.extend([(5, 1, 2), (10, 1, 3)].map(|(m, a, b)| off(date(2028, m, a), date(2028, m, b), "节")));
    });
    assert_eq!(gap, CalendarError::Gap { year: 2028, expected: 2027 });
    assert_eq!(gap.to_string(), "this notice is for 2028, but the calendar ends with 2026: load the notice for 2027 first");
    assert_eq!(refuse(&|n| shift(n, 2003)), CalendarError::TooEarly { year: 2003, first: 2004 });
    let missing = refuse(&|n| n.off[1].through = date(2027, 2, 7));
    assert_eq!(missing, CalendarError::StatutoryDayMissing { date: date(2027, 2, 8), name: "春节".to_owned() });
    assert_eq!(refuse(&|n| n.work.push(date(2027, 6, 14))).code(), "weekday");
}

#[test]
fn provisional_days_are_weekends_and_statutory_days() {
    let calendar = Calendar::builtin();
    // law digest 1.10, all of them; the fixed ones alone for a year further on, and before the first notice.
    let statutory = |year: i16| {
        let days = (0..365).map(|i| date_from_days(days_of(date(year, 1, 1)) + i));
        let days = days.filter(|d| matches!(calendar.day_or_assumed(*d), (DayKind::Holiday(_), true)));
        days.map(|d| format!("{:02}-{:02}", d.month(), d.day())).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(statutory(2027), "01-01 02-05 02-06 02-07 02-08 04-05 05-01 05-02 06-09 09-15 10-01 10-02 10-03");
    for year in [2003, 2028, 2031] {
        assert_eq!(statutory(year), "01-01 05-01 05-02 10-01 10-02 10-03");
    }
    assert_eq!(calendar.day_or_assumed(date(2027, 1, 2)), (DayKind::Weekend, true));
    assert_eq!(calendar.day_or_assumed(date(2026, 1, 2)), (DayKind::Holiday("元旦"), false));

    let due = |start, span: &str, roll| {
        let due = calendar.due_or_provisional(start, span.parse().unwrap(), roll, &[]);
        assert!(due.provisional && due.at == Instant::end_of(due.on));
        due.on
    };
    assert_eq!(due(at(2026, 12, 30), "7wd", Roll::NonWorkday), date(2027, 1, 11));
    assert_eq!(due(at(2003, 12, 29), "5wd", Roll::NonWorkday), date(2004, 1, 6));
    assert_eq!(due(at(2026, 12, 4), "60nd", Roll::NonWorkday), date(2027, 2, 2));
    assert_eq!(due(at(2026, 12, 8), "60nd", Roll::NonWorkday), date(2027, 2, 9), "off the festival");
    assert_eq!(due(at(2026, 11, 3), "60nd", Roll::StatutoryHolidayOnly), date(2027, 1, 2), "a plain Saturday");
}

#[test]
fn strict_names_the_first_unknown_year() {
    let calendar = Calendar::builtin();
    let due = |start, span| calendar.due(start, span, Roll::default(), &[]).map(|d| d.on);
    assert_eq!(due(at(2026, 12, 30), Span::WorkingDays(1)), Ok(date(2026, 12, 31)));
    assert_eq!(due(at(2026, 12, 30), Span::WorkingDays(2)), Err(NoNotice(2027)));
    assert_eq!(due(at(2026, 12, 31), Span::WorkingDays(1)), Err(NoNotice(2027)));
    assert_eq!(due(at(2029, 3, 1), Span::WorkingDays(1)), Err(NoNotice(2029)));
    assert_eq!(due(at(2003, 12, 31), Span::WorkingDays(1)), Ok(date(2004, 1, 2)), "the first day is not counted");
    assert_eq!(due(at(2003, 12, 30), Span::WorkingDays(1)), Err(NoNotice(2003)));
    assert_eq!(due(at(2003, 6, 30), Span::NaturalDays(200)), Ok(date(2004, 1, 16)), "only the last day matters");
    assert_eq!(due(at(2026, 12, 1), Span::NaturalDays(31)), Err(NoNotice(2027)));
    assert_eq!(due(at(2026, 12, 31), Span::Hours(24)), Ok(date(2027, 1, 1)));
    // A day that is not counted need not be known.
    let excluded = [Exclusion { after: date(2003, 12, 1), through: date(2003, 12, 31) }];
    let end = calendar.due(at(2003, 12, 1), Span::WorkingDays(1), Roll::default(), &excluded).unwrap();
    assert_eq!(end.on, date(2004, 1, 2));
}

#[test]
fn months_end_on_the_corresponding_day() {
    for (start, months, end) in [
        (date(2025, 1, 31), 1, date(2025, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2025, 11, 30), 3, date(2026, 2, 28)),
        (date(2025, 12, 15), 1, date(2026, 1, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(9999, 12, 1), 1, Date::MAX),
    ] {
        assert_eq!(corresponding_day(start, months), end);
    }
}

#[test]
fn exclusions_stop_hours_too_and_never_count_twice() {
    let calendar = Calendar::builtin();
    let x = |a: i8, b: i8| Exclusion { after: date(2026, 6, a), through: date(2026, 6, b) };
    let due = |span: Span, list: &[Exclusion]| calendar.due(at(2026, 6, 1), span, Roll::StatutoryHolidayOnly, list).unwrap();
    assert_eq!(due(Span::Hours(24), &[x(1, 3)]).at.civil(), datetime(2026, 6, 4, 10, 30, 0, 0));
    let once = due(Span::NaturalDays(10), &[x(3, 9)]).on;
    assert_eq!(once, date(2026, 6, 17));
    for list in
        [vec![x(3, 7), x(5, 9)], vec![x(5, 9), x(3, 7)], vec![x(3, 9), x(3, 9), x(4, 6)], vec![x(3, 5), x(5, 9)], vec![x(9, 3), x(3, 9)]]
    {
        assert_eq!(due(Span::NaturalDays(10), &list).on, once, "{list:?}");
    }
    assert_eq!(due(Span::NaturalDays(10), &[x(11, 20)]).on, date(2026, 6, 11), "after the end");
    let before = Exclusion { after: date(2026, 5, 1), through: date(2026, 6, 1) };
    assert_eq!(due(Span::NaturalDays(10), &[before]).on, date(2026, 6, 11), "before the start");
}

#[test]
fn a_proof_shows_every_day_and_can_be_checked() {
    let calendar = Calendar::builtin();
    let proof = calendar.proof(at(2025, 9, 26), Span::WorkingDays(7), Roll::default(), &[]);
    let marks: Vec<_> = proof.days.iter().map(|d| (d.date.day(), d.mark)).collect();
    assert_eq!(marks[..4], [(27, Mark::Skipped), (28, Mark::Counted(1)), (29, Mark::Counted(2)), (30, Mark::Counted(3))]);
    assert!(marks[4..12].iter().all(|(_, mark)| *mark == Mark::Skipped));
    assert_eq!(proof.days[1].kind, DayKind::MakeUp);
    assert_eq!(proof.days[9].kind, DayKind::Holiday("中秋节".to_owned()));
    assert_eq!(marks.last(), Some(&(13, Mark::Counted(7))));
    assert!(proof.holds(calendar));

    let json = serde_json::to_string(&proof).unwrap();
    let mut read: Proof = serde_json::from_str(&json).unwrap();
    assert_eq!(read, proof);
    read.days.remove(3);
    assert!(!read.holds(calendar));

    let rolled = calendar.proof(at(2026, 4, 20), Span::NaturalDays(60), Roll::default(), &[]);
    let marks: Vec<_> = rolled.days.iter().skip(59).map(|d| d.mark).collect();
    assert_eq!(marks, [Mark::Counted(60), Mark::Rolled, Mark::Rolled, Mark::Moved]);

    let provisional = calendar.proof(at(2026, 12, 30), Span::WorkingDays(3), Roll::default(), &[]);
    assert!(provisional.due.provisional && !provisional.days[0].assumed && provisional.days[1].assumed);

    let years = calendar.proof(at(2023, 5, 2), Span::Years(3), Roll::default(), &[]);
    assert_eq!(years.days[0].mark, Mark::Corresponding);
    assert_eq!(years.days.last().map(|d| (d.date, d.mark)), Some((date(2026, 5, 6), Mark::Moved)));
    assert!(calendar.proof(at(2026, 5, 2), Span::Hours(3), Roll::default(), &[]).days.is_empty());
}

#[test]
fn working_days_left_counts_down_past_zero() {
    let calendar = Calendar::builtin();
    let left = |now, due| calendar.working_days_left(now, due);
    let due = date(2025, 10, 13);
    assert_eq!(left(at(2025, 9, 26), due), 7);
    assert_eq!(left(at(2025, 9, 28), due), 6);
    assert_eq!(left(at(2025, 10, 12), due), 1);
    assert_eq!(left(at(2025, 10, 13), due), 0);
    assert_eq!(left(at(2025, 10, 15), due), -2);
    assert_eq!(left(at(2026, 12, 30), date(2027, 1, 11)), 7);
    assert_eq!(left(at(2027, 1, 11), date(2026, 12, 30)), -7);
    assert_eq!(calendar.working_days_between(date(2026, 12, 30), date(2027, 1, 1)), Err(NoNotice(2027)));
    assert_eq!(calendar.working_days_between(date(2027, 1, 1), date(2027, 1, 1)), Ok(0));
}

#[test]
fn absurd_input_neither_panics_nor_wraps() {
    let calendar = Calendar::builtin();
    let far = Instant::start_of(date(9999, 12, 1));
    for span in [Span::Minutes(u32::MAX), Span::Hours(u32::MAX), Span::NaturalDays(u32::MAX), Span::Months(u32::MAX), Span::Years(u32::MAX)]
    {
        for start in [at(2026, 1, 1), far] {
            let due = calendar.due_or_provisional(start, span, Roll::default(), &[]);
            assert!(due.on >= start.date(), "{span} {start:?}");
        }
    }
    let due = calendar.due_or_provisional(far, Span::WorkingDays(u32::MAX), Roll::default(), &[]);
    assert_eq!((due.on, due.provisional), (Date::MAX, true));
}
