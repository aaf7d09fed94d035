//! What comes by telephone or at the counter, entered by a clerk: read as it was told, with the caller's earlier cases and what may be the
//! same matter looked up beforehand; a question that is answered at once is closed with it.

use super::act::{self, Done};
use super::fields::{Faults, Fields, Reader};
use super::submit::{self, Fate, Incoming, MAX_NARRATIVE, Part, Receipt};
use super::{Answer, Denied, denied};
use crate::app::App;
use rules::case::command::Action;
use rules::codes::Phone;
use rules::ids::CaseId;
use rules::law::{Channel, Demand, Kind, TellBy};
use rules::privacy::{Personal, mask};
use rules::text::fold;
use rules::time::Instant;
use store::engine::Tx;
use store::personal::find_blind;
use store::queue::{self, Filter, Line};
use store::scope::Scope;
use store::{access_log, cases, submissions};

/// How a clerk was reached: channel codes.
pub const BY: [&str; 2] = ["phone", "counter"];
/// What a clerk enters.
pub const KINDS: [Kind; 3] = [Kind::Complaint, Kind::Report, Kind::Consultation];
/// Most earlier cases shown for one telephone.
const MOST: i64 = 20;
/// How long a matter counts as perhaps the same, minutes: 30 days.
const LIKE: i64 = 30 * 24 * 60;

/// Reads the form of the desk. What a person tells on the telephone may lack an address (Order 121 Art. 10, 28): it is asked for later.
///
/// # Errors
/// Every fault, field by field.
pub fn read(fields: &Fields, now: Instant) -> Result<Incoming, Faults> {
    let mut r = Reader::new(fields);
    let channel = r.need_code("by", |s| BY.into_iter().find(|b| *b == s));
    let kind = r.need_code("kind", |s| Kind::parse(s).filter(|k| KINDS.contains(k)));
    let narrative = r.need_block("narrative", MAX_NARRATIVE);
    let anonymous = fields.ticked("anonymous") && kind == Some(Kind::Report);
    let named = kind == Some(Kind::Complaint) || (kind == Some(Kind::Report) && !anonymous);
    let (name, phone) = if anonymous {
        Default::default()
    } else if named {
        (r.need_line("name", 60), submit::phone(&mut r, "phone", true))
    } else {
        (r.line("name", 60), submit::phone(&mut r, "phone", false))
    };
    let address = if anonymous { String::new() } else { r.line("address", 300) };
    let asks = kind == Some(Kind::Consultation);
    let respondent = if asks { r.line("respondent_name", 200) } else { r.need_line("respondent_name", 200) };
    let respondent_address = r.line("respondent_address", 300);
    let uscc = submit::uscc(&mut r);
    let demands = if kind == Some(Kind::Complaint) { r.need_code("ask", Demand::parse).into_iter().collect() } else { Vec::new() };
    let amount = r.money("amount");
    let (received_at, entered_late) = received(&mut r, now);
    let nonce = fields.get("nonce").trim();
    if nonce.len() < 16 || nonce.len() > 64 || !nonce.bytes().all(|b| b.is_ascii_alphanumeric()) {
        r.faults.add("nonce", "nonce");
    }
    if asks && r.code("proper_channel", Channel::parse).is_none() && !fields.get("method").is_empty() {
        r.code("method", TellBy::parse);
    }
    if !r.faults.is_empty() {
        return Err(r.faults);
    }
    Ok(Incoming {
        channel: channel.unwrap_or_default().to_owned(),
        external_id: nonce.to_owned(),
        received_at: Some(received_at),
        parts: vec![Part { kind, narrative, demands, amount, ..Part::default() }],
        name,
        phone,
        address,
        anonymous,
        publish: fields.ticked("publish"),
        entrust: fields.ticked("entrust"),
        respondent: (respondent, respondent_address, uscc, String::new()),
        entered_late,
        ..Incoming::default()
    })
}

/// When it was received, and why it is entered later than on that day.
fn received(r: &mut Reader<'_>, now: Instant) -> (Instant, String) {
    let typed = r.moment("received");
    let late = r.block("entered_late", super::order::MAX_TEXT);
    let at = typed.filter(|at| now.0 - at.0 >= 60_000_000 || *at > now).unwrap_or(now);
    if at > now {
        r.faults.add("received", "date_future");
    } else if at.date() < now.date() && late.is_empty() {
        r.faults.add("entered_late", "required");
    }
    let late = if at.date() < now.date() { late } else { String::new() };
    (at, late)
}

/// What was entered.
#[derive(Clone, Debug)]
pub struct Entered {
    /// Receipt number and tracking code, to be read out.
    pub receipt: Receipt,
    /// The case: token, number, kind.
    pub case: (String, String, Kind),
    /// What answering at once did.
    pub answered: Option<Done>,
}

/// Stores what was entered; a question with its answer is answered and closed.
///
/// # Errors
/// [`Denied`]; what was stored stays stored where only the answer was refused.
pub async fn enter(app: &App, scope: &Scope, incoming: &Incoming, fields: &Fields) -> Answer<Entered> {
    let receipt = submit::submit(app, scope, incoming, None).await?;
    let mut db = app.db().read().await?;
    let all = cases::of_submission(&mut db, scope, receipt.submission).await?;
    drop(db);
    let case = all.first().ok_or(Denied::NotFound)?;
    let r = &case.case.registration;
    let named = (r.token.clone(), r.number.clone(), case.case.kind);
    let answered = match () {
        () if named.2 != Kind::Consultation || fields.get("answer").trim().is_empty() => None,
        // Sent twice, it was answered the first time.
        () if receipt.fate != Fate::Accepted => None,
        () => Some(act::act(app, scope, &named.0, Action::Answer, &answer(incoming, fields), None).await?),
    };
    Ok(Entered { receipt, case: named, answered })
}

/// The form of the answer: told as it was asked, on the telephone or face to face, unless the clerk says otherwise.
fn answer(incoming: &Incoming, fields: &Fields) -> Fields {
    let usual = if incoming.channel == "phone" { TellBy::Phone } else { TellBy::InPerson };
    let method = TellBy::parse(fields.get("method")).unwrap_or(usual);
    let pairs = [("answer", fields.get("answer")), ("channel", fields.get("proper_channel")), ("method", method.code())];
    pairs.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
}

/// What is known of a caller and of the matter while it is being typed.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Name of the person with this telephone, masked.
    pub name: String,
    /// Their cases, newest first.
    pub earlier: Vec<Line>,
    /// Cases of the last 30 days that may be the same matter: of the same telephone, or about the same business.
    pub like: Vec<Like>,
}

/// A case that may be the same matter.
#[derive(Clone, Debug)]
pub struct Like {
    /// The case.
    pub line: Line,
    /// Of the same telephone.
    pub same_phone: bool,
    /// About the same business.
    pub same_business: bool,
}

/// Looks a caller up by the whole number, and what may be the same matter. Whose cases were looked up is in the access log.
///
/// # Errors
/// Those of the store.
pub async fn known(app: &App, scope: &Scope, phone: &str, business: &str) -> Answer<Known> {
    let now = app.clock().now();
    let mut db = app.db().read().await?;
    let mut known = Known::default();
    if let Ok(phone) = Phone::parse(phone) {
        let ids = find_blind(&mut db, scope, "phone", app.keyring().blind("phone", phone.main()), MOST).await?;
        known.earlier = queue::lines_of(&mut db, scope, ids).await?;
        if let Some(first) = known.earlier.first()
            && let Some(case) = cases::load(&mut db, scope, first.id).await?
        {
            known.name = mask(Personal::Name, &super::read::person(app, &mut db, &case).await?.0);
        }
    }
    let recent = |l: &Line| now.0 - l.registered_at.0 <= LIKE * 60_000_000;
    let folded = fold(business.trim());
    let about = |l: &Line| folded.chars().count() >= 2 && fold(&l.respondent) == folded;
    known.like.extend(known.earlier.iter().filter(|l| recent(l)).map(|l| Like {
        line: l.clone(),
        same_phone: true,
        same_business: about(l),
    }));
    if folded.chars().count() >= 2 {
        let filter = Filter { either: true, historical: Some(false), ..Filter::default() };
        let found = queue::search(&mut db, scope, &filter, business.trim(), None, MOST.unsigned_abs() as usize).await?;
        let there: Vec<CaseId> = known.like.iter().map(|l| l.line.id).collect();
        let others = found.lines.into_iter().filter(|l| recent(l) && about(l) && !there.contains(&l.id));
        known.like.extend(others.map(|line| Like { line, same_phone: false, same_business: true }));
    }
    known.like.sort_by_key(|l| (!(l.same_phone && l.same_business), std::cmp::Reverse(l.line.registered_at)));
    drop(db);
    let ids: Vec<CaseId> = known.earlier.iter().map(|l| l.id).collect();
    if !ids.is_empty() {
        let s = scope.clone();
        let note = async move |tx: &mut Tx| {
            for id in &ids {
                access_log::note(tx, &s, *id, "name", "caller", now).await?;
            }
            Ok(())
        };
        app.db().write(note).await.map_err(denied)?;
    }
    Ok(known)
}

/// Whether this form was stored before: it is sent again because its answer did not arrive.
///
/// # Errors
/// Those of reading.
pub async fn is_known(app: &App, scope: &Scope, incoming: &Incoming) -> Answer<bool> {
    let key = submissions::intake_key(scope.locality(), &incoming.channel, "", &incoming.external_id);
    let mut db = app.db().read().await?;
    Ok(!matches!(incoming.body(&[]).known(&mut db, &key).await?, submissions::Known::New))
}
