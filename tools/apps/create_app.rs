//! `apps_create_app` · `POST /v2/apps.createApp`

use crate::prelude::*;

/// Creates an app in a project, with the environments `production` and `preview`.
///
/// A taken slug is refused with 409. Deploy it with `deployments_create_deployment`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreateApp {
    /// Project id or slug.
    pub project: Reference,
    /// Label for people.
    #[schemars(length(min = 1, max = 256))]
    pub name: String,
    /// Names it in the project, such as `payments-api`.
    pub slug: Reference,
    /// GitHub repository to deploy from; needs `github_install_app` first.
    pub git: Option<ConnectRepository>,
}

/// A repository to deploy from.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ConnectRepository {
    /// As `owner/repo`.
    #[schemars(length(min = 1, max = 255))]
    pub repository: String,
    /// Branch that is deployed; default: the repository's own.
    #[schemars(length(min = 1, max = 256))]
    pub default_branch: Option<String>,
}

/// The new app.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedApp {
    /// Names the app.
    pub app_id: AppId,
}

impl Operation for CreateApp {
    type Response = Data<CreatedApp>;
    const NAME: &'static str = "apps_create_app";
    const ENDPOINT: &'static str = "apps.createApp";
    const TITLE: &'static str = "Create app";
    const TOOLSET: Toolset = Toolset::Apps;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[Grant::project("create_app")];
    const RECOVERY_HINT: &'static str = "Ask for the slug with apps_get_app.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
