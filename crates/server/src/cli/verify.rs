//! `verify` and `head`: whether the record is whole, and the few lines that let somebody elsewhere prove it later.

use super::{Ending, Failure, Outcome, STOPPED, StoreArgs};
use crate::app::App;
use crate::usecase::health;
use clap::Args;
use std::path::PathBuf;
use store::engine::Tx;
use store::heads::{self, Handed, Standing};

#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    #[command(flatten)]
    store: StoreArgs,
    /// A tree head that `fangxin head` printed earlier: proves that nothing before it is lost
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Instead, count the whole log again and compare each figure with the tallies
    #[arg(long, conflicts_with = "against")]
    tallies: bool,
}

#[derive(Debug, Args)]
pub(super) struct HeadArgs {
    #[command(flatten)]
    store: StoreArgs,
}

/// Every finding is a line that names its table, column and case.
pub(super) async fn run(args: VerifyArgs) -> Outcome {
    let mut ending = Ending::listen()?;
    let handed = args.against.map(|file| read(&file)).transpose()?;
    let app = args.store.open_existing().await?;
    if args.tallies {
        return tallies(&app).await;
    }
    let verified = tokio::select! {
        report = whole(&app) => report?,
        () = ending.asked() => {
            eprintln!("stopped");
            return Ok(STOPPED);
        }
    };
    let kept = match &handed {
        Some(handed) => held_against(&app, handed).await?,
        None => true,
    };
    let (now, told) = (app.clock().now(), if verified { "whole" } else { "damaged" });
    app.db().write(async move |tx: &mut Tx| store::last_time::note(tx, health::VERIFIED, now, told).await).await?;
    app.db().close().await;
    Ok(u8::from(!(verified && kept)))
}

/// Every cell that is not what the log gives is a line.
async fn tallies(app: &App) -> Outcome {
    let mut found = 0u64;
    let mut db = app.db().snapshot().await?;
    let upto = store::tally::counted(&mut db).await?.pos;
    let cases = store::recount::run(&mut db, &mut |d| {
        found += 1;
        println!("tallies of {}, {}: {} is {}, the log gives {}", d.locality, d.place, d.column, d.stands, d.counted);
    })
    .await?;
    drop(db);
    let said = if found == 0 { "whole".to_owned() } else { format!("DIFFERENT, {found} figures") };
    println!("{said}: {cases} cases counted again up to position {upto} of the log");
    app.db().close().await;
    Ok(u8::from(found > 0))
}

/// Verifies and prints what was found and the tree head; whether the record is whole.
///
/// # Errors
/// Those of reading.
pub(super) async fn whole(app: &App) -> Result<bool, Failure> {
    let mut told = std::time::Instant::now();
    let mut progress = move |c: &store::verify::Counts| {
        if told.elapsed().as_secs() >= 1 {
            told = std::time::Instant::now();
            eprintln!("{}/{} events, {} cases", c.events, c.events_total, c.cases);
        }
    };
    let report = store::verify::run(app.db(), app.keyring(), Some(app.files()), &mut progress).await?;
    for finding in &report.findings {
        println!("{finding}");
    }
    let c = &report.counts;
    let looked = format!(
        "{} cases, {} submissions, {} events, {} rows, {} sealed values, {} positions of the log, {} files",
        c.cases, c.submissions, c.events, c.rows, c.sealed, c.positions, c.files
    );
    let found = report.findings.len() as u64 + report.more;
    println!("{}: {looked}", if report.is_whole() { "whole".to_owned() } else { format!("DAMAGED, {found} findings") });
    match Handed::newest(&mut app.db().read().await?, app.keyring()).await? {
        Some(h) => println!("tree head: {} entries, root {}", h.head.size, heads::hex(&h.head.root)),
        None => println!("tree head: none yet"),
    }
    Ok(report.is_whole())
}

/// Says how the store stands to a head handed out earlier; whether all of it is there.
///
/// # Errors
/// Those of reading.
pub(super) async fn held_against(app: &App, handed: &Handed) -> Result<bool, Failure> {
    let size = handed.head.size;
    let standing = heads::against(&mut app.db().read().await?, app.keyring(), handed).await?;
    match standing {
        Standing::Holds => println!("against the head kept: its {size} entries are all here, in their places and as they were"),
        Standing::OtherKey => println!("against the head kept: ANOTHER installation signed it, or the keys here are not the ones of then"),
        Standing::Shorter(there) => println!("against the head kept: LOST, it covers {size} entries and only {there} are here"),
        Standing::Rewritten => println!("against the head kept: REWRITTEN, the first {size} entries are not those it was signed over"),
    }
    Ok(standing == Standing::Holds)
}

fn read(file: &std::path::Path) -> Result<Handed, Failure> {
    let text = std::fs::read_to_string(file).map_err(|e| Failure::usage(format!("{} cannot be read: {e}", file.display())))?;
    Handed::parse(&text)
        .ok_or_else(|| Failure::usage(format!("{} is not a tree head as `fangxin head` prints it, or it was changed", file.display())))
}

/// Prints the newest head.
pub(super) async fn head(args: HeadArgs) -> Outcome {
    let app = args.store.open_existing().await?;
    let newest = Handed::newest(&mut app.db().read().await?, app.keyring()).await?;
    let Some(handed) = newest else {
        return Err(Failure::new("nothing has a position in the log yet: the server gives them within seconds once it runs"));
    };
    print!("{}", handed.text());
    app.db().close().await;
    Ok(0)
}
