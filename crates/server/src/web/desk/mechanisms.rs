//! The mechanisms a leader works by (接诉即办's eight, BJ2): where each is started and followed, and what of it is open and late.

use super::undertaking::list_path;
use crate::usecase::undertakings::is_late;
use crate::web::http::{Desk, Supervisors, Web, page};
use crate::web::views::board::{Board, Cell, Row, Section, Table};
use crate::web::views::parts::{Link, Tag, Tone};
use rules::undertaking::Mechanism;
use store::cases::Marker;
use store::queue::{self, Filter};
use store::supervision::{self, Narrow};
use store::undertakings;

/// Counting stops here.
const CAP: i64 = 1_000;

/// The mechanisms in the order they are named, each with where it is; those without one come later.
const ALL: [(&str, &str); 14] = [
    ("meeting", "/desk/meetings"),
    ("analysis", "/desk/topics#proposals"),
    ("forecast", "/desk/forecast"),
    ("warning", ""),
    ("first-asked", "/desk/supervision"),
    ("conference", ""),
    ("action", "/desk/actions"),
    ("orders", "/desk/orders"),
    ("inspections", "/desk/inspections"),
    ("topic", "/desk/topics"),
    ("check", "/desk/checks"),
    ("reviews", "/desk/reviews"),
    ("rates", "/desk/rates"),
    ("appraisal", "/desk/appraisal"),
];

pub(super) async fn show(d: Desk<Supervisors>) -> Web {
    let l = d.v.l.lang;
    let today = d.v.app.clock().now().date();
    let mut db = d.v.app.db().read().await?;
    let mut rows = Vec::new();
    for (code, href) in ALL {
        let kind = Mechanism::parse(code);
        let (open, late) = match kind {
            Some(kind) => {
                let running = undertakings::list(&mut db, &d.scope, kind, false, None, CAP).await?;
                (Some(running.len()), running.iter().filter(|u| is_late(u.next_due, today)).count())
            }
            None if code == "orders" => {
                let now = d.v.app.clock().now();
                let open = supervision::count_orders(&mut db, &d.scope, &Narrow::default(), CAP).await?;
                let late = Narrow { due_before: Some(rules::time::Instant(now.0 + 1)), ..Narrow::default() };
                let late = supervision::count_orders(&mut db, &d.scope, &late, CAP).await?;
                (usize::try_from(open).ok(), usize::try_from(late).unwrap_or_default())
            }
            None if code == "reviews" => {
                let all = (rules::time::Instant(i64::MIN), rules::time::Instant(i64::MAX));
                let open = queue::marked(&mut db, &d.scope, &Filter::default(), Marker::Review, all, CAP).await?;
                (Some(open.len()), open.iter().filter(|(_, line)| line.due_at.is_some_and(|due| due <= d.v.app.clock().now())).count())
            }
            None => (None, 0),
        };
        let href = kind.map_or(href, list_path);
        let name = l.code("mech", code);
        let late = if late > 0 { Tag::new(Tone::Late, late.to_string()) } else { Tag::default() };
        let state = match (open, href) {
            (_, "") => Cell::text(l.t("mech-later")),
            (Some(n), href) => Cell::link(href, n.to_string()),
            (None, href) => Cell::link(href, l.t("mech-open")),
        };
        rows.push(Row {
            cells: vec![
                if href.is_empty() { Cell::text(name) } else { Cell::link(href, name) },
                Cell::text(l.code("mech-what", code)),
                state,
                Cell::tag(late),
            ],
            ..Row::default()
        });
    }
    drop(db);
    let columns = [("mech-name", false), ("mech-for", false), ("led-running", true), ("led-late", true)];
    let section = Section {
        id: "mechanisms".into(),
        head: l.t("mechanisms"),
        table: Some(Table { columns: columns.into_iter().map(|(key, num)| (l.t(key), num)).collect(), rows, pick: None }),
        ..Section::default()
    };
    let starts = ["meeting", "topic", "action", "check"].map(|k| Link::new(format!("/desk/led/new/{k}"), l.t(&format!("led-new-{k}"))));
    let view = Board {
        title: l.t("mechanisms"),
        lead: l.t("mechanisms-lead"),
        links: starts.to_vec(),
        sections: vec![section],
        l: d.layout(),
        ..Board::default()
    };
    Ok(page(&view))
}
