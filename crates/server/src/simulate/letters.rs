//! Letters as people write them: clauses in several orders, amounts in several spellings, tone, typing errors, very short and very long ones,
//! absurd ones.

use crate::demo::words::{Dice, Trade, Words};
use jiff::civil::Date;
use rules::law::Demand;
use rules::money::Fen;
use serde::Deserialize;

/// The words of `data/simulate/letters.toml`.
#[derive(Debug, Deserialize)]
pub(super) struct Style {
    hello: Vec<String>,
    anger: Vec<String>,
    emoji: Vec<String>,
    detail: Vec<String>,
    short: Vec<String>,
    absurd: Vec<String>,
    burst: Vec<String>,
    consult: Vec<String>,
    report: Vec<String>,
    typo: Vec<(char, char)>,
    pub ask: Vec<String>,
    pub reply: Vec<String>,
    pub again: Vec<String>,
    pub note: Vec<String>,
    pub withdraw: Vec<String>,
    pub wrong_unit: Vec<String>,
    pub summary: Vec<String>,
}

/// A dispute as it is told.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub shop: String,
    pub amount: Fen,
    pub complaint: String,
    pub violation: String,
    pub settled: String,
    pub demands: Vec<Demand>,
}

impl Style {
    /// # Errors
    /// They are not well formed; a fault of the program.
    pub(super) fn read() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../../../data/simulate/letters.toml"))
    }

    /// A letter about a shop of a trade; `many` if others write about the same these days.
    pub(super) fn letter(&self, words: &Words, dice: &mut Dice, trade: &Trade, shop: &str, many: bool, bought_on: Date) -> Letter {
        let [low, high] = trade.amount;
        let yuan = low + dice.below((high - low).max(0) as usize + 1) as i64;
        let bought = dice.pick(&trade.bought).clone();
        let spelt = spelt(dice, yuan);
        let date = when(dice, bought_on);
        let fill = |text: &str| {
            let text = text.replace("{shop}", shop).replace("{bought}", &bought).replace("{date}", &date);
            let text = text.replace("{amount}元", &spelt).replace("{amount}", &yuan.to_string());
            text.replace("{half}", &(yuan / 2).max(1).to_string())
        };
        let told = match dice.below(100) {
            0..4 => fill(dice.pick::<String>(&self.short)),
            4 => fill(dice.pick::<String>(&self.absurd)),
            _ => self.told(words, dice, trade, many, &fill),
        };
        let complaint = self.typed(dice, told);
        let violation = format!("{}{}", fill(dice.pick::<String>(&trade.violation)), dice.pick::<String>(&self.report));
        let settled = fill(dice.pick::<String>(&trade.settled));
        let asks: Vec<Demand> = trade.asks.iter().filter_map(|a| Demand::parse(a)).collect();
        let most = 1 + dice.below(asks.len().max(1));
        Letter {
            shop: shop.to_owned(),
            amount: Fen(yuan * 100),
            complaint,
            violation,
            settled,
            demands: asks.into_iter().take(most).collect(),
        }
    }

    /// Opening, problem, attitude, wish and close, in one of the orders people put them in, with what they add.
    fn told(&self, words: &Words, dice: &mut Dice, trade: &Trade, many: bool, fill: &impl Fn(&str) -> String) -> String {
        let lists: [&[String]; 4] = [&words.opening, &trade.problems, &words.attitude, &trade.wants];
        let order = *dice.pick(&[[0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 3, 2], [3, 0, 1, 2], [1, 0, 2, 3], [0, 2, 1, 3]]);
        let mut out = String::new();
        if dice.below(3) == 0 {
            out.push_str(dice.pick::<String>(&self.hello));
        }
        for (i, part) in order.into_iter().enumerate() {
            // Not everybody tells everything.
            if i > 1 && dice.below(5) == 0 {
                continue;
            }
            out.push_str(&fill(dice.pick::<String>(lists[part])));
            if dice.below(9) == 0 {
                out.push_str(dice.pick::<String>(&self.anger));
            }
        }
        if many {
            out.push_str(&fill(dice.pick::<String>(&self.burst)));
        }
        let more = match dice.below(40) {
            0 => 12 + dice.below(30),
            1..6 => 3 + dice.below(5),
            _ => dice.below(3),
        };
        for _ in 0..more {
            out.push_str(dice.pick::<String>(&self.detail));
        }
        out.push_str(dice.pick::<String>(&words.closing));
        if dice.below(14) == 0 {
            out.push_str(dice.pick::<String>(&self.emoji));
        }
        out
    }

    /// The same with what fingers do to it.
    fn typed(&self, dice: &mut Dice, text: String) -> String {
        match dice.below(20) {
            0 | 1 => {
                let (right, wrong) = *dice.pick(&self.typo);
                text.replacen(right, &wrong.to_string(), 1 + dice.below(3))
            }
            2 => text.replace(['，', '。'], " "),
            3 => text.replace('。', "！！"),
            4 => text.replace('，', ",").replace('。', "."),
            5 => {
                // A character twice.
                let at = dice.below(text.chars().count());
                text.chars().enumerate().flat_map(|(i, c)| std::iter::repeat_n(c, 1 + usize::from(i == at))).collect()
            }
            _ => text,
        }
    }

    /// A question as it is asked.
    pub(super) fn question(&self, dice: &mut Dice, ask: &str) -> String {
        let hello = if dice.below(4) == 0 { dice.pick::<String>(&self.hello) } else { "" };
        let text = format!("{hello}{}{ask}", dice.pick::<String>(&self.consult));
        self.typed(dice, text)
    }
}

/// An amount as people write it, with its unit.
fn spelt(dice: &mut Dice, yuan: i64) -> String {
    match dice.below(8) {
        0 => format!("{yuan}块"),
        1 => format!("{yuan}块钱"),
        2 => format!("¥{yuan}.00"),
        3 if yuan >= 1000 => format!("{},{:03}元", yuan / 1000, yuan % 1000),
        4 if yuan >= 10_000 => format!("{}.{}万元", yuan / 10_000, yuan % 10_000 / 1000),
        5 => format!("人民币{yuan}元整"),
        6 => format!("{}元", full_width(yuan)),
        _ => format!("{yuan}元"),
    }
}

fn full_width(n: i64) -> String {
    n.to_string().chars().filter_map(|c| WIDE.get(c.to_digit(10)? as usize)).collect()
}
const WIDE: [char; 10] = ['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'];

fn when(dice: &mut Dice, on: Date) -> String {
    let (m, d) = (on.month(), on.day());
    match dice.below(6) {
        0 => format!("{m}.{d}"),
        1 => format!("{m}月{d}号"),
        2 => format!("{}年{m}月{d}日", on.year()),
        3 => format!("{m}月{}旬", ["上", "中", "下"][((d - 1) / 10).clamp(0, 2) as usize]),
        _ => format!("{m}月{d}日"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn letters_differ_and_leave_no_gap() {
        let (words, style, mut dice) = (Words::read().unwrap(), Style::read().unwrap(), Dice::new(3));
        let mut all = BTreeSet::new();
        let (mut shortest, mut longest) = (usize::MAX, 0);
        for _ in 0..2_000 {
            let trade = dice.pick(&words.trade);
            let letter = style.letter(&words, &mut dice, trade, &trade.shops[0], false, jiff::civil::date(2026, 6, 1));
            for text in [&letter.complaint, &letter.violation, &letter.settled] {
                assert!(!text.contains(['{', '}']), "{text}");
            }
            let length = letter.complaint.chars().count();
            (shortest, longest) = (shortest.min(length), longest.max(length));
            all.insert(letter.complaint);
        }
        assert!(all.len() > 1_900, "{}", all.len());
        assert!(shortest < 15 && longest > 500, "{shortest} {longest}");
    }

    #[test]
    fn an_amount_is_written_in_several_ways() {
        let mut dice = Dice::new(1);
        let all: BTreeSet<String> = (0..200).map(|_| spelt(&mut dice, 12_345)).collect();
        assert!(all.contains("12,345元") && all.contains("１２３４５元") && all.contains("1.2万元"), "{all:?}");
    }
}
