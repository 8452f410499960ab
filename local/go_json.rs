//! What Go's JSON parser says about a text that is not JSON.
//!
//! Unkey's server is written in Go and passes these sentences on, so clients may have met them.
//! This only finds the words: whether a body is read at all is decided by the parser that reads it.

use std::fmt::Write as _;

/// Deeper than this Go does not nest.
const DEEPEST: usize = 10_000;

/// The complaint about `text`, or `None` where Go finds nothing wrong with it.
pub(crate) fn complaint(text: &[u8]) -> Option<String> {
    Scanner { text, at: 0 }.scan().err()
}

/// What the value that is being read stands in.
#[derive(Clone, Copy)]
enum Inside {
    Array,
    Object,
}

struct Scanner<'a> {
    text: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn scan(mut self) -> Result<(), String> {
        let mut inside = Vec::new();
        loop {
            let opened = self.value()?;
            if let Some(opened) = opened {
                inside.push(opened);
                if inside.len() > DEEPEST {
                    return Err("exceeded max depth".to_owned());
                }
                let closes = match opened {
                    Inside::Array => b']',
                    Inside::Object => b'}',
                };
                if self.visible() == Some(closes) {
                    self.at += 1;
                    inside.pop();
                } else {
                    if let Inside::Object = opened {
                        self.key()?;
                    }
                    continue;
                }
            }
            // A value is complete: close what ends with it, up to a comma or the end.
            loop {
                let next = self.visible();
                let (closes, after) = match inside.last() {
                    None if next.is_none() => return Ok(()),
                    None => return Err(self.invalid("after top-level value")),
                    Some(Inside::Array) => (b']', "after array element"),
                    Some(Inside::Object) => (b'}', "after object key:value pair"),
                };
                match next {
                    Some(b',') => break,
                    Some(next) if next == closes => {
                        self.at += 1;
                        inside.pop();
                    }
                    Some(_) => return Err(self.invalid(after)),
                    None => return Err(end()),
                }
            }
            self.at += 1;
            if let Some(Inside::Object) = inside.last() {
                self.key()?;
            }
        }
    }

    /// The next byte that is not white space; the scanner then stands at it.
    fn visible(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = self.text.get(self.at) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    /// The byte at which the scanner stands. Go reads a space behind the end, so that numbers end.
    fn byte(&self) -> u8 {
        self.text.get(self.at).copied().unwrap_or(b' ')
    }

    fn invalid(&self, place: &str) -> String {
        format!("invalid character {} {place}", quoted(self.byte()))
    }

    /// Reads a value, or of an array or object the opening bracket.
    fn value(&mut self) -> Result<Option<Inside>, String> {
        let first = self.visible().ok_or_else(end)?;
        match first {
            b'{' => {
                self.at += 1;
                return Ok(Some(Inside::Object));
            }
            b'[' => {
                self.at += 1;
                return Ok(Some(Inside::Array));
            }
            b'"' => self.string()?,
            b'-' | b'0'..=b'9' => self.number()?,
            b't' => self.literal("true")?,
            b'f' => self.literal("false")?,
            b'n' => self.literal("null")?,
            _ => return Err(self.invalid("looking for beginning of value")),
        }
        Ok(None)
    }

    /// Reads an object's key and the colon behind it.
    fn key(&mut self) -> Result<(), String> {
        match self.visible() {
            Some(b'"') => self.string()?,
            Some(_) => return Err(self.invalid("looking for beginning of object key string")),
            None => return Err(end()),
        }
        match self.visible() {
            Some(b':') => self.at += 1,
            Some(_) => return Err(self.invalid("after object key")),
            None => return Err(end()),
        }
        Ok(())
    }

    fn string(&mut self) -> Result<(), String> {
        self.at += 1;
        while let Some(byte) = self.text.get(self.at) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(());
                }
                b'\\' => self.escape()?,
                0..0x20 => return Err(self.invalid("in string literal")),
                _ => self.at += 1,
            }
        }
        Err(end())
    }

    fn escape(&mut self) -> Result<(), String> {
        self.at += 1;
        match self.byte() {
            b'b' | b'f' | b'n' | b'r' | b't' | b'\\' | b'/' | b'"' => self.at += 1,
            b'u' => {
                self.at += 1;
                for _ in 0..4 {
                    if !self.byte().is_ascii_hexdigit() {
                        return Err(self.invalid("in \\u hexadecimal character escape"));
                    }
                    self.at += 1;
                }
            }
            _ => return Err(self.invalid("in string escape code")),
        }
        Ok(())
    }

    fn number(&mut self) -> Result<(), String> {
        if self.byte() == b'-' {
            self.at += 1;
        }
        if self.byte() == b'0' {
            self.at += 1;
        } else {
            self.digits("in numeric literal")?;
        }
        if self.byte() == b'.' {
            self.at += 1;
            self.digits("after decimal point in numeric literal")?;
        }
        if let b'e' | b'E' = self.byte() {
            self.at += 1;
            if let b'+' | b'-' = self.byte() {
                self.at += 1;
            }
            self.digits("in exponent of numeric literal")?;
        }
        Ok(())
    }

    /// Reads one digit or more.
    fn digits(&mut self, place: &str) -> Result<(), String> {
        if !self.byte().is_ascii_digit() {
            return Err(self.invalid(place));
        }
        while self.byte().is_ascii_digit() {
            self.at += 1;
        }
        Ok(())
    }

    fn literal(&mut self, word: &str) -> Result<(), String> {
        for expected in word.bytes() {
            if self.byte() != expected {
                let expected = char::from(expected);
                let place = format!("in literal {word} (expecting '{expected}')");
                return Err(self.invalid(&place));
            }
            self.at += 1;
        }
        Ok(())
    }
}

fn end() -> String {
    "unexpected end of JSON input".to_owned()
}

/// A byte in quotes, as Go shows it: one outside ASCII as the Latin-1 letter with its number.
fn quoted(byte: u8) -> String {
    let mut text = String::from("'");
    match byte {
        b'\'' => text.push_str("\\'"),
        b'\\' => text.push_str("\\\\"),
        7 => text.push_str("\\a"),
        8 => text.push_str("\\b"),
        b'\t' => text.push_str("\\t"),
        b'\n' => text.push_str("\\n"),
        11 => text.push_str("\\v"),
        12 => text.push_str("\\f"),
        b'\r' => text.push_str("\\r"),
        b' '..=b'~' | 0xa1..=0xac | 0xae..=0xff => text.push(char::from(byte)),
        // Writing to a string does not fail.
        0x80.. => drop(write!(text, "\\u{byte:04x}")),
        _ => drop(write!(text, "\\x{byte:02x}")),
    }
    text.push('\'');
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn complaints_are_those_of_go() {
        for (text, words) in [
            ("", "unexpected end of JSON input"),
            ("  ", "unexpected end of JSON input"),
            ("{", "unexpected end of JSON input"),
            (r#"{"a""#, "unexpected end of JSON input"),
            (r#"{"a":"#, "unexpected end of JSON input"),
            (r#"{"a":1"#, "unexpected end of JSON input"),
            (r#"{"a":1,"#, "unexpected end of JSON input"),
            ("[1", "unexpected end of JSON input"),
            ("[1,", "unexpected end of JSON input"),
            (r#""abc"#, "unexpected end of JSON input"),
            ("{}x", "invalid character 'x' after top-level value"),
            ("{} {}", "invalid character '{' after top-level value"),
            ("01", "invalid character '1' after top-level value"),
            ("x", "invalid character 'x' looking for beginning of value"),
            (
                "'a'",
                r"invalid character '\'' looking for beginning of value",
            ),
            ("[,", "invalid character ',' looking for beginning of value"),
            (
                "[1,]",
                "invalid character ']' looking for beginning of value",
            ),
            (
                r#"{"a":}"#,
                "invalid character '}' looking for beginning of value",
            ),
            (
                "{a:1}",
                "invalid character 'a' looking for beginning of object key string",
            ),
            (
                r#"{"a":1,}"#,
                "invalid character '}' looking for beginning of object key string",
            ),
            (r#"{"a" 1}"#, "invalid character '1' after object key"),
            (
                r#"{"a":1 "b":2}"#,
                "invalid character '\"' after object key:value pair",
            ),
            ("[1 2]", "invalid character '2' after array element"),
            (
                "tru",
                "invalid character ' ' in literal true (expecting 'e')",
            ),
            (
                "nul}",
                "invalid character '}' in literal null (expecting 'l')",
            ),
            (
                "False",
                "invalid character 'F' looking for beginning of value",
            ),
            ("-", "invalid character ' ' in numeric literal"),
            ("-a", "invalid character 'a' in numeric literal"),
            (
                "1.",
                "invalid character ' ' after decimal point in numeric literal",
            ),
            (
                "1e}",
                "invalid character '}' in exponent of numeric literal",
            ),
            (r#""\x""#, "invalid character 'x' in string escape code"),
            (
                r#""\u12g4""#,
                r"invalid character 'g' in \u hexadecimal character escape",
            ),
            ("\"a\nb\"", r"invalid character '\n' in string literal"),
            (
                "\u{0}",
                r"invalid character '\x00' looking for beginning of value",
            ),
            ("é", "invalid character 'Ã' looking for beginning of value"),
        ] {
            assert_eq!(complaint(text.as_bytes()).as_deref(), Some(words), "{text}");
        }
    }

    #[test]
    fn go_takes_what_others_refuse() {
        // Half a surrogate pair, bytes that are no UTF-8, and nesting.
        assert_eq!(complaint(br#""\ud800""#), None);
        assert_eq!(complaint(b"\"\xff\""), None);
        let deep = |by: usize| format!("{}{}", "[".repeat(by), "]".repeat(by));
        assert_eq!(complaint(deep(10_000).as_bytes()), None);
        let words = complaint(deep(10_001).as_bytes());
        assert_eq!(words.as_deref(), Some("exceeded max depth"));
    }

    proptest! {
        #[test]
        fn what_serde_reads_is_no_cause_for_complaint(text in r#"[\[\]{}:,"a0-9.eE\\u -]{0,16}"#) {
            let read = serde_json::from_str::<Value>(&text);
            let complaint = complaint(text.as_bytes());
            match read {
                Ok(_) => prop_assert_eq!(complaint, None),
                // Numbers beyond a double and half surrogates are refused for other reasons.
                Err(error) if error.to_string().contains("out of range") => {}
                Err(error) if error.to_string().contains("escape") => {}
                Err(error) if error.to_string().contains("surrogate") => {}
                Err(_) => prop_assert!(complaint.is_some(), "{:?}", text),
            }
        }
    }
}
