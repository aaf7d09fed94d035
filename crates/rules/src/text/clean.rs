//! What is taken off the text people send in, and what is put on the text that leaves for a spreadsheet.

use std::borrow::Cow;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// More characters than the field holds.
    #[error("{found} characters, at most {max} are allowed")]
    TooLong {
        /// Characters (Unicode scalars) allowed.
        max: usize,
        /// Characters found after cleaning.
        found: usize,
    },
}

impl TextError {
    /// The stable code by which this error is translated.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "text_too_long",
        }
    }
}

/// Characters that show nothing and deceive: bidi embeddings, overrides and isolates (U+202A–202E, U+2066–2069), byte order
/// mark. Joiners stay: emoji and some scripts need them.
pub(crate) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// One line of input: breaks and tabs become spaces, NUL, other control and bidi characters go, the ends are trimmed.
/// May come out empty; whether that is allowed is the field's rule.
///
/// # Errors
/// [`TextError::TooLong`] when more than `max_chars` Unicode scalars remain.
pub fn clean_line(input: &str, max_chars: usize) -> Result<String, TextError> {
    let input = input.replace("\r\n", "\n");
    bounded(input.chars().map(|c| if is_break(c) || c == '\t' { ' ' } else { c }).filter(|&c| keep(c)).collect(), max_chars)
}

/// A block of input: as [`clean_line`], but every kind of line break becomes `\n` and stays.
///
/// # Errors
/// [`TextError::TooLong`] when more than `max_chars` Unicode scalars remain.
pub fn clean_block(input: &str, max_chars: usize) -> Result<String, TextError> {
    let input = input.replace("\r\n", "\n");
    let lines = input.chars().map(|c| match c {
        '\t' => ' ',
        c if is_break(c) => '\n',
        c => c,
    });
    bounded(lines.filter(|&c| c == '\n' || keep(c)).collect(), max_chars)
}

fn keep(c: char) -> bool {
    !c.is_control() && !is_invisible(c)
}

fn bounded(text: String, max: usize) -> Result<String, TextError> {
    let text = text.trim();
    match text.chars().count() {
        found if found > max => Err(TextError::TooLong { max, found }),
        _ => Ok(text.to_owned()),
    }
}

/// A text cell that no spreadsheet takes for a formula: one beginning (after spaces) with `= + - @`, their full-width forms,
/// a tab or a line break gets an apostrophe in front.
#[must_use]
pub fn csv_safe(cell: &str) -> Cow<'_, str> {
    match cell.trim_start_matches([' ', '\u{3000}', '\u{a0}']).chars().next() {
        Some('=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠' | '\t' | '\r' | '\n') => Cow::Owned(format!("'{cell}")),
        _ => Cow::Borrowed(cell),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("  张三\u{0} ", "张三")]
    #[case("a\r\nb\tc\rd", "a b c d")]
    #[case("\u{feff}abc\u{7f}\u{9b}", "abc")]
    #[case("abc\u{202e}txt.exe\u{2066}\u{2069}", "abctxt.exe")]
    #[case("㛃䶮𬭎 👨‍👩‍👧 ❤️", "㛃䶮𬭎 👨‍👩‍👧 ❤️")]
    #[case("\u{3000}\u{a0} ", "")]
    fn lines(#[case] input: &str, #[case] clean: &str) {
        assert_eq!(clean_line(input, 100).unwrap(), clean);
    }

    #[rstest]
    #[case("  第一行\r\n第二行\r第三行\u{2028}第四行\n\n", "第一行\n第二行\n第三行\n第四行")]
    #[case("a\tb\u{0}c\n\u{202d}d", "a bc\nd")]
    fn blocks(#[case] input: &str, #[case] clean: &str) {
        assert_eq!(clean_block(input, 100).unwrap(), clean);
    }

    #[test]
    fn too_long_counts_characters_after_cleaning() {
        assert_eq!(clean_line(" 𬭎𬭎\u{0} ", 2).unwrap(), "𬭎𬭎");
        let err = clean_line(&"字".repeat(350_000), 200).unwrap_err();
        assert_eq!(err, TextError::TooLong { max: 200, found: 350_000 });
        assert_eq!(err.code(), "text_too_long");
    }

    #[rstest]
    #[case("=1+1", "'=1+1")]
    #[case("+86", "'+86")]
    #[case("-5", "'-5")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case("\tx", "'\tx")]
    #[case("\r=x", "'\r=x")]
    #[case("  =x", "'  =x")]
    #[case("＝HYPERLINK", "'＝HYPERLINK")]
    #[case("退款=是", "退款=是")]
    #[case("", "")]
    fn formulas_are_defused(#[case] cell: &str, #[case] safe: &str) {
        assert_eq!(csv_safe(cell), safe);
    }

    proptest! {
        #[test]
        fn cleaning_is_idempotent_and_leaves_no_controls(input in any::<String>()) {
            let line = clean_line(&input, usize::MAX).unwrap();
            prop_assert!(!line.chars().any(|c| c.is_control() || is_invisible(c) || is_break(c)));
            prop_assert_eq!(clean_line(&line, usize::MAX).unwrap(), line);
            let block = clean_block(&input, usize::MAX).unwrap();
            prop_assert!(!block.chars().any(|c| c != '\n' && (c.is_control() || is_invisible(c))));
            prop_assert_eq!(clean_block(&block, usize::MAX).unwrap(), block);
        }
    }
}
