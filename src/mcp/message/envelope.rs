//! The outermost layer of a message, read in one go with what it holds.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::surrogates;

/// The members that decide what a message is. Twice in one message they would mean one thing to
/// one reader and another to the next.
const DECISIVE: [&str; 6] = ["jsonrpc", "id", "method", "params", "result", "error"];

/// The outermost layer of a JSON text.
#[derive(Debug)]
pub(super) enum Envelope {
    /// What a message is.
    Object {
        members: Map<String, Value>,
        /// A decisive member that is there more than once; the id where it is one of several.
        doubled: Option<&'static str>,
    },
    /// What a batch is.
    Array,
    /// A single value.
    Other,
}

impl Envelope {
    /// Reads `text`. An escape for half a character, as JavaScript leaves it where it cuts an
    /// emoji in two, is taken for U+FFFD.
    pub(super) fn read(text: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(text).or_else(|error| match surrogates::replace_lone(text) {
            Some(mended) => serde_json::from_slice(&mended),
            None => Err(error),
        })
    }
}

impl<'de> Deserialize<'de> for Envelope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(EnvelopeVisitor)
    }
}

struct EnvelopeVisitor;

impl<'de> Visitor<'de> for EnvelopeVisitor {
    type Value = Envelope;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope, A::Error> {
        let mut members = Map::new();
        let mut doubled = None;
        while let Some(name) = map.next_key::<String>()? {
            let decisive = DECISIVE.into_iter().find(|known| *known == name);
            let before = members.insert(name, map.next_value()?);
            if before.is_some() && doubled != Some("id") {
                doubled = decisive.or(doubled);
            }
        }
        Ok(Envelope::Object { members, doubled })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Envelope, A::Error> {
        while items.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Envelope::Array)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Envelope, E> {
        Ok(Envelope::Other)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Envelope, E> {
        Ok(Envelope::Other)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Envelope, E> {
        Ok(Envelope::Other)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Envelope, E> {
        Ok(Envelope::Other)
    }

    fn visit_str<E>(self, _: &str) -> Result<Envelope, E> {
        Ok(Envelope::Other)
    }

    fn visit_unit<E>(self) -> Result<Envelope, E> {
        Ok(Envelope::Other)
    }
}
