//! `pack`: checks packs with all their faults, shows and compares them, and makes one the next version of a locality.

use super::{Ending, Failure, Outcome, STOPPED, StoreArgs};
use crate::usecase::packs::{self, Read};
use crate::usecase::setup;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use rules::pack::PackError;
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use store::scope::{Reason, Scope};

#[derive(Debug, Subcommand)]
pub(super) enum PackCommand {
    /// Check packs: every fault with its file, line, field and cure; exit code 1 where there is one, 2 where a file cannot be read
    Check(CheckArgs),
    /// What a pack says, a line each, with its source
    Show(ShowArgs),
    /// Where a pack says something else than another
    Diff(DiffArgs),
    /// Make a pack the next version of a locality: first what it would move, with --yes for good
    Load(LoadArgs),
}

#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Packs, or directories of them
    #[arg(required = true, value_name = "FILE|DIR")]
    paths: Vec<PathBuf>,
    /// One JSON object: files and faults
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// A file, or the id of a pack in the program
    #[arg(value_name = "FILE|ID")]
    pack: String,
}

#[derive(Debug, Args)]
pub(super) struct DiffArgs {
    /// A file, or the id of a pack in the program
    #[arg(value_name = "FILE|ID")]
    pack: String,
    /// What it is compared with
    #[arg(value_name = "FILE|ID", default_value = "national")]
    with: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Open {
    /// they keep the version their clocks were started under
    Keep,
    /// they are counted by the new one, from its day on
    Recount,
}

#[derive(Debug, Args)]
pub(super) struct LoadArgs {
    /// The pack, a TOML file
    file: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
    /// Which locality, where there are several
    #[arg(long, value_name = "CODE")]
    locality: Option<i64>,
    /// First day it holds [default: tomorrow]
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// What becomes of open cases
    #[arg(long, value_enum, default_value_t = Open::Keep)]
    open: Open,
    /// Only say what would move; the same as leaving --yes out
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Make it so; without, nothing is changed
    #[arg(long)]
    yes: bool,
}

pub(super) async fn run(command: PackCommand) -> Outcome {
    match command {
        PackCommand::Check(args) => check(&args),
        PackCommand::Show(args) => show(&args.pack),
        PackCommand::Diff(args) => diff(&args),
        PackCommand::Load(args) => load(args).await,
    }
}

/// The packs of a file, or of a directory: path and text.
fn files(path: &Path) -> Result<Vec<(PathBuf, String)>, Failure> {
    let bad = |p: &Path, e: &std::io::Error| Failure::usage(format!("{}: {e}", p.display()));
    let mut paths = Vec::new();
    if path.is_dir() {
        for entry in std::fs::read_dir(path).map_err(|e| bad(path, &e))? {
            paths.push(entry.map_err(|e| bad(path, &e))?.path());
        }
        paths.retain(|p| p.extension().is_some_and(|e| e == "toml"));
        paths.sort();
        if paths.is_empty() {
            return Err(Failure::usage(format!("{}: there is no pack (*.toml) in it", path.display())));
        }
    } else {
        paths.push(path.to_owned());
    }
    paths.into_iter().map(|p| std::fs::read_to_string(&p).map_err(|e| bad(&p, &e)).map(|text| (p, text))).collect()
}

/// The texts of a directory's packs by id, for those that rest on them.
fn beside(files: &[(PathBuf, String)]) -> BTreeMap<String, String> {
    files.iter().filter_map(|(p, text)| Some((p.file_stem()?.to_str()?.to_owned(), text.clone()))).collect()
}

fn check(args: &CheckArgs) -> Outcome {
    let mut all = Vec::new();
    for path in &args.paths {
        all.extend(files(path)?);
    }
    let beside = beside(&all);
    let mut faults: Vec<PackError> = Vec::new();
    let mut out = std::io::stdout().lock();
    for (path, text) in &all {
        let name = path.display().to_string();
        let found = packs::read(&name, text, &beside).err().unwrap_or_default();
        if !args.json {
            match found.len() {
                0 => writeln!(out, "{name}: whole")?,
                n => writeln!(out, "{name}: {n} faults")?,
            }
        }
        faults.extend(found);
    }
    if args.json {
        let told: Vec<_> =
            faults.iter().map(|f| serde_json::json!({ "file": f.file, "line": f.line, "field": f.field, "code": f.said.cure.code(), "message": f.said.to_string() })).collect();
        writeln!(out, "{}", serde_json::json!({ "files": all.len(), "faults": told }))?;
    } else {
        for fault in &faults {
            writeln!(out, "{fault}")?;
        }
    }
    Ok(u8::from(!faults.is_empty()))
}

/// A pack by its file or its id.
fn named(pack: &str) -> Result<Read, Failure> {
    let path = Path::new(pack);
    let (text, beside) = match setup::pack_text(pack).filter(|_| !path.exists()) {
        Some(text) => (text.to_owned(), BTreeMap::new()),
        None => {
            let text = std::fs::read_to_string(path).map_err(|e| Failure::usage(format!("{pack}: {e}")))?;
            (
                text,
                path.parent()
                    .and_then(|d| files(if d.as_os_str().is_empty() { Path::new(".") } else { d }).ok())
                    .map(|f| beside(&f))
                    .unwrap_or_default(),
            )
        }
    };
    packs::read(pack, &text, &beside).map_err(|faults| faulty(&faults))
}

fn faulty(faults: &[PackError]) -> Failure {
    Failure::usage(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn show(pack: &str) -> Outcome {
    let pack = named(pack)?.pack;
    let mut out = std::io::stdout().lock();
    writeln!(out, "{} {} ({})", pack.id, pack.name, pack.name_en)?;
    for e in pack.entries() {
        let source = if e.source.is_empty() { String::new() } else { format!("  — {}", e.source) };
        writeln!(out, "{}.{}: {}{source}", e.section.code(), e.key, e.value.plain())?;
    }
    Ok(0)
}

fn diff(args: &DiffArgs) -> Outcome {
    let (pack, with) = (named(&args.pack)?.pack, named(&args.with)?.pack);
    let mut out = std::io::stdout().lock();
    for (theirs, ours) in pack.differences(&with) {
        let Some(e) = ours.as_ref().or(theirs.as_ref()) else { continue };
        let said = |e: &Option<rules::pack::Entry>| e.as_ref().map_or_else(|| "-".to_owned(), |e| e.value.plain());
        writeln!(out, "{}.{}: {} -> {}", e.section.code(), e.key, said(&theirs), said(&ours))?;
    }
    Ok(0)
}

async fn load(args: LoadArgs) -> Outcome {
    let text = std::fs::read_to_string(&args.file).map_err(|e| Failure::usage(format!("{}: {e}", args.file.display())))?;
    let around = args.file.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let beside = files(around).map(|f| beside(&f)).unwrap_or_default();
    let read = packs::read(&args.file.display().to_string(), &text, &beside).map_err(|faults| faulty(&faults))?;
    let mut ending = Ending::listen()?;
    let app = args.store.open_existing().await?;
    let locality = super::locality(&app, args.locality)?.ok_or_else(|| Failure::usage("there is no locality in this store yet"))?;
    let work = async {
        let today = app.clock().now().date();
        let from = args.from.unwrap_or_else(|| today.tomorrow().unwrap_or(today));
        let (mut after, mut seen, mut moved, mut same) = (None, 0, 0, 0);
        loop {
            let stretch = packs::preview(&app, locality, &read.pack, after).await?;
            for m in &stretch.moved {
                let to = m.to.as_ref().map_or_else(|| "no longer counted".to_owned(), |d| d.on.to_string());
                println!("{locality} {} {} {} -> {to}", m.number, m.clock, m.from.on);
            }
            (after, seen, moved, same) = (stretch.after, seen + stretch.seen, moved + stretch.moved.len(), same + stretch.same);
            eprintln!("{locality}: {seen} open clocks looked at");
            if after.is_none() {
                break;
            }
        }
        println!(
            "{locality}: {moved} due dates would move if open cases were recounted, {same} cases would go over with theirs as they are"
        );
        if !args.yes {
            println!("{locality}: nothing was changed; --yes makes it the version from {from}");
            return Ok(0);
        }
        let scope = Scope::system(locality, Reason::Pack);
        let name = format!("{} version {}", read.pack.id, read.pack.version);
        packs::make(&app, &scope, read, from, args.open == Open::Recount).await?;
        let open = if args.open == Open::Recount {
            "open cases are recounted by the running server from that day"
        } else {
            "open cases keep theirs"
        };
        println!("{locality}: {name} holds from {from}; {open}");
        Ok(0)
    };
    let outcome = tokio::select! {
        done = work => done,
        () = ending.asked() => {
            eprintln!("stopped");
            Ok(STOPPED)
        }
    };
    app.db().close().await;
    outcome
}
