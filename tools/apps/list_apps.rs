//! `apps_list_apps` · `POST /v2/apps.listApps`

use super::App;
use crate::prelude::*;
use crate::reply::Page;

/// Lists the apps of a project, a page at a time.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListApps {
    /// Project id or slug.
    pub project: Reference,
    /// Page size; default 100.
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the last page.
    pub cursor: Option<String>,
    /// Text in id, name or slug.
    #[schemars(length(max = 256))]
    pub search: Option<String>,
}

impl Operation for ListApps {
    type Response = Page<App>;
    const NAME: &'static str = "apps_list_apps";
    const ENDPOINT: &'static str = "apps.listApps";
    const TITLE: &'static str = "List apps";
    const TOOLSET: Toolset = Toolset::Apps;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::app("read_app").everywhere()];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
