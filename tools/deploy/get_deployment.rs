//! `deploy_get_deployment` · `POST /v2/deploy.getDeployment`

use crate::prelude::*;

/// Returns the status and hostnames of a deployment.
///
/// Over at READY, FAILED, SKIPPED, STOPPED, SUPERSEDED or CANCELLED; `AWAITING_APPROVAL` waits for a
/// person.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-open" = true))]
pub struct GetDeployment {
    /// From `deploy_create_deployment`, `d_…`.
    #[schemars(with = "String", length(min = 1), regex(pattern = "^d_[a-zA-Z0-9]+$"))]
    pub deployment_id: DeploymentId,
}

/// A deployment.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// Names the deployment.
    pub id: DeploymentId,
    /// How far it is, such as READY.
    #[schemars(extend("enum" = ["UNSPECIFIED", "PENDING", "STARTING", "BUILDING", "DEPLOYING", "NETWORK", "FINALIZING", "READY", "FAILED", "SKIPPED", "AWAITING_APPROVAL", "STOPPED", "SUPERSEDED", "CANCELLED"]))]
    pub status: String,
    /// Why it failed.
    pub error_message: Option<String>,
    /// Where it answers.
    pub hostnames: Option<Vec<String>>,
    /// What it has been through.
    pub steps: Option<Vec<DeploymentStep>>,
}

/// A step of a deployment.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentStep {
    /// What it reached.
    #[schemars(extend("x-trusted" = true))]
    pub status: Option<String>,
    /// What happened.
    pub message: Option<String>,
    /// Why it failed.
    pub error_message: Option<String>,
    /// When, Unix ms.
    pub created_at: Option<i64>,
}

impl Operation for GetDeployment {
    type Response = Data<Deployment>;
    const NAME: &'static str = "deploy_get_deployment";
    const ENDPOINT: &'static str = "deploy.getDeployment";
    const TITLE: &'static str = "Get deployment";
    const TOOLSET: Toolset = Toolset::Deploy;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::project("read_deployment")];
    const DEPRECATED: bool = true;
    const RECOVERY_HINT: &'static str = "";
}
