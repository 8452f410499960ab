//! `gateway_update_policy` · `POST /v2/gateway.updatePolicy`

use super::{Firewall, KeyAuth, Logging, Match, PolicyRatelimit};
use crate::prelude::*;

/// Changes one gateway policy in its place; what you leave out stays.
///
/// Live requests are judged by it at once. Send at most one of `keyauth`, `ratelimit`,
/// `firewall`, `openapi` and `logging`: it replaces what the policy did.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend(
    "x-at-most-one-of" = ["keyauth", "ratelimit", "firewall", "openapi", "logging"],
    "x-some-of" = ["name", "enabled", "match", "keyauth", "ratelimit", "firewall", "openapi", "logging"]
))]
pub struct UpdatePolicy {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
    /// From `gateway_list_policies`.
    #[schemars(length(min = 1, max = 512))]
    pub policy_id: String,
    /// Label for people.
    #[schemars(length(min = 1, max = 256))]
    pub name: Option<String>,
    /// false: passed over.
    pub enabled: Option<bool>,
    /// Which requests; all of these must fit. Cleared: all requests.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(length(max = 10))]
    pub r#match: Patch<Vec<Match>>,
    /// Asks for a key.
    pub keyauth: Option<KeyAuth>,
    /// Limits requests.
    pub ratelimit: Option<PolicyRatelimit>,
    /// Refuses requests.
    pub firewall: Option<Firewall>,
    /// `{}`: checks requests against the app's OpenAPI document.
    pub openapi: Option<Marker>,
    /// Logs more of each request.
    pub logging: Option<Logging>,
}

impl Operation for UpdatePolicy {
    type Response = Data<Empty>;
    const NAME: &'static str = "gateway_update_policy";
    const ENDPOINT: &'static str = "gateway.updatePolicy";
    const TITLE: &'static str = "Update gateway policy";
    const TOOLSET: Toolset = Toolset::Gateway;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[Grant::environment("update_policy")];
    const RECOVERY_HINT: &'static str = "Read it with gateway_list_policies.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
