//! Pages for everybody: filing, receipt, tracking.

use super::http::{Visitor, Web, page};
use super::router::{For, Routes};
use super::views::public::Home;

/// The routes of this folder.
pub fn routes(r: &mut Routes) {
    r.get("/", For::Public, home);
}

async fn home(v: Visitor) -> Web {
    Ok(page(&Home { l: v.l, ..Home::default() }))
}
