//! The language of a page, and its words. Keys live in `locales/<language>/*.ftl`; a test holds templates, Rust and
//! all languages against each other, so a key cannot be missing or left over.

use std::borrow::Cow;
use std::collections::HashMap;

use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, langid, static_loader};

static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "zh-CN",
        // The marks that isolate a right-to-left insertion; no language here needs them, and they would be copied with numbers.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

const ZH_CN: LanguageIdentifier = langid!("zh-CN");
const ZH_TW: LanguageIdentifier = langid!("zh-TW");
const EN: LanguageIdentifier = langid!("en");

/// Name of the cookie that keeps the chosen language.
pub const LANG_COOKIE: &str = "lang";
/// Name of the cookie that asks for large type (value `1`).
pub const LARGE_COOKIE: &str = "large";
/// Cookie of keys without a modifier: `0` switches them off.
pub const KEYS_COOKIE: &str = "keys";

/// A language the pages are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// 简体中文, the first language.
    #[default]
    ZhCn,
    /// 繁體中文, in the words of Taiwan; names of mainland law as they are.
    ZhTw,
    /// English.
    En,
}

impl Lang {
    /// Every language, in the order they are offered.
    pub const ALL: [Lang; 3] = [Lang::ZhCn, Lang::ZhTw, Lang::En];

    /// The BCP 47 tag, as `<html lang>` and the cookie carry it.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Lang::ZhCn => "zh-CN",
            Lang::ZhTw => "zh-TW",
            Lang::En => "en",
        }
    }

    /// Its own name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Lang::ZhCn => "简体中文",
            Lang::ZhTw => "繁體中文",
            Lang::En => "English",
        }
    }

    /// The other languages, for the switch.
    pub fn others(self) -> impl Iterator<Item = Lang> {
        Self::ALL.into_iter().filter(move |l| *l != self)
    }

    /// Written in Chinese.
    #[must_use]
    pub fn is_chinese(self) -> bool {
        self != Lang::En
    }

    /// The language a tag asks for (`zh`, `zh-Hant-TW`, `en_GB`, …), by its first part and for Chinese by script or
    /// region; `None` when we do not have it.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Lang> {
        let mut parts = tag.trim().split(['-', '_']);
        let first = parts.next().unwrap_or_default();
        if first.eq_ignore_ascii_case("zh") {
            let all: Vec<String> = parts.map(str::to_ascii_lowercase).collect();
            let has = |part: &str| all.iter().any(|p| p == part);
            let traditional = has("hant") || (!has("hans") && ["tw", "hk", "mo"].iter().any(|p| has(p)));
            Some(if traditional { Lang::ZhTw } else { Lang::ZhCn })
        } else if first.eq_ignore_ascii_case("en") {
            Some(Lang::En)
        } else {
            None
        }
    }

    /// The language of a request: `?lang=` first, then the cookie, then `Accept-Language` by weight, else Chinese.
    #[must_use]
    pub fn choose(query: Option<&str>, cookie: Option<&str>, accept: Option<&str>) -> Lang {
        query.and_then(Lang::parse).or_else(|| cookie.and_then(Lang::parse)).or_else(|| accept.and_then(accepted)).unwrap_or_default()
    }

    /// The text of `key`.
    #[must_use]
    pub fn t(self, key: &str) -> String {
        self.lookup(key, None).unwrap_or_else(|| missing(key))
    }

    /// The text of `key` with one variable.
    #[must_use]
    pub fn t1(self, key: &str, name: &'static str, value: impl Arg) -> String {
        self.with(key, [(name, value.arg())])
    }

    /// The text of `key` with two variables.
    #[must_use]
    pub fn t2(self, key: &str, a: &'static str, va: impl Arg, b: &'static str, vb: impl Arg) -> String {
        self.with(key, [(a, va.arg()), (b, vb.arg())])
    }

    /// The word for a code of a family (`code("state", "accepted")` reads `state-accepted`); a code without a word
    /// is shown as it is, so that an old page still says something true.
    #[must_use]
    pub fn code(self, family: &str, code: &str) -> String {
        let key = format!("{family}-{}", code.replace('_', "-"));
        self.lookup(&key, None).unwrap_or_else(|| code.to_owned())
    }

    /// Whether a text exists for `key` in this language.
    #[must_use]
    pub fn has(self, key: &str) -> bool {
        self.lookup(key, None).is_some()
    }

    fn with<const N: usize>(self, key: &str, args: [(&'static str, FluentValue<'static>); N]) -> String {
        let args: HashMap<Cow<'static, str>, FluentValue> = args.into_iter().map(|(name, value)| (Cow::Borrowed(name), value)).collect();
        self.lookup(key, Some(&args)).unwrap_or_else(|| missing(key))
    }

    fn lookup(self, key: &str, args: Option<&HashMap<Cow<'static, str>, FluentValue>>) -> Option<String> {
        let id = match self {
            Lang::ZhCn => &ZH_CN,
            Lang::ZhTw => &ZH_TW,
            Lang::En => &EN,
        };
        LOCALES.lookup_single_language(id, key, args).ok()
    }
}

/// A key without a text: visible, never a panic. The key test keeps this from shipping.
fn missing(key: &str) -> String {
    format!("⟦{key}⟧")
}

/// The best language we have of an `Accept-Language` header.
fn accepted(header: &str) -> Option<Lang> {
    let mut best: Option<(f32, Lang)> = None;
    for part in header.split(',') {
        let mut pieces = part.split(';');
        let Some(lang) = pieces.next().and_then(Lang::parse) else { continue };
        let weight = pieces.find_map(|p| p.trim().strip_prefix("q=")).map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if weight > 0.0 && best.is_none_or(|(w, _)| weight > w) {
            best = Some((weight, lang));
        }
    }
    best.map(|(_, lang)| lang)
}

/// A value that can stand in a text. Numbers keep their kind, so that a language can choose a plural by them.
pub trait Arg {
    /// The value as Fluent takes it.
    fn arg(&self) -> FluentValue<'static>;
}

impl Arg for str {
    fn arg(&self) -> FluentValue<'static> {
        FluentValue::from(self.to_owned())
    }
}

impl Arg for String {
    fn arg(&self) -> FluentValue<'static> {
        FluentValue::from(self.clone())
    }
}

impl<T: Arg + ?Sized> Arg for &T {
    fn arg(&self) -> FluentValue<'static> {
        (**self).arg()
    }
}

macro_rules! number_args {
    ($($t:ty),+) => {$(
        impl Arg for $t {
            fn arg(&self) -> FluentValue<'static> {
                FluentValue::from(*self)
            }
        }
    )+};
}
number_args!(i32, i64, u8, u16, u32, u64, usize);

#[cfg(test)]
mod tests;
