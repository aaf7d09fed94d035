//! The one clock. Everything else takes the time as an argument; randomness comes from the app's own source (`App::random`).

use rules::ids::Id;
use rules::time::Instant;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use store::personal::Random;

/// What time it is: the system's, or one set by hand (demonstration, tests).
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A time that only moves when told.
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// A clock standing at `at`.
    #[must_use]
    pub fn set(at: Instant) -> Self {
        Self::Set(Arc::new(AtomicI64::new(at.0)))
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> Instant {
        match self {
            #[expect(clippy::disallowed_methods, reason = "this is the one clock")]
            Self::System => Instant(
                std::time::SystemTime::now()
                    .duration_since(std::time::UNIX_EPOCH)
                    .map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX)),
            ),
            Self::Set(at) => Instant(at.load(Ordering::SeqCst)),
        }
    }

    /// Moves a set clock; the machine's cannot be moved.
    pub fn move_to(&self, at: Instant) {
        if let Self::Set(cell) = self {
            cell.store(at.0, Ordering::SeqCst);
        }
    }
}

/// A new time-ordered id.
pub fn new_id(now: Instant, source: &mut dyn Random) -> Id {
    Id::v7(now, store::personal::random(source))
}
