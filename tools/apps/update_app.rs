//! `apps_update_app` · `POST /v2/apps.updateApp`

use super::App;
use crate::prelude::*;

/// Changes an app's name, slug, repository or protection; what you leave out stays.
///
/// A new slug changes the hostnames of its deployments: links to the old ones break. A new
/// repository is what the next deployment is built from.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateApp {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Label for people.
    #[schemars(length(min = 1, max = 256))]
    pub name: Option<String>,
    /// Names it in the project.
    pub slug: Option<Reference>,
    /// Cleared: no repository, and no more deployments by push.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub git: Patch<ChangeRepository>,
    /// Whether deleting it is refused.
    pub delete_protection: Option<bool>,
}

/// A change of the repository to deploy from.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("minProperties" = 1))]
pub struct ChangeRepository {
    /// As `owner/repo`.
    #[schemars(length(min = 1, max = 255))]
    pub repository: Option<String>,
    /// Branch that is deployed.
    #[schemars(length(min = 1, max = 256))]
    pub default_branch: Option<String>,
}

impl Operation for UpdateApp {
    type Response = Data<App>;
    const NAME: &'static str = "apps_update_app";
    const ENDPOINT: &'static str = "apps.updateApp";
    const TITLE: &'static str = "Update app";
    const TOOLSET: Toolset = Toolset::Apps;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[Grant::app("update_app")];
    const RECOVERY_HINT: &'static str = "Read it with apps_get_app.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
