//! `gateway_list_policies` · `POST /v2/gateway.listPolicies`

use super::StoredPolicy;
use crate::prelude::*;

/// Lists an environment's gateway policies in the order in which they are applied.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListPolicies {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
}

impl Operation for ListPolicies {
    type Response = Data<Vec<StoredPolicy>>;
    const NAME: &'static str = "gateway_list_policies";
    const ENDPOINT: &'static str = "gateway.listPolicies";
    const TITLE: &'static str = "List gateway policies";
    const TOOLSET: Toolset = Toolset::Gateway;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::environment("read_policies")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
