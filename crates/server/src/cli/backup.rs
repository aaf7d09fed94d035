//! `backup`, `restore` and `copy`: a whole store into a directory, back, and from one place to another. None of them changes where it came
//! from; none of them writes where a record is. Stopped in the middle, each is run again from the beginning.

use super::{Failure, Outcome, StoreArgs, verify};
use crate::app::{App, Place};
use crate::clock::Clock;
use clap::Args;
use rules::time::Instant;
use std::path::{Path, PathBuf};
use store::backup::{self, Backup, Given, Source};
use store::carry::{self, Summed};
use store::engine::{Db, Error, Target};
use store::heads::Handed;
use store::personal::random;
use store::seal::{Keyring, Suite};

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// New directory for the backup
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// Put the keys into it too: whoever has such a backup can read everything
    #[arg(long)]
    with_keys: bool,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArgs {
    /// Directory of the backup
    #[arg(value_name = "BACKUP")]
    backup: PathBuf,
    #[command(flatten)]
    store: StoreArgs,
    /// Saved directory of keys, if they are neither in the backup nor in their place yet
    #[arg(long, value_name = "DIR")]
    saved_keys: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct CopyArgs {
    /// Data directory or postgres:// URL to copy from; stop its servers first
    #[arg(long, value_name = "DIR|URL")]
    from: String,
    /// Directory of keys and evidence, where --from is a URL
    #[arg(long, value_name = "DIR")]
    from_keys: Option<PathBuf>,
    /// Empty data directory or database to copy to
    #[arg(long, value_name = "DIR|URL")]
    to: String,
    /// Directory of keys and evidence, where --to is a URL; may be the one of --from, which then stays as it is
    #[arg(long, value_name = "DIR")]
    to_keys: Option<PathBuf>,
}

/// Says every second how far it is.
fn telling() -> impl FnMut(&str, u64) + Send {
    let mut told = std::time::Instant::now();
    move |what, done| {
        if told.elapsed().as_secs() >= 1 {
            told = std::time::Instant::now();
            eprintln!("{what}: {done}");
        }
    }
}

fn now() -> Instant {
    Clock::System.now()
}

fn existing_keyring(dir: &Path) -> Result<Keyring, Failure> {
    let keys = dir.join("keys");
    if !keys.exists() {
        return Err(Failure::new(format!("there are no keys in {}: without them nothing here can be read", keys.display())));
    }
    Ok(Keyring::open(&keys, Suite::default())?)
}

pub(super) async fn backup(args: BackupArgs) -> Outcome {
    let place = args.store.place();
    let db = Db::attach(&place.target, store::MIGRATIONS).await.map_err(|e| no_store(&place, e))?;
    let keyring = existing_keyring(&place.dir)?;
    let source = Source { db: &db, keyring: &keyring, dir: &place.dir };
    let mut drawn = keyring.source().clone();
    let given = Given { now: now(), key: random(&mut drawn), nonce: random(&mut drawn) };
    let manifest = backup::write(&source, &args.to, args.with_keys, given, &mut telling()).await?;
    let rows: u64 = manifest.table.iter().map(|t| t.rows).sum();
    println!(
        "backup of {}: {rows} rows in {} tables, {} files of {} bytes",
        manifest.made,
        manifest.table.len(),
        manifest.files.count,
        manifest.files.bytes
    );
    println!("{}", headline(&manifest.head));
    let keys = place.dir.join("keys");
    if args.with_keys {
        println!("The keys are in it: whoever has it can read everything. Keep it like the keys.");
    } else {
        println!("The keys are not in it. Save {} elsewhere; without it this backup cannot be read by anybody.", keys.display());
    }
    if manifest.files.missing > 0 {
        eprintln!("{} evidence files that the record names are not there; `fangxin verify` names them", manifest.files.missing);
    }
    Ok(u8::from(manifest.files.missing > 0))
}

fn no_store(place: &Place, e: Error) -> Failure {
    match (&place.target, e) {
        (Target::Data(dir), Error::Unavailable(_)) => {
            Failure::usage(format!("there is no store in {}; name its directory with --data", dir.display()))
        }
        (_, e) => e.into(),
    }
}

fn headline(head: &str) -> String {
    match Handed::parse(head) {
        Some(h) => format!("tree head: {} entries, root {}", h.head.size, store::heads::hex(&h.head.root)),
        None => "tree head: none yet".to_owned(),
    }
}

pub(super) async fn restore(args: RestoreArgs) -> Outcome {
    let place = args.store.place();
    let backup = Backup::open(&args.backup)?;
    eprintln!("looking at every file of the backup of {}", backup.manifest.made);
    backup.check(&mut telling())?;
    println!("every file of the backup is as it was written");
    place_keys(&place, args.saved_keys.as_deref().map(Path::to_owned).or_else(|| backup.keys()))?;
    let keyring = existing_keyring(&place.dir).map_err(|_| {
        Failure::usage("the keys are not in this backup: put the saved directory in place as `keys`, or name it with --saved-keys")
    })?;
    let key = backup.unlock(&keyring)?;
    let db = Db::begin_filling(&place.target, store::MIGRATIONS, now()).await.map_err(|e| not_empty(&place, e))?;
    backup.fill(&key, &db, &place.dir.join("files"), &mut telling()).await?;
    let there = carry::sums(&mut db.snapshot().await?, &backup::tables()?, &mut telling()).await?;
    db.close().await;
    let differing = backup.differing(&there);
    if !differing.is_empty() {
        return Err(Failure::new(format!("rows differ from the backup's in: {}", differing.join(", "))));
    }
    println!("every row of {} tables is there as it was", there.len());
    let app = App::open(&place, Clock::System).await?;
    let whole = verify::whole(&app).await?;
    let same = match Handed::parse(&backup.manifest.head) {
        Some(head) => verify::held_against(&app, &head).await?,
        None => true,
    };
    app.db().close().await;
    if whole && same {
        println!("restored: the tree head is the backup's");
    } else if !whole {
        eprintln!("what is named above was so when the backup was made, or the backup was made while it changed");
    }
    Ok(u8::from(!(whole && same)))
}

/// Puts saved keys where the store looks for them.
fn place_keys(place: &Place, saved: Option<PathBuf>) -> Result<(), Failure> {
    let keys = place.dir.join("keys");
    match saved {
        Some(saved) if !keys.exists() => {
            Keyring::open(&saved, Suite::default()).map_err(|e| Failure::usage(format!("{}: {e}", saved.display())))?;
            Ok(backup::copy_keys(&saved, &keys)?)
        }
        // Those already there are tried; they may be from a restore that was stopped.
        _ => Ok(()),
    }
}

fn not_empty(place: &Place, e: Error) -> Failure {
    match e.refusal::<store::engine::bulk::NotEmpty>() {
        Ok(refusal) => match &place.target {
            Target::Data(dir) => Failure::usage(format!("{}: {refusal}", dir.display())),
            Target::Url(_) => Failure::usage(format!("the database: {refusal}")),
        },
        Err(e) => e.into(),
    }
}

fn named(text: &str, keys: Option<PathBuf>, which: &str) -> Result<Place, Failure> {
    let url = text.starts_with("postgres://") || text.starts_with("postgresql://");
    match (url, keys) {
        (true, Some(dir)) => Ok(Place { target: Target::Url(text.to_owned()), dir }),
        (true, None) => Err(Failure::usage(format!("say with --{which}-keys where keys and evidence lie beside that database"))),
        (false, None) => Ok(Place::data(Path::new(text))),
        (false, Some(_)) => Err(Failure::usage(format!("--{which}-keys goes with a database; a data directory has its own"))),
    }
}

pub(super) async fn copy(args: CopyArgs) -> Outcome {
    let from = named(&args.from, args.from_keys, "from")?;
    let to = named(&args.to, args.to_keys, "to")?;
    let source = Db::attach(&from.target, store::MIGRATIONS).await.map_err(|e| no_store(&from, e))?;
    let keyring = existing_keyring(&from.dir)?;
    let keys = to.dir.join("keys");
    if keys.exists() && existing_keyring(&to.dir)?.public_key() != keyring.public_key() {
        return Err(Failure::usage(format!("{} holds the keys of another installation", keys.display())));
    }
    let target = Db::begin_filling(&to.target, store::MIGRATIONS, now()).await.map_err(|e| not_empty(&to, e))?;
    if !keys.exists() {
        backup::copy_keys(&from.dir.join("keys"), &keys)?;
    }
    let tables = backup::tables()?;
    let mut snapshot = source.snapshot().await?;
    let head = Handed::newest(&mut snapshot, &keyring).await?;
    let read = carry::copy(&mut snapshot, &target, &tables, &mut telling()).await?;
    drop(snapshot);
    let same_place = to.dir.canonicalize().ok() == from.dir.canonicalize().ok();
    if !same_place {
        backup::copy_files(&from.dir.join("files"), &to.dir.join("files"), &mut telling())?;
    }
    let written = carry::sums(&mut target.snapshot().await?, &tables, &mut telling()).await?;
    target.close().await;
    let differing = print_sums(&read, &written);
    let app = App::open(&to, Clock::System).await?;
    let whole = verify::whole(&app).await?;
    let same = match &head {
        Some(head) => verify::held_against(&app, head).await?,
        None => true,
    };
    app.db().close().await;
    if Handed::newest(&mut source.read().await?, &keyring).await? != head {
        eprintln!("the store copied from has gone on meanwhile: stop its servers and copy again, into an empty place");
        return Ok(1);
    }
    Ok(u8::from(differing || !whole || !same))
}

/// A line for each table; whether any differs.
fn print_sums(read: &[Summed], written: &[Summed]) -> bool {
    let mut differing = false;
    for ((table, a), (_, b)) in read.iter().zip(written) {
        let verdict = if a == b { "" } else { "  DIFFERS" };
        println!("{table:<20} {:>12} rows  {}{verdict}", b.rows, b.digest());
        differing |= a != b;
    }
    differing
}
