//! `deployments_get_deployment` · `POST /v2/deployments.getDeployment`

use super::Deployment;
use crate::prelude::*;

/// Returns a deployment: status, source, hostnames, settings, and what may be done with it now.
///
/// Over at `ready`, `failed`, `skipped`, `stopped`, `superseded` or `cancelled`;
/// `awaiting_approval` waits for a person.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetDeployment {
    /// Deployment id, `d_…`: see `deployments_list_deployments`.
    pub deployment_id: Reference,
}

impl Operation for GetDeployment {
    type Response = Data<Deployment>;
    const NAME: &'static str = "deployments_get_deployment";
    const ENDPOINT: &'static str = "deployments.getDeployment";
    const TITLE: &'static str = "Get deployment of an app";
    const TOOLSET: Toolset = Toolset::Deployments;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::environment("read_deployment")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation(
        "use `deploy_get_deployment`, or the dashboard",
    )];
}
