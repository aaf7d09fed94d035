//! The routes: one list, from which the router, the matrix of who may ask what, and the tests that walk every address are made.

use super::front::{Front, front};
use super::{api, assets, desk, http, public, styleguide};
use crate::app::App;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::http::header::ALLOW;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use std::sync::Arc;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

/// Most bytes of a form without files.
pub(super) const FORM_LIMIT: usize = 3 * 1024 * 1024;

/// Who a route is for; the extractor in the handler's signature enforces it, a test holds the two together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    /// Anybody.
    Public,
    /// The submitter of a submission.
    Submitter,
    /// People in these roles.
    Roles(&'static [rules::access::Role]),
}

/// One route.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Path with `{placeholders}`.
    pub path: &'static str,
    /// Who it is for.
    pub who: For,
}

/// Routes being collected.
#[derive(Debug, Default)]
pub struct Routes {
    router: Router<App>,
    table: Vec<Route>,
}

impl Routes {
    /// Adds a page.
    pub fn get<H, T>(&mut self, path: &'static str, who: For, handler: H) -> &mut Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        // A HEAD shows nothing, so it opens no case and leaves no line in the access log: what is not public is not asked that way.
        let handler = match who {
            For::Public => get(handler),
            For::Submitter | For::Roles(_) => get(handler).head(async || (StatusCode::METHOD_NOT_ALLOWED, [(ALLOW, "GET")])),
        };
        self.add("GET", path, who, handler)
    }

    /// Adds an action.
    pub fn post<H, T>(&mut self, path: &'static str, who: For, handler: H) -> &mut Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        self.add("POST", path, who, post(handler))
    }

    /// Adds an action that takes files: streamed, with a limit of its own.
    pub fn upload<H, T>(&mut self, path: &'static str, who: For, handler: H) -> &mut Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let limit = usize::try_from(crate::app::MAX_FILE).unwrap_or(usize::MAX).saturating_mul(6);
        self.add("POST", path, who, post(handler).layer(DefaultBodyLimit::max(limit)))
    }

    fn add(&mut self, method: &'static str, path: &'static str, who: For, handler: MethodRouter<App>) -> &mut Self {
        self.router = std::mem::take(&mut self.router).route(path, handler);
        self.table.push(Route { method, path, who });
        self
    }
}

fn collect() -> Routes {
    let mut routes = Routes::default();
    routes.get("/assets/{hash}/{name}", For::Public, assets::serve);
    api::routes(&mut routes);
    styleguide::routes(&mut routes);
    public::routes(&mut routes);
    desk::routes(&mut routes);
    routes
}

/// Every route there is.
#[must_use]
pub fn table() -> Vec<Route> {
    collect().table
}

/// The application as a service that people reach directly.
pub fn router(app: App) -> Router {
    behind(app, Front::default())
}

/// The application as a service behind what stands in front of it.
pub fn behind(app: App, before: Front) -> Router {
    let csrf = CsrfLayer::new();
    // A proxy may forward another Host than the one people typed.
    let csrf = match before.origin() {
        Some(origin) => csrf.add_trusted_origin(origin).unwrap_or_else(|_| CsrfLayer::new()),
        None => csrf,
    };
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, std::time::Duration::from_secs(120));
    collect()
        .router
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(from_fn(async |request: Request, next: Next| http::keep_typed(FORM_LIMIT, request, next).await))
        .layer(csrf)
        .layer(timeout)
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), http::error_pages))
        .layer(from_fn(http::guard))
        .layer(from_fn_with_state(Arc::new(before), front))
        .with_state(app)
}
