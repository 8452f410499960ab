//! `ratelimit_get_override` · `POST /v2/ratelimit.getOverride`

use crate::prelude::*;

/// Returns the override that applies to an identifier.
///
/// Matches as a check does: `user_1` may find `user_*`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetOverride {
    /// Name or id.
    #[schemars(length(min = 1, max = 512))]
    pub namespace: String,
    /// Who or what is limited.
    #[schemars(description = "", length(min = 1, max = 512))]
    pub identifier: String,
}

impl Operation for GetOverride {
    type Response = Data<RatelimitOverride>;
    const NAME: &'static str = "ratelimit_get_override";
    const ENDPOINT: &'static str = "ratelimit.getOverride";
    const TITLE: &'static str = "Get rate-limit override";
    const TOOLSET: Toolset = Toolset::Ratelimit;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::ratelimit("read_override")];
    const RECOVERY_HINT: &'static str = "";
}
