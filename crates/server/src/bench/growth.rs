//! Whether pages stay fast as a store grows: the same pages at 1,000 cases and at many, taken in turns, medians compared (goal: at most
//! 1.5 ×).

use super::letters::{ABSENT, COMMON, RARE};
use super::scene::Scene;
use super::{Failed, median, page};
use crate::usecase::read;
use crate::web::http::{SESSION_COOKIE, TRACK_COOKIE, encode, open_submission};
use crate::web::router::router;
use axum::Router;
use std::time::{Duration, Instant};
use store::queue::{self, Filter};

/// Times each page is asked for. The first ones are not counted: they warm caches.
const TIMES: usize = 120;
const WARM: usize = 20;
/// Hits of a search.
const HITS: usize = 50;

/// A page or a step of one, and its time.
pub(super) type Figure = (&'static str, Duration);

/// What is asked for.
struct Asked {
    scene: Router,
    clerk: String,
    officer: String,
    cases: Vec<String>,
    tracks: Vec<(String, String)>,
}

const STEPS: [&str; 12] = [
    "desk, clerk's queue (page)",
    "desk, officer's unit (page)",
    "desk, one case (page)",
    "tracking (page)",
    "search, common (page)",
    "search, rare (page)",
    "search, absent (page)",
    "search, one character (page)",
    "queue's first 50 (query)",
    "unit's first 50 (query)",
    "open a case (use case)",
    "open a submission (use case)",
];

async fn asked(scene: &Scene) -> Result<Asked, Failed> {
    let mut db = scene.app.db().read().await?;
    let lines = queue::page(&mut db, &scene.officer.scope, &Filter::default(), None, HITS as i64).await?;
    drop(db);
    let tracks = scene.receipts.iter().take(HITS).filter_map(|r| Some((r.number.clone(), r.code.clone()?))).collect::<Vec<_>>();
    if lines.is_empty() || tracks.is_empty() {
        return Err(Failed::Wrong("the store has nothing to show".into()));
    }
    Ok(Asked {
        scene: router(scene.app.clone()),
        clerk: format!("{SESSION_COOKIE}={}", scene.clerk.cookie),
        officer: format!("{SESSION_COOKIE}={}", scene.officer.cookie),
        cases: lines.into_iter().map(|l| l.token).collect(),
        tracks,
    })
}

/// Does one step once, the `i`-th time.
async fn step(scene: &Scene, a: &Asked, what: usize, i: usize) -> Result<(), Failed> {
    let search = |text: &str| format!("/desk/search?q={}", encode(text));
    let (token, (receipt, code)) = (&a.cases[i % a.cases.len()], &a.tracks[i % a.tracks.len()]);
    let (r, clerk) = (&a.scene, a.clerk.as_str());
    match what {
        0 => page::get(r, "/desk/queue", clerk).await.map(drop),
        1 => page::get(r, "/desk/mine?show=unit", &a.officer).await.map(drop),
        2 => page::get(r, &format!("/desk/case/{token}"), &a.officer).await.map(drop),
        3 => page::get(r, TRACK, &format!("{TRACK_COOKIE}={receipt}.{code}")).await.map(drop),
        4 => found(&page::get(r, &search(COMMON), clerk).await?, true),
        5 => found(&page::get(r, &search(RARE), clerk).await?, true),
        6 => found(&page::get(r, &search(ABSENT), clerk).await?, false),
        7 => found(&page::get(r, &search("洗"), clerk).await?, true),
        8 | 9 => {
            let scope = if what == 8 { &scene.clerk.scope } else { &scene.officer.scope };
            let filter = Filter { historical: Some(false), ..Filter::default() };
            let mut db = scene.app.db().read().await?;
            match queue::page(&mut db, scope, &filter, None, HITS as i64).await?.len() {
                HITS => Ok(()),
                n => Err(Failed::Wrong(format!("{n} lines instead of {HITS}"))),
            }
        }
        10 => Ok(read::open(&scene.app, &scene.officer.scope, token, &[], "bench").await.map(drop)?),
        _ => {
            let scope = open_submission(&scene.app, receipt, code, "").await?;
            let id = scope.submission().ok_or(crate::usecase::Denied::NotFound)?;
            Ok(read::submission(&scene.app, &scope, id).await.map(drop)?)
        }
    }
}

/// Where a submitter sees their submission.
const TRACK: &str = "/track/case";

fn found(html: &[u8], any: bool) -> Result<(), Failed> {
    let some = String::from_utf8_lossy(html).contains("/desk/case/");
    if some == any { Ok(()) } else { Err(Failed::Wrong(format!("the search found {}", if some { "something" } else { "nothing" }))) }
}

/// Both stores in turns.
pub(super) async fn compare(small: &Scene, large: &Scene) -> Result<(), Failed> {
    let (a, b) = (asked(small).await?, asked(large).await?);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (what, name) in STEPS.into_iter().enumerate() {
        let (mut times_a, mut times_b) = (Vec::new(), Vec::new());
        for i in 0..TIMES {
            let begun = Instant::now();
            step(small, &a, what, i).await?;
            let middle = Instant::now();
            step(large, &b, what, i).await?;
            if i >= WARM {
                times_a.push(middle - begun);
                times_b.push(middle.elapsed());
            }
        }
        before.push((name, median(&mut times_a)));
        after.push((name, median(&mut times_b)));
    }
    print(&before, &after);
    Ok(())
}

/// One store by itself.
pub(super) async fn measure(scene: &Scene) -> Result<Vec<Figure>, Failed> {
    let a = asked(scene).await?;
    let mut figures = Vec::new();
    for (what, name) in STEPS.into_iter().enumerate() {
        let mut times = Vec::new();
        for i in 0..TIMES {
            let begun = Instant::now();
            step(scene, &a, what, i).await?;
            if i >= WARM {
                times.push(begun.elapsed());
            }
        }
        figures.push((name, median(&mut times)));
    }
    Ok(figures)
}

/// Small beside large.
pub(super) fn print(before: &[Figure], after: &[Figure]) {
    println!("growth (goal <= 1.5 x), medians of {}:", TIMES - WARM);
    for ((name, small), (_, large)) in before.iter().zip(after) {
        let (s, l) = (small.as_secs_f64(), large.as_secs_f64());
        println!("  {name:<32} {:>8.2} ms {:>8.2} ms {:>6.2} x", s * 1e3, l * 1e3, l / s);
    }
}
