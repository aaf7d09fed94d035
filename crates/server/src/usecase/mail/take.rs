//! A mail is taken in: once, however often it comes. It becomes a submission as any other channel's, or what it answers is added to its case;
//! what a machine wrote makes nothing; what comes in floods, or cannot be read, waits for a clerk.

use super::config::Config;
use super::parse::{Mail, parse};
use crate::app::App;
use crate::clock::new_id;
use crate::usecase::fields::Fields;
use crate::usecase::submit::{self, Incoming, Part};
use crate::usecase::upload::{Claim, HEAD, Held};
use crate::usecase::{Answer, Denied, act, evidence, limit};
use rules::case::command::Action;
use rules::ids::{CaseId, FileId, Id, Locality, SubmissionId};
use rules::law::Kind;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::cases;
use store::chain::digest;
use store::engine::{Arg, Sql, Tx};
use store::mail_in::{self, Answers, MailIn};
use store::outbox;
use store::personal::{Envelope, hex, random};
use store::scope::{Reason, Scope};
use store::seal::Place;

/// Largest mail, bytes.
pub const MAX_MAIL: usize = 64 * 1024 * 1024;
/// New submissions from one sender in an hour and in a day; what comes beyond waits for a clerk.
const PER_HOUR: i64 = 10;
const PER_DAY: i64 = 30;
/// Minutes in which new submissions of all senders together are counted: a sender is easily forged.
const ALL_MINUTES: i64 = 60;
/// The same words from one sender within a day: an automatic answer that does not say so.
const SAME_PER_DAY: i64 = 2;
/// Answers from one sender in an hour.
const REPLIES_PER_HOUR: i64 = 30;
/// Names nobody reads answers at.
const NOBODY: [&str; 6] = ["noreply", "no-reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster"];

/// What became of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It came before.
    Known,
    /// It became a submission.
    Taken(SubmissionId),
    /// It was added to the case it answers.
    Reply,
    /// It waits for a clerk; why, as a code.
    Held(&'static str),
    /// It cannot be read; a clerk sees it.
    Unreadable,
    /// It makes nothing; why, as a code.
    Ignored(&'static str),
}

/// Sender and subject of a mail that waits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Address.
    pub from: String,
    /// Name.
    pub name: String,
    /// Subject.
    pub subject: String,
}

/// Takes a mail in. `mailbox` names where it came from.
///
/// # Errors
/// Those of the store; the mail is still where it was then.
pub async fn take(app: &App, config: &Config, locality: Locality, mailbox: &str, raw: &[u8]) -> Answer<Fate> {
    let mail = parse(raw);
    let whole: [u8; 32] = Sha256::digest(raw).into();
    let named = mail.message_id.as_ref().map_or(&whole[..], |id| id.as_bytes());
    let key = digest("fangxin/mail/1", &[&locality.0.to_be_bytes(), mailbox.as_bytes(), named]);
    let platform = Scope::system(locality, Reason::Mail);
    let mut db = app.db().read().await?;
    if mail_in::known(&mut db, &platform, &key).await?.is_some() {
        return Ok(Fate::Known);
    }
    drop(db);
    let row = row(app, locality, key, i64::try_from(raw.len()).unwrap_or(i64::MAX));
    let seen = Seen { app, platform, mail, raw, row };
    match seen.fate(config).await {
        // It would fail at every look, and the mails behind it would wait.
        Err(e) if !matches!(&e, Denied::Store(s) if s.is_retryable()) => {
            tracing::error!(code = e.code(), cause = %e, "a mail could not be taken in and waits for a clerk");
            seen.hold("failed").await
        }
        fate => fate,
    }
}

/// Notes a mail too large to be taken: it stays where it came from, and a clerk sees that it came. `name` tells it from others there.
pub(super) async fn too_large(app: &App, locality: Locality, mailbox: &str, name: &str, size: u64) -> Answer<()> {
    tracing::warn!("a mail is too large and was put aside");
    let key = digest("fangxin/mail/1", &[&locality.0.to_be_bytes(), mailbox.as_bytes(), name.as_bytes(), &size.to_be_bytes()]);
    let row =
        MailIn { state: "ignored".into(), reason: "large".into(), ..row(app, locality, key, i64::try_from(size).unwrap_or(i64::MAX)) };
    note(app, row).await
}

fn row(app: &App, locality: Locality, key: [u8; 32], size: i64) -> MailIn {
    let now = app.clock().now();
    MailIn {
        locality,
        id: new_id(now, &mut app.random()),
        key,
        state: String::new(),
        reason: String::new(),
        wrapped: None,
        head: None,
        file_kept: false,
        size,
        files: 0,
        refused: 0,
        submission: None,
        maybe: String::new(),
        received_at: now,
        person: None,
        decided_at: None,
    }
}

async fn note(app: &App, row: MailIn) -> Answer<()> {
    let done = app.db().write(async move |tx: &mut Tx| tx.batch(vec![mail_in::insert(&row)]).await.map(|_| ())).await;
    match done {
        // Another server was first.
        Err(e) if e.is_unique() => Ok(()),
        done => Ok(done?),
    }
}

/// Attachments taken and not taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) files: i64,
    pub(super) refused: i64,
}

impl Counts {
    fn on(self, row: MailIn) -> MailIn {
        MailIn { files: self.files, refused: self.refused, ..row }
    }
}

struct Seen<'a> {
    app: &'a App,
    platform: Scope,
    mail: Mail,
    raw: &'a [u8],
    row: MailIn,
}

impl Seen<'_> {
    /// What becomes of it.
    async fn fate(&self, config: &Config) -> Answer<Fate> {
        let Some(from) = self.mail.from.clone().filter(|_| !self.mail.is_unreadable()) else {
            self.keep("unreadable", "unreadable").await?;
            return Ok(Fate::Unreadable);
        };
        if config.own().any(|own| own == from) {
            return self.ignore("own").await;
        }
        if let Some(machine) = self.mail.machine {
            if let Some((case, seq)) = self.returned() {
                return self.came_back(case, seq).await;
            }
            return self.ignore(machine.code()).await;
        }
        if NOBODY.contains(&from.split('@').next().unwrap_or_default()) {
            return self.hold("nobody").await;
        }
        let words = hex(&digest("fangxin/mail/words", &[from.as_bytes(), self.mail.subject.as_bytes(), self.mail.text.as_bytes()]));
        match self.answers(&from).await? {
            Some(Answers::Own(scope, case)) if !case.case.is_over() => {
                match limit::pass(self.app, "mail-reply", &from, REPLIES_PER_HOUR, 60).await {
                    Err(Denied::Throttled) => return self.hold("flood").await,
                    other => other?,
                }
                self.reply(&scope, &case).await
            }
            other => {
                let all = config.intake.as_ref().map_or(i64::MAX, |i| i64::from(i.per_hour));
                let place = self.row.locality.0.to_string();
                for (what, whom, most, minutes, why) in [
                    ("mail-same", words.as_str(), SAME_PER_DAY, 24 * 60, "same"),
                    ("mail-hour", from.as_str(), PER_HOUR, 60, "flood"),
                    ("mail-day", from.as_str(), PER_DAY, 24 * 60, "flood"),
                    ("mail-all", place.as_str(), all, ALL_MINUTES, "many"),
                ] {
                    match limit::pass(self.app, what, whom, most, minutes).await {
                        Err(Denied::Throttled) => return self.hold(why).await,
                        passed => passed?,
                    }
                }
                let maybe = match other {
                    Some(Answers::Own(_, case)) => case.case.registration.number.clone(),
                    Some(Answers::Other(number)) => number,
                    None => self.number_in_subject().await?,
                };
                let taken = submission(self.app, &self.platform, &self.mail, &self.row.key, |counts, submission| {
                    let row = MailIn { state: "taken".into(), maybe: maybe.clone(), submission: Some(submission), ..self.row.clone() };
                    mail_in::insert(&counts.on(row))
                });
                Ok(Fate::Taken(taken.await?))
            }
        }
    }

    async fn ignore(&self, why: &'static str) -> Answer<Fate> {
        let row = MailIn { state: "ignored".into(), reason: why.into(), ..self.row.clone() };
        note(self.app, row).await?;
        Ok(Fate::Ignored(why))
    }

    /// The notice of ours that this says could not be delivered.
    fn returned(&self) -> Option<(CaseId, u32)> {
        let mark = self.mail.returned.as_ref()?.strip_prefix("fx.")?.split('@').next()?;
        mail_in::read_mark(self.app.keyring(), self.row.locality, mark)
    }

    /// Marks a notice as failed, with the mail's own row.
    async fn came_back(&self, case: CaseId, seq: u32) -> Answer<Fate> {
        let row = MailIn { state: "ignored".into(), reason: "returned".into(), ..self.row.clone() };
        let both = vec![outbox::bounced(row.locality, case, seq), mail_in::insert(&row)];
        let done = self.app.db().write(async move |tx: &mut Tx| tx.batch(both.clone()).await.map(|_| ())).await;
        match done {
            Err(e) if e.is_unique() => Ok(Fate::Known),
            done => Ok(done.map(|()| Fate::Ignored("returned"))?),
        }
    }

    async fn hold(&self, why: &'static str) -> Answer<Fate> {
        self.keep("held", why).await?;
        Ok(Fate::Held(why))
    }

    /// Keeps it for a clerk: bytes, sender and subject sealed under a key of its own.
    async fn keep(&self, state: &str, why: &str) -> Answer<()> {
        let (locality, id) = (self.row.locality, self.row.id);
        let envelope = Envelope::new(self.app.keyring(), locality, id, &mut self.app.random());
        let head =
            Head { from: self.mail.from.clone().unwrap_or_default(), name: self.mail.name.clone(), subject: self.mail.subject.clone() };
        let place: [&[u8]; 1] = [&id.0];
        let place = Place { table: "mail_in", column: "head", row: &place };
        let head = envelope.key().seal(&place, &serde_json::to_vec(&head).unwrap_or_default(), random(&mut self.app.random()));
        let mut upload = self.app.files().begin(FileId(id), envelope.key(), random(&mut self.app.random()), MAX_MAIL as u64).await?;
        upload.write(self.raw).await?;
        upload.finish().await?;
        let row = MailIn {
            state: state.into(),
            reason: why.into(),
            wrapped: envelope.wrapped().map(<[u8]>::to_vec),
            head: Some(head),
            file_kept: true,
            files: i64::try_from(self.mail.files.len()).unwrap_or(i64::MAX),
            ..self.row.clone()
        };
        note(self.app, row).await
    }

    /// What it answers, by a mark of ours among what it refers to.
    async fn answers(&self, from: &str) -> Answer<Option<Answers>> {
        let marks = self.mail.refers.iter().rev().filter_map(|id| id.strip_prefix("fx.")?.split('@').next());
        let mut db = self.app.db().read().await?;
        for mark in marks {
            let found = mail_in::answered(&mut db, &self.platform, self.app.keyring(), mark, from).await?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    /// The number of a case that the subject names.
    async fn number_in_subject(&self) -> Answer<String> {
        let mut db = self.app.db().read().await?;
        let upper = self.mail.subject.to_ascii_uppercase();
        let words =
            upper.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|w| (8..=20).contains(&w.len()) && w.contains('-'));
        for word in words.take(5) {
            if cases::id_of_number(&mut db, &self.platform, word).await?.is_some() {
                return Ok(word.to_owned());
            }
        }
        Ok(String::new())
    }

    /// Adds it to the case it answers: as the answer to the question that is open, with attachments as evidence.
    async fn reply(&self, scope: &Scope, case: &cases::Loaded) -> Answer<Fate> {
        let token = &case.case.registration.token;
        let text = own_words(&self.mail.text);
        let text = if text.is_empty() { self.mail.subject.clone() } else { text };
        let held = evidence::held(self.app, case).await?;
        let (held, counts) = attach(self.app, held, &self.mail).await?;
        let row = MailIn { state: "reply".into(), submission: scope.submission(), ..self.row.clone() };
        let note = mail_in::insert(&counts.on(row));
        let question = case.case.open_questions().next().is_some();
        let fields = |name: &str| Fields::from_iter([(name.to_owned(), text.clone())]);
        if question && held.files.is_empty() {
            act::act_with(self.app, scope, token, Action::Reply, &fields("reply"), claim(held, note)).await?;
        } else {
            act::act_with(self.app, scope, token, Action::AddEvidence, &fields("note"), claim(held, note)).await?;
            if question && let Err(e) = act::act(self.app, scope, token, Action::Reply, &fields("reply"), None).await {
                // Its words stand with the evidence already.
                tracing::info!(code = e.code(), "an answer by mail was kept with its attachments only");
            }
        }
        Ok(Fate::Reply)
    }
}

/// What goes into the store with the mail's own row. Without files no key of the submission is needed.
fn claim(held: Held, note: (Sql, Vec<Arg<'static>>)) -> Claim {
    let none = held.files.is_empty();
    let mut claim = held.claim();
    if none {
        claim.statements.clear();
    }
    claim.statements.push(note);
    claim
}

/// Sends the attachments the way of all evidence: looked at, sealed, capped.
async fn attach(app: &App, held: Held, mail: &Mail) -> Answer<(Held, Counts)> {
    let mut held = held.with_room(super::parse::MAX_FILES);
    let mut refused = mail.beyond;
    for file in &mail.files {
        let (head, rest) = file.bytes.split_at(file.bytes.len().min(HEAD));
        let taken = match held.begin(app, &file.name, head).await? {
            Ok(mut receiving) => match receiving.write(rest).await? {
                Ok(()) => Some(receiving),
                Err(_) => None,
            },
            Err(_) => None,
        };
        match taken {
            Some(receiving) => held.finish(receiving).await?,
            None => refused += 1,
        }
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    let counts = Counts { files: count(held.files.len()), refused: count(refused) };
    Ok((held, counts))
}

/// Stores a mail as a submission, with `note` in the same transaction.
pub(super) async fn submission(
    app: &App,
    platform: &Scope,
    mail: &Mail,
    key: &[u8; 32],
    note: impl FnOnce(Counts, SubmissionId) -> (Sql, Vec<Arg<'static>>),
) -> Answer<SubmissionId> {
    let (held, counts) = attach(app, Held::new(app, platform.locality()), mail).await?;
    let text = if mail.text.is_empty() { mail.subject.clone() } else { mail.text.clone() };
    let mut incoming = Incoming {
        channel: submit::EMAIL.into(),
        external_id: hex(key),
        parts: vec![Part { kind: Some(kind_of(mail)), title: mail.subject.clone(), narrative: text, ..Part::default() }],
        name: mail.name.clone(),
        ..Incoming::default()
    };
    incoming.more.email = mail.from.clone().unwrap_or_default();
    let id = held.submission();
    let receipt = submit::submit_claimed(app, platform, &incoming, held, |h| claim(h, note(counts, id))).await?;
    Ok(receipt.submission)
}

/// What a mail asks for, by the word it uses for it; a clerk changes it where it is something else.
fn kind_of(mail: &Mail) -> Kind {
    let says = |word: &str| mail.subject.contains(word) || mail.text.contains(word);
    match () {
        () if says("举报") || says("舉報") || says("檢舉") => Kind::Report,
        () if says("投诉") || says("投訴") => Kind::Complaint,
        () => Kind::Other,
    }
}

/// The words of an answer without what it quotes: lines with a `>`, and all that follows the line that leads into a quotation.
fn own_words(text: &str) -> String {
    let leads = |line: &str| {
        let l = line.trim();
        (l.starts_with("On ") && l.ends_with("wrote:"))
            || (l.ends_with("写道：") || l.ends_with("寫道：") || l.ends_with("写道:"))
            || l.starts_with("-----Original Message")
            || l.trim_matches(['-', ' ']) == "原始邮件"
    };
    let own = text.lines().take_while(|l| !leads(l)).filter(|l| !l.trim_start().starts_with('>'));
    own.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Opens sender and subject of a mail that waits.
///
/// # Errors
/// A key that does not open.
pub(super) fn head(app: &App, mail: &MailIn) -> Answer<(Head, Envelope)> {
    let (Some(wrapped), Some(sealed)) = (&mail.wrapped, &mail.head) else { return Err(Denied::NotFound) };
    let envelope = Envelope::resume(app.keyring(), mail.locality, mail.id, wrapped)?;
    let row: [&[u8]; 1] = [&mail.id.0];
    let plain = envelope.key().open(&Place { table: "mail_in", column: "head", row: &row }, sealed)?;
    Ok((serde_json::from_slice(&plain).unwrap_or_default(), envelope))
}

/// The bytes of a mail that waits.
///
/// # Errors
/// Those of the disk.
pub(super) async fn bytes(app: &App, id: Id, envelope: &Envelope) -> Answer<Vec<u8>> {
    let mut download = app.files().read(FileId(id), envelope.key()).await?;
    let mut out = Vec::new();
    while let Some(chunk) = download.next().await? {
        out.extend_from_slice(&chunk);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_its_own_words() {
        assert_eq!(own_words("好的，周三可以。\n\n放心 <a@b.cn> 于2026年9月1日写道：\n> 旧\n"), "好的，周三可以。");
        assert_eq!(own_words("> quoted\nmine\n\nOn Tue, x wrote:\n> y"), "mine");
        assert_eq!(own_words("没有引用"), "没有引用");
    }
}
