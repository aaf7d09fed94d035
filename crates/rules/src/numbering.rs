//! Numbers of papers and cases. How they look is data (a pack's template); the count runs per organ × class × year without
//! gaps, which the store sees to.

use crate::ids::OrganId;
use serde::{Deserialize, Serialize};

/// What one count runs over: an organ, a class of form (文书类别) or a kind of case, a civil year in Asia/Shanghai.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SequenceKey {
    /// The organ whose number it is.
    pub organ: OrganId,
    /// The form class or case kind, by its code.
    pub class: String,
    /// The year of the number.
    pub year: i16,
}

/// The longest template, in characters; a pack has no need of more.
const MAX_CHARS: usize = 100;
/// The widest number.
const MAX_WIDTH: usize = 12;

/// A number's template, such as `{organ}市监{class}〔{year}〕第{n}号` (law: the ten forms of 2026) or `{kind}{year}-{n:6}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Template(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Organ,
    /// `{class}` on papers, `{kind}` on cases: the same place in the count.
    Class {
        name: &'static str,
    },
    Year,
    /// Zero-padded to `width` digits; 0 pads nothing.
    N {
        width: usize,
    },
}

/// Why a template is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A placeholder that is none of organ, class, kind, year, n.
    #[error("unknown placeholder {{{0}}}; there are {{organ}}, {{class}}, {{kind}}, {{year}}, {{n}}, {{n:6}}")]
    UnknownPlaceholder(String),
    /// A width that is not 1 to 12, or on another placeholder than n.
    #[error("bad width in {{{0}}}; only {{n:1}} to {{n:12}} have one")]
    BadWidth(String),
    /// A brace without its partner.
    #[error("a brace is not closed or not opened")]
    Brace,
    /// `{n}` or `{year}` missing, or `{n}` there twice: numbers would not be distinct.
    #[error("{{{0}}} must stand in the template once")]
    Needs(&'static str),
    /// More than 100 characters.
    #[error("a template has at most 100 characters")]
    TooLong,
}

impl TemplateError {
    /// The stable code by which this error is translated.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::UnknownPlaceholder(_) => "template_unknown_placeholder",
            Self::BadWidth(_) => "template_bad_width",
            Self::Brace => "template_brace",
            Self::Needs(_) => "template_needs",
            Self::TooLong => "template_too_long",
        }
    }
}

impl std::fmt::Display for Template {
    /// As it is written in a pack.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|piece| match piece {
            Piece::Text(t) => f.write_str(t),
            Piece::Organ => f.write_str("{organ}"),
            Piece::Class { name } => write!(f, "{{{name}}}"),
            Piece::Year => f.write_str("{year}"),
            Piece::N { width: 0 } => f.write_str("{n}"),
            Piece::N { width } => write!(f, "{{n:{width}}}"),
        })
    }
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// [`TemplateError`], naming the placeholder.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.chars().count() > MAX_CHARS {
            return Err(TemplateError::TooLong);
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, after) = rest.split_once('{').unwrap_or((rest, ""));
            if literal.contains('}') {
                return Err(TemplateError::Brace);
            }
            if !literal.is_empty() {
                pieces.push(Piece::Text(literal.to_owned()));
            }
            if literal.len() == rest.len() {
                break;
            }
            let (name, after) = after.split_once('}').ok_or(TemplateError::Brace)?;
            pieces.push(placeholder(name)?);
            rest = after;
        }
        if pieces.iter().filter(|p| matches!(p, Piece::N { .. })).count() != 1 {
            return Err(TemplateError::Needs("n"));
        }
        if !pieces.contains(&Piece::Year) {
            return Err(TemplateError::Needs("year"));
        }
        Ok(Self(pieces))
    }

    /// The number: `organ_short` is the organ's 机关代字, `class_short` the short form of the form class or case kind,
    /// `n` the count from 1.
    ///
    /// ```
    /// let template = rules::numbering::Template::parse("{kind}{year}-{n:6}").unwrap();
    /// assert_eq!(template.render("", "T", 2026, 41), "T2026-000041");
    /// ```
    #[must_use]
    pub fn render(&self, organ_short: &str, class_short: &str, year: i16, n: i64) -> String {
        self.0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.clone(),
                Piece::Organ => organ_short.to_owned(),
                Piece::Class { .. } => class_short.to_owned(),
                Piece::Year => year.to_string(),
                Piece::N { width } => format!("{n:0width$}"),
            })
            .collect()
    }
}

impl Default for Template {
    /// The template of the ten forms of 2026: `{organ}市监{class}〔{year}〕第{n}号`.
    fn default() -> Self {
        let text = |t: &str| Piece::Text(t.to_owned());
        let class = Piece::Class { name: "class" };
        Self(vec![Piece::Organ, text("市监"), class, text("〔"), Piece::Year, text("〕第"), Piece::N { width: 0 }, text("号")])
    }
}

fn placeholder(inside: &str) -> Result<Piece, TemplateError> {
    let (name, width) = inside.split_once(':').map_or((inside, None), |(name, width)| (name, Some(width)));
    let piece = match name {
        "organ" => Piece::Organ,
        "class" => Piece::Class { name: "class" },
        "kind" => Piece::Class { name: "kind" },
        "year" => Piece::Year,
        "n" => Piece::N { width: 0 },
        _ => return Err(TemplateError::UnknownPlaceholder(inside.to_owned())),
    };
    let Some(width) = width else { return Ok(piece) };
    match (piece, width.parse()) {
        (Piece::N { .. }, Ok(width @ 1..=MAX_WIDTH)) => Ok(Piece::N { width }),
        _ => Err(TemplateError::BadWidth(inside.to_owned())),
    }
}

impl TryFrom<String> for Template {
    type Error = TemplateError;
    fn try_from(text: String) -> Result<Self, TemplateError> {
        Self::parse(&text)
    }
}

impl From<Template> for String {
    fn from(template: Template) -> Self {
        template
            .0
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Organ => "{organ}".to_owned(),
                Piece::Class { name } => format!("{{{name}}}"),
                Piece::Year => "{year}".to_owned(),
                Piece::N { width: 0 } => "{n}".to_owned(),
                Piece::N { width } => format!("{{n:{width}}}"),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const PAPER: &str = "{organ}市监{class}〔{year}〕第{n}号";

    #[test]
    fn v_80_document_number() {
        let template = Template::parse(PAPER).unwrap();
        assert_eq!(template, Template::default());
        let number = template.render("金东", "投不受", 2026, 3);
        assert_eq!(number, "金东市监投不受〔2026〕第3号");
        assert!(number.contains("〔2026〕"), "六角括号 U+3014, U+3015");
        assert_eq!(template.render("金东", "投不受", 2026, 12_345), "金东市监投不受〔2026〕第12345号");
    }

    #[rstest]
    #[case("{kind}{year}-{n:6}", "T2026-000007")]
    #[case("{n:1}/{year}", "7/2026")]
    #[case("〔{year}〕{n}", "〔2026〕7")]
    fn renders(#[case] template: &str, #[case] number: &str) {
        assert_eq!(Template::parse(template).unwrap().render("金东", "T", 2026, 7), number);
    }

    #[test]
    fn a_number_wider_than_its_width_is_not_cut() {
        assert_eq!(Template::parse("{year}-{n:2}").unwrap().render("", "", 2026, 1234), "2026-1234");
    }

    #[rstest]
    #[case("{office}{year}{n}", TemplateError::UnknownPlaceholder("office".into()))]
    #[case("{}{year}{n}", TemplateError::UnknownPlaceholder("".into()))]
    #[case("{ n }{year}", TemplateError::UnknownPlaceholder(" n ".into()))]
    #[case("{year}{n:0}", TemplateError::BadWidth("n:0".into()))]
    #[case("{year}{n:13}", TemplateError::BadWidth("n:13".into()))]
    #[case("{year}{n:}", TemplateError::BadWidth("n:".into()))]
    #[case("{year:4}{n}", TemplateError::BadWidth("year:4".into()))]
    #[case("{year}{n", TemplateError::Brace)]
    #[case("{year}{n}}", TemplateError::Brace)]
    #[case("{year", TemplateError::Brace)]
    #[case("{year}{n}{", TemplateError::Brace)]
    #[case("{year}", TemplateError::Needs("n"))]
    #[case("{n}{n}{year}", TemplateError::Needs("n"))]
    #[case("{n}", TemplateError::Needs("year"))]
    #[case("", TemplateError::Needs("n"))]
    fn refused(#[case] template: &str, #[case] error: TemplateError) {
        assert_eq!(Template::parse(template), Err(error));
    }

    #[test]
    fn too_long_is_refused_and_the_message_names_the_placeholder() {
        assert_eq!(Template::parse(&"号".repeat(101)), Err(TemplateError::TooLong));
        let message = Template::parse("{office}").unwrap_err().to_string();
        assert!(message.starts_with("unknown placeholder {office};"), "{message}");
    }

    #[test]
    fn serde_keeps_the_text() {
        for text in [PAPER, "{kind}{year}-{n:6}"] {
            let json = serde_json::to_string(text).unwrap();
            let template: Template = serde_json::from_str(&json).unwrap();
            assert_eq!(serde_json::to_string(&template).unwrap(), json);
        }
        assert!(serde_json::from_str::<Template>("\"{x}\"").is_err());
    }

    proptest! {
        #[test]
        fn any_text_is_safe_and_what_parses_prints_itself(text in prop_oneof![any::<String>(), "([{}号]|\\{n\\}|\\{year\\}){0,8}"]) {
            if let Ok(template) = Template::parse(&text) {
                prop_assert_eq!(String::from(template), text);
            }
        }

        #[test]
        fn numbers_of_a_count_are_distinct(a in 1..10_000_000i64, b in 1..10_000_000i64, year in 2000..2100i16) {
            let template = Template::parse("{kind}{year}-{n:6}").unwrap();
            prop_assert_eq!(template.render("", "T", year, a) == template.render("", "T", year, b), a == b);
        }
    }
}
