//! JSON with numbers as Unkey's server writes them: in full from a millionth up to 10^21, with an
//! exponent only beyond, and without a fraction where there is none.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::Serializer;
use serde_json::ser::Formatter;

/// From here on numbers have an exponent.
const LARGE: f64 = 1e21;

/// Below this they have one, too.
const SMALL: f64 = 1e-6;

/// The value as JSON.
pub(crate) fn to_json<T: Serialize + ?Sized>(value: &T) -> serde_json::Result<Vec<u8>> {
    let mut json = Vec::with_capacity(128);
    value.serialize(&mut Serializer::with_formatter(&mut json, InFull))?;
    Ok(json)
}

/// Whether JSON `text` has a negative zero that is no integer, as `-0.0` and `-1e-400` are: once they
/// are read, they cannot be told from `-0`, which is one.
pub(crate) fn has_fractional_zero(text: &[u8]) -> bool {
    // Hardly a body has a minus at all.
    text.contains(&b'-')
        && str::from_utf8(text).is_ok_and(|text| {
            unkey_tools::numbers(text).any(|number| {
                number != "-0" && number.starts_with('-') && number.parse() == Ok(0.0)
            })
        })
}

/// Compact JSON, apart from numbers with a fraction as `serde_json` writes it.
struct InFull;

impl Formatter for InFull {
    fn write_f64<W: Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let size = value.abs();
        if size >= LARGE {
            let text = format!("{value:e}");
            writer.write_all(text.replace('e', "e+").as_bytes())
        } else if size < SMALL && size > 0.0 {
            write!(writer, "{value:e}")
        } else {
            write!(writer, "{value}")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn numbers_are_written_in_full_as_long_as_that_is_readable() {
        for (value, written) in [
            (
                json!(12_345_678_901_234_567_168_f64),
                "12345678901234567000",
            ),
            (json!(1e20), "100000000000000000000"),
            (json!(1e21), "1e+21"),
            (json!(-2.5e30), "-2.5e+30"),
            (json!(1.0), "1"),
            (json!(-0.0), "-0"),
            (json!(0.1), "0.1"),
            (json!(0.000_001), "0.000001"),
            (json!(1.5e-7), "1.5e-7"),
            (
                json!({"a": [5, -5, u64::MAX]}),
                r#"{"a":[5,-5,18446744073709551615]}"#,
            ),
        ] {
            assert_eq!(to_json::<Value>(&value).unwrap(), written.as_bytes());
        }
    }
}
