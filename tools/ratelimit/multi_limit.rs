//! `ratelimit_multi_limit` · `POST /v2/ratelimit.multiLimit`

use super::Limit;
use crate::prelude::*;

/// Checks several rate limits in one call and counts them only if all pass.
///
/// A refusal is a success with `passed` false; the `passed` of each limit says which refused.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct MultiLimit(
    /// The limits to check.
    #[schemars(length(min = 1, max = 100))]
    pub Vec<Limit>,
);

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
    #[schemars(length(min = 1, max = 512))]
    pub namespace: String,
    /// The identifier as sent.
    #[schemars(length(min = 1, max = 512))]
    pub identifier: String,
    /// The limit that was applied.
    pub limit: i64,
    /// Uses left.
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
    const GRANTS: &'static [Grant] = &[
        Grant::ratelimit("limit"),
        Grant::ratelimit("create_namespace")
            .everywhere()
            .when("new namespace"),
    ];
    const RECOVERY_HINT: &'static str = "They may have been counted: call ratelimit_multi_limit with cost 0 to see what is left of each.";
}
