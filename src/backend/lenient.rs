//! Reading Unkey's answer where it is not quite JSON.
//!
//! By the time it comes the call was carried out: a letter that cannot be read is no reason to tell
//! the caller that it failed.

use std::fmt::Write as _;

use serde_json::Value;
use unkey_local::read_json;

/// How deeply arrays and objects may stand in one another. Many a client reads 127 levels, and a
/// result puts three around this.
const DEEPEST: usize = 120;

/// What stands in the place of what is nested more deeply.
const CUT: &str = "\"[cut: nested too deeply]\"";

/// The value in `bytes`, or `None` where it has no end or is no JSON in any reading.
///
/// Half a surrogate pair and bytes that are not UTF-8 become U+FFFD; a number beyond those of 64
/// bits, and a word that JSON does not know, become text; what is nested too deeply is cut; a byte
/// order mark and what follows the value are passed over. Of equal fields the last one counts.
pub(super) fn read(bytes: &[u8]) -> Option<Value> {
    if let Ok(value) = serde_json::from_slice(bytes) {
        return Some(value);
    }
    let text = String::from_utf8_lossy(bytes);
    let mended = Mender::default().mend(text.trim_start_matches('\u{feff}'))?;
    read_json(mended.as_bytes()).ok()
}

/// Writes a text anew, so that a reader of JSON takes it. One pass, without recursion.
#[derive(Default)]
struct Mender {
    mended: String,
    depth: usize,
}

impl Mender {
    /// The first value in `text`; `None` where it does not end.
    fn mend(mut self, text: &str) -> Option<String> {
        let mut rest = text.trim_start();
        while let Some(first) = rest.chars().next() {
            let length = match first {
                '"' => self.string(rest)?,
                '{' | '[' => self.open(first),
                '}' | ']' => self.close(first)?,
                ',' => self.copy(","),
                ':' => self.copy(":"),
                _ => self.word(rest)?,
            };
            if self.depth == 0 {
                return Some(self.mended);
            }
            rest = rest.get(length..)?.trim_start();
        }
        None
    }

    /// Copies a text with its quotes, and writes raw control characters in it as escapes.
    fn string(&mut self, rest: &str) -> Option<usize> {
        let mut escaped = false;
        let inside = rest.get(1..)?;
        let end = inside.find(|letter| {
            let ends = letter == '"' && !escaped;
            escaped = letter == '\\' && !escaped;
            ends
        })?;
        let whole = rest.get(..end + 2)?;
        if !whole.contains(char::is_control) {
            return Some(self.copy(whole));
        }
        let mut clean = String::with_capacity(whole.len());
        for letter in whole.chars() {
            if letter < ' ' {
                // Writing to a string does not fail.
                let _ = write!(clean, "\\u{:04x}", u32::from(letter));
            } else {
                clean.push(letter);
            }
        }
        self.copy(&clean);
        Some(whole.len())
    }

    fn open(&mut self, bracket: char) -> usize {
        self.depth += 1;
        if self.depth <= DEEPEST {
            self.mended.push(bracket);
        } else if self.depth == DEEPEST + 1 {
            self.mended.push_str(CUT);
        }
        1
    }

    fn close(&mut self, bracket: char) -> Option<usize> {
        if self.depth <= DEEPEST {
            self.mended.push(bracket);
        }
        self.depth = self.depth.checked_sub(1)?;
        Some(1)
    }

    /// Copies a number or a word of JSON, and makes a text of any other.
    fn word(&mut self, rest: &str) -> Option<usize> {
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "+-._".contains(letter);
        let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let word = rest.get(..length).filter(|word| !word.is_empty())?;
        if serde_json::from_str::<Value>(word).is_ok() {
            self.copy(word);
        } else {
            self.copy(&format!("\"{word}\""));
        }
        Some(length)
    }

    fn copy(&mut self, text: &str) -> usize {
        if self.depth <= DEEPEST {
            self.mended.push_str(text);
        }
        text.len()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_plainly_meant_is_read() {
        for (text, value) in [
            (&br#"{"a": "x\ud83d"}"#[..], json!({"a": "x\u{fffd}"})),
            (br#"{"\udead": 1}"#, json!({"\u{fffd}": 1})),
            (b"{\"a\": \"x\xff\"}", json!({"a": "x\u{fffd}"})),
            (b"\xef\xbb\xbf{\"a\": 1}", json!({"a": 1})),
            (
                br#"{"a": 1e400, "b": -1e999}"#,
                json!({"a": "1e400", "b": "-1e999"}),
            ),
            (
                br#"{"a": NaN, "b": [-Infinity, 007]}"#,
                json!({"a": "NaN", "b": ["-Infinity", "007"]}),
            ),
            (
                br#"{"a": 1, "a": 2, "b": 1e400}"#,
                json!({"a": 2, "b": "1e400"}),
            ),
            (b"{\"a\": \"line\nbreak\"}", json!({"a": "line\nbreak"})),
            (br#"{"a": {}} trailing"#, json!({"a": {}})),
            (br#"{"a": []}{"b": 1}"#, json!({"a": []})),
            (br#" {"a": "\\\"}]"} "#, json!({"a": "\\\"}]"})),
        ] {
            let shown = String::from_utf8_lossy(text);
            assert_eq!(read(text), Some(value), "{shown}");
        }
    }

    #[test]
    fn what_is_nested_too_deeply_is_cut_and_the_rest_is_there() {
        for by in [121, 127, 128, 300, 100_000] {
            let (open, close) = ("[".repeat(by), "]".repeat(by));
            let text = format!("{{\"meta\": {open}\"}}\"{close}, \"data\": {{\"key\": 1e400}}}}");
            let value = read(text.as_bytes()).unwrap();
            assert_eq!(value["data"]["key"], "1e400", "{by}");
            assert_eq!(value.to_string().matches("[cut").count(), 1, "{by}");
        }
    }

    #[test]
    fn what_has_no_end_is_not_read() {
        for text in [
            "",
            " ",
            "{",
            "{\"a\": ",
            "{\"a\": \"x",
            "{\"a\": [1, 2",
            "}",
            "{\"a\" 1}",
            "{1: 2}",
            "{\"a\": 1]",
            "{'a': 1}",
            "<html>",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn what_is_json_is_read_as_it_is() {
        let value =
            json!({"a": ["\u{7f}\n\"\\", ""], "b": [-1, 1.5, {}, [], null], "a b": {"c": true}});
        let mended = Mender::default().mend(&value.to_string()).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&mended).unwrap(), value);
    }

    #[test]
    fn nothing_makes_it_panic() {
        let letters: Vec<char> = "[]{}:,\"a0-9.eE\\u é\n".chars().collect();
        let mut random = fastrand::Rng::with_seed(1);
        for _ in 0..20_000 {
            let length = random.usize(..40);
            let text: String = (0..length)
                .map(|_| letters[random.usize(..letters.len())])
                .collect();
            read(text.as_bytes());
            read(&text.as_bytes()[text.len() / 2..]);
        }
    }
}
