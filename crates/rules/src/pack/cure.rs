//! What can be wrong in a pack, each with its cure: a code with what it is about, so that the terminal tells it in English and a page in the
//! language of its reader.

use crate::law::coded;

coded! {
    /// What is wrong, and what to do.
    Cure {
        /// an id of other signs
        Id = "id",
        /// a list of kinds of case
        Kinds = "kinds",
        /// none of the words that are allowed
        Unknown = "unknown",
        /// no date
        Date = "date",
        /// no division code
        Division = "division",
        /// no area code
        AreaCode = "area_code",
        /// only one of two degrees
        Degrees = "degrees",
        /// a second time
        Twice = "twice",
        /// a line of the law's own
        TwiceOrLaw = "twice_or_law",
        /// no length of time
        Length = "length",
        /// no time of day
        TimeOfDay = "time_of_day",
        /// times not in order
        TimesInOrder = "times_in_order",
        /// an order could give no time
        OrderSpans = "order_spans",
        /// a length after a limit that is only near
        AfterWithLate = "after_with_late",
        /// numbers that do not rise
        RisingPeople = "rising_people",
        /// a number outside its bounds
        Between = "between",
        /// no condition
        Conditions = "conditions",
        /// no matter, or one too long
        Matter = "matter",
        /// no source
        NoSource = "no_source",
        /// a section that is not in step with a mechanism
        InStep = "in_step",
        /// no pack of that id
        NoPack = "no_pack",
        /// a template that cannot be read
        Template = "template",
        /// no template
        NoTemplate = "no_template",
        /// no class word
        NoClass = "no_class",
        /// named before it is listed
        ListBefore = "list_before",
        /// not in this pack
        NoOrgan = "no_organ",
        /// no clock that stops at the correction
        NoClock = "no_clock",
        /// no rate of that name
        NoRate = "no_rate",
        /// points of another sum
        Hundred = "hundred",
        /// a field is missing
        Missing = "missing",
        /// a field nobody knows
        UnknownField = "unknown_field",
        /// what the reader of TOML says
        Toml = "toml",
    }
}

/// A fault in words: its code, what it is about, and what is allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Which.
    pub cure: Cure,
    /// What was written, or is missing.
    pub it: String,
    /// What may be written.
    pub allowed: String,
}

impl Cure {
    pub(super) fn plain(self) -> Said {
        self.among("", "")
    }

    pub(super) fn of(self, it: impl ToString) -> Said {
        self.among(it, "")
    }

    pub(super) fn among(self, it: impl ToString, allowed: impl ToString) -> Said {
        Said { cure: self, it: it.to_string(), allowed: allowed.to_string() }
    }
}

impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (it, allowed) = (&self.it, &self.allowed);
        match self.cure {
            Cure::Id => f.write_str("use lower-case letters, digits and `-`"),
            Cure::Kinds => f.write_str("write one or more of complaint, report, consultation, other"),
            Cure::Unknown => write!(f, "`{it}` is not known; write one of {allowed}"),
            Cure::Date => f.write_str("write a date as YYYY-MM-DD"),
            Cure::Division => f.write_str("a division code has six digits (GB/T 2260)"),
            Cure::AreaCode => f.write_str("an area's code has six, nine or twelve digits (GB/T 2260, GB/T 10114)"),
            Cure::Degrees => f.write_str("write both lon and lat in degrees, or neither"),
            Cure::Twice => write!(f, "`{it}` is given twice; keep one"),
            Cure::TwiceOrLaw => write!(f, "`{it}` is given twice, or is one of the law's own lines (`law-…`)"),
            Cure::Length => write!(f, "`{it}` is no length; write one such as 30min, 24h, 3wd or 60nd"),
            Cure::TimeOfDay => write!(f, "`{it}` is no time of day; write it as 09:00"),
            Cure::TimesInOrder => f.write_str("write each time once, the earliest first"),
            Cure::OrderSpans => f.write_str("write at least one period an order may give"),
            Cure::AfterWithLate => f.write_str("a length after the limit goes with `since = \"late\"`"),
            Cure::RisingPeople => f.write_str("write rising numbers of people, the first at least 2, such as [5, 10, 30]"),
            Cure::Between => write!(f, "`{it}` does not fit; write {allowed}"),
            Cure::Conditions => f.write_str("write at least one condition; each must hold"),
            Cure::Matter => f.write_str("name the matter; with its basis at most 200 characters"),
            Cure::NoSource => f.write_str("say where the locality describes it"),
            Cure::InStep => write!(f, "the mechanism `{it}` says otherwise, so write `{allowed}` in [follow_up]"),
            Cure::NoPack => write!(f, "there is no pack `{it}`; name one that exists or leave the line out"),
            Cure::Template => f.write_str(it),
            Cure::NoTemplate => f.write_str("a template for document numbers is missing"),
            Cure::NoClass => write!(f, "the class word of form `{it}` is missing"),
            Cure::ListBefore => write!(f, "list `{it}` before this one"),
            Cure::NoOrgan => write!(f, "there is no organ `{it}` in this pack"),
            Cure::NoClock => write!(f, "there is no [[clock]] `{it}` that stops at `corrected`; add it or leave the line out"),
            Cure::NoRate => write!(f, "there is no rate `{it}`"),
            Cure::Hundred => f.write_str("the points must come to 100"),
            Cure::Missing => write!(f, "missing field `{it}`"),
            Cure::UnknownField => write!(f, "unknown field `{it}`, expected one of {allowed}"),
            Cure::Toml => f.write_str(it),
        }
    }
}
