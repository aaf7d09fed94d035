//! Every page, in both languages, full, empty and with mistakes.

use std::collections::BTreeSet;

use askama::Template;

use super::paper::{MediationEnd, REFUSAL_GROUNDS, Refusal, TERMINATION_GROUNDS};
use super::public::{FileWhat, FileWho, Home};
use super::samples::{State, pages};
use crate::web::assets;
use crate::web::i18n::Lang;
use crate::web::layout::ICONS;

const STATES: [State; 3] = [State::Full, State::Empty, State::Error];

/// The values of an attribute in a page.
fn attributes<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    html.split(&format!(" {name}=\"")).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

/// With `FANGXIN_PAGES` set to a directory, the pages are also written there, to be looked at in a browser.
#[test]
fn every_page_is_sound_in_both_languages() {
    let dir = std::env::var_os("FANGXIN_PAGES").map(std::path::PathBuf::from);
    for lang in Lang::ALL {
        for state in STATES {
            for (name, html) in pages(lang, state) {
                let at = format!("{name} {} {state:?}", lang.tag());
                assert!(!html.contains('⟦'), "{at}: a key without a text");
                assert!(html.starts_with("<!doctype html>"), "{at}");
                assert!(html.contains(&format!("<html lang=\"{}\"", lang.tag())), "{at}: language");
                assert_eq!(html.matches("<main").count(), 1, "{at}: one main");
                assert!(html.matches("<h1").count() == 1, "{at}: one h1");
                for bad in ["style=\"", "<style", "onclick", "javascript:", "http://", "<script>", "src=\"//"] {
                    assert!(!html.contains(bad), "{at}: {bad}");
                }
                let ids = attributes(&html, "id");
                let unique: BTreeSet<_> = ids.iter().collect();
                assert_eq!(ids.len(), unique.len(), "{at}: an id twice in {ids:?}");
                let named = attributes(&html, "aria-labelledby").into_iter().flat_map(|v| v.split(' '));
                for target in attributes(&html, "for").into_iter().chain(named) {
                    assert!(unique.contains(&target), "{at}: nothing has the id {target}");
                }
                for target in attributes(&html, "aria-describedby").iter().flat_map(|v| v.split(' ')) {
                    assert!(unique.contains(&target), "{at}: nothing has the id {target}");
                }
                if state == State::Error {
                    for target in attributes(&html, "href").iter().filter_map(|h| h.strip_prefix("#f-")) {
                        assert!(unique.contains(&format!("f-{target}").as_str()), "{at}: the list of mistakes leads nowhere: {target}");
                    }
                }
                if let Some(dir) = &dir {
                    std::fs::create_dir_all(dir).unwrap();
                    std::fs::write(dir.join(format!("{name}.{}.{state:?}.html", lang.tag())), html).unwrap();
                }
            }
        }
    }
}

/// A Chinese page holds no English sentence of ours and an English page no Chinese one: the texts of one language never
/// appear in the other (data and papers are Chinese in both).
#[test]
fn what_was_typed_is_escaped_and_kept() {
    for lang in Lang::ALL {
        let what = FileWhat::sample(lang, State::Error).render().unwrap();
        assert!(what.contains("&#60;script&#62;alert(1)"), "escaped");
        for kept in ["力量健身（城关店）", "三千八", "value=\"t1\"", "value=\"refund\" checked"] {
            assert!(what.contains(kept), "kept: {kept}");
        }
        let who = FileWho::sample(lang, State::Error).render().unwrap();
        for kept in [
            "陈晓",
            "name=\"ask\" value=\"report\"",
            "name=\"kept\" value=\"t1\"",
            "name=\"nonce\" value=\"n1\"",
            "name=\"publish\" id=\"f-publish\" value=\"1\" checked",
        ] {
            assert!(who.contains(kept), "kept: {kept}");
        }
    }
}

/// What a simple complaint has to fill or decide: at most nine inputs on the two screens (a set of boxes is one); amount
/// and evidence may stay empty.
#[test]
fn a_simple_complaint_needs_nine_inputs_on_two_screens() {
    let names = |html: &str| -> BTreeSet<String> {
        let form = html.split("<main").nth(1).unwrap();
        // What is behind a fold is asked of nobody who does not open it.
        let folded = form.split("<details").skip(1).filter_map(|d| d.split_once("</details>"));
        let form = folded.fold(form.to_owned(), |form, (inside, _)| form.replace(inside, ""));
        ["<input", "<textarea", "<select"]
            .iter()
            .flat_map(|tag| form.split(tag).skip(1))
            .map(|rest| rest.split('>').next().unwrap().to_owned())
            .filter(|tag| !tag.contains("type=\"hidden\"") && !tag.contains(" hidden"))
            .filter_map(|tag| attributes(&tag, "name").first().map(|n| (*n).to_owned()))
            .collect()
    };
    let mut page = FileWho::sample(Lang::ZhCn, State::Full);
    page.needs_id = false;
    page.both = false;
    let mut all = names(&FileWhat::sample(Lang::ZhCn, State::Empty).render().unwrap());
    all.extend(names(&page.render().unwrap()));
    for optional in ["amount", "evidence"] {
        assert!(all.remove(optional), "{optional}");
    }
    let want = ["address", "ask", "entrust", "name", "narrative", "phone", "publish", "respondent_address", "respondent_name"];
    assert_eq!(all, want.iter().map(|s| (*s).to_owned()).collect());
}

/// All grounds are printed, one of them marked.
#[test]
fn the_decisions_print_every_ground_and_mark_one() {
    let refusal = Refusal::sample(Lang::En, State::Full).render().unwrap();
    assert!(REFUSAL_GROUNDS.iter().all(|g| refusal.contains(g)));
    assert_eq!((refusal.matches('☑').count(), refusal.matches('□').count()), (1, 6));
    assert!(refusal.contains("第〔二〕项") && refusal.contains("〔2026〕第3号"));
    let end = MediationEnd::sample(Lang::ZhCn, State::Full).render().unwrap();
    assert!(TERMINATION_GROUNDS.iter().all(|g| end.contains(g)));
    assert_eq!((end.matches('☑').count(), end.matches('□').count()), (1, 7));
    assert!(Refusal::sample(Lang::ZhCn, State::Empty).render().unwrap().contains("第〔　〕项"));
}

#[test]
fn every_icon_named_in_a_template_exists() {
    fn walk(dir: &std::path::Path, out: &mut String) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, out) } else { out.push_str(&std::fs::read_to_string(path).unwrap()) }
        }
    }
    let mut all = String::new();
    walk(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates"), &mut all);
    let used: BTreeSet<&str> = all.split("icon(\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(used.iter().all(|name| ICONS.contains(name)), "{used:?}");
    assert!(ICONS.iter().all(|name| used.contains(name)), "an icon nobody uses, of {ICONS:?}");
}

/// First visit, nothing cached: page, sheet, script and mark, as sent (uncompressed).
#[test]
fn the_first_page_is_small() {
    let page = Home::sample(Lang::En, State::Full).render().unwrap().len();
    let total = page + ["app.css", "app.js", "favicon.svg"].iter().map(|name| assets::size(name)).sum::<usize>();
    assert!(total <= 60 * 1024, "{total} bytes");
}
