//! What another version of the pack changes in a case that is open: its running clocks are counted from where they started, as the version has
//! them. What starts a clock that the case has not had yet lies behind it: such a clock counts for what happens from now on.

use super::Case;
use crate::calendar::{Calendar, Span};
use crate::clock::{Clock, ClockChange};
use crate::pack::Pack;
use crate::time::Instant;

/// The changes of the open clocks of a case under `pack`; none where it is over, or runs under it already.
#[must_use]
pub fn changes(case: &Case, pack: &Pack, calendar: &Calendar, now: Instant) -> Vec<ClockChange> {
    if case.is_over() || case.registration.historical {
        return Vec::new();
    }
    case.clocks.iter().filter(|c| c.is_open()).filter_map(|c| change(case, c, pack, calendar, now)).collect()
}

fn change(case: &Case, clock: &Clock, pack: &Pack, calendar: &Calendar, now: Instant) -> Option<ClockChange> {
    let mut fresh = clock.clone();
    if clock.name.is_statutory() {
        // The length is the law's; the pack only says what a last natural day moves off.
        let natural = matches!(clock.span, Span::NaturalDays(_) | Span::Months(_) | Span::Years(_));
        if !natural || clock.roll == pack.roll {
            return None;
        }
        fresh.roll = pack.roll;
    } else {
        // An order set its period itself.
        if clock.basis == pack.basis() || super::supervise::order_of(&clock.name).is_some() {
            return None;
        }
        let id = clock.name.0.strip_prefix("local:").unwrap_or_default();
        let promised = pack.clocks.iter().find(|l| l.id == id && l.kinds.contains(&case.kind) && (case.urgent || !l.urgent_only));
        let Some(promised) = promised else { return Some(ClockChange::Void { name: clock.name.clone(), at: now }) };
        (fresh.span, fresh.basis) = (promised.span, pack.basis());
    }
    let mut fresh = fresh.recounted(calendar);
    fresh.lapsed = clock.lapsed && fresh.due.at <= now;
    Some(ClockChange::Set(fresh))
}
