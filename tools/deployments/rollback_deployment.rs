//! `deployments_rollback_deployment` · `POST /v2/deployments.rollbackDeployment`

use crate::prelude::*;

/// Sends the live production traffic of an app back to this earlier deployment.
///
/// `deploymentId` is the one to go back to; it must be `ready`. Until
/// `deployments_promote_deployment`, new deployments do not take over traffic. Goes on after
/// the answer: ask `deployments_get_deployment`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RollbackDeployment {
    /// Deployment id, `d_…`: see `deployments_list_deployments`.
    pub deployment_id: Reference,
}

impl Operation for RollbackDeployment {
    type Response = Data<Empty>;
    const NAME: &'static str = "deployments_rollback_deployment";
    const ENDPOINT: &'static str = "deployments.rollbackDeployment";
    const TITLE: &'static str = "Roll back to deployment";
    const TOOLSET: Toolset = Toolset::Deployments;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] = &[Grant::environment("rollback_deployment")];
    const RECOVERY_HINT: &'static str = "Read isCurrent with deployments_get_deployment.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
