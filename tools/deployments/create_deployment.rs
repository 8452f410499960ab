//! `deployments_create_deployment` · `POST /v2/deployments.createDeployment`

use crate::prelude::*;

/// Deploys an app from an image, from its repository, or anew from an earlier deployment.
///
/// Send exactly one of `image`, `git` and `deployment`. In production it takes over live
/// traffic when it is ready, unless the app is rolled back. Goes on after the answer: ask
/// `deployments_get_deployment`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(extend(
    "oneOf" = [{"required": ["image"]}, {"required": ["git"]}, {"required": ["deployment"]}]
))]
pub struct CreateDeployment {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
    /// A container image, deployed as it is.
    pub image: Option<ImageSource>,
    /// Build from the app's repository; `{}` takes its branch.
    pub git: Option<GitSource>,
    /// What an earlier deployment was made from.
    pub deployment: Option<DeploymentSource>,
}

/// An image to deploy.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-open" = true))]
pub struct ImageSource {
    /// Such as `ghcr.io/acme/api:1.4`.
    #[schemars(length(min = 1), regex(pattern = r"\S"))]
    pub docker_image: String,
}

/// Code to build.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-open" = true))]
pub struct GitSource {
    /// Branch.
    #[schemars(length(max = 256))]
    pub branch: Option<String>,
    /// Commit.
    #[schemars(length(max = 40))]
    pub commit_sha: Option<String>,
    /// A fork, as `owner/repo`.
    #[schemars(
        length(max = 256),
        regex(pattern = "^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$")
    )]
    pub repository: Option<String>,
}

/// A deployment to make again.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-open" = true))]
pub struct DeploymentSource {
    /// Deployment id, `d_…`.
    pub deployment_id: Reference,
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
    const NAME: &'static str = "deployments_create_deployment";
    const ENDPOINT: &'static str = "deployments.createDeployment";
    const TITLE: &'static str = "Deploy an app";
    const TOOLSET: Toolset = Toolset::Deployments;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] = &[Grant::environment("create_deployment")];
    const RECOVERY_HINT: &'static str =
        "Look for it with deployments_list_deployments before you deploy again.";
    const NEWER: &'static [Newer] = &[Newer::operation(
        "use `deploy_create_deployment`, or the dashboard",
    )];
}
