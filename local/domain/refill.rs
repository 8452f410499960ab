//! When credits come back: at 00:00 UTC, every day or on one day of the month.
//!
//! A refill sets the balance to its amount and never lowers it, so doing it twice is doing it once
//! and several missed midnights are made up for by one refill.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day, ms.
const DAY: i64 = 86_400_000;

/// Two months hold every day of the month at least once; older midnights add nothing.
const ENOUGH: i64 = 62;

/// The UTC day of `now` (Unix ms), counted from 1970-01-01.
pub(crate) const fn utc_day(now: i64) -> i64 {
    now.div_euclid(DAY)
}

/// Which refills were due at the midnights of a span of days.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Due {
    daily: bool,
    /// Bit `n` for the keys whose refill day is `n`.
    monthly: u32,
}

impl Due {
    /// What is due on `today`, counted as [`utc_day`] does, when `last` was the last day that was
    /// dealt with. Nothing is where `last` is today, or later because the clock was set back.
    pub(crate) fn since(last: i64, today: i64) -> Self {
        let first = last.saturating_add(1).max(today.saturating_sub(ENOUGH));
        (first..=today)
            .filter_map(date)
            .fold(Self::default(), |due, date| Self {
                daily: true,
                monthly: due.monthly | refill_days_of(date),
            })
    }

    /// Whether there is nothing to do.
    pub(crate) const fn is_nothing(self) -> bool {
        !self.daily
    }

    /// Whether a key is due that is refilled on that day of the month, or daily with `None`.
    pub(crate) fn includes(self, refill_day: Option<i64>) -> bool {
        match refill_day {
            None => self.daily,
            Some(day) => self.days().any(|due| due == day),
        }
    }

    /// The refill days that are due, for a query.
    pub(crate) fn days(self) -> impl Iterator<Item = i64> {
        (1..=31).filter(move |day| self.monthly & (1 << day) != 0)
    }
}

/// The balance after a refill to `amount`, or `None` where the refill leaves it alone. A key
/// without a balance, which is unlimited, becomes limited.
pub(crate) fn refilled(remaining: Option<i64>, amount: i64) -> Option<i64> {
    remaining
        .is_none_or(|remaining| remaining < amount)
        .then_some(amount)
}

fn date(day: i64) -> Option<Date> {
    let midnight = Timestamp::from_millisecond(day.checked_mul(DAY)?).ok()?;
    Some(TimeZone::UTC.to_datetime(midnight).date())
}

/// The refill days that fall on `date`: its own, and on a month's last day those it lacks.
fn refill_days_of(date: Date) -> u32 {
    let own = 1_u32 << date.day();
    if date.day() == date.days_in_month() {
        // All bits from its own up.
        !(own - 1)
    } else {
        own
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(text: &str) -> i64 {
        let midnight = text
            .parse::<Date>()
            .unwrap()
            .to_zoned_datetime(TimeZone::UTC);
        utc_day(midnight.unwrap().timestamp().as_millisecond())
    }

    fn on(text: &str) -> Vec<i64> {
        Due::since(day(text) - 1, day(text)).days().collect()
    }

    #[test]
    fn a_month_has_one_refill_for_every_refill_day() {
        assert_eq!(on("2026-06-15"), [15]);
        assert_eq!(on("2026-01-30"), [30]);
        assert_eq!(on("2026-01-31"), [31]);
        assert_eq!(on("2026-04-30"), [30, 31]);
        assert_eq!(on("2026-02-28"), [28, 29, 30, 31]);
        assert_eq!(on("2028-02-28"), [28]);
        assert_eq!(on("2028-02-29"), [29, 30, 31]);
    }

    #[test]
    fn every_midnight_refills_the_daily_ones() {
        let today = day("2026-06-15");
        assert!(Due::since(today - 1, today).includes(None));
        assert!(Due::since(today - 1, today).includes(Some(15)));
        assert!(!Due::since(today - 1, today).includes(Some(16)));
    }

    #[test]
    fn a_day_that_was_dealt_with_is_over() {
        let today = day("2026-06-15");
        assert!(Due::since(today, today).is_nothing());
        assert!(Due::since(today + 3, today).is_nothing());
        assert!(!Due::since(today, today).includes(None));
    }

    #[test]
    fn the_midnights_missed_are_made_up_for() {
        let due = Due::since(day("2026-06-10"), day("2026-06-13"));
        assert_eq!(due.days().collect::<Vec<_>>(), [11, 12, 13]);
        let long = Due::since(0, day("2026-06-13"));
        assert_eq!(long.days().count(), 31);
    }

    #[test]
    fn days_change_at_midnight_utc() {
        assert_eq!(utc_day(86_399_999), 0);
        assert_eq!(utc_day(86_400_000), 1);
        assert_eq!(utc_day(-1), -1);
    }

    #[test]
    fn a_refill_raises_a_balance_and_never_lowers_it() {
        assert_eq!(refilled(Some(0), 100), Some(100));
        assert_eq!(refilled(Some(99), 100), Some(100));
        assert_eq!(refilled(Some(100), 100), None);
        assert_eq!(refilled(Some(500), 100), None);
        assert_eq!(refilled(None, 100), Some(100));
    }

    #[test]
    fn a_clock_beyond_all_calendars_refills_nothing() {
        assert!(Due::since(i64::MAX - 2, i64::MAX).is_nothing());
        assert!(Due::since(i64::MIN, i64::MIN + 1).is_nothing());
    }

    proptest! {
        #[test]
        fn days_dealt_with_one_by_one_or_at_once_come_to_the_same(
            last in 0..40_000_i64, first in 0..50_i64, second in 0..12_i64,
        ) {
            let (middle, end) = (last + first, last + first + second);
            let (a, b) = (Due::since(last, middle), Due::since(middle, end));
            let both = Due { daily: a.daily | b.daily, monthly: a.monthly | b.monthly };
            prop_assert_eq!(Due::since(last, end), both);
        }

        #[test]
        fn every_refill_day_comes_once_a_month(
            year in 1971..2200_i16, month in 1..=12_i8, refill_day in 1..=31_i64,
        ) {
            let date = Date::new(year, month, 1).unwrap();
            let first = day(&date.to_string());
            let times = (first..first + i64::from(date.days_in_month()))
                .filter(|&today| Due::since(today - 1, today).includes(Some(refill_day)))
                .count();
            prop_assert_eq!(times, 1);
        }

        #[test]
        fn refilling_twice_is_refilling_once(remaining in any::<Option<i64>>(), amount in 1..i64::MAX) {
            let once = refilled(remaining, amount).or(remaining);
            prop_assert_eq!(refilled(once, amount), None);
        }
    }
}
