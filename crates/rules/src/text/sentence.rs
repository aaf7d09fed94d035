//! A text cut into sentences, so that a person can say of each where it belongs (Order 121 Art. 9). Nothing is lost: the pieces one after
//! the other are the text.

/// Ends of a sentence in Chinese, wherever they stand.
const ENDS: [char; 8] = ['。', '！', '？', '；', '!', '?', ';', '…'];
/// What closes behind the end of a sentence and belongs to it.
const CLOSES: [char; 12] = ['”', '’', '」', '』', '）', ')', '》', '】', '"', '\'', '〉', ']'];

/// Cuts a text after each end of a sentence and after each line. A full stop counts only before a space or at the end of a line, and not
/// behind a digit: `3.5元` and `1. 换货` stay whole.
#[must_use]
pub fn sentences(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut start, mut last) = (0, ' ');
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let before_space = rest.peek().is_none_or(|(_, next)| next.is_whitespace());
        let stop = c == '.' && before_space && !last.is_ascii_digit() && last != '.';
        last = c;
        if c != '\n' && !stop && !ENDS.contains(&c) {
            continue;
        }
        let mut end = at + c.len_utf8();
        // Several ends are one (……, ！！), and quotes close behind them.
        let goes_on = |n: char| ENDS.contains(&n) || CLOSES.contains(&n);
        while let Some((at, n)) = rest.next_if(|(_, n)| c != '\n' && goes_on(*n)) {
            end = at + n.len_utf8();
        }
        // Spaces and empty lines go with what they follow.
        while let Some((at, n)) = rest.next_if(|(_, n)| n.is_whitespace()) {
            end = at + n.len_utf8();
        }
        out.push(&text[start..end]);
        start = end;
    }
    if start < text.len() {
        out.push(&text[start..]);
    }
    out
}

/// The chosen ones of some sentences, in their order; a place that is not there is passed over.
#[must_use]
pub fn picked(sentences: &[&str], chosen: &[usize]) -> String {
    let kept = sentences.iter().enumerate().filter(|(n, _)| chosen.contains(n));
    kept.map(|(_, s)| *s).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("", &[])]
    #[case("要求退款", &["要求退款"])]
    #[case("店关了。要求退款。", &["店关了。", "要求退款。"])]
    #[case("他说：“不退。”我不同意。", &["他说：“不退。”", "我不同意。"])]
    #[case("真的吗？！还有……等等。", &["真的吗？！", "还有……", "等等。"])]
    #[case("花了3.5元，编号A.1。再说", &["花了3.5元，编号A.1。", "再说"])]
    #[case("1. 换货\n2. 赔偿", &["1. 换货\n", "2. 赔偿"])]
    #[case("第一段\n\n  第二段", &["第一段\n\n  ", "第二段"])]
    #[case("无照经营；卖过期肉;还骂人!", &["无照经营；", "卖过期肉;", "还骂人!"])]
    #[case("It broke. They refused. Ok", &["It broke. ", "They refused. ", "Ok"])]
    #[case("（发票丢了。）可以补吗", &["（发票丢了。）", "可以补吗"])]
    #[case("。。。", &["。。。"])]
    #[case("\n要求退款", &["\n", "要求退款"])]
    fn a_text_is_cut_where_a_reader_would(#[case] text: &str, #[case] pieces: &[&str]) {
        assert_eq!(sentences(text), pieces);
    }

    #[rstest]
    #[case(&[0], "店关了。")]
    #[case(&[1, 0], "店关了。要求退款。")]
    #[case(&[2], "他没有执照。")]
    #[case(&[0, 2, 9], "店关了。他没有执照。")]
    #[case(&[], "")]
    fn the_chosen_ones_stand_in_their_order(#[case] chosen: &[usize], #[case] text: &str) {
        assert_eq!(picked(&sentences("店关了。要求退款。\n他没有执照。\n"), chosen).replace('\n', ""), text);
    }

    proptest! {
        #[test]
        fn nothing_is_lost(text in "[店a1.。！？”\n …；]{0,40}") {
            let pieces = sentences(&text);
            prop_assert_eq!(pieces.concat(), text.clone());
            prop_assert!(pieces.iter().all(|p| !p.is_empty()));
            let all: Vec<usize> = (0..pieces.len()).collect();
            prop_assert_eq!(picked(&pieces, &all), text.trim());
        }
    }
}
