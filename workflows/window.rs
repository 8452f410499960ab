//! The sliding window of Unkey's rate limits: what was counted in a window that is aligned to the
//! Unix epoch, and what carries over from the one before it.

/// A window at one moment, Unix ms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// Its length.
    duration: i64,
    /// When it began.
    pub(crate) begin: i64,
    elapsed: i64,
}

impl Window {
    pub(crate) const fn at(now: i64, duration: i64) -> Self {
        let duration = if duration < 1 { 1 } else { duration };
        let elapsed = now.rem_euclid(duration);
        Self {
            duration,
            begin: now - elapsed,
            elapsed,
        }
    }

    /// When the window before it began.
    pub(crate) const fn before(self) -> i64 {
        self.begin.saturating_sub(self.duration)
    }

    /// When it ends.
    pub(crate) const fn end(self) -> i64 {
        self.begin.saturating_add(self.duration)
    }

    /// What is left of `limit` after so many uses; below zero where more was used than there is.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "Unkey's arithmetic is in doubles, and the cast back saturates"
    )]
    pub(crate) fn left(self, limit: i64, current: i64, previous: i64) -> i64 {
        let weight = 1.0 - self.elapsed as f64 / self.duration as f64;
        let carried = (previous as f64 * weight) as i64;
        limit.saturating_sub(current).saturating_sub(carried)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_shrinks_with_what_carries_over() {
        // The current count, the one before, ms since the window began; what is left of ten.
        for (current, previous, elapsed, left) in [
            (0, 0, 0, 10),
            (10, 0, 0, 0),
            (5, 10, 30_000, 0),
            (5, 10, 59_400, 5),
            (4, 7, 15_000, 1),
            (0, 10, 6_001, 2),
        ] {
            let window = Window::at(1_700_000_040_000 + elapsed, 60_000);
            assert_eq!(window.begin, 1_700_000_040_000);
            assert_eq!(
                window.left(10, current, previous),
                left,
                "{current} {previous} {elapsed}"
            );
        }
    }
}
