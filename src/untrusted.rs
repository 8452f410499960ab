//! What others wrote, named, and made fit to be read.

use serde_json::{Map, Value};
use unkey_tools::Entry;

use crate::observe::shown;

/// The field that names the parts of an answer that others than Unkey wrote.
const UNTRUSTED: &str = "untrusted";

/// Names what others wrote in an answer, before the parts themselves, and shows the characters in it
/// that nobody would see.
pub fn mark(entry: &Entry, envelope: &mut Value) {
    let paths = entry.untrusted(envelope);
    if let (false, Value::Object(members)) = (paths.is_empty(), &mut *envelope) {
        members.shift_insert(0, UNTRUSTED.to_owned(), paths.into());
    }
    show(envelope);
}

/// Shows the characters that nobody would see, in all texts.
pub fn show(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(shown) = shown::visible(text) {
                *text = shown;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(show),
        Value::Object(members) => {
            show_names(members);
            members.values_mut().for_each(show);
        }
        _ => {}
    }
}

fn show_names(members: &mut Map<String, Value>) {
    if members.keys().all(|name| shown::visible(name).is_none()) {
        return;
    }
    let named = std::mem::take(members).into_iter();
    *members = named
        .map(|(name, member)| (shown::visible(&name).unwrap_or(name), member))
        .collect();
}
