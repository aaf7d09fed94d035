//! Clocks (时限): what is counted, from which event, on which basis, until what. A clock carries its results — due date, calendar version —
//! so that replaying a case needs no calendar; its proof can be recomputed by anyone from the same inputs.

use crate::calendar::{Calendar, Due, Exclusion, Proof, Roll, Span};
use crate::law::{Kind, REGULATION_FROM, Regime, coded};
use crate::pack::Pack;
use crate::time::Instant;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The name of a clock: `L1`…`L8` for the law's (law.md 1.5), or `local:<id>` for a locality's promise.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClockName(pub String);

impl ClockName {
    /// A local clock of a pack.
    #[must_use]
    pub fn local(id: &str) -> Self {
        Self(format!("local:{id}"))
    }
    /// Whether this is a limit of law rather than a local promise or the end of an order.
    #[must_use]
    pub fn is_statutory(&self) -> bool {
        !self.0.starts_with("local:") && !self.0.starts_with("order:")
    }
}
impl From<Statutory> for ClockName {
    fn from(s: Statutory) -> Self {
        Self(s.code().to_owned())
    }
}

coded! {
    /// The clocks of law counted here (law.md 1.5). L9 is a limit on the consumer, see [`complaint_barred`].
    Statutory {
        /// Accept or refuse a complaint and tell: 7 WD (Order 121 Art. 15, Order 20 Art. 14).
        L1 = "L1",
        /// Mediation: 60 ND from acceptance (Order 121 Art. 23(5)); 45 WD (Order 20 Art. 21(5)).
        L2 = "L2",
        /// The same by the superior norm: 60 ND for acceptances from 2024-07-01 (条例 Art. 46(3)), beside L2 under Order 20.
        L2b = "L2b",
        /// Tell both parties of termination: 7 WD (Order 121 Art. 23(2), Order 20 Art. 21(2)).
        L3 = "L3",
        /// Verify a clue found in mediation: 15 WD (+15) (Order 121 Art. 27, Order 20 Art. 23).
        L4 = "L4",
        /// Verify a report and decide on filing: 15 WD (+15, approved by the head) (程序规定 Art. 18).
        L5 = "L5",
        /// Tell a real-name reporter of (non-)filing: 5 WD (Order 20 Art. 31(2); gone in Order 121).
        L6 = "L6",
        /// Settle a dispute of authority: 7 WD (Order 121 Art. 33).
        L8 = "L8",
        /// Complaint or report about an advertisement: handle and tell, 7 WD from receipt (广告法 Art. 53).
        L20 = "L20",
    }
}

impl Statutory {
    /// Length under a regime; `None` where the regime has no such limit (V-40).
    #[must_use]
    pub fn span(self, regime: Regime) -> Option<Span> {
        use Span::{NaturalDays, WorkingDays};
        match (self, regime) {
            (_, Regime::None) => None,
            (Self::L1 | Self::L3 | Self::L8 | Self::L20, _) => Some(WorkingDays(7)),
            (Self::L2, Regime::Order121) | (Self::L2b, Regime::Order20) => Some(NaturalDays(60)),
            (Self::L2, Regime::Order20) => Some(WorkingDays(45)),
            (Self::L2b, Regime::Order121) => None,
            (Self::L4 | Self::L5, _) => Some(WorkingDays(15)),
            (Self::L6, Regime::Order20) => Some(WorkingDays(5)),
            (Self::L6, Regime::Order121) => None,
        }
    }
    /// How far it may be extended by the head of the organ (负责人批准), if at all.
    #[must_use]
    pub fn extension(self) -> Option<Span> {
        matches!(self, Self::L4 | Self::L5).then_some(Span::WorkingDays(15))
    }
    /// The article, as a code that the translations spell out.
    #[must_use]
    pub fn basis(self, regime: Regime) -> &'static str {
        match (self, regime) {
            (Self::L1, Regime::Order20) => "order20-14",
            (Self::L1, _) => "order121-15",
            (Self::L2, Regime::Order20) => "order20-21-5",
            (Self::L2, _) => "order121-23-5",
            (Self::L2b, _) => "regulation-46-3",
            (Self::L3, Regime::Order20) => "order20-21-2",
            (Self::L3, _) => "order121-23-2",
            (Self::L4, Regime::Order20) => "order20-23",
            (Self::L4, _) => "order121-27",
            (Self::L5, _) => "procedure-18",
            (Self::L6, _) => "order20-31-2",
            (Self::L8, _) => "order121-33",
            (Self::L20, _) => "advertising-53",
        }
    }
}

/// Where a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Counting.
    Running,
    /// Not counting since this date: an appraisal or test is under way (Order 121 Art. 22, 程序规定 Art. 18).
    Suspended(Date),
    /// Stopped at this instant by what it was waiting for.
    Stopped(Instant),
    /// No longer applies (withdrawn, superseded, sent to another organ).
    Void(Instant),
}

/// One clock of a case with its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Which clock.
    pub name: ClockName,
    /// Article code or `pack:<id>@<version>`.
    pub basis: String,
    /// The instant counting starts from (its day is day 0).
    pub start: Instant,
    /// Length.
    pub span: Span,
    /// What happens when a natural-day period ends on a day off (Order 121 Art. 45).
    #[serde(default)]
    pub roll: Roll,
    /// Approved extension, of the same unit as `span`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension: Option<Span>,
    /// Days not counted: appraisal, inspection, testing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exclusions: Vec<Exclusion>,
    /// When it ends.
    pub due: Due,
    /// Calendar version the due date was computed with.
    pub calendar: String,
    /// Where it stands.
    pub state: ClockState,
    /// Whether its end has passed unmet and been noted.
    #[serde(default)]
    pub lapsed: bool,
}

impl Clock {
    /// A running clock with its due date computed; provisional where the calendar has no notice yet.
    #[must_use]
    pub fn start(name: ClockName, basis: String, start: Instant, span: Span, roll: Roll, calendar: &Calendar) -> Self {
        let due = calendar.due_or_provisional(start, span, roll, &[]);
        Self {
            name,
            basis,
            start,
            span,
            roll,
            extension: None,
            exclusions: Vec::new(),
            due,
            calendar: calendar.version().to_owned(),
            state: ClockState::Running,
            lapsed: false,
        }
    }

    /// Length with the extension: `wd(s, n1 + n2)` (law.md 1.10).
    #[must_use]
    pub fn total_span(&self) -> Span {
        match (self.span, self.extension) {
            (Span::WorkingDays(a), Some(Span::WorkingDays(b))) => Span::WorkingDays(a + b),
            (Span::NaturalDays(a), Some(Span::NaturalDays(b))) => Span::NaturalDays(a + b),
            (Span::Hours(a), Some(Span::Hours(b))) => Span::Hours(a + b),
            (span, _) => span,
        }
    }

    /// The same clock recounted with its present exclusions and extension under `calendar`.
    #[must_use]
    pub fn recounted(mut self, calendar: &Calendar) -> Self {
        self.due = calendar.due_or_provisional(self.start, self.total_span(), self.roll, &self.exclusions);
        calendar.version().clone_into(&mut self.calendar);
        self
    }

    /// Day by day, what was counted and what was not, and why.
    #[must_use]
    pub fn proof(&self, calendar: &Calendar) -> Proof {
        calendar.proof(self.start, self.total_span(), self.roll, &self.exclusions)
    }

    /// Whether someone still has to act before it ends.
    #[must_use]
    pub fn is_open(&self) -> bool {
        matches!(self.state, ClockState::Running | ClockState::Suspended(_))
    }

    /// Whether a calendar notice may still move its end: while it is open, and after it was stopped as long as its end, and with it whether
    /// it was met, rests on days no notice has named yet.
    #[must_use]
    pub fn follows_calendar(&self) -> bool {
        self.is_open() || (self.due.provisional && matches!(self.state, ClockState::Stopped(_)))
    }

    /// Whether it was stopped in time; `None` while open or void.
    #[must_use]
    pub fn met(&self) -> Option<bool> {
        match self.state {
            ClockState::Stopped(at) => Some(at < self.due.at),
            _ => None,
        }
    }
}

/// What an event did to the clocks; applied by `evolve` without a calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockChange {
    /// A clock starts, or is replaced with a recounted one of the same name.
    Set(Clock),
    /// It is stopped by what it was waiting for.
    Stop {
        /// Which.
        name: ClockName,
        /// When the thing happened (effective time).
        at: Instant,
    },
    /// It no longer applies.
    Void {
        /// Which.
        name: ClockName,
        /// When.
        at: Instant,
    },
    /// Its end has passed unmet.
    Lapse {
        /// Which.
        name: ClockName,
    },
}

impl ClockChange {
    /// The clock this changes.
    #[must_use]
    pub fn name(&self) -> &ClockName {
        match self {
            Self::Set(c) => &c.name,
            Self::Stop { name, .. } | Self::Void { name, .. } | Self::Lapse { name } => name,
        }
    }

    /// Applies the change to the clocks of a case, keeping them in order of first start.
    pub fn apply(&self, clocks: &mut Vec<Clock>) {
        let slot = clocks.iter().position(|c| c.name == *self.name());
        match (self, slot) {
            (Self::Set(c), Some(i)) => clocks[i] = c.clone(),
            (Self::Set(c), None) => clocks.push(c.clone()),
            (Self::Stop { at, .. }, Some(i)) => {
                // What was done in time but entered late takes the note of overrun back.
                clocks[i].lapsed = clocks[i].due.at <= *at;
                clocks[i].state = ClockState::Stopped(*at);
            }
            (Self::Void { at, .. }, Some(i)) => clocks[i].state = ClockState::Void(*at),
            (Self::Lapse { .. }, Some(i)) => clocks[i].lapsed = true,
            (_, None) => {}
        }
    }
}

/// Starts the statutory clock `which` of a regime, or nothing where the regime has none.
#[must_use]
pub fn statutory(which: Statutory, regime: Regime, start: Instant, roll: Roll, calendar: &Calendar) -> Option<Clock> {
    if which == Statutory::L2b && start.date() < REGULATION_FROM {
        return None;
    }
    let span = which.span(regime)?;
    Some(Clock::start(which.into(), which.basis(regime).to_owned(), start, span, roll, calendar))
}

/// Starts a local clock of a pack.
#[must_use]
pub fn local(pack: &Pack, clock: &crate::pack::LocalClock, start: Instant, calendar: &Calendar) -> Clock {
    Clock::start(ClockName::local(&clock.id), pack.basis(), start, clock.span, Roll::default(), calendar)
}

/// The last day on which a complaint may be made: three years from when the consumer knew or should have known, rolled off days off
/// (Order 121 Art. 16(4), 45; V-49…V-51). Provisional where the calendar has no notice.
#[must_use]
pub fn last_day_to_complain(knew_on: Date, calendar: &Calendar) -> Due {
    calendar.due_or_provisional(Instant::start_of(knew_on), Span::Years(3), Roll::default(), &[])
}

/// Whether a complaint made on `made_on` comes too late (L9, ground NA-4).
#[must_use]
pub fn complaint_barred(knew_on: Date, made_on: Date, calendar: &Calendar) -> bool {
    made_on > last_day_to_complain(knew_on, calendar).on
}

/// Clocks that start when the competent organ receives a case of this kind (law.md L1, L5).
#[must_use]
pub fn on_organ_receipt(kind: Kind, regime: Regime, at: Instant, roll: Roll, calendar: &Calendar) -> Option<Clock> {
    match kind {
        Kind::Complaint => statutory(Statutory::L1, regime, at, roll, calendar),
        Kind::Report => statutory(Statutory::L5, regime, at, roll, calendar),
        Kind::Consultation | Kind::Other => None,
    }
}
