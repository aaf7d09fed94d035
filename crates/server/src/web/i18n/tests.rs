//! Keys, templates, Rust and both languages held against each other.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::*;

/// Families of words chosen by a code at run time (`l.code("stage", …)`, `l.t(&format!(…))`): used as a whole.
const FAMILIES: &[&str] = &[
    "action",
    "acts",
    "agree",
    "agree-hint",
    "approved",
    "article",
    "ask",
    "ask-hint",
    "attendance",
    "bad",
    "basis",
    "body",
    "channel",
    "clock",
    "come",
    "conduct",
    "consent",
    "correction",
    "day",
    "demand",
    "due",
    "draw",
    "error-do",
    "error-title",
    "event",
    "factor",
    "feedback-law",
    "field",
    "followup-age",
    "form",
    "given",
    "granted",
    "ground",
    "guide-field",
    "guide-group",
    "guide-state",
    "guide-tone",
    "health",
    "hint",
    "holiday",
    "import",
    "keys-do",
    "keys-in",
    "kind",
    "law",
    "lawtext",
    "led",
    "level",
    "matter",
    "mechanism",
    "mailin-state",
    "mailin-why",
    "measure",
    "mode",
    "more",
    "news",
    "next",
    "not-filing",
    "ours",
    "outbox-state",
    "outbox-why",
    "outcome",
    "pack",
    "party",
    "phrase-field",
    "phrase-owner",
    "powers",
    "proper-channel",
    "proposal",
    "purpose",
    "rate",
    "rate-formula",
    "rates-by",
    "rates-topic",
    "rates-total",
    "reached",
    "regime",
    "respondent-kind",
    "role",
    "satisfaction",
    "solved",
    "sort",
    "stage",
    "step",
    "sup",
    "tellby",
    "today",
    "termination",
    "unit-kind",
    "who",
    "whynot",
    "mech",
    "mechanism",
    "sheet",
    "task",
    "responsible",
    "rung",
    "review-step",
    "reviews",
    "verdict",
    "zero-who",
    "zero-why",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(dir: &Path, ext: &str, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, ext, out);
        } else if path.extension().is_some_and(|e| e == ext) {
            out.push(path);
        }
    }
}

/// Key → variables it names.
fn keys(lang: Lang) -> BTreeMap<String, BTreeSet<String>> {
    let mut paths = Vec::new();
    files(&root().join("locales").join(lang.tag()), "ftl", &mut paths);
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut current = String::new();
    for path in paths {
        for line in std::fs::read_to_string(path).unwrap().lines() {
            if line.starts_with(|c: char| c.is_ascii_alphabetic()) {
                current = line.split(" =").next().unwrap().to_owned();
                assert!(out.insert(current.clone(), BTreeSet::new()).is_none(), "{current} is there twice in {}", lang.tag());
            }
            for piece in line.split('$').skip(1) {
                let name: String = piece.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                out.get_mut(&current).unwrap().insert(name);
            }
        }
    }
    out
}

/// Keys named in templates and in Rust by `t("…")`, `t1("…", …)`, `t2("…", …)`.
fn used() -> BTreeSet<String> {
    let mut paths = Vec::new();
    files(&root().join("templates"), "html", &mut paths);
    files(&root().join("src"), "rs", &mut paths);
    let mut out = BTreeSet::new();
    for path in paths.iter().filter(|p| !p.ends_with("i18n/tests.rs")) {
        let text = std::fs::read_to_string(path).unwrap();
        let text: String = text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
        for call in [".t(\"", ".t1(\"", ".t2(\""] {
            out.extend(text.split(call).skip(1).filter_map(|piece| piece.split('"').next()).map(str::to_owned));
        }
    }
    out
}

fn in_family(key: &str) -> bool {
    FAMILIES.iter().any(|f| key.strip_prefix(f).is_some_and(|rest| rest.starts_with('-')))
}

#[test]
fn all_languages_have_the_same_keys_with_the_same_variables() {
    for other in [Lang::ZhTw, Lang::En] {
        assert_eq!(keys(Lang::ZhCn), keys(other), "{}", other.tag());
    }
}

#[test]
fn every_key_used_exists_and_none_is_left_over() {
    let (there, used) = (keys(Lang::ZhCn), used());
    let missing: Vec<_> = used.iter().filter(|k| !there.contains_key(*k)).collect();
    assert!(missing.is_empty(), "without a text: {missing:?}");
    let mut quoted = String::new();
    let mut paths = Vec::new();
    files(&root().join("src"), "rs", &mut paths);
    for path in paths {
        quoted.push_str(&std::fs::read_to_string(path).unwrap());
    }
    let left: Vec<_> = there.keys().filter(|k| !used.contains(*k) && !in_family(k) && !quoted.contains(&format!("\"{k}\""))).collect();
    assert!(left.is_empty(), "used nowhere: {left:?}");
}

/// Arguments of a call, from behind its bracket: cut at the commas that are its own.
fn arguments(call: &str) -> Vec<String> {
    let (mut out, mut depth, mut quoted, mut escaped) = (vec![String::new()], 0, false, false);
    for c in call.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted && depth == 0 => break,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                out.push(String::new());
                continue;
            }
            _ => {}
        }
        out.last_mut().unwrap().push(c);
    }
    out.into_iter().map(|a| a.trim().to_owned()).filter(|a| !a.is_empty()).collect()
}

/// Each sentence asked for by name gets the values it has places for, and no others; in every language, for all have the same places.
#[test]
fn every_sentence_is_given_what_it_names() {
    let there = keys(Lang::ZhCn);
    let mut paths = Vec::new();
    files(&root().join("templates"), "html", &mut paths);
    files(&root().join("src"), "rs", &mut paths);
    let (mut wrong, mut calls) = (Vec::new(), 0);
    for path in paths.iter().filter(|p| !p.ends_with("i18n/tests.rs")) {
        let text = std::fs::read_to_string(path).unwrap();
        for (call, at) in [(".t(", &[][..]), (".t1(", &[1]), (".t2(", &[1, 3])] {
            for rest in text.split(call).skip(1) {
                let given = arguments(rest);
                let word = |a: Option<&String>| a?.strip_prefix('"')?.strip_suffix('"').map(str::to_owned);
                let Some(key) = word(given.first()) else { continue };
                let names: Option<BTreeSet<String>> = at.iter().map(|i| word(given.get(*i))).collect();
                let (Some(names), Some(wanted)) = (names, there.get(&key)) else { continue };
                calls += 1;
                if names != *wanted {
                    wrong.push(format!("{}: {key} has places for {wanted:?} and is given {names:?}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(calls > 500, "the calls are found: {calls}");
}

#[test]
fn every_text_can_be_shown_in_all_languages() {
    for lang in Lang::ALL {
        for (key, variables) in keys(lang) {
            assert!(lang.has(&key) || !variables.is_empty(), "{key} in {}", lang.tag());
        }
    }
}

/// Every code of the rules has a word in both languages.
#[test]
fn every_code_of_the_rules_has_a_word() {
    use rules::access::Role;
    use rules::case::command::{Action, WhyNot};
    use rules::case::event::{Consent, Matter, Mode, Outcome};
    use rules::case::next::{Step, Who};
    use rules::clock::Statutory;
    use rules::jurisdiction::{Basis, RespondentKind};
    use rules::law::{Body, Demand, Factor, Form, Ground, Kind, Level, NotFiling, Party, Regime, TellBy, Termination};
    use rules::pack::{Mechanism, Responsible, Rung, Section, Since, Stop, Trigger, UnitKind};
    macro_rules! check {
        ($($family:literal => $list:ty),+ $(,)?) => {$(
            for item in <$list>::ALL {
                let key = format!("{}-{}", $family, item.code().replace('_', "-"));
                for lang in Lang::ALL {
                    assert!(lang.has(&key), "{key} in {}", lang.tag());
                }
            }
        )+};
    }
    check!(
        "kind" => Kind, "stage" => rules::case::Stage, "step" => Step, "who" => Who, "action" => Action, "whynot" => WhyNot, "ground" => Ground,
        "termination" => Termination, "body" => Body, "factor" => Factor, "party" => Party, "not-filing" => NotFiling, "demand" => Demand,
        "ask" => Demand, "level" => Level, "tellby" => TellBy, "form" => Form, "matter" => Matter, "consent" => Consent, "mode" => Mode,
        "outcome" => Outcome, "clock" => Statutory, "basis" => Basis, "respondent-kind" => RespondentKind, "unit-kind" => UnitKind,
        "role" => Role, "regime" => Regime, "mechanism" => Mechanism, "pack-part" => Section, "pack-start" => Trigger, "pack-stop" => Stop,
        "rung" => Rung, "pack-step-since" => Since, "responsible" => Responsible, "verdict" => rules::case::review::Verdict,
        "review-step" => rules::case::review::Step,
    );
    // These have places for what they are about.
    let there = keys(Lang::ZhCn);
    let cures = rules::pack::Cure::ALL.iter().map(|c| format!("pack-cure-{}", c.code().replace('_', "-")));
    assert_eq!(cures.filter(|key| !there.contains_key(key)).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn a_request_gets_the_language_it_asks_for() {
    assert_eq!(Lang::choose(None, None, None), Lang::ZhCn);
    assert_eq!(Lang::choose(None, None, Some("en-GB,en;q=0.9,zh;q=0.8")), Lang::En);
    assert_eq!(Lang::choose(None, None, Some("fr;q=0.9, en;q=0.3, zh-Hant;q=0.5")), Lang::ZhTw);
    for (tag, lang) in
        [("zh-TW", Lang::ZhTw), ("zh_HK", Lang::ZhTw), ("zh-Hans-HK", Lang::ZhCn), ("zh-Hant-CN", Lang::ZhTw), ("zh", Lang::ZhCn)]
    {
        assert_eq!(Lang::parse(tag), Some(lang), "{tag}");
    }
    assert_eq!(Lang::choose(None, Some("zh-CN"), Some("en")), Lang::ZhCn);
    assert_eq!(Lang::choose(Some("en"), Some("zh-CN"), None), Lang::En);
    assert_eq!(Lang::choose(Some("xx"), None, Some(";;q=,")), Lang::ZhCn);
}

#[test]
fn texts_take_variables_and_plurals() {
    assert_eq!(Lang::En.t1("receipt-files", "n", 1), "1 file");
    assert_eq!(Lang::En.t1("receipt-files", "n", 2), "2 files");
    assert_eq!(Lang::ZhCn.t1("track-title", "number", "A<1>"), "进度 A<1>");
    assert_eq!(Lang::En.t("no such key"), "⟦no such key⟧");
    assert_eq!(Lang::En.code("stage", "made_up"), "made_up");
}

/// Words of the mainland's script alone would show that a text was left as it was; names in data are not ours.
#[test]
fn the_traditional_texts_are_in_traditional_script() {
    let mut paths = Vec::new();
    files(&root().join("locales").join(Lang::ZhTw.tag()), "ftl", &mut paths);
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        for simplified in "诉举报记达处办调网问单这们时为发电话开员关书产业东车长门个认识说请谢".chars() {
            assert!(!text.contains(simplified), "{simplified} in {}", path.display());
        }
    }
}
