//! How dates, times, money and lengths of time are written in each language. Money is integer fen; instants are read
//! in Asia/Shanghai.

use jiff::civil::{Date, Weekday};
use rules::time::Instant;

use super::i18n::Lang;

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Lang {
    /// `2026年12月1日 星期二`, `Tue 1 Dec 2026`.
    #[must_use]
    pub fn date(self, d: Date) -> String {
        match self {
            Lang::ZhCn | Lang::ZhTw => format!("{}年{}月{}日 {}", d.year(), d.month(), d.day(), self.weekday(d)),
            Lang::En => format!("{} {} {} {}", self.weekday(d), d.day(), month(d), d.year()),
        }
    }

    /// Without the year: `12月1日 星期二`, `Tue 1 Dec`.
    #[must_use]
    pub fn day(self, d: Date) -> String {
        match self {
            Lang::ZhCn | Lang::ZhTw => format!("{}月{}日 {}", d.month(), d.day(), self.weekday(d)),
            Lang::En => format!("{} {} {}", self.weekday(d), d.day(), month(d)),
        }
    }

    /// `2026年12月`, `Dec 2026`: the head of a run of days.
    #[must_use]
    pub fn month(self, d: Date) -> String {
        match self {
            Lang::ZhCn | Lang::ZhTw => format!("{}年{}月", d.year(), d.month()),
            Lang::En => format!("{} {}", month(d), d.year()),
        }
    }

    /// `星期二`, `Tue`.
    #[must_use]
    pub fn weekday(self, d: Date) -> &'static str {
        let n = usize::from(d.weekday().to_monday_zero_offset().unsigned_abs());
        match self {
            Lang::ZhCn | Lang::ZhTw => ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"][n],
            Lang::En => ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"][n],
        }
    }

    /// The letters over a week's seven columns, Monday first.
    #[must_use]
    pub fn weekday_letters(self) -> [&'static str; 7] {
        match self {
            Lang::ZhCn | Lang::ZhTw => ["一", "二", "三", "四", "五", "六", "日"],
            Lang::En => ["M", "T", "W", "T", "F", "S", "S"],
        }
    }

    /// `2026年11月20日 14:02`, `20 Nov 2026, 14:02` (Asia/Shanghai).
    #[must_use]
    pub fn datetime(self, at: Instant) -> String {
        let (d, t) = (at.date(), at.civil().time());
        match self {
            Lang::ZhCn | Lang::ZhTw => format!("{}年{}月{}日 {:02}:{:02}", d.year(), d.month(), d.day(), t.hour(), t.minute()),
            Lang::En => format!("{} {} {}, {:02}:{:02}", d.day(), month(d), d.year(), t.hour(), t.minute()),
        }
    }

    /// Short, for dense lists: `11-20 14:02` in both languages.
    #[must_use]
    pub fn stamp(self, at: Instant) -> String {
        let (d, t) = (at.date(), at.civil().time());
        format!("{:02}-{:02} {:02}:{:02}", d.month(), d.day(), t.hour(), t.minute())
    }

    /// Fen with grouping: `3,800.00 元`, `¥3,800.00`.
    #[must_use]
    pub fn money(self, fen: i64) -> String {
        let yuan = yuan(fen);
        match self {
            Lang::ZhCn | Lang::ZhTw => format!("{yuan} 元"),
            Lang::En => match yuan.strip_prefix('-') {
                Some(rest) => format!("-¥{rest}"),
                None => format!("¥{yuan}"),
            },
        }
    }

    /// A length by its unit: `wd` working days, `nd` natural days, `h`, `min`, `month`, `year`.
    #[must_use]
    pub fn span(self, n: i64, unit: &str) -> String {
        match unit {
            "wd" => self.t1("span-wd", "n", n),
            "nd" => self.t1("span-nd", "n", n),
            "h" => self.t1("span-h", "n", n),
            "min" => self.t1("span-min", "n", n),
            "month" => self.t1("span-month", "n", n),
            "year" => self.t1("span-year", "n", n),
            other => format!("{n} {other}"),
        }
    }

    /// How long something took or has waited, in its two largest units: `2 小时 38 分`, `3 d 4 h`.
    #[must_use]
    pub fn elapsed(self, minutes: i64) -> String {
        let (d, h, m) = (minutes / 1440, minutes / 60 % 24, minutes % 60);
        match (d, h) {
            (0, 0) => self.t1("elapsed-min", "m", m),
            (0, _) => self.t2("elapsed-h", "h", h, "m", m),
            (_, _) => self.t2("elapsed-d", "d", d, "h", h),
        }
    }

    /// A file size: `1.2 MB`.
    #[must_use]
    pub fn bytes(self, n: u64) -> String {
        match n {
            0..=1023 => format!("{n} B"),
            1024..=1_048_575 => format!("{} KB", n / 1024),
            1_073_741_824.. => format!("{}.{} GB", n / 1_073_741_824, n % 1_073_741_824 * 10 / 1_073_741_824),
            _ if n.is_multiple_of(1_048_576) => format!("{} MB", n / 1_048_576),
            _ => format!("{}.{} MB", n / 1_048_576, n % 1_048_576 * 10 / 1_048_576),
        }
    }
}

/// Fen as `3,800.00`, without a sign for the currency.
#[must_use]
pub fn yuan(fen: i64) -> String {
    let (whole, rest) = (fen.unsigned_abs() / 100, fen.unsigned_abs() % 100);
    let digits = whole.to_string();
    let mut out = String::with_capacity(digits.len() + 8);
    if fen < 0 {
        out.push('-');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    out.push_str(&format!(".{rest:02}"));
    out
}

/// The column of a week a day stands in, 1 (Monday) to 7.
#[must_use]
pub fn week_column(d: Date) -> i8 {
    d.weekday().to_monday_one_offset()
}

/// Whether a day is a Saturday or Sunday.
#[must_use]
pub fn is_weekend(d: Date) -> bool {
    matches!(d.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn month(d: Date) -> &'static str {
    MONTHS[usize::from((d.month() - 1).unsigned_abs()) % 12]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::{date, datetime};

    #[test]
    fn dates_and_times() {
        let d = date(2026, 12, 1);
        assert_eq!(Lang::ZhCn.date(d), "2026年12月1日 星期二");
        assert_eq!(Lang::En.date(d), "Tue 1 Dec 2026");
        let at = Instant::at(datetime(2026, 11, 20, 14, 2, 0, 0));
        assert_eq!(Lang::ZhCn.datetime(at), "2026年11月20日 14:02");
        assert_eq!(Lang::En.datetime(at), "20 Nov 2026, 14:02");
        assert_eq!(Lang::En.stamp(at), "11-20 14:02");
        assert_eq!(week_column(date(2026, 11, 22)), 7);
    }

    #[test]
    fn money_and_lengths() {
        assert_eq!(Lang::ZhCn.money(380_000), "3,800.00 元");
        assert_eq!(Lang::En.money(-123_456_789), "-¥1,234,567.89");
        assert_eq!(yuan(5), "0.05");
        assert_eq!(yuan(i64::MIN), "-92,233,720,368,547,758.08");
        assert_eq!(Lang::ZhCn.elapsed(158), "2 小时 38 分");
        assert_eq!(Lang::En.elapsed(4560), "3 d 4 h");
        assert_eq!(Lang::ZhCn.span(7, "wd"), "7 个工作日");
        assert_eq!(Lang::En.span(1, "wd"), "1 working day");
        assert_eq!(Lang::En.bytes(1_300_000), "1.2 MB");
    }
}
