//! How things are put to a person. What others wrote is cut, escaped and quoted.

use jiff::Timestamp;

use crate::observe::shown;

/// How many characters are shown of what others wrote.
const TEXT_CHARS: usize = 64;

/// How many names of a list are shown.
const NAMES: usize = 10;

/// What others wrote, so that it is seen whole or seen to be cut, on one line, and as theirs.
pub(super) fn quoted(text: &str) -> String {
    let start = shown::cut(text, TEXT_CHARS);
    let cut = if start.len() < text.len() { "…" } else { "" };
    // A quotation mark of theirs must not end the quotation.
    let safe = shown::escaped(start).replace('"', "\\\"");
    format!("\"{}{cut}\"", shown::without_root_keys(&safe))
}

/// Names that others wrote, as a list.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names = names.into_iter();
    let first: Vec<String> = names.by_ref().take(NAMES).map(quoted).collect();
    match names.count() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// A count with the word for it.
pub(super) fn count(number: u64, one: &str, many: &str) -> String {
    let word = if number == 1 { one } else { many };
    format!("{} {word}", grouped(number))
}

/// A number as people read it: `1,234,567`.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A moment in Unix milliseconds, in UTC, to the minute.
pub(super) fn moment(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).map_or_else(
        |_| "a time that no calendar has".to_owned(),
        |moment| moment.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// A span of so many milliseconds, in its largest unit.
pub(super) fn span(milliseconds: u64) -> String {
    const UNITS: [(u64, &str, &str); 4] = [
        (86_400_000, "day", "days"),
        (3_600_000, "hour", "hours"),
        (60_000, "minute", "minutes"),
        (1000, "second", "seconds"),
    ];
    for (length, one, many) in UNITS {
        if milliseconds >= length {
            return count(milliseconds / length, one, many);
        }
    }
    format!("{milliseconds} ms")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_stays_in_its_quotation() {
        assert_eq!(quoted("demo"), "\"demo\"");
        assert_eq!(
            quoted("a\" (api_1)? Yes.\nIt is"),
            "\"a\\\" (api_1)? Yes.\\nIt is\""
        );
        assert_eq!(quoted("x\u{202e}y"), "\"x\\u{202e}y\"");
        assert_eq!(quoted(&"x".repeat(100)), format!("\"{}…\"", "x".repeat(64)));
        assert_eq!(quoted("unkey_3ZZZrootkeyzzz"), "\"unke…\"");
    }

    #[test]
    fn long_lists_are_counted() {
        let letters: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        let told = names(letters.iter().map(String::as_str));
        assert!(told.ends_with("\"9\" and 2 more"), "{told}");
        assert_eq!(names(["a", "b"]), "\"a\", \"b\"");
    }

    #[test]
    fn numbers_moments_and_spans_are_for_people() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(moment(0), "1970-01-01 00:00 UTC");
        assert_eq!(moment(i64::MAX), "a time that no calendar has");
        assert_eq!(span(61_000), "1 minute");
        assert_eq!(span(3 * 86_400_000), "3 days");
        assert_eq!(span(7), "7 ms");
    }
}
