//! `deploy_create_deployment` · `POST /v2/deploy.createDeployment`

use crate::prelude::*;

/// Deploys a container image to an environment of an app, as servers of June 2026 take it.
///
/// Newer ones: `deployments_create_deployment`. In production it takes over live traffic. Goes on after the answer: ask `deploy_get_deployment` how it went.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-open" = true))]
pub struct CreateDeployment {
    /// Project slug.
    #[schemars(length(min = 1))]
    pub project: String,
    /// App slug.
    #[schemars(length(min = 1))]
    pub app: String,
    /// Such as `production`.
    #[schemars(length(min = 1))]
    pub environment_slug: String,
    /// Such as `ghcr.io/acme/api:1.4`.
    #[schemars(length(min = 1))]
    pub docker_image: String,
    /// Git branch.
    #[schemars(length(min = 1))]
    pub branch: String,
    /// Key space for its requests, `ks_…`.
    pub keyspace_id: Option<String>,
    /// Shown beside it.
    pub git_commit: Option<GitCommit>,
}

/// The commit that an image was built from.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-open" = true))]
pub struct GitCommit {
    /// Full hash.
    pub commit_sha: Option<String>,
    /// Message.
    pub commit_message: Option<String>,
    /// Author's handle.
    pub author_handle: Option<String>,
    /// Author's picture.
    pub author_avatar_url: Option<String>,
    /// Unix ms.
    pub timestamp: Option<UnixTime>,
}

/// The new deployment.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedDeployment {
    /// Names the deployment.
    pub deployment_id: DeploymentId,
}

impl Operation for CreateDeployment {
    type Response = Data<CreatedDeployment>;
    const NAME: &'static str = "deploy_create_deployment";
    const ENDPOINT: &'static str = "deploy.createDeployment";
    const TITLE: &'static str = "Deploy an image";
    const TOOLSET: Toolset = Toolset::Deploy;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] = &[Grant::project("create_deployment")];
    const DEPRECATED: bool = true;
    const RECOVERY_HINT: &'static str = "No tool lists deployments: look in Unkey's dashboard before you call deploy_create_deployment again.";
}
