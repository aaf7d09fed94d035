//! The learner on made-up letters.

use super::{Model, ModelError, Settings, coverage_at, scores, train};
use proptest::prelude::*;
use std::sync::LazyLock;

const SHOPS: [&str; 3] = ["健身房", "洗衣店", "理发店"];

fn letters() -> Vec<(String, String, &'static str)> {
    let mut letters = Vec::new();
    for n in 0..20 {
        let shop = SHOPS[n % 3];
        letters.push((format!("{shop}不退预付卡"), format!("在{shop}办了{n}00元的卡，关门后余额不退。"), "prepaid"));
        letters.push((format!("{n}号楼漏水"), format!("小区{n}号楼屋顶漏水，物业不修。"), "housing"));
        letters.push((format!("公交{n}路晚点"), format!("公交{n}路每天早上晚点半小时。"), "traffic"));
    }
    letters
}

fn examples(letters: &[(String, String, &'static str)]) -> Vec<(Vec<&'static str>, &'static str)> {
    letters.iter().map(|(t, d, c)| (vec![&*t.clone().leak(), &*d.clone().leak()], *c)).collect()
}

#[test]
fn it_tells_letters_apart_with_reasons_and_abstains_by_probability() {
    let model = train(&examples(&letters()), Settings::default()).unwrap();
    let answer = model.ask(&["美容院不退卡", "充值的余额不退"]);
    assert_eq!(answer.ranked[0].0, "prepaid");
    assert!(answer.ranked[0].1 > 0.5, "{:?}", answer.ranked);
    assert!(answer.reasons.iter().any(|r| "不退卡余额不退".contains(&r.text)), "{:?}", answer.reasons);
    let total: f64 = answer.ranked.iter().map(|r| r.1).sum();
    assert!((total - 1.0).abs() < 1e-9);
    let unknown = model.ask(&["", ""]);
    assert!(unknown.ranked[0].1 < 0.9, "nothing is said, nothing is sure: {:?}", unknown.ranked);
}

#[test]
fn the_same_examples_give_the_same_model() {
    let letters = letters();
    assert_eq!(train(&examples(&letters), Settings::default()), train(&examples(&letters), Settings::default()));
}

#[test]
fn one_class_or_too_few_letters_are_too_little() {
    let letters = letters();
    let all = examples(&letters);
    let one: Vec<_> = all.iter().filter(|e| e.1 == "housing").cloned().collect();
    assert_eq!(train(&one, Settings::default()).unwrap_err(), ModelError::TooLittle);
    assert_eq!(train(&all[..6], Settings::default()).unwrap_err(), ModelError::TooLittle);
}

#[test]
fn scores_by_hand() {
    let pairs = [("a", "a"), ("a", "a"), ("a", "b"), ("b", "b"), ("b", "a")];
    let found = scores(pairs);
    // a: precision 2/3, recall 2/3; b: precision 1/2, recall 1/2.
    assert!((found.macro_f1 - (2.0 / 3.0 + 0.5) / 2.0).abs() < 1e-12);
    assert!((found.weighted_f1 - (2.0 / 3.0 * 3.0 + 0.5 * 2.0) / 5.0).abs() < 1e-12);
    assert_eq!(coverage_at(0.75, &[(0.9, true), (0.8, true), (0.7, false), (0.6, true), (0.5, false)]), (0.8, 0.6));
    assert_eq!(coverage_at(0.99, &[(0.9, false)]), (0.0, 1.0));
}

static MODEL: LazyLock<Model> = LazyLock::new(|| train(&examples(&letters()), Settings::default()).unwrap());

proptest! {
    #[test]
    fn any_text_gets_an_answer(title in ".{0,60}", body in ".{0,200}") {
        let answer = MODEL.ask(&[&title, &body]);
        prop_assert!(answer.ranked.iter().all(|(_, p)| p.is_finite() && (0.0..=1.0).contains(p)));
    }
}
