//! What ties a call to lines elsewhere: its id, and the trace that it belongs to.

use serde::Serialize;

use super::shown;

/// The longest id that is taken from outside.
const MAX_ID_BYTES: usize = 128;

/// The name of a call in logs: the caller's own, where it is fit for a log, else one made here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct RequestId(String);

impl RequestId {
    /// A new one.
    pub fn new() -> Self {
        Self(format!(
            "{:016x}{:016x}",
            fastrand::u64(..),
            fastrand::u64(..)
        ))
    }

    /// What a caller or Unkey sent, where it is short, of safe characters, and no key.
    pub fn parse(text: &str) -> Option<Self> {
        let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte);
        let fit = (1..=MAX_ID_BYTES).contains(&text.len())
            && text.bytes().all(safe)
            && !shown::is_root_key(text);
        fit.then(|| Self(text.to_owned()))
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for RequestId {
    fn default() -> Self {
        Self::new()
    }
}

/// A `traceparent` as the W3C's Trace Context defines it, passed on as it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TraceParent(String);

impl TraceParent {
    /// Reads one. What is none is left out, as the specification asks.
    pub fn parse(text: &str) -> Option<Self> {
        // Later versions may be longer; no more than the known fields is passed on.
        if !text.is_ascii() || text.len() > 512 {
            return None;
        }
        let mut fields = text.split('-');
        let [version, trace, parent, flags] = [(); 4].map(|()| fields.next().unwrap_or_default());
        let hex = |field: &str, length: usize| {
            let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            field.len() == length && field.bytes().all(digit)
        };
        let zero = |field: &str| field.bytes().all(|byte| byte == b'0');
        let fit = hex(version, 2)
            && version != "ff"
            && hex(trace, 32)
            && !zero(trace)
            && hex(parent, 16)
            && !zero(parent)
            && hex(flags, 2)
            && (version != "00" || fields.next().is_none());
        fit.then(|| Self(format!("00-{trace}-{parent}-{flags}")))
    }

    /// The header's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_from_outside_is_taken_where_it_is_fit_for_a_log() {
        let longest = "a".repeat(128);
        for text in [
            "abc",
            "3f0e8d2c-1111-4222-8333-444455556666",
            "a.b_c:d",
            &longest,
        ] {
            assert_eq!(RequestId::parse(text).unwrap().as_str(), text);
        }
        let too_long = "a".repeat(129);
        for text in [
            "",
            "a b",
            "a\tb",
            "é",
            "<script>",
            "unkey_3ZZZrootkeyzzz",
            &too_long,
        ] {
            assert_eq!(RequestId::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_new_id_is_new_and_fit() {
        let (one, other) = (RequestId::new(), RequestId::new());
        assert_ne!(one, other);
        assert_eq!(RequestId::parse(one.as_str()), Some(one));
    }

    #[test]
    fn a_traceparent_is_taken_as_the_specification_says() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";
        assert_eq!(TraceParent::parse(good).unwrap().as_str(), good);
        let later = "01-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-more";
        assert_eq!(TraceParent::parse(later).unwrap().as_str(), good);
        for text in [
            "",
            "00",
            "ff-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
            "00-0AF7651916CD43DD8448EB211C80319C-00f067aa0ba902b7-01",
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-more",
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-0",
            "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01\r\nX: 1",
        ] {
            assert_eq!(TraceParent::parse(text), None, "{text}");
        }
    }
}
