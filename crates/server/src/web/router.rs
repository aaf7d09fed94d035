//! The routes: one list, from which the router, the matrix of who may ask what, and the tests that walk every address are made.

use super::{assets, desk, http, public};
use crate::app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

/// Most bytes of a form without files.
const FORM_LIMIT: usize = 3 * 1024 * 1024;

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
        self.add("GET", path, who, get(handler))
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
    public::routes(&mut routes);
    desk::routes(&mut routes);
    routes
}

/// Every route there is.
#[must_use]
pub fn table() -> Vec<Route> {
    collect().table
}

/// The application as a service.
pub fn router(app: App) -> Router {
    let timeout = TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, std::time::Duration::from_secs(120));
    collect()
        .router
        .fallback(async || StatusCode::NOT_FOUND)
        .layer(DefaultBodyLimit::max(FORM_LIMIT))
        .layer(CsrfLayer::new())
        .layer(timeout)
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(app.clone(), http::error_pages))
        .layer(from_fn(http::guard))
        .with_state(app)
}
