//! A multipart form read as it streams: words kept, files sealed to the disk at once. A file that is not taken is said at its field; the rest
//! of the form is read all the same, so that nothing typed is lost.

use crate::app::App;
use crate::usecase::fields::Fields;
use crate::usecase::upload::{HEAD, Held};
use crate::usecase::{Denied, limit};
use crate::web::http::WebError;
use crate::web::i18n::Lang;
use crate::web::views::parts::Errors;
use axum::extract::Multipart;
use axum::extract::multipart::{Field, MultipartError};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use rules::ids::Locality;

/// Most bytes of words in one form.
const MAX_WORDS: usize = 3 * 1024 * 1024;
/// Files from one network address in a quarter of an hour.
const MAX_PER_ADDRESS: i64 = 300;

/// The form as it was sent.
#[derive(Debug)]
pub(super) struct Sent {
    /// Words.
    pub fields: Fields,
    /// Files kept, those of earlier steps first.
    pub held: Option<Held>,
    /// What is wrong with files.
    pub errors: Errors,
}

/// Whose files.
#[derive(Clone, Copy, Debug)]
pub(super) struct From<'a> {
    /// The application.
    pub app: &'a App,
    /// Locality.
    pub locality: Locality,
    /// Language of mistakes.
    pub lang: Lang,
    /// Network address, for the throttle.
    pub address: &'a str,
}

/// Why a form could not be read at all.
#[derive(Debug)]
pub(super) enum Unread {
    /// Cut short, not a form, or too large.
    Status(StatusCode),
    /// The store or the disk.
    Denied(Denied),
}

impl IntoResponse for Unread {
    fn into_response(self) -> Response {
        match self {
            Self::Status(status) => status.into_response(),
            Self::Denied(d) => WebError(d).into_response(),
        }
    }
}

impl std::convert::From<MultipartError> for Unread {
    fn from(e: MultipartError) -> Self {
        Self::Status(e.status())
    }
}
impl std::convert::From<Denied> for Unread {
    fn from(d: Denied) -> Self {
        Self::Denied(d)
    }
}

/// Reads a form. `held` is the key of a submission that is there already; otherwise it comes from the tokens in the form, or is new.
pub(super) async fn read(from: From<'_>, mut multipart: Multipart, held: Option<Held>) -> Result<Sent, Unread> {
    let mut sent = Sent { fields: Fields::default(), held, errors: Errors::default() };
    let given = sent.held.is_some();
    let mut words = 0;
    while let Some(mut field) = multipart.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(file) => match take(from, &mut sent, &mut field, &file).await {
                // No room for a file, or no way to note it: the words around it are not lost for that.
                Err(Unread::Denied(Denied::Store(e))) if e.is_retryable() => {
                    tracing::error!(code = e.code(), cause = %e, "a file could not be kept");
                    sent.errors.add("evidence", from.lang.t("bad-evidence-later"));
                    drain(&mut field).await?;
                }
                other => other?,
            },
            None => {
                let mut bytes = Vec::new();
                while let Some(chunk) = field.chunk().await? {
                    words += chunk.len();
                    if words > MAX_WORDS {
                        return Err(Unread::Status(StatusCode::PAYLOAD_TOO_LARGE));
                    }
                    bytes.extend_from_slice(&chunk);
                }
                sent.fields.0.entry(name).or_default().push(String::from_utf8_lossy(&bytes).into_owned());
            }
        }
    }
    if !given && sent.held.is_none() {
        earlier(from, &mut sent).await;
    }
    Ok(sent)
}

/// The files of earlier steps, from the tokens the form sent back.
async fn earlier(from: From<'_>, sent: &mut Sent) {
    let (held, lost) = Held::from_tokens(from.app, from.locality, sent.fields.all("kept")).await;
    if lost > 0 {
        sent.errors.add("evidence", from.lang.t("bad-kept"));
    }
    sent.held = held;
}

async fn take(from: From<'_>, sent: &mut Sent, field: &mut Field<'_>, name: &str) -> Result<(), Unread> {
    let mut head = Vec::with_capacity(HEAD);
    while head.len() < HEAD {
        let Some(chunk) = field.chunk().await? else { break };
        head.extend_from_slice(&chunk);
    }
    // A browser sends a nameless empty file where none was chosen.
    if name.is_empty() && head.is_empty() {
        return Ok(());
    }
    if sent.held.is_none() {
        earlier(from, sent).await;
    }
    let refused = |errors: &mut Errors, code: &str| {
        let why = crate::web::faults::sentence(from.lang, "evidence", code);
        let shown: String = name.chars().filter(|c| !c.is_control()).take(80).collect();
        errors.add("evidence", from.lang.t2("bad-file-named", "name", shown, "why", why));
    };
    if head.is_empty() {
        refused(&mut sent.errors, "file_blank");
        return Ok(());
    }
    limit::pass(from.app, "upload-address", from.address, MAX_PER_ADDRESS, 15).await?;
    let held = sent.held.get_or_insert_with(|| Held::new(from.app, from.locality));
    let mut receiving = match held.begin(from.app, name, &head).await? {
        Ok(receiving) => receiving,
        Err(why) => {
            refused(&mut sent.errors, why.code());
            return drain(field).await;
        }
    };
    while let Some(chunk) = field.chunk().await? {
        if let Err(why) = receiving.write(&chunk).await? {
            refused(&mut sent.errors, why.code());
            return drain(field).await;
        }
    }
    held.finish(receiving).await?;
    Ok(())
}

/// Reads the rest of a file that is not taken, so that what comes after it in the form is not lost.
async fn drain(field: &mut Field<'_>) -> Result<(), Unread> {
    while field.chunk().await?.is_some() {}
    Ok(())
}
