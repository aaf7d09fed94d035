//! Pages asked of the router in this process: their bytes and their time without the network.

use super::Failed;
use super::scene::Scene;
use crate::web::router::router;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use tower::ServiceExt as _;

/// Largest page read, bytes.
const MOST: usize = 16 * 1024 * 1024;

/// Asks the router for a page and gives its body.
pub(super) async fn get(router: &Router, path: &str, cookie: &str) -> Result<Vec<u8>, Failed> {
    let request = Request::builder().uri(path).header("cookie", cookie).header("accept-language", "zh-CN").body(Body::empty());
    let request = request.map_err(|e| Failed::Wrong(e.to_string()))?;
    let answer = match router.clone().oneshot(request).await {
        Ok(answer) => answer,
        Err(never) => match never {},
    };
    let status = answer.status();
    let body = to_bytes(answer.into_body(), MOST).await.map_err(|e| Failed::Wrong(e.to_string()))?;
    if status != StatusCode::OK {
        return Err(Failed::Wrong(format!("{path} answered {status}")));
    }
    Ok(body.to_vec())
}

/// Bytes of the first page on a first visit, with all it loads (goal: at most 60 KB).
pub(super) async fn first_visit(scene: &Scene) -> Result<(), Failed> {
    let router = router(scene.app.clone());
    let html = get(&router, "/", "").await?;
    let text = String::from_utf8_lossy(&html).into_owned();
    let mut loaded: Vec<&str> = Vec::new();
    for (at, _) in text.match_indices("\"/assets/") {
        let rest = &text[at + 1..];
        let path = &rest[..rest.find('"').unwrap_or(0)];
        if !loaded.contains(&path) {
            loaded.push(path);
        }
    }
    let (mut total, mut parts) = (html.len(), vec![format!("page {:.1}", kilobytes(html.len()))]);
    for path in loaded {
        let size = get(&router, path, "").await?.len();
        parts.push(format!("{} {:.1}", path.rsplit('/').next().unwrap_or_default(), kilobytes(size)));
        total += size;
    }
    println!("first public page (goal <= 60 KB, uncompressed): {:.1} KB ({})", kilobytes(total), parts.join(", "));
    Ok(())
}

fn kilobytes(bytes: usize) -> f64 {
    bytes as f64 / 1024.0
}
