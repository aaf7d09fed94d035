//! Sending notices: one server at a time takes what is due, opens the address, sends, and notes what came of it. What fails for now is tried
//! again with growing delays; what fails for good stays to be seen and sent again by hand. A server that dies between sending and noting
//! sends once more under the same Message-ID, by which mailboxes tell the second from the first.

use super::config::{Config, Tls};
use super::notice::letter;
use crate::app::App;
use crate::usecase::{Answer, submit};
use crate::web::i18n::Lang;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls as Security, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use rules::time::Instant;
use std::time::Duration;
use store::engine::{Error, Tx};
use store::outbox::{self, Notice};
use store::personal::Envelope;
use store::scope::{Reason, Scope};
use store::{cases, mail_in, submissions};

/// Notices taken at a time.
const BATCH: i64 = 50;
/// Minutes to the next attempt, after each that failed; after the last it has failed for good.
const DELAYS: [i64; 8] = [1, 5, 15, 60, 180, 360, 720, 1_440];
/// A notice older than this is no news: it is not sent any more.
const STALE: i64 = 7 * 24 * 60;

/// What sends.
#[derive(Debug)]
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    reply_to: Option<Mailbox>,
    domain: String,
    base: String,
}

/// `Auto-Submitted: auto-generated` (RFC 3834), so that no machine answers.
#[derive(Clone, Debug)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }
    fn parse(_: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self)
    }
    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), "auto-generated".to_owned())
    }
}

impl Mailer {
    /// As the configuration says.
    ///
    /// # Errors
    /// A certificate or password that cannot be read.
    pub fn new(config: &Config, base: &str) -> Result<Self, String> {
        let server = &config.smtp;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host).port(server.port);
        if server.tls != Tls::None {
            let mut parameters = TlsParameters::builder(server.host.clone());
            if let Some(ca) = &server.ca {
                let pem = std::fs::read(ca).map_err(|e| format!("{}: {e}", ca.display()))?;
                parameters = parameters.add_root_certificate(Certificate::from_pem(&pem).map_err(|e| e.to_string())?);
            }
            let parameters = parameters.build_rustls().map_err(|e| e.to_string())?;
            let security = if server.tls == Tls::Tls { Security::Wrapper(parameters) } else { Security::Required(parameters) };
            builder = builder.tls(security);
        }
        if let Some((user, password)) = server.login().map_err(|e| e.to_string())? {
            builder = builder.credentials(Credentials::new(user, password));
        }
        Ok(Self {
            transport: builder.timeout(Some(Duration::from_secs(30))).build(),
            from: config.from.clone(),
            reply_to: config.reply_to.clone(),
            domain: config.domain().to_owned(),
            base: base.trim_end_matches('/').to_owned(),
        })
    }
}

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Sent.
    pub sent: usize,
    /// Failed for good.
    pub failed: usize,
    /// To be tried again.
    pub later: usize,
}

/// Sends what is due, if this server holds the lease.
///
/// # Errors
/// Those of the store; the next round goes on.
pub async fn round(app: &App, mailer: &Mailer) -> Answer<Round> {
    let now = app.clock().now();
    let mut did = Round::default();
    let mut db = app.db().read().await?;
    let due = outbox::due(&mut db, now, BATCH).await?;
    drop(db);
    if due.is_empty() || !super::ours(app, "outbox").await? {
        return Ok(did);
    }
    for notice in due {
        match one(app, mailer, &notice, now).await {
            Ok(Some(Sent::Yes)) => did.sent += 1,
            Ok(Some(Sent::Never(_))) => did.failed += 1,
            Ok(Some(Sent::Later(_))) => did.later += 1,
            Ok(None) => {}
            // The notice is tried again after its delay; those behind it need not wait for it.
            Err(e) => tracing::warn!(code = e.code(), cause = %e, "a notice could not be made"),
        }
    }
    super::let_go(app, "outbox").await?;
    Ok(did)
}

/// What came of an attempt; why not, without an address.
enum Sent {
    Yes,
    Later(String),
    Never(String),
}

async fn one(app: &App, mailer: &Mailer, notice: &Notice, now: Instant) -> Answer<Option<Sent>> {
    let tried = usize::try_from(notice.attempts).unwrap_or(usize::MAX);
    let delay = DELAYS.get(tried).copied();
    let (n, next) = (notice.clone(), now.plus_minutes(delay.unwrap_or(1_440)));
    if !app.db().write(async move |tx: &mut Tx| outbox::attempt(tx, &n, next).await).await? {
        return Ok(None);
    }
    let sent = if now.0 - notice.created_at.0 > STALE * 60_000_000 {
        Sent::Never("stale".into())
    } else {
        match message(app, mailer, notice).await? {
            Err(why) => Sent::Never(why.into()),
            Ok(message) => match mailer.transport.send(message).await {
                Ok(_) => Sent::Yes,
                // The words of the server may repeat the address; its status does not.
                Err(e) => {
                    let why = e.status().map_or_else(|| kind_of(&e).to_owned(), |c| c.to_string());
                    if e.is_permanent() || delay.is_none() { Sent::Never(why) } else { Sent::Later(why) }
                }
            },
        }
    };
    let (state, error) = match &sent {
        Sent::Yes => ("sent", String::new()),
        Sent::Never(why) => ("failed", why.clone()),
        Sent::Later(why) => {
            tracing::warn!(why = why.as_str(), attempt = tried + 1, "a notice could not be sent yet");
            return Ok(Some(sent));
        }
    };
    let n = notice.clone();
    app.db().write(async move |tx: &mut Tx| outbox::done(tx, &n, state, &error, now).await).await?;
    Ok(Some(sent))
}

fn kind_of(e: &lettre::transport::smtp::Error) -> &'static str {
    match () {
        () if e.is_timeout() => "timeout",
        () if e.is_tls() => "tls",
        () if e.is_client() => "client",
        () => "unreachable",
    }
}

/// The mail of a notice; why there is none, as a code.
async fn message(app: &App, mailer: &Mailer, notice: &Notice) -> Answer<Result<Message, &'static str>> {
    if notice.channel != outbox::MAIL {
        return Ok(Err("no_transport"));
    }
    let scope = Scope::system(notice.locality, Reason::Mail);
    let mut db = app.db().read().await?;
    let Some(loaded) = cases::load(&mut db, &scope, notice.case).await? else { return Ok(Err("gone")) };
    let r = &loaded.case.registration;
    let Some(event) = loaded.events.iter().find(|(e, _)| e.seq == notice.seq).map(|(_, f)| &f.event) else { return Ok(Err("gone")) };
    let Some(email) = r.details.email.as_ref().filter(|_| !loaded.case.erased) else { return Ok(Err("gone")) };
    let address = match Envelope::load(&mut db, app.keyring(), notice.locality, notice.case.0).await {
        Ok(envelope) => envelope.open(&mut db, email).await?,
        Err(Error::NotFound(_)) => return Ok(Err("gone")),
        Err(e) => return Err(e.into()),
    };
    let Ok(to) = address.parse::<lettre::Address>() else { return Ok(Err("address")) };
    let Some(submission) = submissions::load(&mut db, &scope, r.submission).await? else { return Ok(Err("gone")) };
    let Some(world) = app.world(notice.locality) else { return Ok(Err("gone")) };
    drop(db);
    let lang = Lang::parse(&r.details.lang).unwrap_or_default();
    let code = submit::code_of(app, &submission);
    let place = if lang == Lang::En { &world.directory.name_en } else { &world.directory.name };
    let Some(letter) = letter(lang, place, &loaded.case, event, &mailer.base, &submission.receipt, code.as_deref()) else {
        return Ok(Err("gone"));
    };
    let mark = mail_in::mark(app.keyring(), notice.locality, notice.case, notice.seq);
    let mut message = Message::builder()
        .from(mailer.from.clone())
        .to(Mailbox::new(None, to))
        .subject(letter.subject)
        .message_id(Some(format!("<fx.{mark}@{}>", mailer.domain)))
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN);
    if let Some(reply) = &mailer.reply_to {
        message = message.reply_to(reply.clone());
    }
    Ok(message.body(letter.text).map_err(|_| "letter"))
}
