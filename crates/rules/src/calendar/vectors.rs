//! The vectors of the law digest that are pure calendar, one test each, named by its id.

use jiff::civil::{Date, date, datetime};

use super::{Calendar, Due, Exclusion, NoNotice, Roll, Span, corresponding_day};
use crate::time::Instant;

fn d(text: &str) -> Date {
    text.parse().unwrap()
}

fn end(start: &str, span: &str, roll: Roll, exclusions: &[Exclusion]) -> Result<Due, NoNotice> {
    // In the middle of the day: the time of day must not matter.
    let start = Instant::start_of(d(start)).plus_minutes(14 * 60 + 7);
    Calendar::builtin().due(start, span.parse().unwrap(), roll, exclusions)
}

/// The due date, known for certain.
fn due(start: &str, span: &str) -> String {
    excluding(start, span, &[])
}

fn excluding(start: &str, span: &str, exclusions: &[Exclusion]) -> String {
    let due = end(start, span, Roll::NonWorkday, exclusions).unwrap();
    assert!(!due.provisional);
    assert_eq!(due.at, Instant::end_of(due.on));
    due.on.to_string()
}

fn statutory_only(start: &str, span: &str) -> String {
    end(start, span, Roll::StatutoryHolidayOnly, &[]).unwrap().on.to_string()
}

fn raw(start: &str, span: &str) -> String {
    span.parse::<Span>().unwrap().raw_end(d(start), &[]).unwrap().to_string()
}

fn working(day: &str) -> bool {
    Calendar::builtin().is_working(d(day)).unwrap()
}

#[test]
fn v_01_working_days_2025() {
    assert!(working("2025-09-28"));
    assert!(!working("2025-10-08"));
    assert!(working("2025-10-11"));
}

#[test]
fn v_02_working_days_2026() {
    assert!(!working("2026-01-02"));
    for day in ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"] {
        assert!(working(day), "{day}");
    }
}

#[test]
fn v_03_new_years_eve_2024_was_a_working_day() {
    assert!(working("2024-02-09"));
}

#[test]
fn v_04_working_days_per_year() {
    for (year, n) in [(2024, 251), (2025, 248), (2026, 248)] {
        let between = Calendar::builtin().working_days_between(date(year - 1, 12, 31), date(year, 12, 31));
        assert_eq!(between, Ok(n), "{year}");
    }
}

#[test]
fn v_05_unknown_calendar_is_an_error() {
    assert_eq!(Calendar::builtin().day(date(2027, 1, 4)), Err(NoNotice(2027)));
    assert_eq!(end("2026-12-25", "7wd", Roll::default(), &[]), Err(NoNotice(2027)));
}

#[test]
fn v_06_l1_over_national_day() {
    assert_eq!(due("2025-09-26", "7wd"), "2025-10-13");
}

#[test]
fn v_07_l1_received_on_a_make_up_sunday() {
    assert_eq!(due("2025-09-28", "7wd"), "2025-10-14");
}

#[test]
fn v_08_l1_received_in_a_holiday() {
    assert_eq!(due("2025-10-01", "7wd"), "2025-10-16");
}

#[test]
fn v_09_l1_over_spring_festival_2025() {
    assert_eq!(due("2025-01-24", "7wd"), "2025-02-10");
}

#[test]
fn v_10_l1_over_spring_festival_2024() {
    assert_eq!(due("2024-02-08", "7wd"), "2024-02-23");
}

#[test]
fn v_11_l1_over_national_day_2024() {
    assert_eq!(due("2024-09-30", "7wd"), "2024-10-15");
}

#[test]
fn v_12_l1_on_the_last_day_of_order_20() {
    assert_eq!(due("2026-04-14", "7wd"), "2026-04-23");
}

#[test]
fn v_13_l1_on_the_first_day_of_order_121() {
    assert_eq!(due("2026-04-15", "7wd"), "2026-04-24");
}

#[test]
fn v_14_l1_over_labour_day() {
    assert_eq!(due("2026-04-30", "7wd"), "2026-05-13");
}

#[test]
fn v_15_l1_over_spring_festival_2026() {
    assert_eq!(due("2026-02-11", "7wd"), "2026-02-27");
}

#[test]
fn v_16_l1_received_on_a_make_up_saturday() {
    assert_eq!(due("2026-02-14", "7wd"), "2026-03-03");
}

#[test]
fn v_17_l1_received_at_a_weekend() {
    assert_eq!(due("2026-04-18", "7wd"), "2026-04-28");
}

#[test]
fn v_18_l1_over_national_day_2026() {
    assert_eq!(due("2026-09-30", "7wd"), "2026-10-15");
}

#[test]
fn v_19_l1_over_new_year() {
    assert_eq!(due("2025-12-31", "7wd"), "2026-01-12");
}

#[test]
fn v_20_l2_45_working_days_against_60_days() {
    assert_eq!(due("2025-01-10", "45wd"), "2025-03-20");
    assert_eq!(due("2025-01-10", "60nd"), "2025-03-11");
    assert_eq!(due("2025-01-10", "45wd").min(due("2025-01-10", "60nd")), "2025-03-11");
}

#[test]
fn v_21_l2_45_working_days_before_the_superior_norm() {
    assert_eq!(due("2024-03-01", "45wd"), "2024-05-08");
    assert_eq!(due("2024-03-01", "60nd"), "2024-04-30");
}

#[test]
fn v_22_l2_onto_a_plain_sunday() {
    assert_eq!(raw("2026-04-15", "60nd"), "2026-06-14");
    assert_eq!(due("2026-04-15", "60nd"), "2026-06-15");
    assert_eq!(statutory_only("2026-04-15", "60nd"), "2026-06-14");
}

#[test]
fn v_23_l2_onto_dragon_boat() {
    assert_eq!(raw("2026-04-20", "60nd"), "2026-06-19");
    assert_eq!(due("2026-04-20", "60nd"), "2026-06-22");
    assert_eq!(statutory_only("2026-04-20", "60nd"), "2026-06-22");
}

#[test]
fn v_24_l2_onto_another_plain_sunday() {
    assert_eq!(raw("2026-05-06", "60nd"), "2026-07-05");
    assert_eq!(due("2026-05-06", "60nd"), "2026-07-06");
    assert_eq!(statutory_only("2026-05-06", "60nd"), "2026-07-05");
}

#[test]
fn v_25_l2_onto_national_day() {
    assert_eq!(raw("2026-08-04", "60nd"), "2026-10-03");
    assert_eq!(due("2026-08-04", "60nd"), "2026-10-08");
    assert_eq!(statutory_only("2026-08-04", "60nd"), "2026-10-08");
}

#[test]
fn v_26_l2_onto_mid_autumn() {
    assert_eq!(raw("2026-07-27", "60nd"), "2026-09-25");
    assert_eq!(due("2026-07-27", "60nd"), "2026-09-28");
    assert_eq!(statutory_only("2026-07-27", "60nd"), "2026-09-28");
}

#[test]
fn v_27_l2_without_a_roll() {
    assert_eq!(due("2026-08-10", "60nd"), "2026-10-09");
    assert_eq!(statutory_only("2026-08-10", "60nd"), "2026-10-09");
}

#[test]
fn v_28_l2_appraisal_is_not_counted() {
    let appraisal = [Exclusion { after: date(2026, 5, 20), through: date(2026, 6, 10) }];
    assert_eq!(Span::NaturalDays(60).raw_end(date(2026, 5, 6), &appraisal), Some(date(2026, 7, 26)));
    assert_eq!(excluding("2026-05-06", "60nd", &appraisal), "2026-07-27");
}

#[test]
fn v_29_l2_recusal_is_counted() {
    assert_eq!(due("2026-05-06", "60nd"), "2026-07-06");
}

#[test]
fn v_30_l3_over_a_plain_week() {
    assert_eq!(due("2026-06-23", "7wd"), "2026-07-02");
}

#[test]
fn v_31_l3_ends_on_a_make_up_saturday() {
    assert_eq!(due("2026-02-12", "7wd"), "2026-02-28");
}

#[test]
fn v_32_l3_over_national_day() {
    assert_eq!(due("2026-09-29", "7wd"), "2026-10-14");
}

#[test]
fn v_33_l5_and_its_extension() {
    assert_eq!(due("2026-04-15", "15wd"), "2026-05-09");
    assert_eq!(due("2026-04-15", "30wd"), "2026-05-29");
}

#[test]
fn v_34_l5_over_two_holidays() {
    assert_eq!(due("2026-09-10", "15wd"), "2026-10-08");
    assert_eq!(due("2026-09-10", "30wd"), "2026-10-28");
}

#[test]
fn v_35_l5_in_september() {
    assert_eq!(due("2026-09-21", "15wd"), "2026-10-19");
    assert_eq!(due("2026-09-21", "30wd"), "2026-11-09");
}

#[test]
fn v_36_l5_over_spring_festival() {
    assert_eq!(due("2025-01-20", "15wd"), "2025-02-14");
    assert_eq!(due("2025-01-20", "30wd"), "2025-03-07");
}

#[test]
fn v_37_l5_testing_is_not_counted() {
    let testing = [Exclusion { after: date(2026, 6, 8), through: date(2026, 6, 24) }];
    assert_eq!(excluding("2026-06-01", "15wd", &testing), "2026-07-08");
    assert_eq!(due("2026-06-01", "15wd"), "2026-06-23");
}

#[test]
fn v_38_l7_restart_from_the_supplement() {
    assert_eq!(due("2026-05-20", "15wd"), "2026-06-10");
    assert_eq!(due("2026-05-11", "15wd"), "2026-06-01");
}

#[test]
fn v_41_l10_onto_national_day() {
    assert_eq!(raw("2026-07-03", "90nd"), "2026-10-01");
    assert_eq!(due("2026-07-03", "90nd"), "2026-10-08");
    assert_eq!(raw("2026-07-03", "120nd"), "2026-10-31");
    assert_eq!(due("2026-07-03", "120nd"), "2026-11-02");
}

#[test]
fn v_42_l10_onto_national_day_2025() {
    assert_eq!(raw("2025-07-07", "90nd"), "2025-10-05");
    assert_eq!(due("2025-07-07", "90nd"), "2025-10-09");
}

#[test]
fn v_43_l8_dispute_over_authority() {
    assert_eq!(due("2026-04-28", "7wd"), "2026-05-11");
}

#[test]
fn v_44_l18_publishing_a_penalty() {
    assert_eq!(due("2026-09-15", "20wd"), "2026-10-19");
    assert_eq!(due("2026-09-15", "10wd"), "2026-09-29");
    assert_eq!(due("2026-09-15", "3wd"), "2026-09-18");
}

#[test]
fn v_45_odr_ten_working_days() {
    assert_eq!(due("2025-09-25", "10wd"), "2025-10-15");
    assert_eq!(due("2026-02-10", "10wd"), "2026-03-02");
    assert_eq!(due("2026-05-06", "10wd"), "2026-05-19");
}

#[test]
fn v_49_l9_three_years() {
    let last = due("2023-04-20", "3y");
    assert_eq!(last, "2026-04-20");
    assert!("2026-04-20" <= last.as_str() && "2026-04-21" > last.as_str());
}

#[test]
fn v_50_l9_last_day_in_a_holiday() {
    assert_eq!(raw("2023-05-02", "3y"), "2026-05-02");
    assert_eq!(due("2023-05-02", "3y"), "2026-05-06");
}

#[test]
fn v_51_l9_no_corresponding_day() {
    assert_eq!(corresponding_day(date(2024, 2, 29), 36), date(2027, 2, 28));
    assert_eq!(raw("2024-02-29", "3y"), "2027-02-28");
    assert_eq!(end("2024-02-29", "3y", Roll::default(), &[]), Err(NoNotice(2027)));
    // A Sunday, by the weekends and statutory days of 2027 alone.
    let start = Instant::start_of(date(2024, 2, 29));
    let assumed = Calendar::builtin().due_or_provisional(start, Span::Years(3), Roll::default(), &[]);
    assert_eq!((assumed.on, assumed.provisional), (date(2027, 3, 1), true));
}

#[test]
fn v_52_judicial_confirmation_30_days() {
    assert_eq!(due("2026-01-20", "30nd"), "2026-02-24");
    assert_eq!(due("2026-09-01", "30nd"), "2026-10-08");
    assert_eq!(due("2026-04-02", "30nd"), "2026-05-06");
}

#[test]
fn v_53_seven_days_without_a_reason() {
    assert_eq!(raw("2026-09-28", "7nd"), "2026-10-05");
    assert_eq!(due("2026-09-28", "7nd"), "2026-10-08");
    assert_eq!(due("2026-05-20", "7nd"), "2026-05-27");
}

#[test]
fn v_54_prepaid_seven_days() {
    assert_eq!(raw("2026-02-10", "7nd"), "2026-02-17");
    assert_eq!(due("2026-02-10", "7nd"), "2026-02-24");
}

#[test]
fn v_62_hours_ignore_holidays() {
    let start = Instant::at(datetime(2025, 10, 1, 9, 0, 0, 0));
    let due = Calendar::builtin().due(start, Span::Hours(24), Roll::default(), &[]).unwrap();
    assert_eq!(due.at.civil(), datetime(2025, 10, 2, 9, 0, 0, 0));
    assert_eq!((due.on, due.provisional), (date(2025, 10, 2), false));
}

#[test]
fn v_63_two_hours_over_midnight() {
    let start = Instant::at(datetime(2026, 4, 15, 23, 10, 0, 0));
    let due = Calendar::builtin().due(start, Span::Hours(2), Roll::default(), &[]).unwrap();
    assert_eq!(due.at.civil(), datetime(2026, 4, 16, 1, 10, 0, 0));
    assert_eq!(due.on, date(2026, 4, 16));
}

#[test]
fn v_64_shandong_12345() {
    assert_eq!(due("2025-09-30", "3wd"), "2025-10-11");
    assert_eq!(due("2025-09-30", "1wd"), "2025-10-09");
}

#[test]
fn v_65_jindong_one_working_day() {
    assert_eq!(due("2026-02-13", "1wd"), "2026-02-14");
    assert_eq!(due("2026-09-30", "1wd"), "2026-10-08");
}

#[test]
fn v_66_five_then_ten_working_days() {
    assert_eq!(due("2026-04-29", "5wd"), "2026-05-09");
    assert_eq!(due("2026-05-09", "10wd"), "2026-05-22");
}
