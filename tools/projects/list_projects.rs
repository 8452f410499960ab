//! `projects_list_projects` · `POST /v2/projects.listProjects`

use super::Project;
use crate::prelude::*;
use crate::reply::Page;

/// Lists the workspace's projects, a page at a time.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListProjects {
    /// Page size; default 100.
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the last page.
    pub cursor: Option<String>,
    /// Text in id, name or slug.
    #[schemars(length(max = 256))]
    pub search: Option<String>,
}

impl Operation for ListProjects {
    type Response = Page<Project>;
    const NAME: &'static str = "projects_list_projects";
    const ENDPOINT: &'static str = "projects.listProjects";
    const TITLE: &'static str = "List projects";
    const TOOLSET: Toolset = Toolset::Projects;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::project("read_project").everywhere()];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
