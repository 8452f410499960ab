//! Faults on demand: with the Cargo feature `planted-faults`, which no release has, tests make the
//! server panic and see that it goes on.

use serde_json::Value;

/// The text that plants a fault wherever it stands in a call's arguments.
const WORD: &str = "planted_panic";

/// Panics where a field of `body` holds [`WORD`] and behind it whatever a panic's message may hold.
pub(crate) fn strike(body: &Value) {
    if !cfg!(feature = "planted-faults") {
        return;
    }
    let texts = body.as_object().into_iter().flatten();
    for text in texts.filter_map(|(_, value)| value.as_str()) {
        strike_text(text);
    }
}

/// Panics where `text` begins with [`WORD`].
pub(crate) fn strike_text(text: &str) {
    if cfg!(feature = "planted-faults") {
        assert!(!text.starts_with(WORD), "a fault that quotes {text}");
    }
}
