//! `gateway_set_policies` · `POST /v2/gateway.setPolicies`

use super::NewPolicy;
use crate::prelude::*;

/// Makes an environment's gateway policies exactly these, and removes all others.
///
/// Live requests are judged by them at once, in order; the first refusal ends a request. `[]`
/// lets every request through, without keys or limits. Each has exactly one of `keyauth`,
/// `ratelimit`, `firewall`, `openapi` and `logging`. Ids change: read first with
/// `gateway_list_policies`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetPolicies {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
    /// All policies, in order.
    #[schemars(length(max = 50))]
    pub policies: Vec<NewPolicy>,
}

impl Operation for SetPolicies {
    type Response = Data<Empty>;
    const NAME: &'static str = "gateway_set_policies";
    const ENDPOINT: &'static str = "gateway.setPolicies";
    const TITLE: &'static str = "Set gateway policies";
    const TOOLSET: Toolset = Toolset::Gateway;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[Grant::environment("set_policies")];
    const RECOVERY_HINT: &'static str =
        "Read them with gateway_list_policies; setting again is safe.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
