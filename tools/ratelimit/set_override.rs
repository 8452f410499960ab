//! `ratelimit_set_override` · `POST /v2/ratelimit.setOverride`

use crate::prelude::*;

/// Gives an identifier, or all that match a pattern, a limit of its own.
///
/// Replaces the override of the same identifier. The namespace must exist: `ratelimit_limit`
/// creates it. One deleted before may stay deleted: check with `ratelimit_get_override`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetOverride {
    /// Name or id.
    #[schemars(length(min = 1, max = 512))]
    pub namespace: String,
    /// Exact, or with `*` for any text (`premium_*`); exact ones win.
    #[schemars(length(min = 1, max = 512))]
    pub identifier: String,
    /// Uses per `duration`; not 0, which some servers fail on.
    #[schemars(range(min = 0))]
    pub limit: i64,
    /// In ms.
    #[schemars(range(min = 1000))]
    pub duration: i64,
}

/// The override that was stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StoredOverride {
    /// Names the override.
    pub override_id: OverrideId,
}

impl Operation for SetOverride {
    type Response = Data<StoredOverride>;
    const NAME: &'static str = "ratelimit_set_override";
    const ENDPOINT: &'static str = "ratelimit.setOverride";
    const TITLE: &'static str = "Set rate-limit override";
    const TOOLSET: Toolset = Toolset::Ratelimit;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[Grant::ratelimit("set_override")];
    const RECOVERY_HINT: &'static str = "Read it with ratelimit_get_override.";
}
