//! Reading JSON as leniently as Unkey's server does.
//!
//! JavaScript cuts an emoji in half, and metadata may be nested deeply; `serde_json` refuses both.
//! What it takes is read by it alone; only the rest is looked at again.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde_json::{Map, Value};

/// How deeply arrays and objects may stand in one another. Reading takes no stack, but what is
/// done with the value later does. Unkey's server takes 10,000.
const DEEPEST: usize = 500;

/// How deeply `serde_json` reads.
const SERDE_DEEPEST: usize = 127;

/// Why a text is not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// It is not JSON.
    #[error(transparent)]
    NotJson(#[from] serde_json::Error),
    /// Something in a deeply nested text is not JSON.
    #[error("it is not JSON at byte {0}")]
    NotJsonAt(usize),
    /// It is nested too deeply.
    #[error("it is nested more than {DEEPEST} deep")]
    TooDeep,
}

/// The value in `bytes`. Bytes that are not UTF-8, and halves of surrogate pairs, are read as
/// U+FFFD. Of equal fields the last one counts.
///
/// # Errors
/// [`Unreadable`], which always says why.
pub fn read_json(bytes: &[u8]) -> Result<Value, Unreadable> {
    let refused = match serde_json::from_slice(bytes) {
        Ok(value) => return Ok(value),
        Err(refused) => refused,
    };
    let text = String::from_utf8_lossy(bytes);
    let text = without_half_pairs(&text);
    let depth = depth(&text);
    if depth > DEEPEST {
        Err(Unreadable::TooDeep)
    } else if depth > SERDE_DEEPEST {
        DeepReader { text: &text, at: 0 }.read()
    } else {
        serde_json::from_str(&text).map_err(|_| refused.into())
    }
}

/// `text` with `\ufffd` in the place of every escape that is half of a surrogate pair.
fn without_half_pairs(text: &str) -> Cow<'_, str> {
    let mut whole = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find('\\')) {
        at += found;
        let unit = |at: usize| {
            let digits = text.get(at..)?.strip_prefix("\\u")?.get(..4)?;
            u16::from_str_radix(digits, 16).ok()
        };
        match (unit(at), unit(at + 6)) {
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => at += 12,
            (Some(0xd800..=0xdfff), _) => {
                // Writing to a string does not fail.
                let _ = write!(whole, "{}\\ufffd", text.get(copied..at).unwrap_or_default());
                at += 6;
                copied = at;
            }
            // The letter behind a backslash may be one itself.
            _ => at += 2,
        }
    }
    if copied == 0 {
        return text.into();
    }
    whole.push_str(text.get(copied..).unwrap_or_default());
    whole.into()
}

/// How deeply arrays and objects stand in one another.
fn depth(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    let mut bytes = text.bytes();
    let mut quoted = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => quoted = !quoted,
            b'\\' if quoted => drop(bytes.next()),
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Reads JSON without recursion.
struct DeepReader<'a> {
    text: &'a str,
    at: usize,
}

/// An array or object that has not ended.
enum Open {
    Array(Vec<Value>),
    /// With the name of the field that is being read.
    Object(Map<String, Value>, String),
}

impl DeepReader<'_> {
    fn read(mut self) -> Result<Value, Unreadable> {
        let mut open = Vec::new();
        loop {
            let Some(mut value) = self.begin(&mut open)? else {
                continue;
            };
            // The value is complete. If it was the last of a list or an object, so is that.
            loop {
                let next = self.visible();
                let Some(around) = open.pop() else {
                    return next.map_or(Ok(value), |_| Err(self.unexpected()));
                };
                self.at += 1;
                match (around, next) {
                    (Open::Array(mut items), Some(b',' | b']')) => {
                        items.push(value);
                        value = Value::Array(items);
                    }
                    (Open::Object(mut fields, name), Some(b',' | b'}')) => {
                        fields.insert(name, value);
                        value = Value::Object(fields);
                    }
                    _ => {
                        self.at -= 1;
                        return Err(self.unexpected());
                    }
                }
                if next == Some(b',') {
                    open.push(match value {
                        Value::Object(fields) => Open::Object(fields, self.name()?),
                        Value::Array(items) => Open::Array(items),
                        _ => return Err(self.unexpected()),
                    });
                    break;
                }
            }
        }
    }

    /// Reads a whole value, or the beginning of an array or object that is not empty.
    fn begin(&mut self, open: &mut Vec<Open>) -> Result<Option<Value>, Unreadable> {
        match self.visible() {
            Some(b'[') => {
                self.at += 1;
                if self.visible() == Some(b']') {
                    self.at += 1;
                    return Ok(Some(Value::Array(Vec::new())));
                }
                open.push(Open::Array(Vec::new()));
                Ok(None)
            }
            Some(b'{') => {
                self.at += 1;
                if self.visible() == Some(b'}') {
                    self.at += 1;
                    return Ok(Some(Value::Object(Map::new())));
                }
                let name = self.name()?;
                open.push(Open::Object(Map::new(), name));
                Ok(None)
            }
            _ => self.scalar().map(Some),
        }
    }

    /// The name of a field, and the colon behind it.
    fn name(&mut self) -> Result<String, Unreadable> {
        self.visible();
        let Value::String(name) = self.scalar()? else {
            return Err(self.unexpected());
        };
        if self.visible() != Some(b':') {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(name)
    }

    /// A string, a number or a word.
    fn scalar(&mut self) -> Result<Value, Unreadable> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        match values.next() {
            Some(Ok(value @ (Value::Array(_) | Value::Object(_)))) => {
                drop(value);
                Err(self.unexpected())
            }
            Some(Ok(value)) => {
                self.at += values.byte_offset();
                Ok(value)
            }
            _ => Err(self.unexpected()),
        }
    }

    /// The next byte that is not white space; the reader then stands at it.
    fn visible(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        while let Some(b' ' | b'\t' | b'\r' | b'\n') = bytes.get(self.at) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    const fn unexpected(&self) -> Unreadable {
        Unreadable::NotJsonAt(self.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn nested(by: usize) -> String {
        format!("{}{}", "[".repeat(by), "]".repeat(by))
    }

    fn deeply(text: &str) -> Result<Value, Unreadable> {
        DeepReader { text, at: 0 }.read()
    }

    #[test]
    fn half_a_surrogate_pair_is_one_unknown_letter() {
        for (text, read) in [
            (r#""x\ud83d""#, "x\u{fffd}"),
            (r#""\ude00x""#, "\u{fffd}x"),
            (r#""\ud83d\ude00""#, "\u{1f600}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\ud83d\u0041""#, "\u{fffd}A"),
            (r#""\\ud83d""#, "\\ud83d"),
            (r#""é\uD800é""#, "é\u{fffd}é"),
        ] {
            assert_eq!(read_json(text.as_bytes()).unwrap(), read, "{text}");
        }
        let name = read_json(br#"{"\udead": 1}"#).unwrap();
        assert_eq!(name, json!({"\u{fffd}": 1}));
    }

    #[test]
    fn bytes_that_are_no_text_are_unknown_letters() {
        assert_eq!(read_json(b"\"a\xffb\"").unwrap(), "a\u{fffd}b");
    }

    #[test]
    fn depth_is_bounded_and_nothing_else() {
        for by in [1, 127, 128, 129, DEEPEST] {
            let text = nested(by);
            assert_eq!(read_json(text.as_bytes()).unwrap().to_string(), text);
        }
        for by in [DEEPEST + 1, 100_000] {
            let refused = read_json(nested(by).as_bytes());
            assert!(matches!(refused, Err(Unreadable::TooDeep)), "{by}");
        }
        let brackets = format!("\"{}\\\"\"", "[{".repeat(1_000));
        assert!(read_json(brackets.as_bytes()).is_ok());
    }

    #[test]
    fn what_is_not_json_always_has_a_reason() {
        for text in [
            "",
            " ",
            "{",
            "{}x",
            "1e400",
            "tru",
            "{a:1}",
            "[1,]",
            "\"\\x\"",
            "\"\\ud83\"",
        ] {
            let reason = read_json(text.as_bytes()).unwrap_err().to_string();
            assert!(reason.len() > 5, "{text}: {reason}");
        }
        let broken = nested(200).replace("[]", "[x]");
        let refused = read_json(broken.as_bytes());
        assert!(
            matches!(refused, Err(Unreadable::NotJsonAt(200))),
            "{refused:?}"
        );
    }

    proptest! {
        #[test]
        fn both_ways_of_reading_agree(text in r#"[\[\]{}:,"a0-9.eE\\u -]{0,24}"#) {
            let (one, other) = (serde_json::from_str::<Value>(&text), deeply(&text));
            prop_assert_eq!(one.ok(), other.ok());
        }

        #[test]
        fn whatever_is_written_is_read(items in prop::collection::vec(".{0,8}", 0..4), number: i64) {
            let value = json!({"a": items, "b": [number, {}, [], null], "a b": {"c": true}});
            prop_assert_eq!(deeply(&value.to_string()).unwrap(), value);
        }
    }
}
