//! A submission arrives: shape checked, cases made, received, answered with a receipt — once, however often it is sent.

use super::fields::{Faults, Fields, Reader};
use super::more::{self, More};
use super::upload::{Claim, Held, Kept};
use super::{Answer, Denied, Refusal, denied};
use crate::app::{App, World};
use crate::clock::new_id;
use jiff::civil::Date;
use rules::access::Actor;
use rules::case::command::Command;
use rules::case::decide::{Context, decide};
use rules::case::details::Details;
use rules::case::event::{Event, Fact, Registration, Respondent, Seat, Submitter};
use rules::case::intake::register;
use rules::codes::{CaseToken, IdNumber, Phone, ReceiptNumber, TrackingCode, Uscc};
use rules::ids::{CaseId, Id, Locality, SubmissionId};
use rules::law::{Demand, Kind};
use rules::money::Fen;
use rules::time::Instant;
use std::sync::Arc;
use store::chain::{Hash, digest};
use store::engine::{Batch, Tx};
use store::personal::{Envelope, hex, random};
use store::projection::{self, Plain};
use store::scope::Scope;
use store::submissions::{self, Evidence, Known, SubmissionEvent};
use store::{cases, chain, imports};

/// Longest narrative, characters.
pub const MAX_NARRATIVE: usize = 20_000;

/// One case a submission asks for.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// What it asks for.
    pub kind: Option<Kind>,
    /// Title, where the channel has one.
    pub title: String,
    /// What happened.
    pub narrative: String,
    /// What is asked for.
    pub demands: Vec<Demand>,
    /// Amount in dispute.
    pub amount: Option<Fen>,
    /// When the consumer knew (Art. 16(4)).
    pub knew_on: Option<Date>,
    /// An answer already given elsewhere, and when; historical imports only.
    pub answered: Option<(String, Instant)>,
}

/// A submission as any channel makes it: shape checked, nothing decided.
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    /// Channel code: `web`, `file`, …
    pub channel: String,
    /// Series of a file or system.
    pub series: Option<String>,
    /// Number in that series; for the web the nonce of the form.
    pub external_id: String,
    /// Received by the platform, where the sender says when. Where not, it is when it arrives; nobody knows for what is kept for the record.
    pub received_at: Option<Instant>,
    /// Received by the competent organ, where it differs (a letter that lay in the post room).
    pub organ_at: Option<Instant>,
    /// Kept for the record only.
    pub historical: bool,
    /// The cases it yields.
    pub parts: Vec<Part>,
    /// 姓名
    pub name: String,
    /// 联系电话, canonical.
    pub phone: String,
    /// 通讯地址
    pub address: String,
    /// 证件号码
    pub id_number: String,
    /// Report without a name.
    pub anonymous: bool,
    /// 是否同意公示投诉信息
    pub publish: bool,
    /// 是否同意委托调解
    pub entrust: bool,
    /// Against whom: name, address, credit code, phone.
    pub respondent: (String, String, Option<String>, String),
    /// Why a desk enters it on a later day than it was received.
    pub entered_late: String,
    /// Everything beyond that.
    pub more: More,
}

/// The channel of mails: it has numbers of its own, and who submits is given a code with the receipt.
pub const EMAIL: &str = "email";

/// Whether a channel is a form that somebody fills: its number is a nonce, and who submits is given a tracking code.
fn is_form(channel: &str) -> bool {
    matches!(channel, "web" | "phone" | "counter")
}

/// What the submitter is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Receipt number of the submission.
    pub number: String,
    /// Tracking code; none for imports.
    pub code: Option<String>,
    /// The submission.
    pub submission: SubmissionId,
    /// What became of it.
    pub fate: Fate,
}

/// What became of a submission that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Stored.
    Accepted,
    /// Already here, the same.
    AlreadyKnown,
    /// Already here under this number, but different; the difference is noted in its log.
    Changed,
}

/// What was sent under an idempotency key, as hashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Body {
    /// Of everything sent.
    all: Hash,
    /// Of what the first version looked at: by it the submissions it stored are known again.
    first: Hash,
}

impl Body {
    /// What its key says about it.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) async fn known(&self, db: &mut store::engine::Reader, key: &Hash) -> store::engine::Result<Known> {
        match submissions::known(db, key, &self.all).await? {
            Known::Changed(_) => submissions::known(db, key, &self.first).await,
            known => Ok(known),
        }
    }
}

impl Incoming {
    /// When the platform received it.
    fn received(&self, now: Instant) -> Option<Instant> {
        self.received_at.or((!self.historical).then_some(now))
    }

    /// Everything sent, for idempotency, with the evidence sent beforehand.
    pub(super) fn body(&self, files: &[Kept]) -> Body {
        Body { all: self.hash(files), first: self.first_hash(files) }
    }

    fn hash(&self, held: &[Kept]) -> Hash {
        // Channel, series and number are the key itself.
        let Self {
            channel: _,
            series: _,
            external_id: _,
            received_at,
            organ_at,
            historical,
            parts,
            name,
            phone,
            address,
            id_number,
            anonymous,
            publish,
            entrust,
            respondent,
            entered_late,
            more,
        } = self;
        let part = |p: &Part| {
            let Part { kind, title, narrative, demands, amount, knew_on, answered } = p.clone();
            (kind, title, narrative, demands, amount, knew_on, answered)
        };
        let parts: Vec<_> = parts.iter().map(part).collect();
        let files: Vec<_> = held.iter().map(|f| (&f.name, &f.media_type, &f.plain_sha256)).collect();
        let times = (received_at, organ_at, historical);
        let wishes = (anonymous, publish, entrust);
        let sent = serde_json::to_vec(&(times, parts, (name, phone, address, id_number), wishes, respondent, files));
        let sent = sent.expect("plain data can be written down");
        // What most submissions do not have does not change what they were known by.
        let (late, more) = (entered_late.as_bytes(), if more.is_empty() { String::new() } else { more.written(held) });
        let parts: &[&[u8]] = match (late, more.as_bytes()) {
            (b"", b"") => &[&sent],
            (late, b"") => &[&sent, late],
            (late, more) => &[&sent, late, more],
        };
        digest("fangxin/body/2", parts)
    }

    fn first_hash(&self, files: &[Kept]) -> Hash {
        let mut fields: Vec<Vec<u8>> = [&self.name, &self.phone, &self.address, &self.id_number, &self.respondent.0, &self.respondent.1]
            .into_iter()
            .map(|s| s.as_bytes().to_vec())
            .collect();
        fields.push(vec![self.anonymous.into(), self.publish.into(), self.entrust.into(), self.historical.into()]);
        for p in &self.parts {
            fields.push(p.kind.map_or("", Kind::code).as_bytes().to_vec());
            fields.push(p.title.as_bytes().to_vec());
            fields.push(p.narrative.as_bytes().to_vec());
            fields.push(p.demands.iter().map(|d| d.code()).collect::<Vec<_>>().join(",").into_bytes());
            fields.push(p.amount.map_or(i64::MIN, |a| a.0).to_be_bytes().to_vec());
            if let Some((answer, at)) = &p.answered {
                fields.push([answer.as_bytes(), &at.0.to_be_bytes()].concat());
            }
        }
        fields.extend(files.iter().map(|f| f.plain_sha256.clone().into_bytes()));
        digest("fangxin/body/1", &fields.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }
}

/// Everything made before the unit of work: sealed, folded, hashed, with ids, down to the rows. A new stream depends on nothing that is
/// stored, so the unit only has to look whether it is new.
#[derive(Debug)]
struct Prepared {
    locality: Locality,
    submission: SubmissionId,
    key: Hash,
    body: Body,
    statements: Batch,
}

/// Stores a submission and gives its receipt. The same key and body give the same receipt; the same key with another body is noted and
/// told. `held` is the evidence that was sent beforehand.
///
/// # Errors
/// Those of the store; nothing is kept then.
pub async fn submit(app: &App, scope: &Scope, incoming: &Incoming, held: Option<Held>) -> Answer<Receipt> {
    let held = held.filter(|h| !h.files.is_empty());
    let body = incoming.body(held.as_ref().map_or(&[], |h| &h.files));
    send(app, scope, incoming, body, held.map(Held::claim)).await
}

/// Stores a row of a file as [`submit`] does, and with it which import brought it.
pub(super) async fn submit_row(app: &App, scope: &Scope, incoming: &Incoming, import: Option<Id>) -> Answer<Receipt> {
    let claim = import.map(|import| {
        let submission = SubmissionId(new_id(app.clock().now(), &mut app.random()));
        Claim { submission, files: Vec::new(), statements: vec![imports::link(scope.locality(), submission, import)] }
    });
    send(app, scope, incoming, incoming.body(&[]), claim).await
}

/// Stores what came with something else to be stored in the same transaction, which `claim` adds to the files' own.
pub(super) async fn submit_claimed(
    app: &App,
    scope: &Scope,
    incoming: &Incoming,
    held: Held,
    claim: impl FnOnce(Held) -> Claim,
) -> Answer<Receipt> {
    let body = incoming.body(&held.files);
    send(app, scope, incoming, body, Some(claim(held))).await
}

async fn send(app: &App, scope: &Scope, incoming: &Incoming, body: Body, claim: Option<Claim>) -> Answer<Receipt> {
    let world = app.world(scope.locality()).ok_or(Denied::NotFound)?;
    for _ in 0..3 {
        match attempt(app, scope, &world, incoming, body, claim.as_ref()).await {
            // A random number was taken already; draw again.
            Err(Denied::Store(e)) if e.is_unique() => {}
            done => return done,
        }
    }
    Err(Denied::Stale)
}

async fn attempt(app: &App, scope: &Scope, world: &World, incoming: &Incoming, body: Body, claim: Option<&Claim>) -> Answer<Receipt> {
    let now = app.clock().now();
    let (number, code) = names(app, scope.locality(), incoming);
    let prepared = Arc::new(prepare(app, scope, world, incoming, (body, claim), (&number, code.as_deref()), now)?);
    let (by, id) = (scope.by(), prepared.submission);
    let fate = app.db().write(async move |tx: &mut Tx| apply(tx, &prepared, by, now).await).await.map_err(denied)?;
    Ok(Receipt { number, code, submission: fate.1.unwrap_or(id), fate: fate.0 })
}

/// Receipt number and tracking code follow from what was sent and a key only the server has: sent twice, they come out the same.
fn names(app: &App, locality: Locality, incoming: &Incoming) -> (String, Option<String>) {
    let series = incoming.series.as_deref().unwrap_or_default();
    named_by(app, locality, &incoming.channel, series, &incoming.external_id)
}

fn named_by(app: &App, locality: Locality, channel: &str, series: &str, external_id: &str) -> (String, Option<String>) {
    let key = submissions::intake_key(locality, channel, series, external_id);
    let seed = |what: &str| app.keyring().blind(what, &hex(&key));
    let first = |b: [u8; 16]| [b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]];
    let number = ReceiptNumber::from_random(first(seed("receipt"))).to_string();
    let code = (is_form(channel) || channel == EMAIL).then(|| TrackingCode::from_random(first(seed("code"))).as_str().to_owned());
    (number, code)
}

/// The tracking code of what came by mail, for the mail that answers it; none where another was issued since, and for other channels: theirs
/// is on the page they were sent from.
pub(super) fn code_of(app: &App, s: &submissions::Submission) -> Option<String> {
    let external_id = s.external_id.as_deref().filter(|_| s.channel == EMAIL)?;
    let (number, code) = named_by(app, s.locality, &s.channel, s.series.as_deref().unwrap_or_default(), external_id);
    let code = TrackingCode::parse(&code?).ok()?;
    let keyed: String = keyed_code(app, &number, &code).iter().map(|b| format!("{b:02x}")).collect();
    (s.code.as_ref() == Some(&keyed)).then(|| code.as_str().to_owned())
}

/// The keyed hash under which a tracking code is kept.
#[must_use]
pub fn keyed_code(app: &App, receipt: &str, code: &TrackingCode) -> [u8; 16] {
    app.keyring().blind("tracking-code", &format!("{receipt}/{}", code.as_str()))
}

fn prepare(
    app: &App,
    scope: &Scope,
    world: &World,
    incoming: &Incoming,
    (body, claim): (Body, Option<&Claim>),
    (receipt, code): (&str, Option<&str>),
    now: Instant,
) -> Answer<Prepared> {
    let mut rng = app.random();
    let locality = scope.locality();
    let submission = claim.map_or_else(|| SubmissionId(new_id(now, &mut rng)), |c| c.submission);
    let files = claim.map_or(&[][..], |c| &c.files);
    let series = incoming.series.clone();
    let key = submissions::intake_key(locality, &incoming.channel, series.as_deref().unwrap_or_default(), &incoming.external_id);
    let by = scope.by();
    let mut of_cases = Vec::new();
    let mut case_ids = Vec::with_capacity(incoming.parts.len());
    for part in &incoming.parts {
        let id = CaseId(new_id(now, &mut rng));
        case_ids.push(id);
        of_cases.extend(prepare_case(app, world, (incoming, files), part, (locality, submission, id), by, now)?);
    }
    let keyed = code.and_then(|c| TrackingCode::parse(c).ok()).map(|c| keyed_code(app, receipt, &c));
    let event = SubmissionEvent::Received {
        receipt: receipt.to_owned(),
        code: keyed.map(|k| k.iter().map(|b| format!("{b:02x}")).collect()),
        channel: incoming.channel.clone(),
        series,
        external_id: (!is_form(&incoming.channel)).then(|| incoming.external_id.clone()),
        key: hex(&key),
        body: hex(&body.all),
        received_at: incoming.received(now),
        cases: case_ids,
        files: files.to_vec(),
    };
    let mut all = submissions::create(locality, submission, &event, by, now)?.1;
    all.extend(claim.iter().flat_map(|c| c.statements.clone()));
    all.extend(of_cases);
    Ok(Prepared { locality, submission, key, body, statements: all })
}

fn prepare_case(
    app: &App,
    world: &World,
    (incoming, files): (&Incoming, &[Evidence]),
    part: &Part,
    (locality, submission, id): (Locality, SubmissionId, CaseId),
    by: chain::By,
    now: Instant,
) -> Answer<Batch> {
    let mut rng = app.random();
    let kind = part.kind.unwrap_or(Kind::Other);
    let year = incoming.received(now).unwrap_or(now).date().year().rem_euclid(100);
    let number = format!("{year:02}-{}", TrackingCode::from_random(random(&mut rng)).as_str());
    let named = !(incoming.anonymous && kind == Kind::Report);
    let plain = Plain {
        number: number.clone(),
        title: part.title.clone(),
        narrative: part.narrative.clone(),
        respondent_name: incoming.respondent.0.clone(),
        respondent_address: incoming.respondent.1.clone(),
        name: if named { incoming.name.clone() } else { String::new() },
        phone: if named { incoming.phone.clone() } else { String::new() },
        id_number: if named { incoming.id_number.clone() } else { String::new() },
    };
    let ids: Vec<_> = files.iter().map(|f| f.id).collect();
    let mut envelope = Envelope::new(app.keyring(), locality, id.0, &mut rng);
    let address = if named { incoming.address.as_str() } else { "" };
    let channel = incoming.series.as_ref().map_or(incoming.channel.clone(), |s| format!("{}:{s}", incoming.channel));
    let complaint = kind == Kind::Complaint;
    let registration = Registration {
        submission,
        kind,
        number,
        token: CaseToken::from_random(random(&mut rng)).to_string(),
        channel,
        external_id: (!is_form(&incoming.channel)).then(|| incoming.external_id.clone()),
        platform_at: incoming.received(now),
        historical: incoming.historical,
        anonymous: !named || (incoming.name.is_empty() && incoming.phone.is_empty() && incoming.more.email.is_empty()),
        submitter: Submitter {
            name: envelope.seal_opt("name", &plain.name, &mut rng),
            phone: envelope.seal_opt("phone", &plain.phone, &mut rng),
            address: envelope.seal_opt("address", address, &mut rng),
            id_number: envelope.seal_opt("id_number", &plain.id_number, &mut rng),
        },
        respondent: Respondent {
            name: incoming.respondent.0.clone(),
            address: incoming.respondent.1.clone(),
            uscc: incoming.respondent.2.clone(),
            phone: envelope.seal_opt("respondent_phone", &incoming.respondent.3, &mut rng),
        },
        title: envelope.seal_opt("title", &part.title, &mut rng),
        narrative: envelope.seal_opt("narrative", &part.narrative, &mut rng),
        demands: if complaint { part.demands.clone() } else { Vec::new() },
        amount: part.amount,
        knew_on: part.knew_on,
        publish: complaint && incoming.publish,
        entrust: complaint && incoming.entrust,
        details: Details {
            entered_late: envelope.seal_opt("entered_late", &incoming.entered_late, &mut rng),
            ..incoming.more.seal(kind, named, &ids, &mut envelope)
        },
        files: ids,
        taken_from: None,
    };
    let received = incoming.received(now).unwrap_or(now);
    let mut facts = vec![(register(registration.clone(), &world.calendar, &world.pack), received)];
    let mut case = rules::case::Case::register(registration, &facts[0].0.clocks);
    let mut run = |command: &Command, effective: Instant, facts: &mut Vec<(Fact, Instant)>| -> Answer<()> {
        let ctx = Context { now, effective, actor: Actor::System, calendar: &world.calendar, pack: &world.pack, number: None };
        for fact in decide(&case, command, &ctx).map_err(Denied::Rule)? {
            let stamp = rules::case::Stamp { recorded_at: now, effective_at: effective, actor: None };
            case = case.clone().evolve(stamp, &fact);
            facts.push((fact, effective));
        }
        Ok(())
    };
    // What a clerk enters is received by the clerk's own intake.
    let entered = by.unit.zip(by.organ).map(|(unit, organ)| Seat { unit, organ });
    if let (false, Some(seat)) = (incoming.historical, entered.or_else(|| intake_seat(world))) {
        // The public form is the organ's own intake: what the platform has, the organ has (design.md, three times of receipt).
        let at = incoming.organ_at.unwrap_or(received).min(now);
        run(&Command::Receive { seat, at }, at, &mut facts)?;
    }
    if let Some((answer, at)) = &part.answered {
        let answer = envelope.seal("answer", answer, &mut rng);
        facts.push((Fact { event: Event::Answered { answer, channel: None }, clocks: Vec::new() }, *at));
        let closed =
            Event::Closed { outcome: rules::case::event::Outcome::Answered, untrue: false, level: None, recovered: Fen(0), summary: None };
        facts.push((Fact { event: closed, clocks: Vec::new() }, *at));
    }
    let blind = projection::blind(app.keyring(), &plain);
    let folded = projection::search_text(&plain);
    let mut statements = cases::create(locality, id, &facts, by, now)?.1;
    statements.extend(envelope.statements());
    statements.extend(projection::insert(locality, id, &plain, &blind, folded));
    Ok(statements)
}

/// The unified intake of the locality: of the first market regulator that has one.
#[must_use]
pub fn intake_seat(world: &World) -> Option<Seat> {
    let organ = world.directory.organs.values().find(|o| o.market_regulator && o.intake_unit.is_some())?;
    organ.intake_unit.map(|unit| Seat { unit, organ: organ.id })
}

async fn apply(tx: &mut Tx, p: &Prepared, by: chain::By, now: Instant) -> store::engine::Result<(Fate, Option<SubmissionId>)> {
    match p.body.known(tx, &p.key).await? {
        Known::New => {}
        Known::Same(id) => return Ok((Fate::AlreadyKnown, Some(id))),
        Known::Changed(id) => {
            note_change(tx, p, id, by, now).await?;
            return Ok((Fate::Changed, Some(id)));
        }
    }
    tx.batch(&p.statements).await?;
    Ok((Fate::Accepted, None))
}

/// The same number came with other words: the log keeps that it did, once per different body.
async fn note_change(tx: &mut Tx, p: &Prepared, id: SubmissionId, by: chain::By, now: Instant) -> store::engine::Result<()> {
    let scope = Scope::system(p.locality, store::scope::Reason::Submit);
    let submission = submissions::load(tx, &scope, id).await?.ok_or(Refusal(Denied::NotFound))?;
    let event = SubmissionEvent::ChangeSeen { body: hex(&p.body.all) };
    if submission.changes.contains(&hex(&p.body.all)) {
        return Ok(());
    }
    submissions::append(tx, &submission, &event, by, now).await
}

/// The respondent's credit code, where it is given.
pub(super) fn uscc(r: &mut Reader<'_>) -> Option<String> {
    let typed = r.line("uscc", 40);
    if typed.is_empty() {
        return None;
    }
    let read = Uscc::parse(&typed).inspect_err(|e| r.faults.add("uscc", e.code()));
    read.ok().map(|u| u.as_str().to_owned())
}

/// Reads the public form. What a complaint needs follows Order 121 Art. 10, what a report needs Art. 28.
///
/// # Errors
/// Every fault, field by field.
pub fn read_form(fields: &Fields, now: Instant) -> Result<Incoming, Faults> {
    let mut r = Reader::new(fields);
    let narrative = r.need_block("narrative", MAX_NARRATIVE);
    if !narrative.is_empty() && narrative.chars().filter(|c| !c.is_whitespace()).count() < 4 {
        r.faults.add("narrative", "too_short");
    }
    let asks = fields.all("ask");
    let demands: Vec<Demand> = asks.iter().filter_map(|a| Demand::parse(a)).collect();
    let report = asks.iter().any(|a| a == "report");
    let consult = asks.iter().any(|a| a == "consult");
    // A question need not be about anybody.
    let only_asks = consult && demands.is_empty() && !report;
    let mut line = |name: &str, max: usize| if only_asks { r.line(name, max) } else { r.need_line(name, max) };
    let (respondent_name, respondent_address) = (line("respondent_name", 200), line("respondent_address", 300));
    if demands.is_empty() && !report && !consult {
        r.faults.add("ask", "required");
    }
    let amount = r.money("amount");
    let anonymous = fields.ticked("anonymous") && demands.is_empty() && report;
    let (name, phone, address) = if anonymous {
        Default::default()
    } else {
        let name = r.need_line("name", 60);
        let phone = phone(&mut r, "phone", true);
        let address = if demands.is_empty() { r.line("address", 300) } else { r.need_line("address", 300) };
        (name, phone, address)
    };
    let id_number = r.line("id_number", 40);
    let id_number = match IdNumber::parse(&id_number, now.date()) {
        _ if id_number.is_empty() || anonymous => String::new(),
        Ok(id) => id.as_str().to_owned(),
        Err(e) => {
            r.faults.add("id_number", e.code());
            String::new()
        }
    };
    let uscc = uscc(&mut r);
    // Only a complaint can come too late (Art. 16(4)).
    let knew_on = if demands.is_empty() { None } else { r.past_date("knew_on", now.date()) };
    let violation = r.block("violation", MAX_NARRATIVE);
    let more = more::read(&mut r, !demands.is_empty(), !anonymous, now.date());
    let nonce = fields.get("nonce").trim();
    if nonce.len() < 16 || nonce.len() > 64 || !nonce.bytes().all(|b| b.is_ascii_alphanumeric()) {
        r.faults.add("nonce", "nonce");
    }
    let part = |kind: Kind, narrative: &str| Part {
        kind: Some(kind),
        narrative: narrative.to_owned(),
        demands: demands.clone(),
        amount,
        knew_on: knew_on.filter(|_| kind == Kind::Complaint),
        ..Part::default()
    };
    let mut parts = Vec::new();
    if !demands.is_empty() {
        parts.push(part(Kind::Complaint, &narrative));
    }
    if report {
        parts.push(part(Kind::Report, if violation.is_empty() { &narrative } else { &violation }));
    }
    if consult && parts.is_empty() {
        parts.push(part(Kind::Consultation, &narrative));
    }
    if !r.faults.is_empty() {
        return Err(r.faults);
    }
    Ok(Incoming {
        channel: "web".into(),
        external_id: nonce.to_owned(),
        parts,
        name,
        phone,
        address,
        id_number,
        anonymous,
        publish: fields.ticked("publish"),
        entrust: fields.ticked("entrust"),
        respondent: (respondent_name, respondent_address, uscc, String::new()),
        more,
        ..Incoming::default()
    })
}

/// A phone number in its canonical form.
pub fn phone(r: &mut Reader<'_>, field: &str, required: bool) -> String {
    let typed = if required { r.need_line(field, 40) } else { r.line(field, 40) };
    if typed.is_empty() {
        return typed;
    }
    Phone::parse(&typed).map(|p| p.as_str().to_owned()).unwrap_or_else(|e| {
        r.faults.add(field, e.code());
        String::new()
    })
}

#[cfg(test)]
mod tests {
    use super::super::more::{Attorney, Other};
    use super::*;
    use crate::app::Place;
    use crate::clock::Clock;
    use crate::usecase::setup::{self, NewLocality};
    use jiff::civil::{date, datetime};
    use store::scope::Reason;

    fn at(hour: i8) -> Instant {
        Instant::at(datetime(2026, 6, 1, hour, 0, 0, 0))
    }

    fn sent() -> Incoming {
        let part = Part {
            kind: Some(Kind::Complaint),
            title: "退卡".into(),
            narrative: "要求退卡。".into(),
            demands: vec![Demand::Refund],
            amount: Some(Fen(100)),
            knew_on: Some(date(2026, 5, 1)),
            answered: None,
        };
        Incoming {
            channel: "file".into(),
            series: Some("letters".into()),
            external_id: "17".into(),
            received_at: Some(at(9)),
            organ_at: Some(at(10)),
            historical: false,
            parts: vec![part],
            name: "王㛃".into(),
            phone: "13800000001".into(),
            address: "某路1号".into(),
            id_number: String::new(),
            anonymous: false,
            publish: false,
            entrust: false,
            respondent: ("某店".into(), "某路2号".into(), None, "13900000002".into()),
            entered_late: String::new(),
            more: More::default(),
        }
    }

    fn other() -> Other {
        Other { name: "李四".into(), phone: "13900000009".into() }
    }

    fn attorney(until: Option<Date>) -> Attorney {
        Attorney { who: other(), powers: rules::case::details::Powers::General, until, power: None }
    }

    /// Each field of what is sent, changed. `Incoming::hash` names every field, so that none can be added and forgotten there.
    const CHANGES: &[fn(&mut Incoming)] = &[
        |i| i.received_at = Some(at(8)),
        |i| i.received_at = None,
        |i| i.organ_at = Some(at(11)),
        |i| i.organ_at = None,
        |i| i.historical = true,
        |i| i.name = "王".into(),
        |i| i.phone = "13800000003".into(),
        |i| i.address = "某路3号".into(),
        |i| i.id_number = "11010519491231002X".into(),
        |i| i.anonymous = true,
        |i| i.publish = true,
        |i| i.entrust = true,
        |i| i.respondent.0 = "另一店".into(),
        |i| i.respondent.1 = "某路4号".into(),
        |i| i.respondent.2 = Some("91330100799655058B".into()),
        |i| i.respondent.3 = String::new(),
        |i| i.parts[0].kind = Some(Kind::Report),
        |i| i.parts[0].kind = None,
        |i| i.parts[0].title = String::new(),
        |i| i.parts[0].narrative = "要求退卡！".into(),
        |i| i.parts[0].demands.push(Demand::Exchange),
        |i| i.parts[0].amount = None,
        |i| i.parts[0].amount = Some(Fen(101)),
        |i| i.parts[0].knew_on = None,
        |i| i.parts[0].answered = Some(("已退。".into(), at(9))),
        |i| i.parts.push(Part::default()),
        |i| i.parts.clear(),
        |i| i.more.order = "A-1".into(),
        |i| i.more.platform = "A-1".into(),
        |i| i.more.shop = "A-1".into(),
        |i| i.more.place = "A-1".into(),
        |i| i.more.email = "a@b.example".into(),
        |i| i.more.bought_on = Some(date(2026, 5, 1)),
        |i| i.more.division = Some("990101".into()),
        |i| i.more.point = Some((1, 2)),
        |i| i.more.joint = 3,
        |i| i.more.guardian = Some(other()),
        |i| i.more.representatives = vec![other()],
        |i| i.more.representatives = vec![other(), other()],
        |i| i.more.agent = Some(attorney(None)),
        |i| i.more.agent = Some(attorney(Some(date(2027, 5, 1)))),
        |i| i.entered_late = "A-1".into(),
        // Nothing may slip from one field into its neighbour.
        |i| (i.name, i.phone) = ("王㛃1".into(), "3800000001".into()),
    ];

    #[tokio::test]
    async fn another_value_in_any_field_under_the_same_number_is_told_and_kept_out() {
        let dir = tempfile::tempdir().unwrap();
        let app = App::open(&Place::data(dir.path()), Clock::set(at(12))).await.unwrap();
        let new = NewLocality { code: "990101".into(), name: "某县".into(), pack_id: "demo-qinghe".into(), ..NewLocality::default() };
        let scope = Scope::system(setup::open_locality(&app, &new).await.unwrap(), Reason::Submit);
        let first = submit(&app, &scope, &sent(), None).await.unwrap();
        assert_eq!(first.fate, Fate::Accepted);
        assert_eq!(submit(&app, &scope, &sent(), None).await.unwrap(), Receipt { fate: Fate::AlreadyKnown, ..first.clone() });
        for (n, change) in CHANGES.iter().enumerate() {
            let mut other = sent();
            change(&mut other);
            for _ in 0..2 {
                let again = submit(&app, &scope, &other, None).await.unwrap();
                assert_eq!(again, Receipt { fate: Fate::Changed, ..first.clone() }, "change {n}");
            }
        }
        let mut db = app.db().read().await.unwrap();
        let kept = submissions::load(&mut db, &scope, first.submission).await.unwrap().unwrap();
        assert_eq!(kept.changes.len(), CHANGES.len(), "each is noted once");
        assert_eq!((kept.cases.len(), kept.received_at), (1, Some(at(9))), "nothing was replaced");
    }

    #[tokio::test]
    async fn what_states_no_time_is_received_when_it_arrives_and_is_the_same_when_sent_again_later() {
        let dir = tempfile::tempdir().unwrap();
        let app = App::open(&Place::data(dir.path()), Clock::set(at(12))).await.unwrap();
        let new = NewLocality { code: "990101".into(), name: "某县".into(), pack_id: "demo-qinghe".into(), ..NewLocality::default() };
        let scope = Scope::system(setup::open_locality(&app, &new).await.unwrap(), Reason::Submit);
        let form = Incoming { channel: "web".into(), series: None, received_at: None, organ_at: None, ..sent() };
        let first = submit(&app, &scope, &form, None).await.unwrap();
        app.clock().move_to(at(13));
        assert_eq!(submit(&app, &scope, &form, None).await.unwrap(), Receipt { fate: Fate::AlreadyKnown, ..first.clone() });
        let mut db = app.db().read().await.unwrap();
        let kept = submissions::load(&mut db, &scope, first.submission).await.unwrap().unwrap();
        assert_eq!(kept.received_at, Some(at(12)));
    }

    #[test]
    fn the_hashes_of_what_is_sent_stay_what_they_are() {
        let body = sent().body(&[]);
        assert_eq!(hex(&body.all)[..16], *"b590915369f371df");
        assert_eq!(hex(&body.first)[..16], *"7402f7e60aa4a5b3");
    }
}
