//! What the desk shows to those who work on cases: queue, list, case, actions, split, search, approvals, sign-in.

use askama::Template;

use super::parts::{
    ActionForm, Choice, ClockCard, CountLink, DayProof, Empty, Entry, Errors, Evidence, EvidenceList, Field, Link, Pager, Tag, Timeline,
    Tone,
};
use crate::web::layout::{DeskLayout, Layout};

/// Signing in. POST `/desk/sign-in`.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/sign_in.html")]
pub struct SignIn {
    /// Around the page.
    pub l: Layout,
    /// The name typed.
    pub login: String,
    /// Where to go afterwards (a path of ours).
    pub next: String,
    /// Why one has to sign in (session over, …).
    pub notice: String,
    /// A form that was being filled when the session ended: carried along, given back after signing in.
    pub held: Vec<(String, String)>,
    /// What is wrong; never says which half.
    pub errors: Errors,
}

impl SignIn {
    fn login_field(&self) -> Field {
        Field::text(self.l.lang, "login", self.l.t("login")).value(&self.login).required().max(64).auto("username").errors(&self.errors)
    }
    fn password_field(&self) -> Field {
        Field::password(self.l.lang, "password", self.l.t("password"), "current-password").required().max(200).errors(&self.errors)
    }
}

/// Signed in again in the middle of a form: back to it, with what was typed.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/resume.html")]
pub struct Resume {
    /// Around the page.
    pub l: Layout,
    /// All that was typed, hidden, and a button.
    pub form: ActionForm,
}

/// A submission found at the counter.
#[derive(Clone, Debug, Default)]
pub struct FoundRow {
    /// Its receipt number.
    pub receipt: String,
    /// When it was received, and from whom (masked).
    pub about: String,
    /// Its cases.
    pub rows: Vec<CaseRow>,
    /// The page on which its tracking code is renewed; empty where nobody has one.
    pub renew: String,
}

/// Finding a submission by receipt number or telephone.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/find.html")]
pub struct Find {
    /// Around the page.
    pub l: DeskLayout,
    /// What is looked for.
    pub form: ActionForm,
    /// Something was looked for.
    pub searched: bool,
    /// What was found.
    pub found: Vec<FoundRow>,
}

impl Find {
    fn empty(&self) -> Empty {
        Empty { title: self.l.t("find-none"), text: self.l.t("find-none-text"), link: None }
    }
}

/// A new tracking code, shown this once.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/new_code.html")]
pub struct NewCode {
    /// Around the page.
    pub l: DeskLayout,
    /// Receipt number.
    pub receipt: String,
    /// The code.
    pub code: String,
}

/// Making the first administrator, by the one-time link of the terminal.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/first_admin.html")]
pub struct FirstAdmin {
    /// Around the page.
    pub l: Layout,
    /// Name, login, password twice.
    pub form: ActionForm,
}

/// A row of any list of cases or submissions.
#[derive(Clone, Debug, Default)]
pub struct CaseRow {
    /// Opens it.
    pub href: String,
    /// What it is about.
    pub title: String,
    /// Its number.
    pub number: String,
    /// 投诉, 举报, …
    pub kind: String,
    /// Against whom.
    pub respondent: String,
    /// Amount and what is asked, short.
    pub ask: String,
    /// Channel and origin.
    pub channel: String,
    /// When it was received.
    pub received: String,
    /// How long ago.
    pub age: String,
    /// Which unit has it; empty for none.
    pub unit: String,
    /// Its state.
    pub state: String,
    /// How its nearest clock stands.
    pub clock: Tag,
    /// Marked urgent.
    pub urgent: bool,
}

/// What a list is narrowed by.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Path of the list (GET).
    pub action: String,
    /// Words.
    pub q: String,
    /// Narrowings: field name, label, choices.
    pub selects: Vec<(String, String, Vec<Choice>)>,
    /// Kept as they are.
    pub hidden: Vec<(String, String)>,
}

/// A list of cases: the intake queue, or any list a number leads to.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/queue.html")]
pub struct Queue {
    /// Around the page.
    pub l: DeskLayout,
    /// Heading.
    pub title: String,
    /// Numbers over the list.
    pub counts: Vec<CountLink>,
    /// What can be done with the whole list.
    pub links: Vec<Link>,
    /// Narrowing.
    pub filter: Filter,
    /// The rows.
    pub rows: Vec<CaseRow>,
    /// Backwards and forwards.
    pub pager: Pager,
    /// What is said when there is no row.
    pub empty: Empty,
}

/// Cases that belong together in an officer's list ("超期", "今天").
#[derive(Clone, Debug, Default)]
pub struct CaseGroup {
    /// Heading with its mark.
    pub head: Tag,
    /// Its rows.
    pub rows: Vec<CaseRow>,
}

/// An officer's own cases, what is due first.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/mine.html")]
pub struct Mine {
    /// Around the page.
    pub l: DeskLayout,
    /// Heading.
    pub title: String,
    /// Late, today, this week, waiting for others, all.
    pub counts: Vec<CountLink>,
    /// Groups in order of urgency.
    pub groups: Vec<CaseGroup>,
    /// Backwards and forwards.
    pub pager: Pager,
    /// What is said when there is none.
    pub empty: Empty,
}

/// An entry of the list beside a case.
#[derive(Clone, Debug, Default)]
pub struct SideItem {
    /// Opens it.
    pub href: String,
    /// What it is about.
    pub title: String,
    /// Respondent, amount, what is next.
    pub line: String,
    /// Its clock.
    pub clock: Tag,
    /// The one being shown.
    pub current: bool,
}

/// The list beside a case.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// Late, today, this week.
    pub counts: Vec<CountLink>,
    /// The cases.
    pub items: Vec<SideItem>,
}

/// A clock among the others: statutory and local side by side.
#[derive(Clone, Debug)]
pub struct ClockRow {
    /// What has to happen.
    pub name: String,
    /// Article or line of the pack.
    pub basis: String,
    /// Until when, or when it was done.
    pub due: String,
    /// How it stands.
    pub state: Tag,
    /// Suspended, extended, excluded days: what and since when.
    pub detail: String,
    /// How the date came about.
    pub proof: Option<DayProof>,
}

/// A fact of a case, perhaps masked.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// Its name.
    pub label: String,
    /// Its value, masked where it is personal.
    pub value: String,
    /// Where the whole value can be asked for (POST, logged); empty when it is whole or not to be had.
    pub reveal: String,
    /// Which fields are asked for.
    pub reveal_field: String,
    /// Ways on.
    pub links: Vec<Link>,
}

/// A party.
#[derive(Clone, Debug, Default)]
pub struct Party {
    /// Heading: 投诉人, 被投诉人, …
    pub head: String,
    /// Name, phone, address, …
    pub facts: Vec<Fact>,
}

/// A stretch of the narrative, perhaps marked (a date, a place, a sum).
#[derive(Clone, Debug, Default)]
pub struct Stretch {
    /// The words.
    pub text: String,
    /// Marked.
    pub mark: bool,
}

/// A note of the desk.
#[derive(Clone, Debug, Default)]
pub struct Note {
    /// Who and when.
    pub about: String,
    /// What.
    pub text: String,
}

/// Something that can be done now.
#[derive(Clone, Debug, Default)]
pub struct Act {
    /// Its page.
    pub href: String,
    /// Its name.
    pub label: String,
    /// The key that opens it; one letter, empty for none (`j`, `k`, `?` and `/` are taken).
    pub key: String,
    /// The usual next step.
    pub main: bool,
    /// Final.
    pub danger: bool,
    /// The heading of the group it begins; empty inside a group, and for what decides.
    pub head: String,
}

/// Something that cannot be done now, and why.
#[derive(Clone, Debug, Default)]
pub struct Blocked {
    /// Its name.
    pub label: String,
    /// Why, with the article.
    pub reason: String,
}

/// A case of the same submission this reader may know of.
#[derive(Clone, Debug, Default)]
pub struct Sibling {
    /// Kind, number, state.
    pub line: String,
    /// Opens it.
    pub href: String,
}

/// A case, for clerk, officer and lead: what differs is what may be done.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/case.html")]
pub struct CasePage {
    /// Around the page.
    pub l: DeskLayout,
    /// The list beside it.
    pub side: Option<Side>,
    /// What it is about.
    pub title: String,
    /// Kind, number, channel, unit.
    pub about: String,
    /// States.
    pub tags: Vec<Tag>,
    /// What to know first: provisional date, urgent, possible group, sibling.
    pub notices: Vec<(Tone, String, Option<Link>)>,
    /// The next date.
    pub next: Option<ClockCard>,
    /// All clocks.
    pub clocks: Vec<ClockRow>,
    /// The narrative.
    pub narrative: Vec<Stretch>,
    /// What is asked for.
    pub request: String,
    /// Parties, with `reveal` forms.
    pub parties: Vec<Party>,
    /// Amount, place, trade, regime, factors recorded, …
    pub facts: Vec<Fact>,
    /// Evidence of the submission.
    pub evidence: Vec<Evidence>,
    /// History, newest first.
    pub entries: Vec<Entry>,
    /// Notes of the desk.
    pub notes: Vec<Note>,
    /// Where a note is sent; empty when none may be written.
    pub note_to: String,
    /// What was written and done is not for this reader: the page says so instead of showing nothing.
    pub withheld: bool,
    /// A form that is answered without leaving the page (send to a unit; answer a consultation).
    pub quick: Option<(String, ActionForm)>,
    /// What may be done.
    pub acts: Vec<Act>,
    /// What may not, and why.
    pub blocked: Vec<Blocked>,
    /// Papers: made or to be printed.
    pub papers: Vec<Link>,
    /// Other cases of the same submission.
    pub siblings: Vec<Sibling>,
    /// Of the same person, about the same business.
    pub related: Vec<Sibling>,
    /// Questions with their answers, and contacts with the parties, newest first.
    pub talk: Vec<Note>,
    /// Pages that belong to the case: the whole file, signing, …
    pub tools: Vec<Link>,
    /// Where a script says that the reader is still on the case; empty where nobody needs to know.
    pub claim: String,
}

impl CasePage {
    fn timeline(&self) -> Timeline {
        Timeline { l: self.l.lang, entries: self.entries.clone() }
    }
    fn evidence_list(&self) -> EvidenceList {
        EvidenceList { l: self.l.lang, items: self.evidence.clone() }
    }
    fn note_field(&self) -> Field {
        Field::area(self.l.lang, "text", self.l.t("note-add")).required().max(2000)
    }
}

/// One action on a case, on a page of its own.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/action.html")]
pub struct ActionPage {
    /// Around the page.
    pub l: DeskLayout,
    /// The case's kind, number and title.
    pub case: String,
    /// Name of the action.
    pub title: String,
    /// Facts worth seeing while deciding.
    pub facts: Vec<Fact>,
    /// Why it cannot be done now; then there is nothing to fill in.
    pub stop: String,
    /// The form.
    pub form: ActionForm,
}

/// A part of a submission while it is being split.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// Its heading.
    pub head: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// Name of the field that takes words selected above.
    pub take: String,
}

/// A sentence of a narrative that is being parted.
#[derive(Clone, Debug, Default)]
pub struct Sentence {
    /// Its words.
    pub text: String,
    /// It stays with the case.
    pub stays: bool,
    /// It goes to the new one.
    pub taken: bool,
}

/// Splitting a submission into its parts (Art. 9), marked by a person.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/split.html")]
pub struct Split {
    /// Around the page.
    pub l: DeskLayout,
    /// Case's kind and number.
    pub case: String,
    /// The narrative, sentence by sentence.
    pub sentences: Vec<Sentence>,
    /// What stays, and what becomes a case of its own.
    pub parts: Vec<Part>,
    /// Where it is sent.
    pub action: String,
    /// Number of events the page shows.
    pub seen: u32,
    /// Back.
    pub back: String,
    /// What is wrong.
    pub errors: Errors,
}

/// Search over everything this person may see.
#[derive(Clone, Debug, Template)]
#[template(path = "desk/search.html")]
pub struct Search {
    /// Around the page.
    pub l: DeskLayout,
    /// Words and narrowings.
    pub filter: Filter,
    /// Something was searched for.
    pub searched: bool,
    /// What was found.
    pub rows: Vec<CaseRow>,
    /// Backwards and forwards.
    pub pager: Pager,
}

impl Search {
    fn empty(&self) -> Empty {
        let (title, text) = if self.searched { ("search-none", "search-none-text") } else { ("search-start", "search-start-text") };
        Empty { title: self.l.t(title), text: self.l.t(text), link: None }
    }
}

/// Something that waits for the lead's approval.
#[derive(Clone, Debug, Default)]
pub struct Approval {
    /// The case.
    pub case: Link,
    /// What is asked (延长核查 15 个工作日, …).
    pub asked: String,
    /// Why.
    pub reason: String,
    /// By whom and when.
    pub by: String,
    /// The clock behind it.
    pub clock: Tag,
    /// The page on which it is decided.
    pub decide: String,
}

/// Approvals waiting.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "desk/approvals.html")]
pub struct Approvals {
    /// Around the page.
    pub l: DeskLayout,
    /// Narrowing.
    pub filter: Filter,
    /// The list as a file.
    pub exports: Vec<Link>,
    /// What waits.
    pub rows: Vec<Approval>,
    /// Backwards and forwards.
    pub pager: Pager,
}

impl Approvals {
    fn empty(&self) -> Empty {
        Empty { title: self.l.t("approvals-none"), text: self.l.t("approvals-none-text"), link: None }
    }
}
