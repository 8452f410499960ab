//! Which generation the snapshots must be of, without asking the database every time.
//!
//! This process knows of its own commits as they happen. For those of other processes the database
//! has to be asked: what it said stands for [`FRESH`].

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// How long what another process commits may go unseen: less than its answer needs to get there
/// and back. Under load it spares nearly every verification a transaction.
const FRESH: Duration = Duration::from_millis(1);

/// The newest generation that this process knows of.
#[derive(Debug)]
pub(crate) struct Freshness {
    generation: AtomicI64,
    /// When the database was last asked, as [`crate::Clock::elapsed`] counts, in microseconds;
    /// `u64::MAX` where it never was.
    asked: AtomicU64,
}

impl Freshness {
    /// Nothing is known.
    pub(crate) const fn new() -> Self {
        Self {
            generation: AtomicI64::new(0),
            asked: AtomicU64::new(u64::MAX),
        }
    }

    /// Notes the generation of a transaction that began at `began`.
    pub(crate) fn note(&self, generation: i64, began: Duration) {
        // Generations only count up, so whoever comes late with an old one changes nothing. The
        // time is stored last: who sees it sees a generation that is at least as new.
        self.generation.fetch_max(generation, Ordering::AcqRel);
        self.asked.store(micros(began), Ordering::Release);
    }

    /// The generation at `now`, if the database was asked for it a moment ago.
    pub(crate) fn generation(&self, now: Duration) -> Option<i64> {
        let asked = self.asked.load(Ordering::Acquire);
        // A request may have begun before the database was asked: then it is as good.
        let age = micros(now).saturating_sub(asked);
        (asked != u64::MAX && u128::from(age) <= FRESH.as_micros())
            .then(|| self.generation.load(Ordering::Acquire))
    }
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(micros: u64) -> Duration {
        Duration::from_micros(micros)
    }

    #[test]
    fn nothing_is_known_before_the_database_was_asked() {
        assert_eq!(Freshness::new().generation(at(0)), None);
    }

    #[test]
    fn what_the_database_said_stands_for_a_moment() {
        let freshness = Freshness::new();
        freshness.note(7, at(5_000));
        assert_eq!(freshness.generation(at(6_000)), Some(7));
        assert_eq!(freshness.generation(at(6_001)), None);
        assert_eq!(freshness.generation(at(4_999)), Some(7));
    }

    #[test]
    fn an_old_generation_does_not_take_the_place_of_a_new_one() {
        let freshness = Freshness::new();
        freshness.note(8, at(2));
        freshness.note(7, at(1));
        assert_eq!(freshness.generation(at(3)), Some(8));
    }
}
