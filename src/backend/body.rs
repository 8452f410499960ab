//! The body of a request to Unkey.

use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::ser::{CompactFormatter, Formatter};
use serde_json::{Serializer, Value};

/// From here on `serde_json` gives whole numbers an exponent.
const EXPONENT: f64 = 1e16;

/// Up to here programs that write JSON give them none.
const DIGITS: f64 = 1e21;

/// `body` as JSON, with numbers as they are written by nearly everyone.
pub(super) fn json(body: &Value) -> Vec<u8> {
    let mut json = Vec::with_capacity(128);
    // Neither a value nor memory refuses.
    let _ = body.serialize(&mut Serializer::with_formatter(&mut json, Written));
    json
}

/// Compact JSON, apart from whole numbers that no integer of 64 bits holds, and `-0`.
struct Written;

impl Formatter for Written {
    fn write_f64<W: Write + ?Sized>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        let is_negative_zero = value == 0.0 && value.is_sign_negative();
        if is_negative_zero || (EXPONENT..DIGITS).contains(&value.abs()) {
            write!(writer, "{value}")
        } else {
            CompactFormatter.write_f64(writer, value)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_the_form_that_they_were_written_in() {
        for text in [
            "-0",
            "1.0",
            "0.1",
            "1e+21",
            "2.5e-7",
            "18446744073709551615",
            "-9223372036854775808",
            "100000000000000000000",
            "-12345678901234567000",
            "{\"a\":[20000000000000000000,\"1e400\",null,true]}",
        ] {
            let value: Value = serde_json::from_str(text).unwrap();
            assert_eq!(json(&value), text.as_bytes());
        }
    }
}
