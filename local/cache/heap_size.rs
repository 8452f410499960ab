//! How much memory something takes, near enough to bound what is kept.

use std::mem::size_of;

use serde_json::{Map, Value};
use unkey_tools::types::{Identity, Ratelimit};

use crate::store::{Namespace, RootKey, VerifiableApi, VerifiableKey};

/// What each piece of memory costs beside what is in it.
const PIECE: usize = 16;

/// Something of which many are kept.
pub(crate) trait HeapSize {
    /// The bytes it takes, with all that it owns.
    fn heap_size(&self) -> usize;
}

impl HeapSize for VerifiableKey {
    fn heap_size(&self) -> usize {
        let texts = [&self.id, &self.workspace_id, &self.key_space_id];
        size_of::<Self>()
            + texts.into_iter().chain(&self.name).map(text).sum::<usize>()
            + list(&self.permissions)
            + list(&self.roles)
            + limits(&self.ratelimits)
            + self.meta.as_ref().map_or(0, object)
            + self.identity.as_ref().map_or(0, identity)
    }
}

impl HeapSize for VerifiableApi {
    fn heap_size(&self) -> usize {
        size_of::<Self>() + text(&self.id) + list(&self.allowed_addresses)
    }
}

impl HeapSize for RootKey {
    fn heap_size(&self) -> usize {
        size_of::<Self>() + text(&self.id) + self.permissions.iter().map(item).sum::<usize>()
    }
}

impl HeapSize for Namespace {
    fn heap_size(&self) -> usize {
        let names = self.overrides.keys().map(item).sum::<usize>();
        // An override is a few numbers and two texts, of which one is its name again.
        size_of::<Self>() + 4 * names + 4 * self.patterns.len() * size_of::<String>()
    }
}

fn text(text: &String) -> usize {
    PIECE + text.capacity()
}

fn item(text: &String) -> usize {
    size_of::<String>() + self::text(text)
}

fn list(texts: &[String]) -> usize {
    texts.iter().map(item).sum()
}

fn limits(limits: &[Ratelimit]) -> usize {
    let texts = |limit: &Ratelimit| 2 * PIECE + limit.id.as_str().len() + limit.name.len();
    let limits = limits.iter();
    limits
        .map(|limit| size_of::<Ratelimit>() + texts(limit))
        .sum()
}

fn identity(identity: &Identity) -> usize {
    2 * PIECE
        + identity.id.as_str().len()
        + identity.external_id.len()
        + identity.meta.as_ref().map_or(0, object)
        + limits(identity.ratelimits.as_deref().unwrap_or_default())
}

/// The entries of an object with the hashes by which they are found.
fn object(object: &Map<String, Value>) -> usize {
    let entries = object.iter();
    entries
        .map(|(name, value)| 2 * PIECE + item(name) + size_of::<Value>() + inside(value))
        .sum()
}

/// What a value owns.
fn inside(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(value) => text(value),
        Value::Array(items) => {
            let items = items.iter();
            items.map(|value| size_of::<Value>() + inside(value)).sum()
        }
        Value::Object(entries) => object(entries),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_object_weighs_at_least_what_is_written_in_it() {
        let long = "x".repeat(10_000);
        let value = json!({"a": {"b": [1, long, {"c": long}]}});
        let bytes = inside(&value);
        assert!((20_000..21_000).contains(&bytes), "{bytes}");
    }
}
