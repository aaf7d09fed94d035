//! The supervisor's table: how much lies where, what is late. Numbers only, each leading to its cases; no personal data.

use super::rows::{CAP, due, due_counts};
use crate::web::http::{Desk, Supervisors, Web, page};
use crate::web::views::manage::{CountCell, CountRow, Overview};
use crate::web::views::parts::Tone;
use rules::case::Stage;
use store::queue::{self, Filter};

/// Stages of open work, the columns.
const STAGES: [Stage; 8] =
    [Stage::Intake, Stage::Sent, Stage::Deciding, Stage::Telling, Stage::Mediating, Stage::Verifying, Stage::Approval, Stage::Closing];

pub(super) async fn overview(d: Desk<Supervisors>) -> Web {
    let (l, now) = (d.v.l.lang, d.v.app.clock().now());
    let organ = d.scope.grant().map(|(_, g)| g.organ);
    let mut db = d.v.app.db().read().await?;
    let with_cases = store::organisation::with_cases(&mut db, &d.scope).await?;
    let units = with_cases.iter().filter_map(|id| d.v.world.directory.units.get(id));
    let mut units: Vec<_> = units.filter(|u| Some(u.organ) == organ).collect();
    units.sort_by(|a, b| a.code.cmp(&b.code));
    let (mut rows, mut sums) = (Vec::new(), vec![0u64; STAGES.len() + 1]);
    for unit in units {
        let found = queue::by_stage(&mut db, &d.scope, unit.id, CAP).await?;
        if found.is_empty() {
            continue;
        }
        let mut late = Filter { unit: Some(unit.id), ..Filter::default() };
        due(&mut late, "late", now);
        let late = queue::count(&mut db, &d.scope, &late, CAP).await?.unsigned_abs();
        let of = |stage: Stage| found.iter().find(|(s, _)| s == stage.code()).map_or(0, |(_, n)| n.unsigned_abs());
        let cell = |stage: &Stage| CountCell {
            href: format!("/desk/cases?unit={}&stage={}", unit.id, stage.code()),
            n: of(*stage),
            tone: Tone::Plain,
        };
        let mut cells: Vec<CountCell> = STAGES.iter().map(cell).collect();
        let tone = if late > 0 { Tone::Late } else { Tone::Plain };
        cells.push(CountCell { href: format!("/desk/cases?unit={}&due=late", unit.id), n: late, tone });
        sums.iter_mut().zip(&cells).for_each(|(sum, c)| *sum += c.n);
        rows.push(CountRow { name: unit.name.clone(), cells });
    }
    drop(db);
    let columns = STAGES.iter().map(|s| l.code("stage", s.code())).chain([l.t("due-late")]).collect();
    let hrefs = STAGES.iter().map(|s| format!("/desk/cases?stage={}", s.code())).chain(["/desk/cases?due=late".to_owned()]);
    let cells = sums.into_iter().zip(hrefs).map(|(n, href)| CountCell { href, n, tone: Tone::Plain }).collect();
    let view = Overview {
        as_of: l.datetime(now),
        counts: due_counts(&d, &Filter::default(), "/desk/cases", "-").await?,
        columns,
        rows,
        total: CountRow { name: l.t("overview-total"), cells },
        l: d.layout(),
    };
    Ok(page(&view))
}
