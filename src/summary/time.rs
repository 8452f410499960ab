//! Times in words.

use jiff::Timestamp;

const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A moment and how far it is from `now`, both Unix ms: `2027-12-31T12:00:00Z (in 30 days)`.
pub(super) fn when(moment: i64, now: i64) -> String {
    let distance = span(moment.abs_diff(now));
    let moment_in_words = iso(moment);
    if moment > now {
        format!("{moment_in_words} (in {distance})")
    } else {
        format!("{moment_in_words} ({distance} ago)")
    }
}

/// A moment in ISO 8601.
fn iso(moment: i64) -> String {
    // Beyond the calendar there are numbers alone.
    Timestamp::from_millisecond(moment)
        .map_or_else(|_| format!("{moment} ms"), |moment| moment.to_string())
}

/// A span of so many ms, rounded, in the largest unit that tells enough.
pub(super) fn span(ms: u64) -> String {
    let (unit, name) = match ms {
        0 => (SECOND, "s"),
        1..SECOND => (1, "ms"),
        ms if ms < 2 * MINUTE => (SECOND, "s"),
        ms if ms < 2 * HOUR => (MINUTE, "min"),
        ms if ms < 2 * DAY => (HOUR, "h"),
        _ => (DAY, "days"),
    };
    // What was just asked for, as 30 days, is a moment less by the time of the answer.
    format!("{} {name}", ms.saturating_add(unit / 2) / unit)
}

/// A span of so many ms, exactly: in the largest unit that it is a multiple of.
pub(super) fn exact_span(ms: u64) -> String {
    let units = [(DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (SECOND, "s")];
    let unit = units.into_iter().find(|(unit, _)| ms.is_multiple_of(*unit));
    let (unit, name) = unit.unwrap_or((1, "ms"));
    format!("{} {name}", ms / unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_773_144_000_000;

    #[test]
    fn a_moment_is_told_with_its_distance() {
        let told = |away: i64| when(NOW + away, NOW);
        assert_eq!(told(0), "2026-03-10T12:00:00Z (0 s ago)");
        assert_eq!(told(30 * 86_400_000), "2026-04-09T12:00:00Z (in 30 days)");
        assert_eq!(told(-7_200_000), "2026-03-10T10:00:00Z (2 h ago)");
        assert_eq!(told(250), "2026-03-10T12:00:00.25Z (in 250 ms)");
        assert_eq!(
            when(i64::MAX, 0),
            format!("{} ms (in 106751991167 days)", i64::MAX)
        );
    }

    #[test]
    fn an_exact_span_loses_nothing() {
        for (ms, told) in [
            (1_500, "1500 ms"),
            (1_000, "1 s"),
            (90_000, "90 s"),
            (3_600_000, "1 h"),
            (30 * DAY, "30 d"),
        ] {
            assert_eq!(exact_span(ms), told);
        }
    }

    #[test]
    fn a_span_is_told_in_a_unit_that_tells_enough() {
        for (ms, told) in [
            (0, "0 s"),
            (999, "999 ms"),
            (119_400, "119 s"),
            (120_000, "2 min"),
            (7_200_000, "2 h"),
            (170_000_000, "47 h"),
            (172_800_000, "2 days"),
            (30 * DAY - 5, "30 days"),
        ] {
            assert_eq!(span(ms), told);
        }
    }
}
