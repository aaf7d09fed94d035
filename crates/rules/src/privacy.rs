//! How personal values are shown to those who need not know them whole (PIPL 6; Order 121 Art. 37). Masks are made from the
//! value alone, never panic, tell nothing of its length, and never give it back whole (but for an address that is itself
//! no finer than a street).

use crate::codes::Phone;
use crate::text::half_width;

/// The personal fields that have a mask of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Personal {
    /// A person's name (姓名).
    Name,
    /// A telephone number.
    Phone,
    /// The number of an identity document.
    IdNumber,
    /// A postal address.
    Address,
    /// An e-mail address.
    Email,
}

/// How much of a personal value a reader gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Disclosure {
    /// Nothing, not even that there is a value.
    Hidden,
    /// The mask.
    Masked,
    /// The value as it is; the caller logs the access.
    Full,
}

impl Disclosure {
    /// What the reader sees of a value.
    #[must_use]
    pub fn show(self, field: Personal, value: &str) -> Option<String> {
        match self {
            Self::Hidden => None,
            Self::Masked => Some(mask(field, value)),
            Self::Full => Some(value.to_owned()),
        }
    }
}

/// The mask of a value; empty for an empty value.
///
/// ```
/// use rules::privacy::{Personal, mask};
/// assert_eq!(mask(Personal::Name, "张三丰"), "张**");
/// ```
#[must_use]
pub fn mask(field: Personal, value: &str) -> String {
    let value = value.trim();
    if value.is_empty() {
        return String::new();
    }
    match field {
        Personal::Name => name(value),
        Personal::Phone => phone(value),
        Personal::IdNumber => id_number(value),
        Personal::Address => address(value),
        Personal::Email => email(value),
    }
}

/// Surnames of two characters (复姓) that are in use.
const COMPOUND_SURNAMES: &str = "欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫 宗政 濮阳 公冶 申屠 \
公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 亓官 司寇 巫马 颛孙 壤驷 漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 \
微生 梁丘 左丘 西门 第五 南荣 即墨 达奚 褚师 纳兰 歐陽 端木 司馬 東方 獨孤 南宮 聞人 諸葛 尉遲 赫連 澹臺 濮陽 公孫 鍾離 長孫 鮮于 閭丘 東郭 西門 納蘭";

/// The surname, or the first letter, and two stars whatever the length; a single character is all star.
fn name(value: &str) -> String {
    let scalars: Vec<char> = value.chars().filter(|c| !attached(*c)).collect();
    let shown = match scalars[..] {
        [] | [_] => 0,
        [a, b, _, ..] if COMPOUND_SURNAMES.split(' ').any(|s| s.chars().eq([a, b])) => 2,
        _ => 1,
    };
    // A shown character keeps the variation selectors and marks that belong to it.
    let mut left = shown;
    let first: String = value
        .chars()
        .take_while(|&c| {
            if attached(c) {
                return true;
            }
            left -= i32::from(left >= 0);
            left >= 0
        })
        .collect();
    format!("{}**", if shown == 0 { "" } else { &first })
}

/// Combining marks, variation selectors, joiners: part of the character before.
fn attached(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}

/// 138****1234; 0579-8219****; 400****4567; +852****4567. What is no telephone number shows nothing.
fn phone(value: &str) -> String {
    let Ok(phone) = Phone::parse(value) else { return "****".to_owned() };
    let number = phone.main();
    match number.split_once('-') {
        Some((area, local)) => format!("{area}-{}****", &local[..local.len() - 4]),
        None if number.len() >= 10 => {
            let shown = if number.starts_with('+') { 4 } else { 3 };
            format!("{}****{}", &number[..shown], phone.last_four())
        }
        None => "****".to_owned(),
    }
}

/// The first three and the last two of a long number; nothing of a short one.
fn id_number(value: &str) -> String {
    let scalars: Vec<char> = value.chars().collect();
    match scalars.len() {
        0..8 => "****".to_owned(),
        n => scalars[..3].iter().chain(&['*'; 4]).chain(&scalars[n - 2..]).collect(),
    }
}

/// The words that end a street or a village. 小区 and the like are finer and not among them.
const STREETS: [&str; 14] = ["大街", "街道", "大道", "公路", "国道", "省道", "胡同", "社区", "路", "街", "道", "巷", "弄堂", "村"];
/// The words that end a township and what is above it: where to cut when there is no street.
const AREAS: [&str; 9] = ["镇", "乡", "苏木", "区", "县", "旗", "市", "州", "省"];

/// Up to the street, or the village, or else the township or what is above it, but never past the first house number.
fn address(value: &str) -> String {
    let scalars: Vec<char> = value.chars().collect();
    let limit = house_number(&scalars).unwrap_or(scalars.len());
    let end = last_end(&scalars[..limit], &STREETS).or_else(|| last_end(&scalars[..limit], &AREAS)).unwrap_or(0);
    scalars[..end].iter().chain(&['*'; 2]).collect()
}

/// Where the last of the words ends that is not part of a 小区, 园区 and the like, nor the text's beginning.
fn last_end(scalars: &[char], words: &[&str]) -> Option<usize> {
    (1..scalars.len()).rev().find_map(|at| {
        let matches = |word: &&str| scalars[at..].iter().copied().take(word.chars().count()).eq(word.chars());
        let word = words.iter().find(|w| matches(w))?;
        let finer = *word == "区" && matches!(scalars[at - 1], '小' | '园' | '社' | '厂' | '校' | '院' | '宿');
        (!finer).then_some(at + word.chars().count())
    })
}

/// Where the first house number begins: a run of numerals that is not part of a street's own name (一号路, 330国道, 二七路, 三村).
fn house_number(scalars: &[char]) -> Option<usize> {
    let arabic = |c: char| half_width(c).is_ascii_digit();
    let chinese = |c: char| "零〇一二三四五六七八九十百".contains(c);
    let mut at = 0;
    while at < scalars.len() {
        let run = scalars[at..].iter().take_while(|&&c| arabic(c) || chinese(c)).count();
        if run == 0 {
            at += 1;
            continue;
        }
        let after: String = scalars[at + run..].iter().take(3).collect();
        let unit = after.starts_with(['号', '號', '弄', '幢', '栋', '棟', '座', '室', '层', '楼', '单', '-', '－', '#', '＃', '组', '房']);
        let street = STREETS.iter().chain(&AREAS).any(|w| after.trim_start_matches(['号', '號']).starts_with(w));
        if !street && (unit || arabic(scalars[at])) {
            return Some(at);
        }
        at += run;
    }
    None
}

/// The first character and the domain: z***@example.com.
fn email(value: &str) -> String {
    let Some((local, domain)) = value.rsplit_once('@') else { return "***".to_owned() };
    match local.chars().count() {
        0 => "***".to_owned(),
        1 => format!("***@{domain}"),
        _ => format!("{}***@{domain}", local.chars().take(1).collect::<String>()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("张三", "张**")]
    #[case("张三丰", "张**")]
    #[case(" 张先生 ", "张**")]
    #[case("欧阳修", "欧阳**")]
    #[case("司马相如", "司马**")]
    #[case("歐陽修", "歐陽**")]
    #[case("欧阳", "欧**")]
    #[case("张", "**")]
    #[case("", "")]
    #[case("  ", "")]
    #[case("John Smith", "J**")]
    #[case("阿卜杜拉·买买提", "阿**")]
    #[case("㛃䶮", "㛃**")]
    #[case("𬭎大维", "𬭎**")]
    #[case("𬭎", "**")]
    #[case("葛\u{e0100}优", "葛\u{e0100}**")]
    #[case("e\u{301}ric", "e\u{301}**")]
    #[case("\u{301}", "**")]
    #[case("👨‍👩‍👧张", "👨‍**")]
    fn names(#[case] value: &str, #[case] masked: &str) {
        assert_eq!(mask(Personal::Name, value), masked);
    }

    #[rstest]
    #[case("13812341234", "138****1234")]
    #[case("+86 138-1234-1234", "138****1234")]
    #[case("0579-82191234", "0579-8219****")]
    #[case("057982191234转8001", "0579-8219****")]
    #[case("021-6234567", "021-623****")]
    #[case("400-123-4567", "400****4567")]
    #[case("+85291234567", "+852****4567")]
    #[case("12345", "****")]
    #[case("82191234", "****")]
    #[case("张三的电话", "****")]
    #[case("", "")]
    fn phones(#[case] value: &str, #[case] masked: &str) {
        assert_eq!(mask(Personal::Phone, value), masked);
    }

    #[rstest]
    #[case("11010519491231002X", "110****2X")]
    #[case("E12345678", "E12****78")]
    #[case("1234567", "****")]
    #[case("军字第2001988号", "军字第****8号")]
    #[case("", "")]
    fn id_numbers(#[case] value: &str, #[case] masked: &str) {
        assert_eq!(mask(Personal::IdNumber, value), masked);
    }

    #[rstest]
    #[case("浙江省金华市金东区多湖街道东湄路88号3单元501室", "浙江省金华市金东区多湖街道东湄路**")]
    #[case("金东区孝顺镇低田村12号", "金东区孝顺镇低田村**")]
    #[case("金东区孝顺镇12号", "金东区孝顺镇**")]
    #[case("金东区多湖街道某某小区5幢", "金东区多湖街道**")]
    #[case("金东区某某小区5幢", "金东区**")]
    #[case("八一南街1288号万达广场路口店", "八一南街**")]
    #[case("八一南街一二八号", "八一南街**")]
    #[case("一号路25号", "一号路**")]
    #[case("1号路25号李家巷", "1号路**")]
    #[case("330国道旁的店", "330国道**")]
    #[case("北京市西城区前门西大街一号", "北京市西城区前门西大街**")]
    #[case("光南路８８号", "光南路**")]
    #[case("二七社区三组王家", "二七社区**")]
    #[case("3幢2单元,东湄路", "**")]
    #[case("某某大厦", "**")]
    #[case("路", "**")]
    #[case("𬭎𬭎路9号", "𬭎𬭎路**")]
    #[case("", "")]
    fn addresses(#[case] value: &str, #[case] masked: &str) {
        assert_eq!(mask(Personal::Address, value), masked);
    }

    #[rstest]
    #[case("zhang.san@example.com", "z***@example.com")]
    #[case("z@example.com", "***@example.com")]
    #[case("@example.com", "***")]
    #[case("no address", "***")]
    #[case("𬭎大@例.cn", "𬭎***@例.cn")]
    fn emails(#[case] value: &str, #[case] masked: &str) {
        assert_eq!(mask(Personal::Email, value), masked);
    }

    /// Masking part: of a split submission the respondent's side gets the complainant's name masked until mediation needs it, and
    /// of the reporter nothing at all — the same nothing whether a value exists or not.
    #[test]
    fn v_79_report_fields_are_hidden_and_complainants_name_masked() {
        let name = "欧阳小明";
        assert_eq!(Disclosure::Masked.show(Personal::Name, name).as_deref(), Some("欧阳**"));
        assert_eq!(Disclosure::Full.show(Personal::Name, name).as_deref(), Some(name), "as mediation needs it");
        for (field, value) in [
            (Personal::Name, name),
            (Personal::Phone, "13812341234"),
            (Personal::IdNumber, "11010519491231002X"),
            (Personal::Address, "东湄路88号"),
            (Personal::Email, "zhang@example.com"),
        ] {
            assert_eq!(Disclosure::Hidden.show(field, value), None);
            assert_eq!(Disclosure::Hidden.show(field, value), Disclosure::Hidden.show(field, ""));
        }
    }

    fn fields() -> impl Strategy<Value = Personal> {
        prop::sample::select(vec![Personal::Name, Personal::Phone, Personal::IdNumber, Personal::Address, Personal::Email])
    }

    proptest! {
        #[test]
        fn no_mask_gives_the_value_back(value in prop_oneof![any::<String>(), "[张欧阳𬭎0-9号路街区幢@.a-]{0,20}"], field in fields()) {
            let masked = mask(field, &value);
            prop_assert_eq!(masked.is_empty(), value.trim().is_empty());
            if !masked.is_empty() {
                prop_assert!(masked.contains("**"));
                let coarse = field == Personal::Address && STREETS.iter().chain(&AREAS).any(|w| value.trim().ends_with(w));
                let stars = value.contains('*');
                prop_assert!(coarse || stars || !masked.contains(value.trim()), "{} from {}", masked, value);
            }
        }

        #[test]
        fn phones_lose_four_digits(digits in "1[3-9][0-9]{9}") {
            let masked = mask(Personal::Phone, &digits);
            prop_assert_eq!(masked, format!("{}****{}", &digits[..3], &digits[7..]));
        }
    }
}
