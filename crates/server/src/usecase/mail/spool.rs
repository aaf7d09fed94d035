//! A spool directory: a mail is written elsewhere and renamed into `new`; it goes on to `done`, or to `failed` where it could not be read or is
//! too large. Each rename is one step, so that a mail is always in exactly one place.

use super::config::Config;
use super::take::{Fate, MAX_MAIL, take, too_large};
use crate::app::App;
use crate::usecase::Answer;
use rules::ids::Locality;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use store::engine::Error;

/// Mails taken in one round; the rest waits for the next.
const BATCH: usize = 200;

/// Takes in what lies in `new`.
///
/// # Errors
/// Those of disk and store; what was not taken stays where it is.
pub async fn round(app: &App, config: &Config, dir: &Path) -> Answer<usize> {
    let locality = super::locality(app, config)?;
    let names = waiting(dir).map_err(Error::from)?;
    if names.is_empty() || !super::ours(app, "mail-spool").await? {
        return Ok(0);
    }
    let taken = empty(app, config, locality, dir, names).await;
    super::let_go(app, "mail-spool").await?;
    taken
}

async fn empty(app: &App, config: &Config, locality: Locality, dir: &Path, names: Vec<PathBuf>) -> Answer<usize> {
    let mut taken = 0;
    for path in names.into_iter().take(BATCH) {
        let size = match fs::metadata(&path) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
            other => other.map_err(Error::from)?.len(),
        };
        let fate = if size > MAX_MAIL as u64 {
            too_large(app, locality, "spool", &path.file_name().unwrap_or_default().to_string_lossy(), size).await?;
            Fate::Unreadable
        } else {
            let raw = tokio::fs::read(&path).await.map_err(Error::from)?;
            take(app, config, locality, "spool", &raw).await?
        };
        let to = if fate == Fate::Unreadable { "failed" } else { "done" };
        let name = path.file_name().unwrap_or_default();
        fs::rename(&path, dir.join(to).join(name)).map_err(Error::from)?;
        taken += 1;
    }
    Ok(taken)
}

/// The mails in `new`, by name; the directories are made where they are missing.
fn waiting(dir: &Path) -> io::Result<Vec<PathBuf>> {
    for part in ["new", "done", "failed"] {
        fs::create_dir_all(dir.join(part))?;
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(dir.join("new"))? {
        let entry = entry?;
        if entry.file_type()?.is_file() && !entry.file_name().as_encoded_bytes().starts_with(b".") {
            names.push(entry.path());
        }
    }
    names.sort();
    Ok(names)
}
