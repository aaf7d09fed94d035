//! `import`: letters from a file, CSV, XLSX or JSON Lines. Standard output is one line of counts; progress and bad rows go to standard error, their personal
//! values only into the file of rejected rows.

use super::{Ending, Failure, Outcome, STOPPED, StoreArgs};
use crate::app::App;
use crate::clock::Clock;
use crate::usecase::import::mapping::{self, Mapping};
use crate::usecase::import::row::Bad;
use crate::usecase::import::source::{Input, Record};
use crate::usecase::import::table::{REASON_COLUMN, ROW_COLUMN, Table, Unreadable, guarded};
use crate::usecase::import::{self, Counts, Listener, Stopped};
use crate::usecase::{setup, sweep};
use clap::Args;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use store::scope::{Reason, Scope};

#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// CSV (UTF-8 or GB18030), XLSX or JSON Lines; its first row names the columns
    file: PathBuf,
    /// Which column is what: a TOML file, or the name of a shipped mapping
    #[arg(long, value_name = "FILE|NAME")]
    mapping: String,
    #[command(flatten)]
    store: StoreArgs,
    /// Locality the letters belong to; needed where there are several
    #[arg(long, value_name = "CODE", value_parser = clap::value_parser!(i64).range(100_000..=999_999))]
    locality: Option<i64>,
    /// Series of the file instead of the mapping's: with the number in it, what makes a row the same row again
    #[arg(long, value_name = "NAME")]
    series: Option<String>,
    /// Check and count, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// End with the counts as JSON
    #[arg(long)]
    json: bool,
    /// Where rejected rows are written, to be mended and sent again [default: DIR/rejects/FILE in the data directory]
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
}

pub(super) async fn run(args: ImportArgs) -> Outcome {
    let mapping = read_mapping(&args)?;
    let mut table = Table::open(&Input::File(args.file.clone()), &mapping).map_err(|e| match e {
        Unreadable::Mapping(e) => Failure::usage(e.to_string()),
        Unreadable::Unfit(e) => Failure::usage(format!("{}: {e}", args.file.display())),
        Unreadable::Io(e) => Failure::usage(format!("{}: {e}", args.file.display())),
    })?;
    if !table.unmentioned.is_empty() {
        let columns = table.unmentioned.join(", ");
        eprintln!("columns left out, as the mapping does not mention them: {columns}");
    }
    let rejects = rejects_path(&args)?;
    let mut told = Told::new(&table, mapping.shape.delimiter, rejects);
    let stop = import::stop_flag();
    let asked = stop.clone();
    let mut ending = Ending::listen()?;
    let ear = tokio::spawn(async move {
        ending.asked().await;
        eprintln!("stopping after the rows on their way; run it again to go on");
        asked.store(true, Ordering::SeqCst);
    });
    eprintln!("{} rows, {}", table.rows(), table.encoding());
    let (counts, outcome) = if args.dry_run {
        dry(&args, &mut table, &mapping, &stop, &mut told).await?
    } else {
        wet(&args, &mut table, &mapping, &stop, &mut told).await?
    };
    ear.abort();
    told.finish(&counts)?;
    print_counts(&counts, args.json)?;
    match outcome {
        Ok(()) => Ok(0),
        Err(Stopped::Asked) => Ok(STOPPED),
        Err(e) => Err(Failure::new(format!("{e}; what was counted is stored, run it again to go on"))),
    }
}

type End = Result<(Counts, Result<(), Stopped>), Failure>;

async fn dry(args: &ImportArgs, table: &mut Table, mapping: &Mapping, stop: &std::sync::atomic::AtomicBool, told: &mut Told) -> End {
    let now = Clock::System.now();
    if !args.store.exists() {
        return Ok(import::dry_run(None, table, mapping, now, stop, told).await);
    }
    let app = args.store.open().await?;
    let locality = super::locality(&app, args.locality)?;
    let scope = locality.map(|l| Scope::system(l, Reason::Import));
    let store = scope.as_ref().map(|s| (&app, s));
    let end = import::dry_run(store, table, mapping, now, stop, told).await;
    app.db().close().await;
    Ok(end)
}

async fn wet(args: &ImportArgs, table: &mut Table, mapping: &Mapping, stop: &std::sync::atomic::AtomicBool, told: &mut Told) -> End {
    let app = args.store.open().await?;
    let locality = match super::locality(&app, args.locality)? {
        Some(locality) => locality,
        None => {
            let opened = setup::open_unnamed(&app, args.locality.map(rules::ids::Locality)).await?;
            eprintln!("the store was empty: locality {opened} was opened in it");
            opened
        }
    };
    let scope = Scope::system(locality, Reason::Import);
    let (counts, outcome) = import::run(&app, &scope, table, mapping, stop, told).await;
    if outcome.is_ok() && counts.accepted > 0 {
        index(&app).await?;
    }
    app.db().close().await;
    Ok((counts, outcome))
}

/// Puts what came into the order of the log and the search index, unless a server on this store does it already.
async fn index(app: &App) -> Result<(), Failure> {
    eprintln!("indexing");
    sweep::round(app).await?;
    Ok(())
}

fn read_mapping(args: &ImportArgs) -> Result<Mapping, Failure> {
    let path = Path::new(&args.mapping);
    let text = match (std::fs::read_to_string(path), mapping::shipped(&args.mapping)) {
        (Ok(text), _) | (Err(_), Some(text)) => text,
        (Err(e), None) => {
            let names = mapping::names().collect::<Vec<_>>().join(", ");
            return Err(Failure::usage(format!("mapping {}: {e}; name a file or one of {names}", args.mapping)));
        }
    };
    let mut mapping = Mapping::parse(&args.mapping, &text).map_err(|e| Failure::usage(e.to_string()))?;
    if let Some(series) = &args.series {
        if series.is_empty() || series.len() > 40 || !series.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return Err(Failure::usage("--series: use up to 40 letters, digits, `-` and `_`"));
        }
        mapping.series.clone_from(series);
    }
    Ok(mapping)
}

/// Where rejected rows go; a dry run writes them only where it was told to.
fn rejects_path(args: &ImportArgs) -> Result<Option<PathBuf>, Failure> {
    let path = match &args.rejects {
        Some(path) => path.clone(),
        None if args.dry_run => return Ok(None),
        None => {
            let stem = args.file.file_stem().unwrap_or_default().to_string_lossy();
            args.store.place().dir.join("rejects").join(format!("{stem}.csv"))
        }
    };
    let same = |a: &Path, b: &Path| matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if same(&path, &args.file) {
        return Err(Failure::usage(format!(
            "{}: the rejected rows would overwrite the file being read; name another with --rejects",
            path.display()
        )));
    }
    Ok(Some(path))
}

fn print_counts(c: &Counts, json: bool) -> Result<(), Failure> {
    let line = if json {
        serde_json::json!({ "accepted": c.accepted, "already_known": c.already_known, "changed": c.changed, "rejected": c.rejected })
            .to_string()
    } else {
        format!("accepted={} already_known={} changed={} rejected={}", c.accepted, c.already_known, c.changed, c.rejected)
    };
    writeln!(io::stdout(), "{line}").map_err(Failure::from)
}

/// Bad rows told one by one; the rest is in the file of rejected rows.
const MOST_TOLD: u64 = 20;
/// How often progress is told.
const EVERY: Duration = Duration::from_secs(1);
/// … and, where nobody sits before it, after how many rows at the latest.
const EVERY_ROWS: u64 = 250;

/// Tells how it goes, and writes the rejected rows.
struct Told {
    header: Vec<String>,
    rows: u64,
    /// As the mapping says, with which they are sent again.
    delimiter: u8,
    path: Option<PathBuf>,
    rejects: Option<csv::Writer<File>>,
    bad: u64,
    began: Instant,
    last: Instant,
    last_rows: u64,
    terminal: bool,
}

impl Told {
    fn new(table: &Table, delimiter: u8, path: Option<PathBuf>) -> Self {
        let header = table.header().to_vec();
        let now = Instant::now();
        let terminal = io::stderr().is_terminal();
        Self { header, rows: table.rows(), delimiter, path, rejects: None, bad: 0, began: now, last: now, last_rows: 0, terminal }
    }

    /// The file of rejected rows, made with the first: UTF-8 with a byte order mark, readable only by its owner.
    fn writer(&mut self) -> io::Result<Option<&mut csv::Writer<File>>> {
        if let (None, Some(path)) = (&self.rejects, &self.path) {
            if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
                std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
            }
            let mut file = File::options().write(true).create(true).truncate(true).mode(0o600).open(path)?;
            file.write_all("\u{feff}".as_bytes())?;
            let mut writer = csv::WriterBuilder::new().flexible(true).delimiter(self.delimiter).from_writer(file);
            let own = |h: &&String| *h == ROW_COLUMN || *h == REASON_COLUMN;
            let columns = self.header.iter().filter(|h| !own(h)).map(String::as_str);
            writer.write_record(columns.chain([ROW_COLUMN, REASON_COLUMN]))?;
            self.rejects = Some(writer);
        }
        Ok(self.rejects.as_mut())
    }

    fn finish(&mut self, counts: &Counts) -> io::Result<()> {
        if self.bad > MOST_TOLD {
            eprintln!("… and {} more rows", self.bad - MOST_TOLD);
        }
        if let (Some(writer), Some(path)) = (&mut self.rejects, &self.path) {
            writer.flush()?;
            eprintln!("{} rejected rows are in {}: mend them there and import that file", counts.rejected, path.display());
        }
        Ok(())
    }
}

impl Listener for Told {
    fn rejected(&mut self, bad: &Bad, record: &Record) -> io::Result<()> {
        self.bad += 1;
        if self.bad <= MOST_TOLD {
            eprintln!("{bad}");
        }
        let own: Vec<bool> = self.header.iter().map(|h| h == ROW_COLUMN || h == REASON_COLUMN).collect();
        let Some(writer) = self.writer()? else { return Ok(()) };
        // A ragged row stays ragged, so that it is not taken for whole when it is sent again unmended.
        let kept = record.cells.iter().enumerate().filter(|(i, _)| !own.get(*i).copied().unwrap_or(false));
        let mut cells: Vec<Cow<'_, str>> = kept.map(|(_, c)| guarded(c)).collect();
        cells.extend([record.row.to_string().into(), bad.to_string().into()]);
        writer.write_record(cells.iter().map(|c| c.as_bytes())).map_err(|e| match e.into_kind() {
            csv::ErrorKind::Io(e) => e,
            other => io::Error::other(format!("{other:?}")),
        })
    }

    fn progress(&mut self, counts: &Counts) {
        let done = counts.rows();
        let due = self.last.elapsed() >= EVERY || (!self.terminal && done >= self.last_rows + EVERY_ROWS);
        if done == self.last_rows || !(due || done == self.rows) {
            return;
        }
        (self.last, self.last_rows) = (Instant::now(), done);
        let seconds = self.began.elapsed().as_secs_f64().max(0.001);
        let rate = done as f64 / seconds;
        let left = (self.rows.saturating_sub(done)) as f64 / rate.max(0.001);
        let line = format!("{done}/{} rows, {rate:.0}/s, {left:.0} s left", self.rows);
        if self.terminal {
            eprint!("\r{line}\x1b[K{}", if done == self.rows { "\n" } else { "" });
        } else {
            eprintln!("{line}");
        }
    }
}
