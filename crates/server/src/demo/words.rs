//! Plausible letters out of invented words: trades, shops, problems and the papers about them come from `words.toml`.

use rules::law::Demand;
use rules::money::Fen;
use serde::Deserialize;

/// A small generator of numbers, so that the demonstration tells the same stories each time.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `n`.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % n.max(1) as u64) as usize
    }

    pub(crate) fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Trade {
    pub shops: Vec<String>,
    pub bought: Vec<String>,
    pub amount: [i64; 2],
    pub problems: Vec<String>,
    pub asks: Vec<String>,
    pub wants: Vec<String>,
    pub violation: Vec<String>,
    pub settled: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Question {
    pub ask: String,
    pub answer: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Papers {
    pub consulted: Vec<String>,
    pub refuse: Vec<String>,
    pub terminate: Vec<String>,
    pub verified: Vec<String>,
    pub unfounded: Vec<String>,
    pub lenient: Vec<String>,
    pub extend: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Words {
    surnames: String,
    given: Vec<String>,
    rare: Vec<String>,
    streets: Vec<String>,
    pub opening: Vec<String>,
    pub attitude: Vec<String>,
    pub closing: Vec<String>,
    pub trade: Vec<Trade>,
    pub question: Vec<Question>,
    pub other: Vec<Question>,
    pub papers: Papers,
    #[serde(skip)]
    named: usize,
}

/// One matter between a person and a shop.
#[derive(Clone, Debug)]
pub(crate) struct Matter {
    pub shop: String,
    pub amount: Fen,
    pub complaint: String,
    pub violation: String,
    pub settled: String,
    pub demands: Vec<Demand>,
}

impl Words {
    /// Reads the words that come with the program.
    ///
    /// # Errors
    /// They are not well formed; a fault of the program.
    pub(crate) fn read() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("words.toml"))
    }

    /// The name of a person; one in a while cannot be written by many systems.
    pub(crate) fn person(&mut self, dice: &mut Dice) -> String {
        self.named += 1;
        if self.named % 17 == 3 {
            return self.rare[self.named / 17 % self.rare.len()].clone();
        }
        let surnames: Vec<char> = self.surnames.chars().collect();
        format!("{}{}", dice.pick(&surnames), dice.pick(&self.given))
    }

    /// A street with a number.
    pub(crate) fn street(&self, dice: &mut Dice) -> String {
        format!("{}{}号", dice.pick(&self.streets), 1 + dice.below(260))
    }

    /// A matter of some trade, on a date as people write it.
    pub(crate) fn matter(&self, dice: &mut Dice, date: jiff::civil::Date) -> Matter {
        let trade = dice.pick(&self.trade);
        let yuan = trade.amount[0] + dice.below((trade.amount[1] - trade.amount[0]) as usize + 1) as i64;
        let shop = dice.pick(&trade.shops).clone();
        let bought = dice.pick(&trade.bought).clone();
        let date = format!("{}月{}日", date.month(), date.day());
        let fill = |text: &String| {
            let text = text.replace("{shop}", &shop).replace("{bought}", &bought).replace("{date}", &date);
            text.replace("{amount}", &yuan.to_string()).replace("{half}", &(yuan / 2).max(1).to_string())
        };
        let parts = [&self.opening, &trade.problems, &self.attitude, &trade.wants, &self.closing];
        let complaint: String = parts.into_iter().map(|list| fill(dice.pick::<String>(list))).collect();
        let violation = fill(dice.pick(&trade.violation));
        let settled = fill(dice.pick(&trade.settled));
        let demands = trade.asks.iter().filter_map(|a| Demand::parse(a)).take(1 + dice.below(2)).collect();
        Matter { shop: shop.clone(), amount: Fen(yuan * 100), complaint, violation, settled, demands }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_whole() {
        let mut words = Words::read().unwrap();
        let mut dice = Dice::new(1);
        let names: Vec<String> = (0..60).map(|_| words.person(&mut dice)).collect();
        for rare in ["㛃", "䶮", "𬭎"] {
            assert!(names.iter().any(|n| n.contains(rare)), "{rare}");
        }
        let all: std::collections::BTreeSet<String> =
            (0..200).map(|_| words.matter(&mut dice, jiff::civil::date(2026, 6, 1)).complaint).collect();
        assert!(all.len() > 180 && all.iter().all(|c| !c.contains('{')));
        assert!(words.trade.iter().all(|t| t.asks.iter().all(|a| Demand::parse(a).is_some())), "asks are demands");
        assert!(words.trade.len() >= 14);
    }
}
