//! `github_install_app` · `POST /v2/github.installApp`

use crate::prelude::*;

/// Makes a link with which a person installs Unkey's GitHub app for the workspace.
///
/// Then connect repositories with `apps_create_app` or `apps_update_app`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct InstallApp {}

/// Where to install the app.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct InstallLink {
    /// To be opened in a browser; it stands for the workspace.
    pub url: Secret,
    /// When it stops working, Unix ms.
    pub expires_at: i64,
}

impl Operation for InstallApp {
    type Response = Data<InstallLink>;
    const NAME: &'static str = "github_install_app";
    const ENDPOINT: &'static str = "github.installApp";
    const TITLE: &'static str = "Install GitHub app";
    const TOOLSET: Toolset = Toolset::Github;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[Grant::workspace("install_github")];
    const RECOVERY_HINT: &'static str =
        "A link that nobody opens runs out by itself: call github_install_app again.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
