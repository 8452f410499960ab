//! Which confirmations were used, so that none is used twice.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::seal::Nonce;

/// How many used ones are remembered at most. Each is remembered for as long as it would be valid.
const MOST: usize = 65_536;

/// The confirmations that were used and would still be valid, the soonest to end first.
#[derive(Debug, Default)]
pub(super) struct Spent(Mutex<BTreeSet<(Duration, Nonce)>>);

/// Why a confirmation cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unspendable {
    /// It was used before.
    Spent,
    /// More were used lately than can be remembered.
    Crowded,
}

impl Spent {
    /// Uses the confirmation `nonce`, which is valid until `end`, at the time `now`.
    pub(super) fn spend(
        &self,
        nonce: Nonce,
        end: Duration,
        now: Duration,
    ) -> Result<(), Unspendable> {
        let mut spent = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while spent.first().is_some_and(|(end, _)| *end < now) {
            spent.pop_first();
        }
        // To forget one that is valid would be to take it twice.
        if spent.len() >= MOST {
            return Err(Unspendable::Crowded);
        }
        if spent.insert((end, nonce)) {
            Ok(())
        } else {
            Err(Unspendable::Spent)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn each_is_used_once() {
        let spent = Spent::default();
        assert_eq!(spent.spend([1; 12], seconds(300), seconds(0)), Ok(()));
        let again = spent.spend([1; 12], seconds(300), seconds(300));
        assert_eq!(again, Err(Unspendable::Spent));
        assert_eq!(spent.spend([2; 12], seconds(300), seconds(0)), Ok(()));
    }

    #[test]
    fn what_is_over_takes_no_room_and_what_is_valid_is_never_forgotten() {
        let spent = Spent::default();
        for number in 0..MOST {
            let mut nonce = [0; 12];
            nonce[..8].copy_from_slice(&number.to_le_bytes());
            assert_eq!(spent.spend(nonce, seconds(300), seconds(0)), Ok(()));
        }
        let full = spent.spend([255; 12], seconds(300), seconds(0));
        assert_eq!(full, Err(Unspendable::Crowded));
        assert_eq!(spent.spend([255; 12], seconds(600), seconds(301)), Ok(()));
        assert_eq!(spent.0.lock().unwrap().len(), 1);
    }
}
