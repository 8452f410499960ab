//! `deploy_create_deployment` · `POST /v2/deploy.createDeployment`

use crate::prelude::*;

/// Deploys a container image to an environment of an app.
///
/// Answers at once and goes on in the background: ask `deploy_get_deployment` how it went.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateDeployment {
    /// Slug of the project.
    pub project: String,
    /// Slug of the app in it.
    pub app: String,
    /// Such as production or preview.
    pub environment_slug: String,
    /// Image to run, such as `ghcr.io/acme/api:1.4`.
    pub docker_image: String,
    /// Git branch it was built from.
    pub branch: String,
    /// Key space that authenticates its requests, `ks_…`.
    pub keyspace_id: Option<String>,
    /// Commit to show beside it.
    pub git_commit: Option<GitCommit>,
}

/// The commit that an image was built from.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
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
    pub timestamp: Option<i64>,
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
    const TITLE: &'static str = "Create deployment";
    const TOOLSET: Toolset = Toolset::Deploy;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[Grant::project("create_deployment")];
    const AFTERMATH: &'static str = "No tool lists deployments: look in Unkey's dashboard before you call deploy_create_deployment again.";
}
