//! Which generation the snapshots must be of, without asking the database every time.
//!
//! This process knows of its own commits as they happen. For those of other processes the database
//! has to be asked: what it said stands for [`FRESH`].

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// How old what the database said may be: less than an answer of another process needs to get there
/// and back. Under load it spares nearly every verification a transaction.
const FRESH: Duration = Duration::from_millis(1);

/// How old it may be while one thread asks again: the others need not ask as well.
const STALE: Duration = Duration::from_millis(2);

/// The newest generation that this process knows of.
#[derive(Debug)]
pub(crate) struct Freshness {
    generation: AtomicI64,
    /// When the database was last asked, as [`crate::Clock::elapsed`] counts, in microseconds;
    /// `u64::MAX` where it never was.
    asked: AtomicU64,
    /// When a thread went to ask it again, counted alike.
    asking: AtomicU64,
}

impl Freshness {
    /// Nothing is known.
    pub(crate) const fn new() -> Self {
        Self {
            generation: AtomicI64::new(0),
            asked: AtomicU64::new(u64::MAX),
            asking: AtomicU64::new(0),
        }
    }

    /// Notes the generation of a transaction that began at `began`.
    pub(crate) fn note(&self, generation: i64, began: Duration) {
        // Generations only count up, so whoever comes late with an old one changes nothing. The
        // time is stored last: who sees it sees a generation that is at least as new.
        self.generation.fetch_max(generation, Ordering::AcqRel);
        self.asked.store(micros(began), Ordering::Release);
    }

    /// The generation at `now`, if the database was asked for it a moment ago. Without one, the
    /// caller is to ask it.
    pub(crate) fn generation(&self, now: Duration) -> Option<i64> {
        let asked = self.asked.load(Ordering::Acquire);
        if asked == u64::MAX {
            return None;
        }
        // A request may have begun before the database was asked: then it is as good.
        let age = micros(now).saturating_sub(asked);
        let fresh = age <= micros(FRESH) || age <= micros(STALE) && !self.is_first(asked, now);
        fresh.then(|| self.generation.load(Ordering::Acquire))
    }

    /// Whether nobody went to ask the database again since it was asked. Then the caller does.
    fn is_first(&self, asked: u64, now: Duration) -> bool {
        let asking = self.asking.load(Ordering::Relaxed);
        let swap = |new| {
            let order = Ordering::Relaxed;
            self.asking.compare_exchange(asking, new, order, order)
        };
        asking <= asked && swap(micros(now)).is_ok()
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
    fn one_asks_again_and_the_others_wait_a_moment_for_its_answer() {
        let freshness = Freshness::new();
        freshness.note(7, at(5_000));
        assert_eq!(freshness.generation(at(6_500)), None);
        assert_eq!(freshness.generation(at(6_500)), Some(7));
        assert_eq!(freshness.generation(at(7_000)), Some(7));
        assert_eq!(freshness.generation(at(7_001)), None, "its answer is late");
        freshness.note(8, at(6_500));
        assert_eq!(freshness.generation(at(7_400)), Some(8));
        assert_eq!(freshness.generation(at(7_600)), None, "one asks again");
        assert_eq!(freshness.generation(at(7_600)), Some(8));
    }

    #[test]
    fn an_old_generation_does_not_take_the_place_of_a_new_one() {
        let freshness = Freshness::new();
        freshness.note(8, at(2));
        freshness.note(7, at(1));
        assert_eq!(freshness.generation(at(3)), Some(8));
    }
}
