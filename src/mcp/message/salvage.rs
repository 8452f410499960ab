//! The id of a message that cannot be read, and parts of one as they were sent.
//!
//! This reads leniently: numbers that are too large, nesting that is too deep, words that are no
//! JSON and a text that breaks off are passed over. It takes one pass and keeps nothing.

use serde_json::Value;

use super::id::MAX_ANSWERED_BYTES;

/// The id of a message, as it was sent: a number or a text, if there is exactly one.
pub(super) fn id(message: &[u8]) -> Option<String> {
    let mut scanner = Scanner { rest: message };
    scanner.take(b'{')?;
    let mut found = None;
    while let Some(name) = scanner.text() {
        scanner.take(b':')?;
        let value = scanner.value();
        if name == b"\"id\"" {
            if found.is_some() {
                return None;
            }
            found = Some(value.and_then(usable));
        }
        if scanner.take(b',').is_none() {
            break;
        }
    }
    found.flatten()
}

/// The value of the last member of that name in an object, as it was sent.
pub(super) fn member<'a>(object: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut scanner = Scanner { rest: object };
    scanner.take(b'{')?;
    let mut found = None;
    while let Some(text) = scanner.text() {
        scanner.take(b':')?;
        let value = scanner.value();
        if text
            .strip_prefix(b"\"")
            .and_then(|text| text.strip_suffix(b"\""))
            == Some(name.as_bytes())
        {
            found = value;
        }
        if scanner.take(b',').is_none() {
            break;
        }
    }
    found
}

/// The text of a value that can be an id.
fn usable(value: &[u8]) -> Option<String> {
    if value.len() > MAX_ANSWERED_BYTES {
        return None;
    }
    let is_one = matches!(
        serde_json::from_slice(value),
        Ok(Value::Number(_) | Value::String(_))
    );
    let text = str::from_utf8(value).ok().filter(|_| is_one);
    text.map(str::to_owned)
}

struct Scanner<'a> {
    rest: &'a [u8],
}

impl<'a> Scanner<'a> {
    /// Passes over white space and then `byte`.
    fn take(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.trim_ascii_start().strip_prefix(&[byte])?;
        Some(())
    }

    /// Passes over a text with its quotes, if it has an end.
    fn text(&mut self) -> Option<&'a [u8]> {
        let start = self.rest.trim_ascii_start();
        let length = text_length(start)?;
        let (text, rest) = start.split_at_checked(length)?;
        self.rest = rest;
        Some(text)
    }

    /// Passes over a value, and returns it if it has an end.
    fn value(&mut self) -> Option<&'a [u8]> {
        let start = self.rest.trim_ascii_start();
        let length = value_length(start);
        let (value, rest) = start.split_at_checked(length.unwrap_or(start.len()))?;
        self.rest = rest;
        length.map(|_| value.trim_ascii_end())
    }
}

/// The length of the text that `bytes` begin with, quotes included.
fn text_length(bytes: &[u8]) -> Option<usize> {
    if bytes.first() != Some(&b'"') {
        return None;
    }
    let mut escaped = false;
    let end = bytes.iter().skip(1).position(|byte| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    });
    end.map(|end| end + 2)
}

/// The length of the value that `bytes` begin with: up to the comma or bracket that is not its own.
fn value_length(bytes: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = 0;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at += text_length(bytes.get(at..)?)?;
                continue;
            }
            b',' if depth == 0 => return Some(at),
            b'{' | b'[' => depth += 1,
            b'}' | b']' => match depth.checked_sub(1) {
                Some(outer) => depth = outer,
                None => return Some(at),
            },
            _ => {}
        }
        at += 1;
    }
}
