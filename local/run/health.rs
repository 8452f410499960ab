//! Whether writes succeed, as the last ones showed, and how often the log is told that they do not.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::system::trouble::Trouble;

/// How long the outcome of a trial write stands.
const FRESH: Duration = Duration::from_secs(1);

/// How often the log is told of the same trouble.
const REPEAT: Duration = Duration::from_mins(1);

/// Whether writes succeed.
#[derive(Debug, Default)]
pub(crate) struct Health {
    // Held to read or change a few fields.
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// When the last trial ended, and how.
    tried: Option<(Instant, Result<(), Trouble>)>,
    /// When a trial began that has not ended.
    trying: Option<Instant>,
    /// What a write met since the last trial that went well.
    failed: Option<Trouble>,
    /// When the log was told of a trouble last, and how often it came since.
    told: BTreeMap<Trouble, (Instant, u64)>,
}

impl State {
    fn unanswered(&self) -> Trouble {
        self.failed.unwrap_or(Trouble::Unanswered)
    }
}

impl Health {
    /// What is known without a trial; `None` where the caller is to begin one, and then has to say
    /// how it [ended](Self::end).
    ///
    /// A trial that does not end within `patience` is a trouble of its own.
    pub(crate) fn known(&self, now: Instant, patience: Duration) -> Option<Result<(), Trouble>> {
        let mut state = self.state();
        let before = state.tried;
        if let Some(began) = state.trying {
            let late = now.saturating_duration_since(began) >= patience;
            let outcome = before.map(|(_, outcome)| outcome).filter(|_| !late);
            return Some(outcome.unwrap_or(Err(state.unanswered())));
        }
        let fresh = |at: Instant| now.saturating_duration_since(at) < FRESH;
        if let Some((_, outcome)) = before.filter(|(at, _)| fresh(*at)) {
            return Some(outcome);
        }
        state.trying = Some(now);
        None
    }

    /// What it means that a trial has not ended in time: what failed before has not been mended.
    pub(crate) fn unanswered(&self) -> Trouble {
        self.state().unanswered()
    }

    /// Notes how a trial ended.
    pub(crate) fn end(&self, now: Instant, outcome: Result<(), Trouble>) {
        let mut state = self.state();
        state.trying = None;
        state.tried = Some((now, outcome));
        state.failed = outcome.err();
    }

    /// Notes that a write met a trouble. Whether the log is to be told of it now, and how often it came
    /// since the last time.
    pub(crate) fn tell(&self, now: Instant, trouble: Trouble) -> Option<u64> {
        let mut state = self.state();
        state.failed = Some(trouble);
        match state.told.get_mut(&trouble) {
            Some((at, untold)) if now.saturating_duration_since(*at) < REPEAT => {
                *untold += 1;
                None
            }
            told => {
                let untold = told.map_or(0, |(_, untold)| *untold);
                state.told.insert(trouble, (now, 0));
                Some(untold)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATIENCE: Duration = Duration::from_secs(3);

    #[test]
    fn one_trial_a_second_answers_all_who_ask() {
        let health = Health::default();
        let start = Instant::now();
        let after = |ms| start + Duration::from_millis(ms);
        assert_eq!(health.known(start, PATIENCE), None);
        health.end(start, Ok(()));
        assert_eq!(health.known(after(999), PATIENCE), Some(Ok(())));
        assert_eq!(health.known(after(1_000), PATIENCE), None);
        assert_eq!(health.known(after(1_001), PATIENCE), Some(Ok(())));
        health.end(after(1_002), Err(Trouble::Full));
        assert_eq!(
            health.known(after(1_003), PATIENCE),
            Some(Err(Trouble::Full))
        );
    }

    #[test]
    fn a_trial_without_an_end_is_a_trouble() {
        let health = Health::default();
        let start = Instant::now();
        health.end(start, Ok(()));
        let began = start + Duration::from_secs(2);
        assert_eq!(health.known(began, PATIENCE), None);
        assert_eq!(health.known(began, PATIENCE), Some(Ok(())));
        let late = health.known(began + PATIENCE, PATIENCE);
        assert_eq!(late, Some(Err(Trouble::Unanswered)));
        health.end(began, Err(Trouble::Locked));
        let began = began + FRESH;
        assert_eq!(health.known(began, PATIENCE), None);
        let late = health.known(began + PATIENCE, PATIENCE);
        assert_eq!(late, Some(Err(Trouble::Locked)));
    }

    #[test]
    fn the_log_is_told_once_a_minute_of_each_trouble() {
        let health = Health::default();
        let start = Instant::now();
        assert_eq!(health.tell(start, Trouble::Full), Some(0));
        assert_eq!(health.tell(start, Trouble::Full), None);
        assert_eq!(health.tell(start, Trouble::Locked), Some(0));
        assert_eq!(health.tell(start, Trouble::Full), None);
        assert_eq!(health.tell(start + REPEAT, Trouble::Full), Some(2));
    }
}
