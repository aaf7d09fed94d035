//! A figure of two windows of equal length before and after a day: bars, with the same numbers as a table below, each total leading to its
//! cases.

use crate::web::i18n::Lang;
use askama::Template;

/// A bar: where it stands and how tall it is, in the units of the drawing.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    /// First day of the step it counts.
    pub label: String,
    /// How many.
    pub n: u32,
    /// It lies after the day.
    pub after: bool,
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: u32,
    /// Height.
    pub height: u32,
}

/// A total: its name, how many, and where its cases are.
#[derive(Clone, Debug, Default)]
pub struct Total {
    /// Name.
    pub label: String,
    /// How many.
    pub n: usize,
    /// Its cases; empty where the reader may not open all of them.
    pub href: String,
}

/// The figure.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/before_after.html")]
pub struct BeforeAfter {
    l: Lang,
    /// Heading.
    pub head: String,
    /// The bars, oldest first.
    pub bars: Vec<Bar>,
    /// Before and after.
    pub totals: Vec<Total>,
    /// The change in words.
    pub change: String,
    width: usize,
    middle: usize,
}

/// Width of a bar with its gap, and height of the drawing.
const STEP: usize = 24;
const HEIGHT: u32 = 96;

impl BeforeAfter {
    /// From counts with their first day and whether they lie after; totals open their cases where `opens`.
    #[must_use]
    pub fn new(
        l: Lang,
        head: String,
        counts: Vec<(String, u32, bool)>,
        totals: [(String, usize, String); 2],
        change: String,
        opens: bool,
    ) -> Self {
        let most = counts.iter().map(|c| c.1).max().unwrap_or(0).max(1);
        let width = counts.len() * STEP;
        let bar = |(i, (label, n, after)): (usize, (String, u32, bool))| {
            let height = n * HEIGHT / most;
            Bar { label, n, after, x: i * STEP + 3, y: HEIGHT - height + 14, height }
        };
        let bars: Vec<Bar> = counts.into_iter().enumerate().map(bar).collect();
        let total = |(label, n, href): (String, usize, String)| Total { label, n, href: if opens { href } else { String::new() } };
        Self { l, head, bars, totals: totals.into_iter().map(total).collect(), change, width, middle: width / 2 }
    }
}

impl askama::filters::HtmlSafe for BeforeAfter {}
