//! Bulk intake against its floor: the whole path — read, sealed, folded, hashed, decided, written, durable — beside one writer that runs the
//! very same statements with nothing around them.

use super::letters::letter;
use super::scene::{Scene, many};
use super::{Failed, median};
use crate::app::{App, Place};
use crate::clock::Clock;
use crate::usecase::submit::submit;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::engine::Recording;
use store::scope::{Reason, Scope};

/// Submissions under way at once.
const IN_FLIGHT: usize = 512;
const ROUNDS: usize = 5;

/// Whole path and floor in turns, and the ratio of their rates (goal: at least 0.5). The statements are taken from a run of their own, so
/// that taking them is not measured; the floor puts as many units into a transaction as the whole path did.
pub(super) async fn compare(dir: &Path, cases: usize) -> Result<(), Failed> {
    let recording = Arc::new(file(&dir.join("recorded"), cases, true).await?.1);
    let each = |n: usize| n as f64 / cases as f64;
    println!("  a case: {:.1} statements, {:.0} bytes of arguments", each(recording.statements()), each(recording.bytes()));
    let mut ratios = Vec::new();
    let (mut whole, mut floor) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let (ours, counted) = file(&dir.join(format!("intake-{round}")), cases, false).await?;
        let batch = counted.units().div_ceil(counted.transactions().max(1));
        let (target, recording) = (dir.join(format!("floor-{round}")), recording.clone());
        let replay = move || recording.replay(&target, batch, store::MIGRATIONS, Clock::System.now());
        let least = tokio::task::spawn_blocking(replay).await.map_err(|e| Failed::Wrong(e.to_string()))??;
        let ratio = least.as_secs_f64() / ours.as_secs_f64();
        println!(
            "  round {}: whole path {:.0} cases/s, floor {:.0} cases/s, {batch} submissions per transaction, ratio {ratio:.2}",
            round + 1,
            rate(cases, ours),
            rate(cases, least),
        );
        ratios.push(ratio);
        whole.push(ours);
        floor.push(least);
    }
    ratios.sort_unstable_by(f64::total_cmp);
    println!(
        "bulk intake (goal >= 0.50 x floor): {:.0} cases/s, floor {:.0} cases/s, ratio {:.2} (median of {ROUNDS}; {:.2} to {:.2})",
        rate(cases, median(&mut whole)),
        rate(cases, median(&mut floor)),
        ratios[ROUNDS / 2],
        ratios[0],
        ratios[ROUNDS - 1],
    );
    Ok(())
}

fn rate(cases: usize, time: Duration) -> f64 {
    cases as f64 / time.as_secs_f64()
}

/// Files letters into a new store; how long until the last was durable and acknowledged, and what the store was asked.
async fn file(dir: &Path, cases: usize, keep: bool) -> Result<(Duration, Recording), Failed> {
    let app = App::open(&Place::data(dir), Clock::System).await?;
    let scene = Scene::open(app.clone(), dir, None).await?;
    let scope = Scope::system(scene.locality, Reason::Submit);
    app.db().record(keep).await?;
    let begun = Instant::now();
    let (a, s) = (app.clone(), scope.clone());
    let receipts = many(IN_FLIGHT, cases, move |i| {
        let (app, scope) = (a.clone(), s.clone());
        async move { submit(&app, &scope, &letter(i as u64, false, app.clock().now()), None).await }
    })
    .await?;
    let took = begun.elapsed();
    let recording = app.db().recorded().await?;
    if receipts.len() != cases || recording.units() != cases {
        return Err(Failed::Wrong(format!("{} receipts and {} units for {cases} letters", receipts.len(), recording.units())));
    }
    let mut db = app.db().read().await?;
    let loaded = store::cases::of_submission(&mut db, &scope, receipts[0].submission).await?;
    drop(db);
    app.db().close().await;
    if keep {
        let one = loaded.first().ok_or_else(|| Failed::Wrong("a receipt without a case".into()))?;
        let r = &one.case.registration;
        let sealed = [&r.submitter.name, &r.submitter.phone, &r.submitter.address, &r.submitter.id_number, &r.narrative];
        let (sealed, events) = (sealed.into_iter().flatten().count(), one.events.len());
        // The log was folded into the file when the store was closed.
        let bytes = std::fs::metadata(dir.join("fangxin.db"))?.len() as f64 / cases as f64;
        let characters = letter(0, false, Clock::System.now()).parts[0].narrative.chars().count();
        println!("bulk intake of {cases} complaints, {IN_FLIGHT} under way at once:");
        println!(
            "  a case: {characters} characters, {events} events and one of its submission, {} clocks, {sealed} sealed fields, {bytes:.0} bytes on disk",
            one.case.clocks.len()
        );
    }
    Ok((took, recording))
}
