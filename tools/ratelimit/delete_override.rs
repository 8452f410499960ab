//! `ratelimit_delete_override` · `POST /v2/ratelimit.deleteOverride`

use crate::prelude::*;

/// Deletes an override; the limit that each check brings applies again.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeleteOverride {
    /// Name or id.
    #[schemars(length(min = 1, max = 512))]
    pub namespace: String,
    /// As stored, `*` and all: see `ratelimit_list_overrides`.
    #[schemars(length(min = 1, max = 512))]
    pub identifier: String,
}

impl Operation for DeleteOverride {
    type Response = Data<Empty>;
    const NAME: &'static str = "ratelimit_delete_override";
    const ENDPOINT: &'static str = "ratelimit.deleteOverride";
    const TITLE: &'static str = "Delete rate-limit override";
    const TOOLSET: Toolset = Toolset::Ratelimit;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[Grant::ratelimit("delete_override")];
    const RECOVERY_HINT: &'static str =
        "Look for it with ratelimit_list_overrides; deleting again is safe.";
}
