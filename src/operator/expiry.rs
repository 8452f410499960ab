//! When a root key stops working, as an operator writes it.

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// The time that is meant, Unix ms: a duration from `now` (Unix ms) such as `30d`, a time as
/// RFC 3339 has it, or Unix ms.
///
/// # Errors
/// A sentence where it is none of these, or not in the future.
pub(crate) fn expiry(text: &str, now: i64) -> Result<i64, String> {
    let text = text.trim();
    let when = read(text, now).ok_or_else(|| {
        format!(
            "`{text}` is no time; a duration from now such as 30d or 12h, an RFC 3339 time such as \
             2030-01-31T00:00:00Z, or Unix milliseconds are needed"
        )
    })?;
    let when_ms = when.as_millisecond();
    if when_ms > now {
        Ok(when_ms)
    } else {
        Err(format!("`{text}` is {when}, which is not in the future"))
    }
}

fn read(text: &str, now: i64) -> Option<Timestamp> {
    if let Ok(unix_ms) = text.parse() {
        return Timestamp::from_millisecond(unix_ms).ok();
    }
    if let Ok(time) = text.parse() {
        return Some(time);
    }
    let span: Span = text.parse().ok()?;
    // Days and months are those of UTC, where each day has 24 hours.
    let now = Timestamp::from_millisecond(now).ok()?;
    let then = now
        .to_zoned_datetime(TimeZone::UTC)
        .checked_add(span)
        .ok()?;
    Some(then.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-03-10 12:00:00 UTC, Unix ms.
    const NOON: i64 = 1_773_144_000_000;
    const HOUR: i64 = 3_600_000;

    #[test]
    fn a_duration_counts_from_now() {
        for (text, hours) in [
            ("12h", 12),
            ("30d", 720),
            ("1d 12h", 36),
            (" 2 weeks ", 336),
        ] {
            assert_eq!(expiry(text, NOON), Ok(NOON + hours * HOUR), "{text}");
        }
    }

    #[test]
    fn a_time_is_taken_in_both_spellings() {
        assert_eq!(expiry("2026-03-10T14:00:00+01:00", NOON), Ok(NOON + HOUR));
        assert_eq!(expiry("1773147600000", NOON), Ok(NOON + HOUR));
    }

    #[test]
    fn what_is_over_is_a_mistake() {
        for text in ["2026-03-10T12:00:00Z", "-1h", "0", "1773147600"] {
            let why = expiry(text, NOON).unwrap_err();
            assert!(why.contains("not in the future"), "{text}: {why}");
        }
    }

    #[test]
    fn what_is_no_time_is_answered_with_what_would_be() {
        for text in ["", "soon", "30", "tomorrow", "2030-01-31"] {
            let outcome = expiry(text, NOON);
            assert!(outcome.is_err(), "{text}: {outcome:?}");
        }
    }
}
