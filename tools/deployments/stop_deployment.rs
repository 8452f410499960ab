//! `deployments_stop_deployment` · `POST /v2/deployments.stopDeployment`

use crate::prelude::*;

/// Stops a running preview deployment; its hostnames no longer answer.
///
/// Production cannot be stopped. `deployments_start_deployment` undoes it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StopDeployment {
    /// Deployment id, `d_…`: see `deployments_list_deployments`.
    pub deployment_id: Reference,
}

impl Operation for StopDeployment {
    type Response = Data<Empty>;
    const NAME: &'static str = "deployments_stop_deployment";
    const ENDPOINT: &'static str = "deployments.stopDeployment";
    const TITLE: &'static str = "Stop deployment";
    const TOOLSET: Toolset = Toolset::Deployments;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] = &[Grant::environment("stop_deployment")];
    const RECOVERY_HINT: &'static str = "Read its status with deployments_get_deployment.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
