//! `keys rotate`: a new master key, and every key of a case under it.

use super::{Failure, Outcome, StoreArgs};
use crate::usecase::sweep;
use clap::{Args, Subcommand};
use store::health::lease_until;
use store::seal::{Keyring, Suite};

#[derive(Debug, Subcommand)]
pub(super) enum KeysCommand {
    /// Add a master key and wrap every case's key by it; stop all servers first. Stopped in the middle, finish it with --finish
    Rotate(RotateArgs),
}

#[derive(Debug, Args)]
pub(super) struct RotateArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// Add no new master key, only finish wrapping by the newest there is
    #[arg(long)]
    finish: bool,
}

pub(super) async fn run(command: KeysCommand) -> Outcome {
    let KeysCommand::Rotate(args) = command;
    let app = args.store.open_existing().await?;
    let until = lease_until(&mut app.db().read().await?, sweep::WORK_LEASE).await?;
    if until.is_some_and(|until| until > app.clock().now()) {
        return Err(Failure::new("a server is running, or was killed within the last two minutes: stop it, and wait if it was killed"));
    }
    let mut keyring = Keyring::open(&app.dir().join("keys"), Suite::default())?;
    if !args.finish {
        println!("master key {} is the current one now", keyring.rotate()?);
    }
    let mut told = std::time::Instant::now();
    let mut progress = |looked: u64| {
        if told.elapsed().as_secs() >= 1 {
            told = std::time::Instant::now();
            eprintln!("{looked} keys looked at");
        }
    };
    let done = store::rewrap::all(app.db(), &keyring, &mut app.random(), &mut progress).await?;
    println!("{done} keys of cases and submissions are wrapped by it");
    println!("Save the keys directory again. Keep the old master keys: second steps, files on their way and older backups need them.");
    app.db().close().await;
    Ok(0)
}
