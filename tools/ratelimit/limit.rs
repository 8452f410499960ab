//! `ratelimit_limit` · `POST /v2/ratelimit.limit`

use crate::prelude::*;

/// Checks whether an identifier may act now, and counts it if so.
///
/// A refusal is a success with `success` false and counts nothing. A new namespace is created; an
/// override wins over `limit` and `duration`. Limits of a key:
/// `keys_verify_key`.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Limit {
    /// Name or id, such as `email.send`.
    #[schemars(length(min = 1, max = 512))]
    pub namespace: String,
    /// Such as a user id.
    #[schemars(length(min = 1, max = 512))]
    pub identifier: String,
    /// Uses per `duration`.
    #[schemars(range(min = 1))]
    pub limit: i64,
    /// In ms.
    #[schemars(range(min = 1000, max = 2_592_000_000_i64))]
    pub duration: i64,
    /// Default 1; 0 only looks.
    #[schemars(range(min = 0))]
    pub cost: Option<i64>,
}

/// The verdict.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limited {
    /// The limit that was applied.
    pub limit: i64,
    /// Uses left.
    pub remaining: i64,
    /// End of the window, Unix ms.
    pub reset: i64,
    /// Whether it passed.
    pub success: bool,
    /// The override that was applied.
    pub override_id: Option<OverrideId>,
}

impl Operation for Limit {
    type Response = Data<Limited>;
    const NAME: &'static str = "ratelimit_limit";
    const ENDPOINT: &'static str = "ratelimit.limit";
    const TITLE: &'static str = "Check a rate limit";
    const TOOLSET: Toolset = Toolset::Ratelimit;
    const EFFECT: Effect = Effect::Consume;
    const GRANTS: &'static [Grant] = &[
        Grant::ratelimit("limit"),
        Grant::ratelimit("create_namespace")
            .everywhere()
            .when("new namespace"),
    ];
    const RECOVERY_HINT: &'static str =
        "It may have been counted: call ratelimit_limit with cost 0 to see what is left.";
}
