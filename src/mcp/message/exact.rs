//! Numbers of a call that Unkey would get as others.

use std::borrow::Cow;

use unkey_tools::{inexact, inexact_words};

use super::refusal::Mistake;
use super::salvage::member;

/// Refuses a call of which a number would not arrive as it is written in `text`.
pub(super) fn check(method: &str, text: &[u8]) -> Result<(), Mistake> {
    if method != "tools/call" {
        return Ok(());
    }
    let arguments = member(text, "params").and_then(|params| member(params, "arguments"));
    // Bytes that are no text are read as U+FFFD, which no number has.
    let arguments = arguments.map_or(Cow::Borrowed(""), String::from_utf8_lossy);
    match inexact(&arguments) {
        Some(number) => Err(Mistake::of_params(inexact_words(number))),
        None => Ok(()),
    }
}
