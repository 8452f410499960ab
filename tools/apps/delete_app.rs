//! `apps_delete_app` · `POST /v2/apps.deleteApp`

use crate::prelude::*;

/// Deletes an app with its environments, deployments and domains; its traffic is no longer
/// served.
///
/// Cannot be undone, and goes on after the answer. A protected one is refused with 412.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeleteApp {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
}

impl Operation for DeleteApp {
    type Response = Data<Empty>;
    const NAME: &'static str = "apps_delete_app";
    const ENDPOINT: &'static str = "apps.deleteApp";
    const TITLE: &'static str = "Delete app";
    const TOOLSET: Toolset = Toolset::Apps;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[Grant::app("delete_app")];
    const RECOVERY_HINT: &'static str =
        "Ask for it with apps_get_app: a 404 says that it is deleted.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
