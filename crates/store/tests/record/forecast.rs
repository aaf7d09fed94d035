//! Forecasts on both engines: written once, summed, settled by what became of their clocks, seen by those who answer for the cases.

use crate::world::{Coming, Who, World};
use rules::clock::ClockName;
use rules::forecast::Hits;
use rules::law::Kind;
use rules::time::{Instant, date_from_days, days_of};
use store::both_engines;
use store::engine::Tx;
use store::forecast::{self, Chance, Open, Outcome, State};

both_engines! {

async fn a_forecast_is_written_once_and_settled_by_its_clock(db: TestDb) {
    let mut world = World::empty(db, 31).await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        ids.push(world.submit(0, &Coming::of(&[Kind::Complaint])).await[0]);
    }
    let (scope, supervisor, clerk) = (world.places[0].system(), world.places[0].scope(Who::Supervisor), world.places[0].scope(Who::Clerk));
    let (locality, unit) = (scope.locality(), clerk.grant().unwrap().1.unit);

    // What waits: every clock of the four, page by page.
    let mut reader = world.db.read().await.unwrap();
    let (mut found, mut after): (Vec<Open>, _) = (Vec::new(), None);
    loop {
        let (page, next) = forecast::open(&mut reader, &scope, unit, after, 1).await.unwrap();
        found.extend(page);
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert!(forecast::ended(&mut reader, &scope, unit, 10).await.unwrap().is_empty());
    drop(reader);
    let l1: Vec<Open> = found.into_iter().filter(|o| o.clock.name == ClockName("L1".into())).collect();
    assert_eq!(l1.len(), 4);
    assert!(l1.iter().all(|o| o.clock.state == State::Running && ids.contains(&o.case) && o.organ.is_some()));

    // Said 80, 60, 20 and 90 %: late, in time, late, extended.
    let made_on = world.now.date();
    let chance = |(o, chance): (&Open, u16)| Chance {
        case: o.case, clock: o.clock.name.clone(), organ: o.organ.unwrap(), unit, due_at: o.due_at, due_on: o.due_on, chance,
    };
    let chances: Vec<Chance> = l1.iter().zip([800, 600, 200, 900]).map(chance).collect();
    let keep = date_from_days(days_of(made_on) - 60);
    for _ in 0..2 {
        let some = chances.clone();
        world.db.write(async move |tx: &mut Tx| {
            forecast::put(tx, locality, made_on, &some).await?;
            forecast::finish(tx, locality, made_on, keep, keep).await
        }).await.unwrap();
    }
    let mut reader = world.db.read().await.unwrap();
    let sums = forecast::sums(&mut reader, &supervisor, made_on).await.unwrap();
    assert_eq!(sums.iter().map(|s| (s.made, s.chances)).fold((0, 0), |a, b| (a.0 + b.0, a.1 + b.1)), (4, 2_500));
    assert!(forecast::sums(&mut reader, &clerk, made_on).await.unwrap().is_empty(), "a clerk answers for no unit's clocks");
    let day = forecast::of_day(&mut reader, &supervisor, made_on, (None, None), None, 3).await.unwrap();
    assert_eq!(day.iter().map(|e| e.chance).collect::<Vec<_>>(), [900, 800, 600], "the likeliest first");
    let rest = forecast::of_day(&mut reader, &supervisor, made_on, (Some(unit), None), day.last(), 3).await.unwrap();
    assert_eq!(rest.iter().map(|e| e.chance).collect::<Vec<_>>(), [200]);
    assert!(forecast::of_day(&mut reader, &world.places[1].scope(Who::Supervisor), made_on, (None, None), None, 3).await.unwrap().is_empty());
    drop(reader);

    let settle = async |now: Instant| {
        world.db.write(async move |tx: &mut Tx| forecast::settle(tx, locality, now, 3).await).await.unwrap()
    };
    assert_eq!(settle(l1[0].due_at).await, 0, "not before its end");
    let set = |n: usize, to: &str| (format!("UPDATE clock SET {to} WHERE case_id = $1 AND name = 'L1'"), vec![l1[n].case.into()]);
    world.db.change(vec![
        set(0, "lapsed = TRUE"),
        set(1, "state = 'stopped', state_at = due_at - 1"),
        set(2, "state = 'stopped', state_at = due_at"),
        set(3, "due_at = due_at + 86400000000"),
    ]).await.unwrap();
    let after = Instant(l1.iter().map(|o| o.due_at.0).max().unwrap() + 1);
    assert_eq!((settle(after).await, settle(after).await, settle(after).await), (3, 1, 0));

    let mut reader = world.db.read().await.unwrap();
    let bands = forecast::hits(&mut reader, &supervisor, made_on).await.unwrap();
    assert_eq!(Hits::of(&bands), Hits { said: 2, said_late: 1, late: 2, known: 3 });
    assert_eq!((bands[8].late, bands[6].late, bands[2].late, bands[9].known), (1, 0, 1, 0));
    let came = async |reader: &mut store::engine::Reader, outcome, said| {
        forecast::came(reader, &supervisor, outcome, said, None, 9).await.unwrap().iter().map(|e| e.case).collect::<Vec<_>>()
    };
    assert_eq!(came(&mut reader, Outcome::Late, Some(true)).await, [l1[0].case]);
    assert_eq!(came(&mut reader, Outcome::Late, Some(false)).await, [l1[2].case]);
    assert_eq!(came(&mut reader, Outcome::Kept, None).await, [l1[1].case]);
    assert_eq!(came(&mut reader, Outcome::Moved, None).await, [l1[3].case]);
    drop(reader);

    // What is old is forgotten, rows before sums.
    let next = date_from_days(days_of(made_on) + 61);
    world.db.write(async move |tx: &mut Tx| forecast::finish(tx, locality, next, date_from_days(days_of(next) - 60), made_on).await).await.unwrap();
    let mut reader = world.db.read().await.unwrap();
    assert!(came(&mut reader, Outcome::Late, None).await.is_empty());
    assert_eq!(Hits::of(&forecast::hits(&mut reader, &supervisor, made_on).await.unwrap()).known, 3);
}
}
