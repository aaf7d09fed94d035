//! How often what happens: `data/simulate/shares.toml`, each number there with its source.

use crate::demo::words::Dice;
use jiff::civil::{Date, Weekday};
use rules::calendar::{Calendar, DayKind};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Debug, Deserialize)]
pub(super) struct Shares {
    pub kinds: Kinds,
    channels: BTreeMap<String, u32>,
    category: Vec<Category>,
    days: Days,
    pub outcomes: Outcomes,
    pub mistakes: Mistakes,
    pace: Pace,
}

/// What letters ask for, in parts.
#[derive(Debug, Deserialize)]
pub(super) struct Kinds {
    pub complaint: u32,
    pub report: u32,
    pub consultation: u32,
    pub other: u32,
    /// A complaint and a report at once.
    pub both: u32,
}

#[derive(Debug, Deserialize)]
struct Category {
    weight: u32,
    trades: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Days {
    weekday: [u64; 7],
    holiday: u64,
    make_up: u64,
    hour: [u32; 24],
}

/// How things end, parts of 10,000.
#[derive(Debug, Deserialize)]
pub(super) struct Outcomes {
    pub agreed: u32,
    pub satisfied: u32,
    pub refused: u32,
    pub withdrawn: u32,
    pub filed: u32,
    pub followed_up: u32,
}

/// What goes wrong, parts of 10,000.
#[derive(Debug, Deserialize)]
pub(super) struct Mistakes {
    pub wrong_unit: u32,
    pub late: u32,
    pub forgotten_tell: u32,
    pub wrong_kind: u32,
    pub wrong_amount: u32,
    pub head_sends_back: u32,
    pub ill_week: u32,
}

#[derive(Debug, Deserialize)]
struct Pace {
    tenths: Vec<i64>,
}

impl Shares {
    /// # Errors
    /// They are not well formed; a fault of the program.
    pub(super) fn read() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../../../data/simulate/shares.toml"))
    }

    pub(super) fn channel(&self, dice: &mut Dice) -> String {
        drawn(dice, self.channels.iter().map(|(name, weight)| (name, *weight))).cloned().unwrap_or_default()
    }

    /// The first shop of a trade, by which it is known.
    pub(super) fn trade(&self, dice: &mut Dice) -> String {
        let category = drawn(dice, self.category.iter().map(|c| (c, c.weight)));
        category.map(|c| dice.pick(&c.trades).clone()).unwrap_or_default()
    }

    /// The hour at which a letter comes.
    pub(super) fn hour(&self, dice: &mut Dice) -> i64 {
        drawn(dice, (0i64..).zip(self.days.hour)).unwrap_or(9)
    }

    /// How much a day brings against others.
    pub(super) fn weight(&self, calendar: &Calendar, day: Date) -> u64 {
        let at = |d: Weekday| self.days.weekday[d.to_monday_zero_offset() as usize];
        match calendar.day_or_assumed(day).0 {
            DayKind::Holiday(_) => self.days.holiday,
            DayKind::MakeUp => self.days.make_up,
            DayKind::Working | DayKind::Weekend => at(day.weekday()),
        }
    }

    /// Minutes from a letter to its answer.
    pub(super) fn pace(&self, dice: &mut Dice) -> i64 {
        let tenths = &self.pace.tenths;
        let at = dice.below(tenths.len() + 1);
        let low = if at == 0 { 2 } else { tenths[at - 1] };
        let high = tenths.get(at).copied().unwrap_or(low * 3 / 2);
        let within = low * 100 + (high - low) * dice.below(100) as i64;
        within * 24 * 60 / 1_000
    }
}

/// One of some, by weight.
pub(super) fn drawn<T>(dice: &mut Dice, all: impl Iterator<Item = (T, u32)> + Clone) -> Option<T> {
    let total: u32 = all.clone().map(|(_, w)| w).sum();
    let mut at = dice.below(total as usize) as u32;
    for (one, weight) in all {
        if at < weight {
            return Some(one);
        }
        at -= weight;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::words::Words;

    #[test]
    fn they_name_what_is_there_and_the_pace_has_its_quartiles() {
        let (shares, words, mut dice) = (Shares::read().unwrap(), Words::read().unwrap(), Dice::new(9));
        for name in shares.category.iter().flat_map(|c| &c.trades) {
            assert!(words.trade.iter().any(|t| t.shops.first() == Some(name)), "{name}");
        }
        let named: usize = shares.category.iter().map(|c| c.trades.len()).sum();
        assert_eq!(named, words.trade.len(), "every trade has its category");
        let mut all: Vec<i64> = (0..20_000).map(|_| shares.pace(&mut dice)).collect();
        all.sort_unstable();
        let days = |part: usize| all[all.len() * part / 4] * 10 / (24 * 60);
        assert!(
            (45..52).contains(&days(1)) && (108..117).contains(&days(2)) && (215..233).contains(&days(3)),
            "{} {} {}",
            days(1),
            days(2),
            days(3)
        );
        let complaints = u64::from(shares.kinds.complaint) * 39_239 / 10_000;
        assert!((18_620..18_632).contains(&complaints), "1,862.5 of 3,923.9: {complaints}");
    }
}
