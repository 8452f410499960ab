//! How many writes a process makes in an hour.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

/// The writes of a process in the last hour. Cheap to clone; all clones count together.
#[derive(Clone, Debug, Default)]
pub struct Budget(Arc<Mutex<Writes>>);

#[derive(Debug, Default)]
struct Writes {
    /// Each with its number, when it was, and how much it counts.
    made: VecDeque<(u64, Duration, u32)>,
    next: u64,
}

/// Room for a write, given back when it is dropped unless the write was [spent](Self::spend).
#[derive(Debug)]
pub struct Taken {
    budget: Budget,
    number: Option<u64>,
}

impl Budget {
    /// Takes room for `count` writes at the time `now`, where there may be `most` in an hour.
    ///
    /// # Errors
    /// How long to wait until there is room for as many, or `None` where there never is.
    pub fn take(&self, count: u32, most: u32, now: Duration) -> Result<Taken, Option<Duration>> {
        let mut writes = self.writes();
        while let Some((_, made, _)) = writes.made.front()
            && now.saturating_sub(*made) >= HOUR
        {
            writes.made.pop_front();
        }
        let mut used: u64 = writes
            .made
            .iter()
            .map(|(_, _, count)| u64::from(*count))
            .sum();
        let (count_wide, most) = (u64::from(count), u64::from(most));
        if count_wide > most {
            return Err(None);
        }
        if used + count_wide > most {
            let mut wait = HOUR;
            for (_, made, count) in &writes.made {
                used = used.saturating_sub((*count).into());
                if used + count_wide <= most {
                    wait = HOUR.saturating_sub(now.saturating_sub(*made));
                    break;
                }
            }
            return Err(Some(wait));
        }
        let number = writes.next;
        writes.next = number.wrapping_add(1);
        writes.made.push_back((number, now, count));
        Ok(Taken {
            budget: self.clone(),
            number: Some(number),
        })
    }

    fn writes(&self) -> MutexGuard<'_, Writes> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    /// The write is made: it counts, whatever becomes of it.
    pub fn spend(mut self) {
        self.number = None;
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(number) = self.number {
            let mut writes = self.budget.writes();
            writes.made.retain(|(made, _, _)| *made != number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    #[test]
    fn an_hour_has_room_for_so_many_writes() {
        let budget = Budget::default();
        budget.take(2, 3, Duration::ZERO).unwrap().spend();
        budget.take(1, 3, MINUTE).unwrap().spend();
        assert_eq!(
            budget.take(1, 3, 2 * MINUTE).unwrap_err(),
            Some(58 * MINUTE)
        );
        assert_eq!(
            budget.take(3, 3, 2 * MINUTE).unwrap_err(),
            Some(59 * MINUTE)
        );
        assert_eq!(budget.take(4, 3, 2 * MINUTE).unwrap_err(), None);
        budget.take(2, 3, 60 * MINUTE).unwrap().spend();
        budget.take(1, 3, 60 * MINUTE).unwrap_err();
    }

    #[test]
    fn a_write_that_was_not_made_does_not_count() {
        let budget = Budget::default();
        let taken = budget.take(1, 1, Duration::ZERO).unwrap();
        budget.take(1, 1, Duration::ZERO).unwrap_err();
        drop(taken);
        budget.take(1, 1, Duration::ZERO).unwrap().spend();
    }
}
