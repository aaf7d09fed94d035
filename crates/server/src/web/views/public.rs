//! What the pages of the public show: filing, receipt, tracking, and what goes wrong.

use std::collections::BTreeMap;

use askama::Template;
use rules::law::Demand;
use rules::sketch::{HEIGHT, Sketch, WIDTH};

use super::parts::{
    ActionForm, Choice, ClockCard, Control, Entry, Errors, Evidence, EvidenceList, Field, KeptFile, Link, Qr, Tag, Timeline, Tone,
};
use super::register::Found;
use super::track::News;
use crate::usecase::more;
use crate::web::layout::Layout;

/// The first page: two ways in, and what happens by when.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/home.html")]
pub struct Home {
    /// Around the page.
    pub l: Layout,
    /// The organ that answers for the service.
    pub organ: String,
    /// How soon the locality promises to send a case to the right unit, written ("1 个工作日").
    pub dispatch_within: String,
    /// Telephone for those who would rather call.
    pub hotline: String,
    /// The localities here, where there are several, with the one looked at.
    pub places: Vec<(Link, bool)>,
}

impl Home {
    fn receipt_field(&self) -> Field {
        Field::text(self.l.lang, "receipt", self.l.t("receipt-number")).required()
    }
    fn secret_field(&self) -> Field {
        Field::text(self.l.lang, "secret", self.l.t("track-secret")).required()
    }
}

/// What a person has typed so far; every step sends all of it back, so nothing typed is lost.
#[derive(Clone, Debug, Default)]
pub struct Draft {
    /// Ties double clicks and repeats of the same filing together.
    pub nonce: String,
    /// 经过.
    pub narrative: String,
    /// 被投诉人/被举报人 name.
    pub respondent_name: String,
    /// Its address, or link of the shop.
    pub respondent_address: String,
    /// Its credit code, where it was chosen from the register.
    pub uscc: String,
    /// What is asked for: codes of [`Demand`], `report`, `consult`.
    pub asks: Vec<String>,
    /// Amount in yuan, as typed.
    pub amount: String,
    /// Files sent already.
    pub files: Vec<KeptFile>,
    /// What may break the law, for those who verify only; where a complaint and a report are sent at once.
    pub violation: String,
    /// 姓名.
    pub name: String,
    /// 联系电话.
    pub phone: String,
    /// 通讯地址.
    pub address: String,
    /// 证件号码, only where it is asked.
    pub id_number: String,
    /// When the person knew of the harm, as typed.
    pub knew_on: String,
    /// 匿名举报.
    pub anonymous: bool,
    /// 同意公示投诉信息.
    pub publish: bool,
    /// 同意委托调解.
    pub entrust: bool,
    /// Everything beyond that, by field, as typed.
    pub more: BTreeMap<String, String>,
}

/// What a complaint may ask for (form 1), the commonest first.
const DEMANDS: [Demand; 8] =
    [Demand::Refund, Demand::Return, Demand::Exchange, Demand::Repair, Demand::Remake, Demand::MakeUp, Demand::Compensation, Demand::Other];

/// File types a person may send; the server looks at the bytes again.
pub const EVIDENCE_TYPES: &str = "image/*,application/pdf,audio/*,video/mp4,.doc,.docx,.xls,.xlsx";

impl Draft {
    fn asks_for(&self, code: &str) -> bool {
        self.asks.iter().any(|a| a == code)
    }
}

/// Filing, first screen: what happened, with whom, what is asked for. POST `/file`, multipart.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/file_what.html")]
pub struct FileWhat {
    /// Around the page.
    pub l: Layout,
    /// What has been typed.
    pub draft: Draft,
    /// What is wrong.
    pub errors: Errors,
    /// The page answers something sent: the device's own draft must not overwrite it.
    pub sent: bool,
    /// Largest file, bytes.
    pub max_file: u64,
    /// Divisions to choose from, code and name; none where there is only one.
    pub divisions: Vec<(String, String)>,
    /// The sketch of the locality to point at, where the pack has one.
    pub map: Option<Sketch>,
    /// Businesses of the register that the name typed may mean, where they were asked for.
    pub found: Found,
}

impl FileWhat {
    #[expect(clippy::unused_self, reason = "templates call what belongs to the page")]
    fn map_size(&self) -> (i32, i32) {
        (WIDTH, HEIGHT)
    }
    fn narrative(&self) -> Field {
        let mut f = Field::area(self.l.lang, "narrative", self.l.t("file-narrative")).hint(self.l.t("file-narrative-hint"));
        f.control = Control::Area { tall: true };
        f.value(&self.draft.narrative).required().max(20_000).errors(&self.errors)
    }
    fn respondent_name(&self) -> Field {
        Field::text(self.l.lang, "respondent_name", self.l.t("file-respondent"))
            .hint(self.l.t("file-respondent-hint"))
            .value(&self.draft.respondent_name)
            .required()
            .max(200)
            .errors(&self.errors)
    }
    fn respondent_address(&self) -> Field {
        Field::text(self.l.lang, "respondent_address", self.l.t("file-respondent-address"))
            .hint(self.l.t("file-respondent-address-hint"))
            .value(&self.draft.respondent_address)
            .required()
            .max(300)
            .errors(&self.errors)
    }
    fn asks(&self) -> Field {
        let one = |code: &str, long: bool| Choice {
            value: code.to_owned(),
            label: self.l.code("ask", code),
            hint: if long { self.l.code("ask-hint", code) } else { String::new() },
            checked: self.draft.asks_for(code),
            long,
        };
        let choices = DEMANDS.iter().map(|d| one(d.code(), false)).chain(["report", "consult"].iter().map(|c| one(c, true))).collect();
        Field::new(self.l.lang, "ask", self.l.t("file-ask"), Control::Checks { choices, chips: true })
            .hint(self.l.t("file-ask-hint"))
            .required()
            .errors(&self.errors)
    }
    fn amount(&self) -> Field {
        Field::money(self.l.lang, "amount", self.l.t("file-amount")).value(&self.draft.amount).max(20).errors(&self.errors)
    }
    /// What was typed on the second screen already, to send along.
    fn carried(&self) -> Vec<(&str, &str)> {
        let d = &self.draft;
        let mut out: Vec<(&str, &str)> = vec![
            ("name", &d.name),
            ("phone", &d.phone),
            ("address", &d.address),
            ("id_number", &d.id_number),
            ("knew_on", &d.knew_on),
            ("violation", &d.violation),
        ];
        out.extend(
            [("anonymous", d.anonymous), ("publish", d.publish), ("entrust", d.entrust)].map(|(n, on)| (n, if on { "1" } else { "" })),
        );
        out.extend(d.carried(&more::WHO));
        out.retain(|(_, value)| !value.is_empty());
        out
    }
    fn evidence(&self) -> Field {
        let control = Control::File { accept: EVIDENCE_TYPES, max: self.max_file, kept: self.draft.files.clone() };
        Field::new(self.l.lang, "evidence", self.l.t("file-evidence"), control)
            .hint(self.l.t1("file-evidence-hint", "max", self.l.bytes(self.max_file)))
            .errors(&self.errors)
    }
}

/// Filing, second screen: who you are and what you agree to. POST `/file/contact`; carries the first screen along.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/file_who.html")]
pub struct FileWho {
    /// Around the page.
    pub l: Layout,
    /// What has been typed on both screens.
    pub draft: Draft,
    /// What is wrong.
    pub errors: Errors,
    /// The page answers this screen being sent, not the first one.
    pub sent: bool,
    /// Something is asked that makes it a complaint: real identity and consents are needed (Art. 10).
    pub complaint: bool,
    /// Only a report is asked: it may be anonymous.
    pub may_be_anonymous: bool,
    /// A complaint and a report at once: what is only for those who verify may be told apart.
    pub both: bool,
    /// The ID number is needed.
    pub needs_id: bool,
    /// Files sent, id and name, one of which may be the power of attorney.
    pub sent_files: Vec<(String, String)>,
}

impl FileWho {
    fn anonymous(&self) -> Field {
        Field::check(self.l.lang, "anonymous", self.l.t("file-anonymous"), self.draft.anonymous).hint(self.l.t("file-anonymous-hint"))
    }
    fn name(&self) -> Field {
        Field::text(self.l.lang, "name", self.l.t("file-name"))
            .value(&self.draft.name)
            .required()
            .max(60)
            .auto("name")
            .class("named")
            .errors(&self.errors)
    }
    fn phone(&self) -> Field {
        Field::tel(self.l.lang, "phone", self.l.t("file-phone"))
            .hint(self.l.t("file-phone-hint"))
            .value(&self.draft.phone)
            .required()
            .max(30)
            .auto("tel")
            .class("named")
            .errors(&self.errors)
    }
    fn address(&self) -> Field {
        let mut f = Field::text(self.l.lang, "address", self.l.t("file-address"))
            .hint(self.l.t("file-address-hint"))
            .value(&self.draft.address)
            .max(300)
            .auto("street-address")
            .class("named")
            .errors(&self.errors);
        f.required = self.complaint;
        f
    }
    fn id_number(&self) -> Field {
        let mut f = Field::text(self.l.lang, "id_number", self.l.t("file-id"))
            .hint(self.l.t("file-id-hint"))
            .value(&self.draft.id_number)
            .required()
            .max(18)
            .class("named")
            .errors(&self.errors);
        f.secret = true;
        f
    }
    fn knew_on(&self) -> Field {
        // A browser empties what is no date: what was mistyped is shown as it was typed.
        let wrong = self.errors.of("knew_on").is_some() && self.draft.knew_on.parse::<jiff::civil::Date>().is_err();
        let l = self.l.lang;
        let field =
            if wrong { Field::text(l, "knew_on", l.t("file-knew")) } else { Field::new(l, "knew_on", l.t("file-knew"), Control::Date) };
        field.hint(l.t("file-knew-hint")).value(&self.draft.knew_on).errors(&self.errors)
    }
    fn violation(&self) -> Field {
        Field::area(self.l.lang, "violation", self.l.t("file-violation"))
            .hint(self.l.t("file-violation-hint"))
            .value(&self.draft.violation)
            .max(20_000)
            .errors(&self.errors)
    }
    /// Everything of the first screen, to send along.
    fn carried(&self) -> Vec<(&str, &str)> {
        let d = &self.draft;
        let mut out = vec![
            ("nonce", d.nonce.as_str()),
            ("narrative", &d.narrative),
            ("respondent_name", &d.respondent_name),
            ("respondent_address", &d.respondent_address),
            ("uscc", &d.uscc),
            ("amount", &d.amount),
        ];
        out.extend(d.asks.iter().map(|a| ("ask", a.as_str())));
        out.extend(d.files.iter().map(|f| ("kept", f.token.as_str())));
        out.extend(d.carried(&more::WHAT));
        out
    }
    fn asks_in_words(&self) -> String {
        let words: Vec<String> = self.draft.asks.iter().map(|a| self.l.code("ask", a)).collect();
        words.join(&self.l.t("list-comma"))
    }
}

/// A date to expect, on the receipt.
#[derive(Clone, Debug, Default)]
pub struct DateLine {
    /// When, at the latest.
    pub when: String,
    /// What will have happened by then.
    pub what: String,
    /// On what law.
    pub basis: String,
}

/// The receipt: shown once after filing, printable.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/receipt.html")]
pub struct Receipt {
    /// Around the page.
    pub l: Layout,
    /// 受理回执号 of the submission.
    pub number: String,
    /// The tracking code; shown here only.
    pub code: String,
    /// Address of the tracking page, written out.
    pub track_url: String,
    /// The same as a QR code.
    pub qr: Qr,
    /// When it was received.
    pub received: String,
    /// What will be done with it: "投诉", "举报" as the person will see them.
    pub about: Vec<String>,
    /// Dates to expect.
    pub dates: Vec<DateLine>,
    /// How many files were received.
    pub files: usize,
    /// Filed without a name: nobody will call.
    pub anonymous: bool,
    /// What to know about this receipt: that it is the first sending that counts. Empty for nothing.
    pub notice: String,
}

/// Signing in to one's own submission.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/track_sign_in.html")]
pub struct TrackSignIn {
    /// Around the page.
    pub l: Layout,
    /// The receipt number typed.
    pub receipt: String,
    /// What is wrong; for a wrong pair one sentence for the form as a whole.
    pub errors: Errors,
}

impl TrackSignIn {
    fn receipt_field(&self) -> Field {
        Field::text(self.l.lang, "receipt", self.l.t("receipt-number")).value(&self.receipt).required().max(40).errors(&self.errors)
    }
    fn secret_field(&self) -> Field {
        Field::text(self.l.lang, "secret", self.l.t("track-secret"))
            .hint(self.l.t("track-secret-hint"))
            .required()
            .max(40)
            .errors(&self.errors)
    }
}

/// A decision as the person reads it: in full.
#[derive(Clone, Debug, Default)]
pub struct Decision {
    /// What was decided.
    pub title: String,
    /// Number and date.
    pub about: String,
    /// Reasons and result, paragraph by paragraph.
    pub text: Vec<String>,
    /// The other ways of 消法 39 are listed.
    pub remedies: bool,
    /// The paper itself; empty label when there is none.
    pub paper: Link,
}

/// Something the person has agreed to, or not, and may change.
#[derive(Clone, Debug, Default)]
pub struct Agreement {
    /// Where a change is sent.
    pub action: String,
    /// Its code.
    pub code: &'static str,
    /// To what.
    pub label: String,
    /// Agreed now.
    pub given: bool,
}

/// One case of the submission on the tracking page.
#[derive(Clone, Debug, Default)]
pub struct TrackCase {
    /// Part of the ids on the page.
    pub id: String,
    /// 投诉, 举报, …
    pub kind: String,
    /// What it is about.
    pub title: String,
    /// Its own number.
    pub number: String,
    /// Who handles it and how to reach them.
    pub unit: String,
    /// Where it stands.
    pub tag: Tag,
    /// The next date.
    pub clock: Option<ClockCard>,
    /// What is to come, then what happened, newest first.
    pub entries: Vec<Entry>,
    /// Decisions.
    pub decisions: Vec<Decision>,
    /// Where it can be withdrawn; empty label when it cannot.
    pub withdraw: Link,
    /// What was agreed to and may be changed.
    pub agreements: Vec<Agreement>,
    /// What is asked and may be said, papers, who has looked.
    pub care: super::track::Care,
}

/// The tracking page of a submission.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/track.html")]
pub struct Track {
    /// Around the page.
    pub l: Layout,
    /// Receipt number.
    pub number: String,
    /// When it was received.
    pub received: String,
    /// Done just now ("已添加 2 个文件").
    pub flash: String,
    /// Its cases; none before it has been looked at.
    pub cases: Vec<TrackCase>,
    /// What is next while there is no case yet.
    pub waiting: Option<ClockCard>,
    /// Its evidence.
    pub evidence: Vec<Evidence>,
    /// Somebody acts for the complainant and the power of attorney has not come: it is asked for, and can be marked when it is sent.
    pub power: bool,
    /// Where more is sent; empty when nothing can be added.
    pub add_to: String,
    /// What is wrong with the files sent.
    pub errors: Errors,
    /// Largest file, bytes.
    pub max_file: u64,
    /// Messages, the newest first; how many of them are new.
    pub news: Vec<News>,
    /// Of them since the last visit.
    pub news_new: usize,
    /// They go to an address as well.
    pub mailed: bool,
}

impl Track {
    fn timeline(&self, case: &TrackCase) -> Timeline {
        Timeline { l: self.l.lang, entries: case.entries.clone() }
    }
    fn evidence_list(&self) -> EvidenceList {
        EvidenceList { l: self.l.lang, items: self.evidence.clone() }
    }
    fn upload(&self) -> Field {
        let control = Control::File { accept: EVIDENCE_TYPES, max: self.max_file, kept: Vec::new() };
        Field::new(self.l.lang, "evidence", self.l.t("track-add"), control)
            .hint(self.l.t1("file-evidence-hint", "max", self.l.bytes(self.max_file)))
            .required()
            .errors(&self.errors)
    }
}

/// Are you sure: withdrawing a case.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/withdraw.html")]
pub struct Withdraw {
    /// Around the page.
    pub l: Layout,
    /// What it is about, with its number.
    pub case: String,
    /// A report: verification goes on whatever the person does.
    pub report: bool,
    /// Where it is sent.
    pub action: String,
    /// Back to the tracking page.
    pub back: String,
    /// What has been typed.
    pub reason: String,
    /// The two sides settled it between themselves.
    pub settled: bool,
    /// What is wrong.
    pub errors: Errors,
}

impl Withdraw {
    fn settled_field(&self) -> Field {
        Field::check(self.l.lang, "settled", self.l.t("withdraw-settled"), self.settled)
    }
    fn reason_field(&self) -> Field {
        Field::area(self.l.lang, "reason", self.l.t("withdraw-reason")).value(&self.reason).max(2000).errors(&self.errors)
    }
}

/// Asking for a lost receipt number.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/lost.html")]
pub struct Lost {
    /// Around the page.
    pub l: Layout,
    /// Name typed.
    pub name: String,
    /// Phone typed.
    pub phone: String,
    /// What is wrong.
    pub errors: Errors,
}

impl Lost {
    fn name_field(&self) -> Field {
        Field::text(self.l.lang, "name", self.l.t("file-name")).value(&self.name).required().max(60).auto("name").errors(&self.errors)
    }
    fn phone_field(&self) -> Field {
        Field::tel(self.l.lang, "phone", self.l.t("lost-phone")).value(&self.phone).required().max(30).auto("tel").errors(&self.errors)
    }
}

/// One thing said, with a way on.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/message.html")]
pub struct Message {
    /// Around the page.
    pub l: Layout,
    /// Good, or not.
    pub tone: Tone,
    /// What.
    pub title: String,
    /// More.
    pub text: Vec<String>,
    /// Ways on.
    pub links: Vec<Link>,
}

/// Something went wrong; says what to do. Status 400, 403, 404, 409, 413, 429, 500, 503; others read as 500.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/error.html")]
pub struct ErrorPage {
    /// Around the page.
    pub l: Layout,
    /// The HTTP status.
    pub status: u16,
    /// Number to give when asking for help; empty for none.
    pub reference: String,
    /// A more exact sentence than the general one; empty for none.
    pub detail: String,
    /// What was typed, to be sent again.
    pub again: Option<ActionForm>,
}

impl ErrorPage {
    fn code(&self) -> &'static str {
        match self.status {
            400 => "400",
            403 => "403",
            404 => "404",
            409 => "409",
            413 => "413",
            429 => "429",
            503 => "503",
            _ => "500",
        }
    }
}

/// The privacy notice (PIPL 17, 35).
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/privacy.html")]
pub struct Privacy {
    /// Around the page.
    pub l: Layout,
    /// The organ responsible.
    pub organ: String,
    /// Where to ask, correct, erase.
    pub contact: String,
}

/// The whole way, with its limits, and the other ways there are.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "public/expect.html")]
pub struct Expect {
    /// Around the page.
    pub l: Layout,
    /// The organ that answers for the service.
    pub organ: String,
    /// Its intake's telephone; empty where there is none.
    pub phone: String,
    /// How soon the locality promises to send a complaint to a unit; empty where it promises nothing.
    pub dispatch_within: String,
}
