//! `deployments_promote_deployment` · `POST /v2/deployments.promoteDeployment`

use crate::prelude::*;

/// Sends the live production traffic of an app to this deployment instead of the current one.
///
/// It must be `ready` and of production. Promoting the current one after a rollback lets new
/// deployments take over traffic again. Goes on after the answer: ask
/// `deployments_get_deployment`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PromoteDeployment {
    /// Deployment id, `d_…`: see `deployments_list_deployments`.
    pub deployment_id: Reference,
}

impl Operation for PromoteDeployment {
    type Response = Data<Empty>;
    const NAME: &'static str = "deployments_promote_deployment";
    const ENDPOINT: &'static str = "deployments.promoteDeployment";
    const TITLE: &'static str = "Promote deployment";
    const TOOLSET: Toolset = Toolset::Deployments;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] = &[Grant::environment("promote_deployment")];
    const RECOVERY_HINT: &'static str = "Read isCurrent with deployments_get_deployment.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
