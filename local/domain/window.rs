//! The sliding window: what is counted in a fixed window, plus what carries over from the one
//! before it. Pure arithmetic; the counters themselves are in `limiter.rs`.

/// A time, seen from windows of one length that are aligned to the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// Length of a window, ms; at least 1.
    pub(crate) duration: i64,
    /// Which window it is; the one that starts at the epoch is 0.
    pub(crate) sequence: i64,
    /// Time since the start of the window, ms.
    pub(crate) elapsed: i64,
}

impl Moment {
    /// Places `now` (Unix ms) in its window of `duration` ms.
    pub(crate) const fn at(now: i64, duration: i64) -> Self {
        let duration = if duration < 1 { 1 } else { duration };
        Self {
            duration,
            sequence: now.div_euclid(duration),
            elapsed: now.rem_euclid(duration),
        }
    }

    /// When the window ends, Unix ms.
    pub(crate) const fn reset(self) -> i64 {
        self.sequence
            .saturating_add(1)
            .saturating_mul(self.duration)
    }

    /// How much of the last window's count still weighs on this one.
    ///
    /// IEEE doubles, truncated towards zero, in this order of operations: at some edges another
    /// order gives another verdict.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "the arithmetic to match is in doubles, and the cast back saturates"
    )]
    pub(crate) fn carry(self, previous: i64) -> i64 {
        let weight = 1.0 - self.elapsed as f64 / self.duration as f64;
        (previous as f64 * weight) as i64
    }
}

/// What one check found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Decision {
    /// Whether the cost fits below the limit.
    pub(crate) passed: bool,
    /// What is left of the limit; 0 where it did not pass.
    pub(crate) remaining: i64,
    /// When the current window ends, Unix ms. What carries over can still refuse after that.
    pub(crate) reset: i64,
}

/// Whether `cost` more fits below `limit`, given what was counted in the current window and in the
/// one before.
///
/// A cost of 0 looks without counting. A limit of 0 admits nothing, not even a look.
pub(crate) fn decide(
    moment: Moment,
    current: i64,
    previous: i64,
    cost: i64,
    limit: i64,
) -> Decision {
    // What is beyond all numbers is beyond the limit.
    let effective = current
        .checked_add(moment.carry(previous))
        .and_then(|count| count.checked_add(cost))
        .filter(|effective| limit > 0 && *effective <= limit);
    Decision {
        passed: effective.is_some(),
        remaining: effective.map_or(0, |effective| limit - effective),
        reset: moment.reset(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTE: i64 = 60_000;

    #[test]
    fn the_table_of_known_decisions_holds() {
        // current, previous, elapsed ms, cost, limit; carry, passed, remaining.
        let table = [
            (0, 0, 0, 1, 10, 0, true, 9),
            (9, 0, 0, 1, 10, 0, true, 0),
            (10, 0, 0, 0, 10, 0, true, 0),
            (10, 0, 0, 1, 10, 0, false, 0),
            (5, 10, 30_000, 1, 10, 5, false, 0),
            (5, 10, 59_400, 1, 10, 0, true, 4),
            (0, 0, 0, 100, 10, 0, false, 0),
            (4, 7, 15_000, 1, 10, 5, true, 0),
            (0, 10, 0, 1, 10, 10, false, 0),
            (0, 10, 6_000, 1, 10, 9, true, 0),
            (0, 10, 6_001, 1, 10, 8, true, 1),
            (0, 10, 53_999, 10, 10, 1, false, 0),
            (0, 10, 54_000, 10, 10, 0, true, 0),
            (0, 3, 20_000, 1, 10, 2, true, 7),
            (0, 1, 1, 1, 1, 0, true, 0),
        ];
        for (current, previous, elapsed, cost, limit, carry, passed, remaining) in table {
            let row = (current, previous, elapsed, cost, limit);
            let moment = Moment::at(1_700_000_040_000 + elapsed, MINUTE);
            assert_eq!(moment.elapsed, elapsed, "{row:?}");
            assert_eq!(moment.carry(previous), carry, "{row:?}");
            let decision = decide(moment, current, previous, cost, limit);
            assert_eq!(
                (decision.passed, decision.remaining),
                (passed, remaining),
                "{row:?}"
            );
        }
    }

    #[test]
    fn windows_are_aligned_to_the_epoch() {
        let moment = Moment::at(125_000, MINUTE);
        assert_eq!((moment.sequence, moment.elapsed), (2, 5_000));
        assert_eq!(moment.reset(), 180_000);
        assert_eq!(Moment::at(180_000, MINUTE).reset(), 240_000);
    }

    #[test]
    fn a_limit_of_nothing_refuses_even_a_look() {
        let moment = Moment::at(0, MINUTE);
        assert!(!decide(moment, 0, 0, 0, 0).passed);
        assert!(decide(moment, 0, 0, 0, 1).passed);
    }

    #[test]
    fn enormous_numbers_refuse_instead_of_overflowing() {
        let moment = Moment::at(i64::MAX, i64::MAX);
        let decision = decide(moment, i64::MAX, i64::MAX, i64::MAX, i64::MAX - 1);
        assert!(!decision.passed);
    }

    proptest! {
        #[test]
        fn what_passes_stays_within_the_limit(
            now in 0..4_000_000_000_000_i64,
            duration in 1_000..2_592_000_000_i64,
            current in 0..1_000_000_i64,
            previous in 0..1_000_000_i64,
            cost in 0..1_000_000_i64,
            limit in 1..1_000_000_i64,
        ) {
            let moment = Moment::at(now, duration);
            let decision = decide(moment, current, previous, cost, limit);
            let used = current + moment.carry(previous) + cost;
            prop_assert_eq!(decision.passed, used <= limit);
            prop_assert_eq!(decision.remaining, (limit - used).max(0));
            prop_assert!(decision.reset > now && decision.reset - now <= duration);
        }

        #[test]
        fn the_carry_only_shrinks_while_a_window_passes(
            duration in 1_000..2_592_000_000_i64,
            previous in 0..1_000_000_000_i64,
            a in 0.0..1.0_f64,
            b in 0.0..1.0_f64,
        ) {
            #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation, reason = "a point in the window")]
            let at = |part: f64| Moment::at((part * duration as f64) as i64, duration);
            let (early, late) = (a.min(b), a.max(b));
            prop_assert!(at(early).carry(previous) >= at(late).carry(previous));
            prop_assert_eq!(at(0.0).carry(previous), previous);
        }
    }
}
