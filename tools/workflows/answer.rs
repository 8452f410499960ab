//! The shape of every workflow's answer.

use crate::prelude::*;
use crate::reply::Pagination;

/// An answer of a workflow: Unkey's envelope, less its `meta`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Answer<T> {
    /// The same in a few sentences.
    #[schemars(extend("x-trusted" = true))]
    pub summary: Option<String>,
    /// What was found or done.
    pub data: T,
    /// Where the next page starts, where there are pages.
    pub pagination: Option<Pagination>,
}
