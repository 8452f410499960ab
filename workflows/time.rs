//! Times and durations as people write them.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use unkey_tools::times;

/// A time in Unix ms: as the tools take them, counted from `now`.
pub(crate) fn instant(text: &str, now: i64) -> Option<i64> {
    let now = Timestamp::from_millisecond(now).ok()?;
    times::moment(text, now).map(Timestamp::as_millisecond)
}

/// A duration such as `30d`, `1d 12h` or `0s`, counted from `now`, in milliseconds.
pub(crate) fn duration(text: &str, now: i64) -> Option<i64> {
    let span: Span = text.trim().to_ascii_lowercase().parse().ok()?;
    let start = Timestamp::from_millisecond(now).ok()?;
    // Days and months are those of UTC, where each day has 24 hours.
    let end = start
        .to_zoned_datetime(TimeZone::UTC)
        .checked_add(span)
        .ok()?;
    Some(end.timestamp().as_millisecond() - now)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-10 12:00:00 UTC, Unix ms.
    const NOON: i64 = 1_773_144_000_000;
    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_date_means_its_end_and_a_time_means_itself() {
        assert_eq!(instant("2026-03-10", NOON), Some(NOON + 12 * HOUR - 1));
        assert_eq!(instant("2026-03-10T13:00:00Z", NOON), Some(NOON + HOUR));
        assert_eq!(instant("30d", NOON), Some(NOON + 720 * HOUR));
        assert_eq!(instant("soon", NOON), None);
    }

    #[test]
    fn a_duration_counts_in_utc() {
        for (text, hours) in [("12h", 12), ("30d", 720), ("1d 12h", 36), ("0s", 0)] {
            assert_eq!(duration(text, NOON), Some(hours * HOUR), "{text}");
        }
        assert_eq!(duration("", NOON), None);
        assert_eq!(duration("5", NOON), None);
    }
}
