//! Where a person can be reached: telephone and e-mail.

use super::{CodeError, hidden_debug, normalise};
use crate::text::{half_width, is_invisible};

/// A telephone number in canonical form: `13812341234`, `0579-82191234`, `0579-82191234转8001`, `4001234567`, `12345`,
/// `+85291234567`. Personal: hidden in `Debug`, no serde.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Phone {
    number: String,
    /// Where an extension begins (its 转; a hyphen would read as part of a shorter number).
    main: usize,
}

impl Phone {
    /// Reads a number with any separators, width, country prefix (+86, 0086, 86) and extension (`-8001`, 转8001).
    ///
    /// # Errors
    /// [`CodeError::Empty`], [`CodeError::PhoneShape`], [`CodeError::PhoneAreaCodeMissing`].
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        let text: String = raw.chars().map(half_width).filter(|c| !is_invisible(*c) && !c.is_control()).collect();
        let text = text.trim().to_ascii_lowercase();
        if text.is_empty() {
            return Err(CodeError::Empty);
        }
        for mark in ["转分机", "分机", "转", "ext.", "ext", "#", "x"] {
            if let Some((main, extension)) = text.split_once(mark) {
                return Self::extended(read(main)?, extension);
            }
        }
        match (read(&text), text.rsplit_once('-')) {
            (Err(CodeError::PhoneShape), Some((main, extension))) => Self::extended(read(main)?, extension),
            (number, _) => number.map(|number| Self { main: number.len(), number }),
        }
    }

    fn extended(number: String, extension: &str) -> Result<Self, CodeError> {
        let extension = extension.trim();
        let fits = (1..=6).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_digit());
        if !fits || number.starts_with(['1', '+']) {
            return Err(CodeError::PhoneShape);
        }
        Ok(Self { main: number.len(), number: format!("{number}转{extension}") })
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.number
    }

    /// The canonical form without an extension.
    #[must_use]
    pub fn main(&self) -> &str {
        &self.number[..self.main]
    }

    /// Whether text messages reach it: a mainland mobile number.
    #[must_use]
    pub fn is_mobile(&self) -> bool {
        is_mobile(&self.number)
    }

    /// The last four digits, extension aside: what a caller is asked for.
    #[must_use]
    pub fn last_four(&self) -> &str {
        &self.number[self.main - 4..self.main]
    }
}

fn is_mobile(digits: &str) -> bool {
    digits.len() == 11 && matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..]) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// A number without extension, to canonical form.
fn read(text: &str) -> Result<String, CodeError> {
    let text = text.trim();
    let (plus, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let separator = |c: char| c.is_whitespace() || matches!(c, '-' | '(' | ')' | '.' | '·' | '‐' | '‑' | '–' | '—' | '−');
    let digits: String = rest.chars().filter(|c| !separator(*c)).collect();
    if !(4..=20).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(CodeError::PhoneShape);
    }
    let abroad = if plus { Some(&*digits) } else { digits.strip_prefix("00") };
    match abroad {
        None => match digits.strip_prefix("86").filter(|rest| is_mobile(rest)) {
            Some(mobile) => Ok(mobile.to_owned()),
            None => domestic(&digits),
        },
        Some(number) => match number.strip_prefix("86") {
            // After the country code an area code stands without its 0, though many write it.
            Some(rest) => domestic(rest).or_else(|_| domestic(&format!("0{rest}"))),
            None if (7..=15).contains(&number.len()) && !number.starts_with('0') => Ok(format!("+{number}")),
            None => Err(CodeError::PhoneShape),
        },
    }
}

fn domestic(digits: &str) -> Result<String, CodeError> {
    if let Some(mobile) = Some(digits.strip_prefix('0').unwrap_or(digits)).filter(|d| is_mobile(d)) {
        return Ok(mobile.to_owned());
    }
    match digits.as_bytes() {
        // 400 and 800 numbers; hotlines and service numbers such as 12345, 10086, 95588, 96150.
        [b'4' | b'8', b'0', b'0', ..] if digits.len() == 10 => Ok(digits.to_owned()),
        [b'1', b'0' | b'2', ..] if digits.len() == 5 => Ok(digits.to_owned()),
        [b'9', b'5' | b'6', ..] if (5..=8).contains(&digits.len()) => Ok(digits.to_owned()),
        [b'0', b'1', b'0', ..] | [b'0', b'2', ..] => fixed_line(digits, 3),
        [b'0', b'3'..=b'9', ..] => fixed_line(digits, 4),
        [b'2'..=b'9', ..] if (7..=8).contains(&digits.len()) => Err(CodeError::PhoneAreaCodeMissing),
        _ => Err(CodeError::PhoneShape),
    }
}

fn fixed_line(digits: &str, area: usize) -> Result<String, CodeError> {
    match digits.split_at_checked(area) {
        Some((area, local)) if (7..=8).contains(&local.len()) && !local.starts_with(['0', '1']) => Ok(format!("{area}-{local}")),
        _ => Err(CodeError::PhoneShape),
    }
}

/// An e-mail address of sound shape, its domain in lower case. Personal: hidden in `Debug`, no serde.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Email(String);

impl Email {
    /// Reads an ASCII address in any width, spaces around it removed; nothing is asked of the network.
    ///
    /// # Errors
    /// [`CodeError::Empty`] or [`CodeError::EmailShape`].
    pub fn parse(raw: &str) -> Result<Self, CodeError> {
        normalise(raw)?; // nothing but spaces is Empty
        let text: String = raw.trim().chars().map(half_width).filter(|c| !is_invisible(*c)).collect();
        let (local, domain) = text.trim().rsplit_once('@').ok_or(CodeError::EmailShape)?;
        let local_fits = (1..=64).contains(&local.len())
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b))
            && local.split('.').all(|part| !part.is_empty());
        let label = |l: &str| {
            (1..=63).contains(&l.len())
                && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !l.starts_with('-')
                && !l.ends_with('-')
        };
        let domain_fits = domain.len() <= 253 && domain.contains('.') && domain.split('.').all(label);
        if local_fits && domain_fits && local.len() + domain.len() < 254 {
            Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
        } else {
            Err(CodeError::EmailShape)
        }
    }

    /// The canonical form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

hidden_debug!(Phone, Email);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("13812341234", "13812341234")]
    #[case(" 138 1234-1234 ", "13812341234")]
    #[case("１３８１２３４１２３４", "13812341234")]
    #[case("+86 138 1234 1234", "13812341234")]
    #[case("+86-13812341234", "13812341234")]
    #[case("008613812341234", "13812341234")]
    #[case("8613812341234", "13812341234")]
    #[case("013812341234", "13812341234")]
    #[case("\u{202d}138 1234 1234\u{202c}", "13812341234")]
    #[case("19912345678", "19912345678")]
    #[case("0579-82191234", "0579-82191234")]
    #[case("057982191234", "0579-82191234")]
    #[case("(0579) 8219 1234", "0579-82191234")]
    #[case("（０５７９）８２１９－１２３４", "0579-82191234")]
    #[case("+86 579 8219 1234", "0579-82191234")]
    #[case("+86 (0)579 8219 1234", "0579-82191234")]
    #[case("0086 10 12345678", "")]
    #[case("0086 10 62345678", "010-62345678")]
    #[case("010-62345678", "010-62345678")]
    #[case("021 6234567", "021-6234567")]
    #[case("0579-82191234-8001", "0579-82191234转8001")]
    #[case("0579-82191234转8001", "0579-82191234转8001")]
    #[case("010 62345678 ext 12", "010-62345678转12")]
    #[case("057982191234#3", "0579-82191234转3")]
    #[case("400-123-4567", "4001234567")]
    #[case("12345", "12345")]
    #[case("95588", "95588")]
    #[case("+852 9123 4567", "+85291234567")]
    #[case("00886 912345678", "+886912345678")]
    #[case("1381234123", "")]
    #[case("138123412345", "")]
    #[case("12812341234", "")]
    #[case("0579-12345678", "")]
    #[case("0579-821912", "")]
    #[case("0579-82191234转", "")]
    #[case("13812341234转8001", "")]
    #[case("13812341234/13912341234", "")]
    #[case("电话13812341234", "")]
    #[case("+", "")]
    #[case("00", "")]
    #[case("+0123456789", "")]
    #[case("1' OR '1'='1", "")]
    #[case("九八七六五四三二一", "")]
    fn phones(#[case] raw: &str, #[case] canonical: &str) {
        let expected = if canonical.is_empty() { Err(CodeError::PhoneShape) } else { Ok(canonical.to_owned()) };
        assert_eq!(Phone::parse(raw).map(|p| p.number), expected);
    }

    #[test]
    fn special_answers() {
        assert_eq!(Phone::parse(" \u{202d}"), Err(CodeError::Empty));
        assert_eq!(Phone::parse("8219 1234"), Err(CodeError::PhoneAreaCodeMissing));
        let phone = Phone::parse("0579-82191234-8001").unwrap();
        assert_eq!((phone.main(), phone.last_four(), phone.is_mobile()), ("0579-82191234", "1234", false));
        assert!(Phone::parse("13812341234").unwrap().is_mobile());
        assert_eq!(format!("{phone:?}"), "Phone(…)");
        assert_eq!(format!("{:?}", Email::parse("a@b.cn").unwrap()), "Email(…)");
    }

    #[rstest]
    #[case("zhang.san@Example.COM", "zhang.san@example.com")]
    #[case(" ｚｈａｎｇ＠qq．com ", "zhang@qq.com")]
    #[case("a+b_c@mail.gov.cn", "a+b_c@mail.gov.cn")]
    #[case("plain", "")]
    #[case("@qq.com", "")]
    #[case("a@", "")]
    #[case("a@b", "")]
    #[case("a@b..cn", "")]
    #[case("a..b@c.cn", "")]
    #[case(".a@c.cn", "")]
    #[case("a@-b.cn", "")]
    #[case("a b@c.cn", "")]
    #[case("a@c.cn\r\nBcc: x@y.cn", "")]
    #[case("a@c@d.cn", "")]
    #[case("张三@例子.cn", "")]
    fn emails(#[case] raw: &str, #[case] canonical: &str) {
        let expected = if canonical.is_empty() { Err(CodeError::EmailShape) } else { Ok(canonical.to_owned()) };
        assert_eq!(Email::parse(raw).map(|e| e.0), expected);
    }

    proptest! {
        #[test]
        fn any_text_is_safe_and_canonical_stays(raw in prop_oneof![any::<String>(), "[0-9+() x#转-]{0,24}"]) {
            if let Ok(phone) = Phone::parse(&raw) {
                prop_assert_eq!(phone.last_four().len(), 4);
                prop_assert_eq!(&Phone::parse(phone.as_str()), &Ok(phone.clone()));
            }
            let _ = Email::parse(&raw);
        }
    }
}
