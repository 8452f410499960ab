//! `deployments_start_deployment` · `POST /v2/deployments.startDeployment`

use crate::prelude::*;

/// Starts a stopped preview deployment, so that its hostnames answer again.
///
/// Goes on after the answer: ask `deployments_get_deployment`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct StartDeployment {
    /// Deployment id, `d_…`: see `deployments_list_deployments`.
    pub deployment_id: Reference,
}

impl Operation for StartDeployment {
    type Response = Data<Empty>;
    const NAME: &'static str = "deployments_start_deployment";
    const ENDPOINT: &'static str = "deployments.startDeployment";
    const TITLE: &'static str = "Start deployment";
    const TOOLSET: Toolset = Toolset::Deployments;
    const EFFECT: Effect = Effect::Add;
    const GRANTS: &'static [Grant] = &[Grant::environment("start_deployment")];
    const RECOVERY_HINT: &'static str = "Read its status with deployments_get_deployment.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
