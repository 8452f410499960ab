//! Moments.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use crate::schema::TIME;

/// A moment in Unix ms, in a request.
///
/// A field of this type has a twin that takes the moment in words: `expiresAt` beside `expires`. It
/// is made for the field wherever that stands, and never reaches Unkey.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(i64);

impl UnixTime {
    /// The moment in Unix ms.
    pub const fn millis(self) -> i64 {
        self.0
    }
}

impl From<i64> for UnixTime {
    fn from(millis: i64) -> Self {
        Self(millis)
    }
}

impl JsonSchema for UnixTime {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "UnixTime".into()
    }

    /// An integer, marked as one that has a twin: see `schema/twins.rs`.
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = i64::json_schema(generator);
        schema.insert(TIME.to_owned(), true.into());
        schema
    }
}
