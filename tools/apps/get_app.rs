//! `apps_get_app` · `POST /v2/apps.getApp`

use super::App;
use crate::prelude::*;

/// Returns an app: its repository, and the deployment that serves it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetApp {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
}

impl Operation for GetApp {
    type Response = Data<App>;
    const NAME: &'static str = "apps_get_app";
    const ENDPOINT: &'static str = "apps.getApp";
    const TITLE: &'static str = "Get app";
    const TOOLSET: Toolset = Toolset::Apps;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::app("read_app")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
