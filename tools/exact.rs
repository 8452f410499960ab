//! Numbers that would change on their way from a client to Unkey.
//!
//! In between they are integers of 64 bits or doubles, as in most programs. What none of these holds
//! would arrive as another number.

use serde_json::Number;

use crate::shorten::shorten;

/// The longest number without an exponent that a double always gives back.
const ALWAYS_KEPT: usize = 15;

/// The first number in JSON `text` that would not be passed on as it is written, if there is one.
pub fn inexact(text: &str) -> Option<&str> {
    numbers(text).find(|number| !is_kept(number))
}

/// The numbers in JSON `text`, as they are written.
pub fn numbers(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find(|letter| letter == '"' || is_first(letter))?;
            rest = rest.get(at..)?;
            if !rest.starts_with('"') {
                break;
            }
            rest = rest.get(string_length(rest)..)?;
        }
        let length = rest.find(|letter| !is_part(letter));
        let (number, after) = rest.split_at_checked(length.unwrap_or(rest.len()))?;
        rest = after;
        Some(number)
    })
}

/// What a client is told of such a number.
pub fn inexact_words(number: &str) -> String {
    format!(
        "the number {} would become another on its way: it is beyond what 64 bits or a double \
         hold; send it as text, in quotes, or with fewer digits",
        shorten(number)
    )
}

fn is_first(letter: char) -> bool {
    letter == '-' || letter.is_ascii_digit()
}

fn is_part(letter: char) -> bool {
    letter.is_ascii_digit() || "+-.eE".contains(letter)
}

/// The length of the string that `text` begins with, quotes included, or of all that there is of it.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().skip(1).position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |end| end + 2)
}

/// Whether a number is the same once it was read and written. What is no number is for others to tell.
fn is_kept(number: &str) -> bool {
    let is_short = number.len() <= ALWAYS_KEPT && !number.contains(['e', 'E']);
    is_short
        || match serde_json::from_str::<Number>(number) {
            Ok(read) => Decimal::of(number) == Decimal::of(&read.to_string()),
            // Either it is no JSON, or it is beyond all doubles.
            Err(_) => !number.parse::<f64>().is_ok_and(f64::is_infinite),
        }
}

/// A number as its significant digits and the power of ten of the last.
#[derive(PartialEq, Eq)]
struct Decimal {
    is_negative: bool,
    digits: String,
    power: i64,
}

impl Decimal {
    fn of(number: &str) -> Self {
        let unsigned = number.strip_prefix('-');
        let (mantissa, exponent) = unsigned
            .unwrap_or(number)
            .split_once(['e', 'E'])
            .unwrap_or((unsigned.unwrap_or(number), "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let kept = all.trim_end_matches('0');
        let dropped = count(all.len() - kept.len());
        let digits = kept.trim_start_matches('0').to_owned();
        let power = exponent.parse::<i64>().unwrap_or(i64::MAX);
        Self {
            is_negative: unsigned.is_some(),
            // Zero is zero whatever its power.
            power: if digits.is_empty() {
                0
            } else {
                power
                    .saturating_add(dropped)
                    .saturating_sub(count(fraction.len()))
            },
            digits,
        }
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_64_bits_or_a_double_hold_is_kept() {
        for number in [
            "0",
            "-0",
            "-0.0",
            "7",
            "1.0",
            "1e2",
            "1E+2",
            "0.1",
            "0.30000000000000004",
            "18446744073709551615",
            "-9223372036854775808",
            "12345678901234567000",
            "100000000000000000000",
            "1e300",
            "-2.5e-7",
            "5e-324",
            "0e999999999999999999999",
            "1.7976931348623157e308",
        ] {
            assert_eq!(inexact(number), None, "{number}");
        }
    }

    #[test]
    fn what_would_become_another_number_is_found() {
        for number in [
            "18446744073709551616",
            "18446744073709551617",
            "-9223372036854775809",
            "1e400",
            "-1e400",
            "1e-400",
            "3.14159265358979323846",
            "9007199254740993.0",
            "123456789012345678901234567890",
            "1e99999999999999999999",
        ] {
            assert_eq!(inexact(number), Some(number));
            let inside = format!("{{\"a\": [1, {number}, \"x\"]}}");
            assert_eq!(inexact(&inside), Some(number), "{inside}");
        }
    }

    #[test]
    fn what_stands_in_a_text_or_is_no_number_is_passed_over() {
        for text in [
            "",
            "{}",
            r#""1e400""#,
            r#"{"1e400": "\\"}"#,
            r#"["\"1e400"]"#,
            r#""1e400"#,
            "1-2",
            "1e",
            "--1",
            "+",
        ] {
            assert_eq!(inexact(text), None, "{text}");
        }
    }
}
