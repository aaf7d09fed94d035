//! How a piece of evidence goes out: a picture as it is looked at, written anew; everything else, and the original where it is asked for, as
//! a file to be saved.

use super::http::{Web, WebError, encode};
use crate::usecase::{Denied, picture};
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::Response;
use serde::Deserialize;
use store::files::Download;
use store::submissions::Evidence;

/// What is asked for behind the address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct How {
    /// The file as it came.
    original: Option<String>,
}

/// Address of the original beside the picture that is looked at; empty where the address itself gives the original.
pub(super) fn original(href: &str, media_type: &str) -> String {
    if href.is_empty() || !picture::is_shown(media_type) { String::new() } else { format!("{href}?original=1") }
}

/// Sends a piece of evidence. `again` opens the file once more, for a picture that cannot be shown.
pub(super) async fn evidence(
    (evidence, name): (&Evidence, &str),
    how: &How,
    file: Download,
    again: impl AsyncFnOnce() -> Result<Download, Denied>,
) -> Web {
    let name = encode(&name.replace('/', "_"));
    let built = |r: Result<Response, axum::http::Error>| r.map_err(|e| WebError(Denied::Store(store::engine::Error::internal(e))));
    let head = |kind: &str, how: &str| {
        Response::builder()
            .header(CONTENT_TYPE, kind)
            .header(CONTENT_DISPOSITION, format!("{how}; filename*=UTF-8''{name}"))
            .header(CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")
            .header(X_CONTENT_TYPE_OPTIONS, "nosniff")
    };
    let file = if how.original.is_none() && picture::is_shown(&evidence.media_type) {
        if let Some(shown) = picture::shown(&evidence.media_type, file).await? {
            return built(head(shown.media_type, "inline").header(CONTENT_LENGTH, shown.bytes.len()).body(Body::from(shown.bytes)));
        }
        again().await?
    } else {
        file
    };
    let stream = futures_util::stream::try_unfold(file, async |mut file| {
        let next = file.next().await.map_err(std::io::Error::other)?;
        Ok::<_, std::io::Error>(next.map(|bytes| (bytes, file)))
    });
    built(head("application/octet-stream", "attachment").header(CONTENT_LENGTH, evidence.size).body(Body::from_stream(stream)))
}
