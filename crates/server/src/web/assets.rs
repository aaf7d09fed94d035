//! Stylesheet, script and pictures, carried in the binary. Each is served under a path with the hash of its bytes, so
//! a browser may keep it for ever and a new version is a new address.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, IF_NONE_MATCH, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// The address of an asset: `/assets/<hash>/app.css`. A name that does not exist gives an address that answers 404.
#[must_use]
pub fn url(name: &str) -> String {
    static CSS: LazyLock<String> = LazyLock::new(|| path("app.css"));
    static JS: LazyLock<String> = LazyLock::new(|| path("app.js"));
    static HTMX: LazyLock<String> = LazyLock::new(|| path("htmx.min.js"));
    static ICON: LazyLock<String> = LazyLock::new(|| path("favicon.svg"));
    match name {
        "app.css" => CSS.clone(),
        "app.js" => JS.clone(),
        "htmx.min.js" => HTMX.clone(),
        "favicon.svg" => ICON.clone(),
        other => path(other),
    }
}

/// Handler of `GET /assets/{hash}/{name}`: 200 with the bytes, 304 when the browser has them, 404 otherwise. An old
/// hash still finds the file (a page opened before an update), but is not kept.
pub async fn serve(Path((hash, name)): Path<(String, String)>, headers: HeaderMap) -> Response {
    let (Some(kind), Some(file)) = (content_type(&name), Files::get(&name)) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let own = short(&file.metadata.sha256_hash());
    let keep = if own == hash { "public, max-age=31536000, immutable" } else { "no-cache" };
    let tag = format!("\"{own}\"");
    let known = headers.get(IF_NONE_MATCH).and_then(|v| v.to_str().ok()).is_some_and(|v| v.split(',').any(|t| t.trim() == tag));
    let Ok(etag) = HeaderValue::from_str(&tag) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let common: [(HeaderName, HeaderValue); 4] = [
        (ETAG, etag),
        (CACHE_CONTROL, HeaderValue::from_static(keep)),
        (CONTENT_TYPE, HeaderValue::from_static(kind)),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    if known {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (StatusCode::OK, common, file.data.into_owned()).into_response()
}

/// An asset as it is, to be taken along.
#[must_use]
pub(super) fn bytes(name: &str) -> Vec<u8> {
    Files::get(name).map_or_else(Vec::new, |f| f.data.into_owned())
}

/// Bytes of an asset.
#[cfg(test)]
pub(crate) fn size(name: &str) -> usize {
    Files::get(name).map_or(0, |f| f.data.len())
}

fn path(name: &str) -> String {
    match Files::get(name) {
        Some(file) => format!("/assets/{}/{name}", short(&file.metadata.sha256_hash())),
        None => format!("/assets/0/{name}"),
    }
}

fn short(hash: &[u8; 32]) -> String {
    hash[..8].iter().map(|b| format!("{b:02x}")).collect()
}

/// Only these kinds are served; the folder's notes are not.
fn content_type(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn get(path: &str, tag: Option<&str>) -> Response {
        let mut parts = path.trim_start_matches("/assets/").splitn(2, '/');
        let (hash, name) = (parts.next().unwrap().to_owned(), parts.next().unwrap().to_owned());
        let mut headers = HeaderMap::new();
        if let Some(tag) = tag {
            headers.insert(IF_NONE_MATCH, HeaderValue::from_str(tag).unwrap());
        }
        serve(Path((hash, name)), headers).await
    }

    #[tokio::test]
    async fn a_hashed_path_is_kept_for_ever_and_known_bytes_are_not_sent_again() {
        let path = url("app.css");
        let first = get(&path, None).await;
        assert_eq!(first.status(), StatusCode::OK);
        assert!(first.headers()[CACHE_CONTROL].to_str().unwrap().contains("immutable"));
        assert_eq!(first.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(first.headers()[X_CONTENT_TYPE_OPTIONS], "nosniff");
        let tag = first.headers()[ETAG].to_str().unwrap().to_owned();
        assert_eq!(get(&path, Some(&tag)).await.status(), StatusCode::NOT_MODIFIED);
        assert_eq!(get("/assets/0000/app.css", None).await.headers()[CACHE_CONTROL], "no-cache");
    }

    #[tokio::test]
    async fn other_names_do_not_exist() {
        for path in ["/assets/x/VENDOR.md", "/assets/x/nothing.css", "/assets/x/../Cargo.toml", "/assets/x/icons/LICENSE"] {
            assert_eq!(get(path, None).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    /// A public page has to stay small on a phone: page, sheet, script and what else it asks for under 60 KB.
    #[test]
    fn assets_stay_small() {
        let css = Files::get("app.css").unwrap().data.len();
        let js = Files::get("app.js").unwrap().data.len();
        assert!(css <= 30 * 1024, "app.css is {css} bytes");
        assert!(css + js <= 42 * 1024, "app.css and app.js are {} bytes", css + js);
    }
}
