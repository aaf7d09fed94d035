//! The pieces pages are made of. Each renders itself (`{{ piece }}` in a template) and is safe HTML: everything inside
//! is escaped by its own template.

use std::fmt;

use askama::Template;
use askama::filters::HtmlSafe;
use jiff::civil::Date;
use qrcodegen::{QrCode, QrCodeEcc};

use crate::web::format::week_column;
use crate::web::i18n::Lang;

/// How urgent or final something is. Shown as word, shape and colour together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Tone {
    /// Neither good nor bad (round mark).
    #[default]
    Plain,
    /// Under way, ours to act (ring).
    Act,
    /// Done well (square).
    Good,
    /// Due today or soon (lozenge).
    Soon,
    /// Late, refused, final (triangle).
    Late,
}

impl Tone {
    /// The class of the sheet.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Tone::Plain => "plain",
            Tone::Act => "act",
            Tone::Good => "good",
            Tone::Soon => "soon",
            Tone::Late => "late",
        }
    }
}

/// A state in one word.
#[derive(Clone, Debug, Default, Template)]
#[template(source = r#"{% if !text.is_empty() %}<span class="tag {{ tone.class() }}">{{ text }}</span>{% endif %}"#, ext = "html")]
pub struct Tag {
    /// Mark and colour.
    pub tone: Tone,
    /// The word.
    pub text: String,
}

impl Tag {
    /// A tag.
    #[must_use]
    pub fn new(tone: Tone, text: impl Into<String>) -> Self {
        Self { tone, text: text.into() }
    }
}

/// A place to go.
#[derive(Clone, Debug, Default)]
pub struct Link {
    /// Address.
    pub href: String,
    /// Words.
    pub label: String,
}

impl Link {
    /// A link.
    #[must_use]
    pub fn new(href: impl Into<String>, label: impl Into<String>) -> Self {
        Self { href: href.into(), label: label.into() }
    }
}

/// What is wrong with which field, in the reader's language, saying what to do.
#[derive(Clone, Debug, Default)]
pub struct Errors(pub Vec<FieldError>);

/// One mistake.
#[derive(Clone, Debug)]
pub struct FieldError {
    /// The field's name; empty for the form as a whole.
    pub field: String,
    /// What to do.
    pub message: String,
}

impl Errors {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first message for a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&str> {
        self.0.iter().find(|e| e.field == field).map(|e| e.message.as_str())
    }

    /// Adds a mistake.
    pub fn add(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.0.push(FieldError { field: field.into(), message: message.into() });
    }

    /// The list over the form, each line leading to its field; prints nothing when there is no mistake.
    #[must_use]
    pub fn summary(&self, l: &Lang) -> ErrorSummary {
        ErrorSummary { l: *l, items: self.0.clone() }
    }
}

/// The list of mistakes over a form.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/errors.html")]
pub struct ErrorSummary {
    l: Lang,
    items: Vec<FieldError>,
}

/// One of several values to choose from.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is read.
    pub label: String,
    /// A smaller line under it.
    pub hint: String,
    /// Chosen.
    pub checked: bool,
    /// Takes a whole line among chips.
    pub long: bool,
}

impl Choice {
    /// A choice, chosen when its value is `current`.
    #[must_use]
    pub fn new(value: impl Into<String>, label: impl Into<String>, current: &str) -> Self {
        let value = value.into();
        let checked = value == current;
        Self { value, label: label.into(), checked, ..Self::default() }
    }

    /// With a smaller line under it.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }
}

/// Choices under a heading (an office under its level); an empty heading prints none.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The heading.
    pub label: String,
    /// Its choices.
    pub choices: Vec<Choice>,
}

/// A file already sent and kept between two steps of a form.
#[derive(Clone, Debug, Default)]
pub struct KeptFile {
    /// What the next step sends back for it.
    pub token: String,
    /// Its name as the person gave it.
    pub name: String,
    /// Its size, written.
    pub size: String,
}

/// How a field is filled.
#[derive(Clone, Debug)]
pub enum Control {
    /// One line: the HTML type, the keyboard a phone shows, a unit written after it.
    Line {
        /// `text`, `tel`, `password`, `search`.
        kind: &'static str,
        /// `text`, `decimal`, `numeric`, `tel`.
        mode: &'static str,
        /// Narrow.
        short: bool,
        /// Written after the box (元).
        affix: String,
    },
    /// Several lines.
    Area {
        /// Room for a long text.
        tall: bool,
    },
    /// A civil date.
    Date,
    /// A civil date and time of day.
    DateTime,
    /// One of many, closed until opened.
    Select(Vec<Group>),
    /// One of few, all visible.
    Radio(Vec<Choice>),
    /// Any number.
    Checks {
        /// What there is.
        choices: Vec<Choice>,
        /// Side by side.
        chips: bool,
    },
    /// One of many, found by typing where there is a script; each with boxes of its own, sent as `<name>_met`.
    Lines(Vec<(Choice, Vec<Choice>)>),
    /// Yes or not; sends `1`.
    Check,
    /// Files.
    File {
        /// Accepted types, as HTML writes them.
        accept: &'static str,
        /// Largest file, bytes.
        max: u64,
        /// What has been sent already.
        kept: Vec<KeptFile>,
    },
}

/// A field of a form: label, hint, value, mistake, control. Its id is `f-<name>`.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/field.html")]
pub struct Field {
    l: Lang,
    /// What the value is sent as.
    pub name: String,
    /// Its label.
    pub label: String,
    /// A line of help.
    pub hint: String,
    /// What is in it; for [`Control::Check`] `1` is ticked.
    pub value: String,
    /// What is wrong with it.
    pub error: Option<String>,
    /// Whether it must be filled; others say that they need not.
    pub required: bool,
    /// How it is filled.
    pub control: Control,
    /// The browser's own filling-in (`name`, `tel`, `street-address`, …); empty says `off`.
    pub autocomplete: &'static str,
    /// Most characters; 0 for no limit.
    pub max: u32,
    /// Another class on the field (`named`).
    pub class: &'static str,
    /// Never kept in this device's draft.
    pub secret: bool,
}

impl Field {
    /// A field with its control.
    #[must_use]
    pub fn new(l: Lang, name: impl Into<String>, label: impl Into<String>, control: Control) -> Self {
        Self {
            l,
            name: name.into(),
            label: label.into(),
            hint: String::new(),
            value: String::new(),
            error: None,
            required: false,
            control,
            autocomplete: "",
            max: 0,
            class: "",
            secret: false,
        }
    }

    /// One line of text.
    #[must_use]
    pub fn text(l: Lang, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(l, name, label, Control::Line { kind: "text", mode: "text", short: false, affix: String::new() })
    }

    /// A telephone number.
    #[must_use]
    pub fn tel(l: Lang, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(l, name, label, Control::Line { kind: "tel", mode: "tel", short: true, affix: String::new() })
    }

    /// A password; never kept, never sent back.
    #[must_use]
    pub fn password(l: Lang, name: impl Into<String>, label: impl Into<String>, autocomplete: &'static str) -> Self {
        let mut f = Self::new(l, name, label, Control::Line { kind: "password", mode: "text", short: false, affix: String::new() });
        f.autocomplete = autocomplete;
        f.secret = true;
        f
    }

    /// An amount of money in yuan, as typed.
    #[must_use]
    pub fn money(l: Lang, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(l, name, label, Control::Line { kind: "text", mode: "decimal", short: true, affix: l.t("unit-yuan") })
    }

    /// Several lines of text.
    #[must_use]
    pub fn area(l: Lang, name: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(l, name, label, Control::Area { tall: false })
    }

    /// Yes or not.
    #[must_use]
    pub fn check(l: Lang, name: impl Into<String>, label: impl Into<String>, on: bool) -> Self {
        Self::new(l, name, label, Control::Check).value(if on { "1" } else { "" })
    }

    /// With a line of help.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// With what is in it.
    #[must_use]
    pub fn value(mut self, value: impl Into<String>) -> Self {
        self.value = value.into();
        self
    }

    /// Must be filled.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// With the first of a form's mistakes that is about it.
    #[must_use]
    pub fn errors(mut self, errors: &Errors) -> Self {
        self.error = errors.of(&self.name).map(str::to_owned);
        self
    }

    /// With the browser's own filling-in.
    #[must_use]
    pub fn auto(mut self, autocomplete: &'static str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    /// With a most number of characters.
    #[must_use]
    pub fn max(mut self, max: u32) -> Self {
        self.max = max;
        self
    }

    /// With another class.
    #[must_use]
    pub fn class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }

    /// Ids of hint and mistake, for screen readers; empty when there is neither.
    fn described(&self) -> String {
        let mut ids = Vec::with_capacity(2);
        if !self.hint.is_empty() {
            ids.push(format!("f-{}-h", self.name));
        }
        if self.error.is_some() {
            ids.push(format!("f-{}-e", self.name));
        }
        ids.join(" ")
    }

    /// Whether the control is a set of boxes, which HTML groups in a fieldset.
    fn is_set(&self) -> bool {
        matches!(self.control, Control::Radio(_) | Control::Checks { .. } | Control::Lines(_))
    }

    /// Whether the choices are words rather than sentences, and can stand side by side.
    fn is_short(&self) -> bool {
        matches!(&self.control, Control::Radio(choices) if choices.iter().all(|c| c.hint.is_empty() && c.label.chars().count() <= 12))
    }

    fn is_check(&self) -> bool {
        matches!(self.control, Control::Check)
    }
}

/// A form of the desk: every action on a case is one, built from its fields.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/action_form.html")]
pub struct ActionForm {
    /// Language.
    pub l: Lang,
    /// Where it is sent.
    pub action: String,
    /// Sentence above the fields: what will happen.
    pub intro: String,
    /// The law it rests on, with its article.
    pub law: String,
    /// What is asked.
    pub fields: Vec<Field>,
    /// What is sent along: names and values.
    pub hidden: Vec<(String, String)>,
    /// The word on the button.
    pub submit: String,
    /// The button is final (red).
    pub danger: bool,
    /// Has a file field.
    pub files: bool,
    /// Where "back" leads; empty for none.
    pub back: String,
    /// Words offered beside it: name and words.
    pub phrases: Vec<(String, String)>,
    /// What is wrong.
    pub errors: Errors,
}

impl ActionForm {
    /// A form with nothing asked yet.
    #[must_use]
    pub fn new(l: Lang, action: impl Into<String>, submit: impl Into<String>) -> Self {
        Self {
            l,
            action: action.into(),
            intro: String::new(),
            law: String::new(),
            fields: Vec::new(),
            hidden: Vec::new(),
            submit: submit.into(),
            danger: false,
            files: false,
            back: String::new(),
            phrases: Vec::new(),
            errors: Errors::default(),
        }
    }
}

/// What a day is in the counting of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// The day it began, not counted.
    Start,
    /// Counted.
    Counted,
    /// A weekend or holiday, not counted.
    Off,
    /// A weekend made a working day, counted.
    MakeUp,
    /// Left out by law (appraisal), not counted.
    Excluded,
    /// The last day.
    Due,
}

impl DayKind {
    fn class(self) -> &'static str {
        match self {
            DayKind::Start => "start",
            DayKind::Counted => "on",
            DayKind::Off => "off",
            DayKind::MakeUp => "make",
            DayKind::Excluded => "excluded",
            DayKind::Due => "due",
        }
    }
}

/// One day of a proof.
#[derive(Clone, Debug)]
pub struct ProofDay {
    /// The day.
    pub date: Date,
    /// What it is.
    pub kind: DayKind,
    /// Its number in the count; 0 when not counted.
    pub n: u32,
    /// Why it is not counted, or is (春节, 周六, 调休上班).
    pub why: String,
}

/// How a due date came about, as a calendar of weeks.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/proof.html")]
pub struct DayProof {
    /// Language.
    pub l: Lang,
    /// The sentence: from when, how many of what.
    pub sentence: String,
    /// The articles.
    pub basis: String,
    /// The days, in order.
    pub days: Vec<ProofDay>,
    /// Set when the calendar notice of a year is not out yet: what may change.
    pub provisional: String,
}

/// A cell of the calendar.
struct Cell {
    head: Option<String>,
    column: i8,
    class: &'static str,
    day: i8,
    n: u32,
    spoken: String,
}

impl DayProof {
    fn cells(&self) -> Vec<Cell> {
        let mut month = None;
        self.days
            .iter()
            .map(|d| {
                let this = (d.date.year(), d.date.month());
                let first = month.replace(this) != Some(this);
                let kind = self.l.code("day", d.kind.class());
                let spoken = match (d.n, d.why.is_empty()) {
                    (0, true) => kind,
                    (0, false) => format!("{kind} {}", d.why),
                    (n, true) => format!("{kind} {n}"),
                    (n, false) => format!("{kind} {n} {}", d.why),
                };
                Cell {
                    head: first.then(|| self.l.month(d.date)),
                    column: if first { week_column(d.date) } else { 0 },
                    class: d.kind.class(),
                    day: d.date.day(),
                    n: d.n,
                    spoken: format!("{} {spoken}", self.l.day(d.date)),
                }
            })
            .collect()
    }

    /// The kinds that occur, for the key under the calendar.
    fn kinds(&self) -> Vec<(&'static str, String)> {
        [DayKind::Counted, DayKind::Off, DayKind::MakeUp, DayKind::Excluded, DayKind::Due]
            .into_iter()
            .filter(|k| self.days.iter().any(|d| d.kind == *k))
            .map(|k| (k.class(), self.l.code("day", k.class())))
            .collect()
    }
}

/// The next date: the largest thing on a case's page.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/clock_card.html")]
pub struct ClockCard {
    /// Language.
    pub l: Lang,
    /// Part of the ids inside, unique on the page.
    pub id: String,
    /// Bar on the left.
    pub tone: Tone,
    /// What has to happen, by whom.
    pub what: String,
    /// The date.
    pub when: String,
    /// What is left of the time, or how far beyond.
    pub rest: String,
    /// A line under it, such as a local promise and its state.
    pub note: String,
    /// How the date came about.
    pub proof: Option<DayProof>,
}

/// A line of a case's history or of what is still to come.
#[derive(Clone, Debug, Default)]
pub struct Entry {
    /// When, written short.
    pub at: String,
    /// The same for machines (`2026-11-20T14:02`); empty for a date still open.
    pub iso: String,
    /// What happened.
    pub title: String,
    /// More lines: who, on what basis, how long it took; that it was entered later than it happened.
    pub lines: Vec<String>,
    /// Mark on the line.
    pub mark: Mark,
    /// Papers and other places.
    pub links: Vec<Link>,
}

/// What kind of line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Mark {
    /// Has happened.
    #[default]
    Done,
    /// Is to come.
    Todo,
    /// A time limit was missed.
    Late,
    /// A decision or the end.
    End,
}

impl Mark {
    fn class(self) -> &'static str {
        match self {
            Mark::Done => "done",
            Mark::Todo => "todo",
            Mark::Late => "late",
            Mark::End => "end",
        }
    }
}

/// Lines in order.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/timeline.html")]
pub struct Timeline {
    /// Language.
    pub l: Lang,
    /// The lines; the page decides whether newest or oldest comes first.
    pub entries: Vec<Entry>,
}

/// A piece of evidence.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Where it can be had: a picture to be looked at, anything else as an attachment; empty when this reader may not.
    pub href: String,
    /// For a picture, where the file as it came can be had.
    pub original: String,
    /// Its name.
    pub name: String,
    /// Kind and size, written.
    pub about: String,
    /// When and by whom it was added.
    pub added: String,
}

/// The evidence of a submission.
#[derive(Clone, Debug, Template)]
#[template(path = "parts/evidence.html")]
pub struct EvidenceList {
    /// Language.
    pub l: Lang,
    /// The pieces.
    pub items: Vec<Evidence>,
}

/// Backwards and forwards in a long list.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/pager.html")]
pub struct Pager {
    /// Language.
    pub l: Lang,
    /// What is shown ("1–50 of 1,204"), or only how many.
    pub shown: String,
    /// Address of the earlier page; empty at the start.
    pub prev: String,
    /// Address of the next page; empty at the end.
    pub next: String,
}

/// Nothing here, said kindly, with what to do.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "parts/empty.html")]
pub struct Empty {
    /// What is not here.
    pub title: String,
    /// Why, or what to do.
    pub text: String,
    /// A way on.
    pub link: Option<Link>,
}

/// A count that opens to what it counts.
#[derive(Clone, Debug, Default)]
pub struct CountLink {
    /// Where the counted things are listed.
    pub href: String,
    /// Their name.
    pub label: String,
    /// How many.
    pub n: u64,
    /// Mark and colour.
    pub tone: Tone,
    /// The list being shown.
    pub current: bool,
}

/// A QR code as an inline `<svg>`; empty when the text does not fit one.
#[derive(Clone, Debug, Default)]
pub struct Qr(String);

impl Qr {
    /// The code of `text`, with the quiet zone of four modules the standard asks for.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return Self::default() };
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                path.push_str(&format!("M{} {}h1v1h-1z", x + 4, y + 4));
            }
        }
        let side = code.size() + 8;
        Self(format!(
            r##"<svg viewBox="0 0 {side} {side}" role="img" aria-label="QR" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>"##
        ))
    }
}

impl fmt::Display for Qr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! safe { ($($t:ty),+ $(,)?) => { $(impl HtmlSafe for $t {})+ } }
safe!(Tag, ErrorSummary, Field, ActionForm, DayProof, ClockCard, Timeline, EvidenceList, Pager, Empty, Qr);
