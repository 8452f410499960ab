//! `ratelimit_multi_limit` · `POST /v2/ratelimit.multiLimit`

use crate::prelude::*;

/// Checks several rate limits in one call and counts them only if all pass.
///
/// passed is true only when every limit passed; a refusal counts nothing and is no error.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MultiLimit(
    /// The limits to check.
    #[schemars(length(min = 1, max = 100))]
    pub Vec<LimitOne>,
);

/// One limit to check.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LimitOne {
    /// Name or id of the namespace.
    #[schemars(length(min = 1, max = 255))]
    pub namespace: String,
    /// Who or what is limited.
    #[schemars(length(min = 1, max = 255))]
    pub identifier: String,
    /// Requests per window.
    #[schemars(range(min = 1))]
    pub limit: i64,
    /// Window in ms.
    #[schemars(range(min = 1000, max = 2_592_000_000_i64))]
    pub duration: i64,
    /// Default 1.
    #[schemars(range(min = 0))]
    pub cost: Option<i64>,
}

/// The verdicts.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MultiLimited {
    /// Whether all passed.
    pub passed: bool,
    /// One verdict for each limit, in the order sent.
    pub limits: Vec<LimitedOne>,
}

/// One verdict.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct LimitedOne {
    /// The namespace as sent.
    pub namespace: String,
    /// The identifier as sent.
    pub identifier: String,
    /// The limit that was applied.
    pub limit: i64,
    /// Requests left.
    pub remaining: i64,
    /// End of the window, Unix ms.
    pub reset: i64,
    /// Whether it passed.
    pub passed: bool,
    /// The override that was applied.
    pub override_id: Option<OverrideId>,
}

impl Operation for MultiLimit {
    type Response = Data<MultiLimited>;
    const NAME: &'static str = "ratelimit_multi_limit";
    const ENDPOINT: &'static str = "ratelimit.multiLimit";
    const TITLE: &'static str = "Check several rate limits";
    const TOOLSET: Toolset = Toolset::Ratelimit;
    const EFFECT: Effect = Effect::Consume;
    const GRANTS: &'static [Grant] = &[Grant::ratelimit("limit")];
    const AFTERMATH: &'static str =
        "The limits may have been counted: check with cost 0 before you count again.";
}
