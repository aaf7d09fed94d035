//! The page of rates: each figure with what it is made of, how it stood before, and a way to its cases.

use super::parts::{Choice, Empty, Errors, Link};
use crate::web::layout::DeskLayout;
use askama::Template;

/// A number that opens to the cases it counts; zero opens nothing.
#[derive(Clone, Debug, Default)]
pub struct Number {
    /// As shown.
    pub text: String,
    /// Its cases.
    pub href: String,
}

/// A count with how it stood before.
#[derive(Clone, Debug, Default)]
pub struct Total {
    /// Name.
    pub label: String,
    /// How many.
    pub n: Number,
    /// Against a month and a year before, in words.
    pub before: String,
}

/// A rate.
#[derive(Clone, Debug, Default)]
pub struct RateRow {
    /// Name.
    pub name: String,
    /// The formula in words, with its version and where it is from.
    pub formula: String,
    /// In percent; words where nothing stands below.
    pub value: String,
    /// Length of the bar, 0–100.
    pub bar: i64,
    /// Numerator.
    pub over: Number,
    /// Denominator.
    pub under: Number,
    /// Points against the month before (环比).
    pub month: String,
    /// Points against the year before (同比).
    pub year: String,
    /// What to know of it: few cases, an interval, a published figure that has changed.
    pub notes: Vec<String>,
}

/// Rates about one thing.
#[derive(Clone, Debug, Default)]
pub struct Topic {
    /// Anchor.
    pub id: String,
    /// Heading.
    pub head: String,
    /// Its rates.
    pub rows: Vec<RateRow>,
    /// What to know of all of them.
    pub note: String,
}

/// A rate over the months, drawn by the server: 130 by 48.
#[derive(Clone, Debug, Default)]
pub struct Chart {
    /// What it shows, first and last value in words.
    pub label: String,
    /// Heading.
    pub name: String,
    /// The last value.
    pub last: String,
    /// First and last month.
    pub ends: (String, String),
    /// Stretches of a line without gaps, as points.
    pub lines: Vec<String>,
    /// Points: x, y, what it says.
    pub dots: Vec<(i64, i64, String)>,
}

/// A row of the tables of months and of units.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// Month, or unit.
    pub name: String,
    /// Opens the page for it.
    pub href: String,
    /// Percentages and counts, in the order of the heads; with the length of a bar, or below zero for none.
    pub cells: Vec<(Number, i64)>,
}

/// Rates and counts.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/rates.html")]
pub struct Rates {
    /// Around the page.
    pub l: DeskLayout,
    /// What it is about: the period and the unit.
    pub about: String,
    /// Up to where the log was counted.
    pub as_of: String,
    /// Kind of period chosen.
    pub periods: Vec<Choice>,
    /// A day of it, or the first.
    pub on: String,
    /// The last, of a period of one's own.
    pub through: String,
    /// Whether the period is one's own.
    pub custom: bool,
    /// Narrowings: name, label, choices.
    pub selects: Vec<(String, String, Vec<Choice>)>,
    /// What is wrong with what was typed.
    pub errors: Errors,
    /// The periods before and after, files.
    pub links: Vec<Link>,
    /// Counts.
    pub totals: Vec<Total>,
    /// Rates.
    pub topics: Vec<Topic>,
    /// By month.
    pub charts: Vec<Chart>,
    /// Heads of both tables.
    pub heads: Vec<String>,
    /// Months.
    pub months: Vec<Line>,
    /// Units.
    pub units: Vec<Line>,
    /// Publishing this month: what is said, and whether it may be pressed.
    pub publish: Option<Publish>,
}

/// A month that is published, or may be.
#[derive(Clone, Debug, Default)]
pub struct Publish {
    /// How it stands.
    pub said: String,
    /// The month, where it may be published now.
    pub month: String,
    /// What changed since.
    pub late: Option<Link>,
}

impl Rates {
    fn empty(&self) -> Empty {
        let link = Some(Link::new("/desk/rates?period=year", self.l.t("rates-whole-year")));
        Empty { title: self.l.t("rates-none"), text: self.l.t("rates-none-hint"), link }
    }
}
