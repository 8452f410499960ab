//! Times as people write them.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// No time takes more to be written.
const LONGEST: usize = 64;

/// The moment that `text` means: an ISO 8601 date (its end, in UTC) or date-time (in UTC where it
/// names no offset), or a duration from `now`.
///
/// Durations have units, as in `30d`, `48h`, `1d 12h`, `2 weeks` or `P30D`; `m` is a minute and
/// `mo` a month. They lead ahead: `-1h` and `0d` are none.
pub fn moment(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    if let Some(end) = end_of_day(text) {
        return Some(end);
    }
    // Digits alone are Unix time, or a date without hyphens: nobody knows.
    if is_date_time(text) {
        let as_utc = || {
            let time: DateTime = text.parse().ok()?;
            TimeZone::UTC.to_timestamp(time).ok()
        };
        return text.parse().ok().or_else(as_utc);
    }
    let span: Span = text.to_ascii_lowercase().parse().ok()?;
    // Days and months are those of UTC, where each day has 24 hours.
    let now = now.to_zoned_datetime(TimeZone::UTC);
    let then = now.checked_add(span).ok()?;
    (then > now).then(|| then.timestamp())
}

/// The last millisecond of a day: what expires on it works on it.
fn end_of_day(text: &str) -> Option<Timestamp> {
    let is_date = text.len() == 10
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'-');
    let day: Date = text.parse().ok().filter(|_| is_date)?;
    TimeZone::UTC
        .to_timestamp(day.at(23, 59, 59, 999_000_000))
        .ok()
}

/// Whether `text` begins with a date and goes on, in the letters of ISO 8601: names of time zones
/// would need their rules.
fn is_date_time(text: &str) -> bool {
    let begins = text.bytes().take(5).enumerate();
    let mut begins = begins.map(|(at, byte)| {
        if at == 4 {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    });
    let allowed = |letter: char| letter.is_ascii_digit() || "-+:., TtZz".contains(letter);
    begins.all(|fits| fits) && text.len() > 10 && text.chars().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        let now = "2026-03-10T12:00:00Z".parse().unwrap();
        moment(text, now).map(|moment| moment.to_string())
    }

    #[test]
    fn a_date_is_its_end_in_utc() {
        assert_eq!(read("2027-12-31").unwrap(), "2027-12-31T23:59:59.999Z");
        assert_eq!(read(" 2028-02-29 ").unwrap(), "2028-02-29T23:59:59.999Z");
    }

    #[test]
    fn a_date_time_is_taken_in_every_spelling_and_as_utc_where_it_says_nothing() {
        for text in [
            "2027-12-31T23:59:59Z",
            "2027-12-31t23:59:59z",
            "2027-12-31 23:59:59Z",
            "2027-12-31T23:59:59",
            "2027-12-31 23:59:59",
            "2028-01-01T00:59:59+01:00",
            "2027-12-31T18:29:59-0530",
        ] {
            assert_eq!(
                read(text).as_deref(),
                Some("2027-12-31T23:59:59Z"),
                "{text}"
            );
        }
        assert_eq!(read("2027-12-31T12:00Z").unwrap(), "2027-12-31T12:00:00Z");
        assert_eq!(
            read("2027-12-31T12:00:00.250Z").unwrap(),
            "2027-12-31T12:00:00.25Z"
        );
    }

    #[test]
    fn a_duration_counts_from_now() {
        for (text, then) in [
            ("30d", "2026-04-09T12:00:00Z"),
            ("48h", "2026-03-12T12:00:00Z"),
            ("48H", "2026-03-12T12:00:00Z"),
            ("90m", "2026-03-10T13:30:00Z"),
            ("1d 12h", "2026-03-12T00:00:00Z"),
            ("2 weeks", "2026-03-24T12:00:00Z"),
            ("6mo", "2026-09-10T12:00:00Z"),
            ("1y", "2027-03-10T12:00:00Z"),
            ("P30D", "2026-04-09T12:00:00Z"),
            ("PT48H", "2026-03-12T12:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(then), "{text}");
        }
    }

    #[test]
    fn what_could_mean_two_things_or_nothing_is_no_time() {
        let long = "1h ".repeat(100);
        for text in [
            "",
            "30",
            "0d",
            "-30d",
            "30d ago",
            "soon",
            "tomorrow",
            "20271231",
            "1830211200000",
            "2027-12",
            "2027-13-01",
            "2027-02-29",
            "2027-12-31T25:00Z",
            "31.12.2027",
            "12/31/2027",
            "2027-12-31T12:00[Europe/Berlin]",
            "9999999999y",
            "\u{661}\u{661}d",
            &long,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
