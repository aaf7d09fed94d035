//! The demonstration: two invented localities with their people, some hundred stories that show every state and some thousand simulated cases
//! around them, made through the use cases on a clock that walks through the months before today. Everything in it is invented, and everybody has the same password.

mod cast;
mod plot;
mod stage;
pub(crate) mod words;

use crate::app::{App, Place};
use crate::clock::Clock;
use crate::usecase::Denied;
use rules::access::Role;
use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use store::engine::Error;

pub use cast::PASSWORD;

/// Why there is no demonstration.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The directory holds something else.
    #[error("{0} is not empty and holds no demonstration; name another directory with --data")]
    Occupied(PathBuf),
    /// A file or directory.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The store.
    #[error("{0}")]
    Store(#[from] Error),
    /// The rules said no in the middle of a story: a fault of the program.
    #[error("story {story}, {step}: {cause}")]
    Story {
        /// Which story.
        story: &'static str,
        /// Which step.
        step: String,
        /// What the use case said.
        cause: String,
    },
}

impl From<crate::simulate::Failed> for DemoError {
    fn from(e: crate::simulate::Failed) -> Self {
        match e {
            crate::simulate::Failed::Denied(denied) => denied.into(),
            crate::simulate::Failed::Store(e) => Self::Store(e),
            words @ crate::simulate::Failed::Words(_) => Self::Store(Error::internal(words)),
        }
    }
}

impl From<Denied> for DemoError {
    fn from(d: Denied) -> Self {
        match d {
            Denied::Store(e) => Self::Store(e),
            other => Self::Store(Error::internal(other.code())),
        }
    }
}

/// Receipts to try the tracking page with, a line each: number, code, what it is.
const RECEIPTS: &str = "receipts.txt";

/// Opens the demonstration in a directory, making it first, with so many simulated cases, if it is not there. It is made beside and given its name when it is whole, so
/// that a first start that was interrupted leaves nothing half done.
///
/// # Errors
/// [`DemoError`].
pub async fn open(dir: &Path, cases: u64, mut say: impl FnMut(&str)) -> Result<App, DemoError> {
    if !dir.join("fangxin.db").exists() {
        if dir.exists() && std::fs::read_dir(dir)?.next().is_some() {
            return Err(DemoError::Occupied(dir.to_owned()));
        }
        say("making the demonstration …");
        let building = beside(dir);
        if building.exists() {
            std::fs::remove_dir_all(&building)?;
        }
        let receipts = stage::build(&building, Clock::System.now(), cases, &mut say).await?;
        std::fs::write(building.join(RECEIPTS), receipts)?;
        std::fs::rename(&building, dir)?;
    }
    Ok(App::open(&Place::data(dir), Clock::System).await?)
}

fn beside(dir: &Path) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".building");
    dir.with_file_name(name)
}

/// What is told at the start: addresses, and a sign-in per role and locality.
#[must_use]
pub fn welcome(app: &App, dir: &Path, address: &str) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "Fangxin demonstration 放心演示 — every person, shop and case in it is invented 人物、店铺、案件均为虚构");
    let _ = writeln!(out, "  public pages 公众页面    {address}/");
    let _ = writeln!(out, "  desks 工作台             {address}/desk");
    let _ = writeln!(out, "  password for everyone 统一密码: {PASSWORD}");
    for locality in app.localities() {
        let Some(world) = app.world(locality) else { continue };
        let d = &world.directory;
        let _ = writeln!(out, "{} {} ({locality}), {address}/?at={locality}", d.name, d.name_en);
        for role in Role::ALL {
            let mut of_role: Vec<(_, &str, &str)> = d
                .roles
                .iter()
                .filter(|(_, g)| g.role == *role)
                .filter_map(|(p, g)| Some((g.unit, d.people.get(p)?.login.as_str(), d.units.get(&g.unit)?.name.as_str())))
                .collect();
            of_role.sort_unstable();
            let Some((_, login, unit)) = of_role.first() else { continue };
            let others: Vec<&str> = of_role.iter().skip(1).map(|(_, l, _)| *l).collect();
            let others = if others.is_empty() { String::new() } else { format!("; also {}", others.join(" ")) };
            let _ = writeln!(out, "  {:<15} {login:<12} {unit}{others}", role.code());
        }
    }
    if let Ok(receipts) = std::fs::read_to_string(dir.join(RECEIPTS)) {
        let _ = writeln!(out, "receipts to follow at {address}/track 可查询的回执（回执号 查询码）:");
        for line in receipts.lines() {
            let _ = writeln!(out, "  {line}");
        }
    }
    out
}
