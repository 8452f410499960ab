//! The shapes of Unkey's answers, less their `meta`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An answer with `data`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Data<T> {
    /// What was asked for.
    pub data: T,
}

/// `{}`: nothing beside `meta`, or, as [`Data<Empty>`], a `data` that says nothing. Success is all
/// there is to know.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Empty {}

/// `{}` as a field of a request: that it is there is all it says, and it takes no fields.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("additionalProperties" = false))]
pub struct Marker {}

/// One page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Page<T> {
    /// The items, in the order of their ids.
    pub data: Vec<T>,
    /// Where the next page starts.
    pub pagination: Pagination,
}

/// Where the next page of a list starts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Pagination {
    /// Whether there is a next page.
    pub has_more: bool,
    /// Send it back as `cursor` for the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-trusted" = true))]
    pub cursor: Option<String>,
}

impl<T> From<T> for Data<T> {
    fn from(data: T) -> Self {
        Self { data }
    }
}
