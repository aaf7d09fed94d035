//! Where a case may be sent: the units of the organ and of those below it, as a choice as long as somebody reads one. In a larger network the
//! rest is named by code or name.

use crate::web::i18n::Lang;
use crate::web::views::parts::{Choice, Group};
use rules::case::command::Relation;
use rules::case::event::Seat;
use rules::ids::{OrganId, UnitId};
use rules::pack::UnitKind;
use store::registry::{Directory, Unit};

/// Most units of a choice, those nearest the top first.
pub(in crate::web) const MOST: usize = 150;

/// Whether there are more units than a choice shows.
pub(super) fn is_large(directory: &Directory) -> bool {
    directory.units.len() > MOST
}

/// Units level by level from the top, as many as a choice shows.
fn nearest(directory: &Directory, fits: impl Fn(&Unit) -> bool) -> Vec<&Unit> {
    let mut level: Vec<UnitId> = directory.tree.below(None).to_vec();
    let mut out: Vec<&Unit> = Vec::new();
    while !level.is_empty() && out.len() < MOST {
        let units = level.iter().filter_map(|id| directory.units.get(id)).filter(|u| fits(u));
        out.extend(units.take(MOST - out.len()));
        // Below what fills the choice nothing is looked at.
        level = level.iter().flat_map(|id| directory.tree.below(Some(*id))).copied().take(4 * MOST).collect();
    }
    out
}

/// The choice, by organ and kind. `from` is the organ that has the case, `without` the unit it is at; a report goes nowhere outside.
pub(super) fn groups(
    l: Lang,
    directory: &Directory,
    from: Option<OrganId>,
    without: Option<UnitId>,
    report: bool,
    typed: &str,
) -> Vec<Group> {
    let fits = |u: &Unit| {
        let relation = from.map(|f| directory.relation(f, Seat { unit: u.id, organ: u.organ }));
        let there = match relation {
            None | Some(Relation::Same | Relation::Below | Relation::Intake) => true,
            Some(Relation::Outside) => !report,
            Some(Relation::PastIntake | Relation::Other) => false,
        };
        there && Some(u.id) != without
    };
    let units = nearest(directory, fits);
    let mut groups = vec![Group { label: String::new(), choices: vec![Choice::new("", l.t("choose"), typed)] }];
    let several = directory.organs.len() > 1;
    for organ in directory.organs.values() {
        for kind in UnitKind::ALL {
            let here = units.iter().filter(|u| u.organ == organ.id && u.kind == *kind);
            let choices: Vec<Choice> = here.map(|u| Choice::new(u.id.to_string(), u.name.clone(), typed)).collect();
            let kind = l.code("unit-kind", kind.code());
            let label = if several { format!("{} · {kind}", organ.name) } else { kind };
            if !choices.is_empty() {
                groups.push(Group { label, choices });
            }
        }
    }
    groups
}

/// Units to narrow a list to: those that fit, the nearest to the top first, and whichever the list is narrowed to already.
pub(super) fn narrowing(directory: &Directory, fits: impl Fn(&Unit) -> bool, chosen: &str) -> Vec<Choice> {
    let mut units = nearest(directory, fits);
    let named = rules::ids::Id::parse(chosen).and_then(|id| directory.units.get(&UnitId(id)));
    if let Some(named) = named.filter(|n| units.iter().all(|u| u.id != n.id)) {
        units.push(named);
    }
    units.into_iter().map(|u| Choice::new(u.id.to_string(), u.name.clone(), chosen)).collect()
}
