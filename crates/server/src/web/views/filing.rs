//! What both screens of filing ask behind a fold: what was bought and where, and for whom the complaint is made (Order 121 Art. 11, 12).

use rules::case::details::Powers;

use super::parts::{Choice, Control, Errors, Field, Group};
use super::public::{Draft, EVIDENCE_TYPES, FileWhat, FileWho};
use crate::usecase::more;
use crate::web::i18n::Lang;

impl Draft {
    /// What was typed in one of the fields behind the fold.
    pub(super) fn more(&self, name: &str) -> &str {
        self.more.get(name).map_or("", String::as_str)
    }

    /// The fields of the other screen, to send along.
    pub(super) fn carried<'a>(&'a self, names: &[&'static str]) -> Vec<(&'a str, &'a str)> {
        let typed = names.iter().map(|name| (*name, self.more(name)));
        typed.filter(|(_, value)| !value.is_empty()).collect()
    }
}

/// Builds the fields of one screen.
struct Fold<'a> {
    l: Lang,
    draft: &'a Draft,
    errors: &'a Errors,
}

impl Fold<'_> {
    fn field(&self, name: &str, control: Control) -> Field {
        let key = format!("more-{}", name.replace('_', "-"));
        let hint = format!("{key}-hint");
        let field = Field::new(self.l, name, self.l.t(&key), control).value(self.draft.more(name)).errors(self.errors);
        if self.l.has(&hint) { field.hint(self.l.t(&hint)) } else { field }
    }

    fn text(&self, name: &str, max: u32) -> Field {
        self.field(name, Control::Line { kind: "text", mode: "text", short: false, affix: String::new() }).max(max)
    }

    fn phone(&self, name: &str) -> Field {
        self.field(name, Control::Line { kind: "tel", mode: "tel", short: true, affix: String::new() }).max(30)
    }

    /// A browser empties what is no date: what was mistyped is shown as it was typed.
    fn day(&self, name: &str) -> Field {
        let typed = self.draft.more(name);
        let wrong = !typed.is_empty() && typed.parse::<jiff::civil::Date>().is_err();
        if wrong { self.text(name, 20) } else { self.field(name, Control::Date) }
    }

    fn choose(&self, name: &str, all: impl Iterator<Item = (String, String)>) -> Field {
        let current = self.draft.more(name);
        let none = Choice::new("", self.l.t("file-choose"), current);
        let choices = std::iter::once(none).chain(all.map(|(value, label)| Choice::new(value, label, current))).collect();
        self.field(name, Control::Select(vec![Group { label: String::new(), choices }]))
    }

    /// Something is in one of these, or wrong with it: the fold stands open.
    fn touched(&self, names: &[&str]) -> bool {
        names.iter().any(|n| !self.draft.more(n).is_empty() || self.errors.of(n).is_some())
    }
}

impl FileWhat {
    fn fold(&self) -> Fold<'_> {
        Fold { l: self.l.lang, draft: &self.draft, errors: &self.errors }
    }

    pub(super) fn fold_open(&self) -> bool {
        self.fold().touched(&more::WHAT)
    }

    /// What was bought.
    pub(super) fn bought(&self) -> Vec<Field> {
        let f = self.fold();
        vec![f.text("platform", 60), f.text("shop", 120), f.text("order_number", 100), f.day("bought_on")]
    }

    /// Where it happened.
    pub(super) fn place(&self) -> Vec<Field> {
        let f = self.fold();
        let mut out = vec![f.text("place_address", 300)];
        if !self.divisions.is_empty() {
            out.push(f.choose("division", self.divisions.iter().cloned()));
        }
        out.push(f.text("point", 40));
        out
    }
}

impl FileWho {
    fn fold(&self) -> Fold<'_> {
        Fold { l: self.l.lang, draft: &self.draft, errors: &self.errors }
    }

    pub(super) fn fold_open(&self) -> bool {
        // The address has a fold of its own.
        self.fold().touched(&more::WHO[1..])
    }

    pub(super) fn email_open(&self) -> bool {
        self.fold().touched(&more::WHO[..1])
    }

    pub(super) fn email(&self) -> Field {
        self.fold()
            .field("email", Control::Line { kind: "email", mode: "email", short: false, affix: String::new() })
            .max(254)
            .auto("email")
    }

    pub(super) fn agent(&self) -> Vec<Field> {
        let f = self.fold();
        let powers = Powers::ALL.iter().map(|p| (p.code().to_owned(), self.l.code("powers", p.code())));
        let mut out = vec![f.text("agent_name", 60), f.phone("agent_phone"), f.choose("agent_powers", powers), f.day("agent_until")];
        if !self.sent_files.is_empty() {
            out.push(f.choose("agent_power", self.sent_files.iter().cloned()));
        }
        // Sent from here where it was not among the files of the first screen.
        let file = Control::File { accept: EVIDENCE_TYPES, max: crate::app::MAX_FILE, kept: Vec::new() };
        out.push(Field::new(self.l.lang, "power", self.l.t("power-file"), file).hint(self.l.t("power-file-hint")).errors(&self.errors));
        out
    }

    pub(super) fn joint(&self) -> Vec<Field> {
        let f = self.fold();
        let joint = f.field("joint", Control::Line { kind: "text", mode: "numeric", short: true, affix: String::new() }).max(6);
        vec![joint, f.text("rep1_name", 60), f.phone("rep1_phone"), f.text("rep2_name", 60), f.phone("rep2_phone")]
    }

    pub(super) fn guardian(&self) -> Vec<Field> {
        let f = self.fold();
        vec![f.text("guardian_name", 60), f.phone("guardian_phone")]
    }
}
