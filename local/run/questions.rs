//! How many analytics questions are answered at once, and how many wait for that.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::wire::failure::{Code, Failure};

/// How many questions run at once: each may take a core and much memory.
const RUNNING: usize = 4;

/// How many questions run or wait at once.
const ALL: usize = 32;

/// How many of them may be of one root key.
const PER_CALLER: usize = 8;

/// How often a question that waits looks whether anybody still waits for its answer.
const LOOK: Duration = Duration::from_millis(100);

/// The questions that run or wait.
#[derive(Debug, Default)]
pub(crate) struct Questions {
    // Held to count, and never while a question runs.
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct State {
    running: usize,
    all: usize,
    /// Callers without a question have no entry.
    by_caller: BTreeMap<String, usize>,
}

/// The right to run one question, until it is dropped.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    questions: &'a Questions,
    caller: String,
    /// Not yet, while it waits.
    runs: bool,
}

impl Questions {
    /// Waits until a question may run. `caller` tells root keys apart.
    ///
    /// # Errors
    /// Where too many run or wait, or where nobody waits for the answer any more.
    pub(crate) fn begin(
        &self,
        caller: String,
        abandoned: &AtomicBool,
    ) -> Result<Running<'_>, Failure> {
        let mut state = self.state();
        let own = state.by_caller.get(&caller).copied().unwrap_or_default();
        if own >= PER_CALLER {
            return Err(Code::TooManyRequests.because(format!(
                "{PER_CALLER} analytics queries of this root key run or wait. Wait until one \
                 ends, then send the query again."
            )));
        }
        if state.all >= ALL {
            return Err(Code::TooManyRequests.because(format!(
                "{ALL} analytics queries run or wait. Send the query again in a few seconds."
            )));
        }
        state.all += 1;
        state.by_caller.insert(caller.clone(), own + 1);
        let mut place = Running {
            questions: self,
            caller,
            runs: false,
        };
        while state.running >= RUNNING {
            if abandoned.load(Ordering::Relaxed) {
                // Dropping the place takes the lock.
                drop(state);
                return Err(Code::TooManyRequests.because("Nobody waits for the answer any more."));
            }
            let waited = self.ended.wait_timeout(state, LOOK);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        state.running += 1;
        drop(state);
        place.runs = true;
        Ok(place)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut state = self.questions.state();
        state.all = state.all.saturating_sub(1);
        if self.runs {
            state.running = state.running.saturating_sub(1);
            self.questions.ended.notify_one();
        }
        if let Some(own) = state.by_caller.get_mut(&self.caller) {
            *own = own.saturating_sub(1);
            if *own == 0 {
                state.by_caller.remove(&self.caller);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    fn refused(outcome: &Result<Running<'_>, Failure>) -> bool {
        matches!(outcome, Err(Failure::Refused(refusal)) if refusal.code == Code::TooManyRequests)
    }

    #[test]
    fn a_question_beyond_those_that_may_wait_is_refused_at_once() {
        let questions = Arc::new(Questions::default());
        let never = Arc::new(AtomicBool::new(false));
        let given_up = Arc::new(AtomicBool::new(false));
        let running: Vec<_> = (0..RUNNING)
            .map(|_| questions.begin("a".to_owned(), &never).unwrap())
            .collect();
        std::thread::scope(|scope| {
            for _ in RUNNING..PER_CALLER {
                scope.spawn(|| assert!(refused(&questions.begin("a".to_owned(), &given_up))));
            }
            while questions.state().all < PER_CALLER {
                std::thread::yield_now();
            }
            assert!(refused(&questions.begin("a".to_owned(), &never)));
            given_up.store(true, Ordering::Relaxed);
        });
        drop(running);
        let state = questions.state();
        assert_eq!((state.all, state.running, state.by_caller.len()), (0, 0, 0));
    }

    #[test]
    fn who_waits_comes_next() {
        let questions = Questions::default();
        let never = AtomicBool::new(false);
        let mut running: Vec<_> = (0..RUNNING)
            .map(|_| questions.begin("a".to_owned(), &never).unwrap())
            .collect();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| questions.begin("b".to_owned(), &never).is_ok());
            while questions.state().all == RUNNING {
                std::thread::yield_now();
            }
            running.pop();
            assert!(waiting.join().unwrap());
        });
    }
}
