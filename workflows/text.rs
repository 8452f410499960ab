//! Words of reports: times, and how many there are of something.

use jiff::Timestamp;

/// A time in Unix ms, as ISO 8601. What no calendar has stays a number.
pub(crate) fn iso(at: i64) -> String {
    Timestamp::from_millisecond(at).map_or_else(|_| at.to_string(), |time| time.to_string())
}

/// `1 key`, `2 keys`.
pub(crate) fn count(number: u64, one: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{number} {one}{ending}")
}

/// A length of time in ms, in the largest unit that fits it whole: `minute`, `90 s`, `2 hours`.
pub(crate) fn span(milliseconds: i64) -> String {
    let units = [
        (86_400_000, "day"),
        (3_600_000, "hour"),
        (60_000, "minute"),
        (1_000, "second"),
    ];
    let fits = |(length, _): &&(i64, &str)| milliseconds >= *length && milliseconds % length == 0;
    match units.iter().find(fits) {
        Some((length, unit)) if milliseconds == *length => (*unit).to_owned(),
        Some((length, unit)) => format!("{} {unit}s", milliseconds / length),
        None => format!("{milliseconds} ms"),
    }
}
