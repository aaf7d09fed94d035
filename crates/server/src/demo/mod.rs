//! The demonstration (stub).

use crate::app::{App, Place};
use crate::clock::Clock;
use std::path::Path;

/// Opens it.
///
/// # Errors
/// Those of the store.
pub async fn open(dir: &Path, mut say: impl FnMut(&str)) -> Result<App, crate::usecase::Denied> {
    say("opening");
    Ok(App::open(&Place::data(dir), Clock::System).await?)
}

/// Text.
#[must_use]
pub fn welcome(_app: &App, address: &str) -> String {
    format!("{address}\n")
}
