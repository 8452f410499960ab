//! Lets only so many in at once.

use std::sync::{Condvar, Mutex, PoisonError};

/// A number of places, each taken by one piece of work at a time.
#[derive(Debug)]
pub(crate) struct Turnstile {
    // Held to take a place or to give it back.
    free: Mutex<usize>,
    freed: Condvar,
}

impl Turnstile {
    /// With that many places.
    pub(crate) const fn new(places: usize) -> Self {
        Self {
            free: Mutex::new(places),
            freed: Condvar::new(),
        }
    }

    /// Does `work` as soon as there is a place for it.
    pub(crate) fn pass<T>(&self, work: impl FnOnce() -> T) -> T {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.freed.wait_while(free, |free| *free == 0);
        *waited.unwrap_or_else(PoisonError::into_inner) -= 1;
        // Given back by a panic as well.
        let _place = Place(self);
        work()
    }
}

struct Place<'a>(&'a Turnstile);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let free = self.0.free.lock();
        *free.unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn no_more_than_there_are_places_work_at_once() {
        let turnstile = Turnstile::new(2);
        let (inside, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    turnstile.pass(|| {
                        most.fetch_max(inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        thread::yield_now();
                        inside.fetch_sub(1, Ordering::SeqCst);
                    });
                });
            }
        });
        assert!((1..=2).contains(&most.into_inner()));
    }

    #[test]
    fn work_that_panics_gives_its_place_back() {
        let turnstile = Turnstile::new(1);
        let panicked = catch_unwind(AssertUnwindSafe(|| turnstile.pass(|| panic!("on purpose"))));
        assert!(panicked.is_err());
        assert_eq!(turnstile.pass(|| 7), 7);
    }
}
