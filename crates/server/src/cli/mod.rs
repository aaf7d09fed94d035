//! The command line. True inside this folder: results go to standard output, everything said about them to standard error, and neither
//! carries a personal value.

mod backup;
mod bench;
mod calendar;
mod import;
mod keys;
mod pack;
mod serve;
mod simulate;
mod triage;
mod verify;

use crate::app::{App, Place};
use crate::clock::Clock;
use crate::usecase::Denied;
use crate::web::front::Origin;
use clap::{Args, Parser, Subcommand};
use rules::ids::Locality;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use store::engine::Target;

/// Fangxin (放心): the platform on which a locality runs consumer protection.
#[derive(Debug, Parser)]
#[command(name = "fangxin", version, about, after_help = EXIT_CODES, propagate_version = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes:
  0    done; whatever was wrong in single rows of a file is counted and reported
  1    it could not be done, or `verify` found damage
  2    wrong arguments, a faulty mapping or notice, or a day for which no notice is loaded
  130  stopped by Ctrl-C or SIGTERM; running it again goes on where it stopped";

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve pages on an existing or a new store
    Serve(ServeArgs),
    /// Make the demonstration if it is not there, and serve it
    Demo(DemoArgs),
    /// Make a new store in which invented people write, decide and forget; the same seed makes the same store
    Simulate(simulate::SimulateArgs),
    /// Import letters from a CSV file
    Import(import::ImportArgs),
    /// Check every case, column and file against the record
    Verify(verify::VerifyArgs),
    /// Print the newest signed tree head, to be kept off this machine
    Head(verify::HeadArgs),
    /// Write a whole store, sealed, into a new directory, while it is served
    Backup(backup::BackupArgs),
    /// Make a store from a backup, in an empty place, and prove that it is the one
    Restore(backup::RestoreArgs),
    /// Copy a store to another place or database engine
    Copy(backup::CopyArgs),
    /// The keys of the installation
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Measure this machine: intake, due dates, growth, start, memory
    Bench(bench::BenchArgs),
    /// What letters and addresses are read as, measured
    #[command(subcommand)]
    Triage(triage::TriageCommand),
    /// Working days, due dates and the State Council's notices
    #[command(subcommand)]
    Calendar(calendar::CalendarCommand),
    /// Policy packs: check, show, compare, make one the next version of a locality
    #[command(subcommand)]
    Pack(pack::PackCommand),
}

/// Where the store is.
#[derive(Clone, Debug, Args)]
struct StoreArgs {
    /// Data directory with an embedded database, made if missing [default: ./fangxin-data]
    #[arg(long, value_name = "DIR", conflicts_with = "database")]
    data: Option<PathBuf>,
    /// PostgreSQL, postgres://user@host:port/database
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Directory of keys and evidence, with --database; the same for every server [default: ./fangxin-data]
    #[arg(long, value_name = "DIR", env = "FANGXIN_KEYS", requires = "database")]
    keys: Option<PathBuf>,
}

const DEFAULT_DATA: &str = "fangxin-data";

impl StoreArgs {
    fn place(&self) -> Place {
        match &self.database {
            Some(url) => {
                let dir = self.keys.clone().unwrap_or_else(|| DEFAULT_DATA.into());
                Place { target: Target::Url(url.clone()), dir }
            }
            None => Place::data(self.data.as_deref().unwrap_or(Path::new(DEFAULT_DATA))),
        }
    }

    /// Whether there is something to open; a database answers for itself.
    fn exists(&self) -> bool {
        match self.place().target {
            Target::Data(dir) => dir.join("fangxin.db").exists(),
            Target::Url(_) => true,
        }
    }

    async fn open(&self) -> Result<App, Failure> {
        Ok(App::open(&self.place(), Clock::System).await?)
    }

    /// Opens a store that must be there.
    async fn open_existing(&self) -> Result<App, Failure> {
        if !self.exists() {
            let dir = self.place().dir;
            return Err(Failure::usage(format!("there is no store in {}; name its directory with --data", dir.display())));
        }
        self.open().await
    }
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Address and port; port 0 takes any that is free
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// The address people type, behind a TLS proxy: https://NAME
    #[arg(long, value_name = "URL", env = "FANGXIN_ORIGIN")]
    origin: Option<Origin>,
    /// A proxy whose X-Forwarded-For is believed; once for each
    #[arg(long = "trusted-proxy", value_name = "ADDR", env = "FANGXIN_TRUSTED_PROXY", value_delimiter = ',')]
    proxies: Vec<IpAddr>,
    /// How mail is sent and fetched, a TOML file; see the operations manual
    #[arg(long, value_name = "FILE", env = "FANGXIN_MAIL")]
    mail: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct DemoArgs {
    /// Directory of the demonstration
    #[arg(long, value_name = "DIR", default_value = "./fangxin-demo")]
    data: PathBuf,
    /// Simulated cases beside the stories that show every state, when it is made
    #[arg(long, value_name = "N", default_value_t = 300)]
    cases: u64,
    /// Address and port; port 0 takes any that is free
    #[arg(long, value_name = "ADDR:PORT", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// Why a command ends early: a sentence and the exit code.
#[derive(Debug)]
struct Failure {
    sentence: String,
    code: u8,
}

impl Failure {
    /// It cannot be done now.
    fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 1 }
    }
    /// It was asked wrongly.
    fn usage(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 2 }
    }
}

impl From<store::engine::Error> for Failure {
    fn from(e: store::engine::Error) -> Self {
        match e {
            store::engine::Error::Refused(reason) => Self::usage(reason.to_string()),
            e => Self::new(e.to_string()),
        }
    }
}

impl From<Denied> for Failure {
    fn from(d: Denied) -> Self {
        match d {
            Denied::Store(e) => e.into(),
            Denied::Invalid(faults) => {
                let all: Vec<String> = faults.0.iter().map(|(field, code)| format!("{field}: {code}")).collect();
                Self::usage(all.join("; "))
            }
            other => Self::new(other.to_string()),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(e: std::io::Error) -> Self {
        Self::new(e.to_string())
    }
}

/// What a command that ran to its end exits with.
type Outcome = Result<u8, Failure>;

/// Exit code of a command that was stopped.
const STOPPED: u8 = 130;

/// Reads the command line, does what it asks and gives the exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(e) => return finish(Err(e.into())),
    };
    let outcome = runtime.block_on(run(cli.command));
    // A blocking read of standard input would keep the process up.
    runtime.shutdown_background();
    finish(outcome)
}

fn finish(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("fangxin: {}", failure.sentence);
            ExitCode::from(failure.code)
        }
    }
}

async fn run(command: Command) -> Outcome {
    match command {
        Command::Serve(args) => serve::serve(args).await,
        Command::Demo(args) => serve::demo(args).await,
        Command::Simulate(args) => simulate::run(args).await,
        Command::Import(args) => import::run(args).await,
        Command::Verify(args) => verify::run(args).await,
        Command::Head(args) => verify::head(args).await,
        Command::Backup(args) => backup::backup(args).await,
        Command::Restore(args) => backup::restore(args).await,
        Command::Copy(args) => backup::copy(args).await,
        Command::Keys(command) => keys::run(command).await,
        Command::Bench(args) => bench::run(args).await,
        Command::Triage(command) => triage::run(command),
        Command::Calendar(command) => calendar::run(command).await,
        Command::Pack(command) => pack::run(command).await,
    }
}

/// The locality a command is about: the one named, or the only one there is.
fn locality(app: &App, code: Option<i64>) -> Result<Option<Locality>, Failure> {
    let here = app.localities();
    let list = || here.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    match code.map(Locality) {
        Some(l) if here.contains(&l) || here.is_empty() => Ok(here.first().map(|_| l)),
        Some(l) => Err(Failure::usage(format!("there is no locality {l} here; --locality is one of {}", list()))),
        None if here.len() > 1 => Err(Failure::usage(format!("there are several localities; say which with --locality: {}", list()))),
        None => Ok(here.first().copied()),
    }
}

/// Ctrl-C and SIGTERM, listened to from the moment this is made.
struct Ending {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

impl Ending {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Resolves when the process is asked to end.
    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
