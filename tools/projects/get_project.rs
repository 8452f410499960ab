//! `projects_get_project` · `POST /v2/projects.getProject`

use super::Project;
use crate::prelude::*;

/// Returns a project: its name, slug and protection.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetProject {
    /// Project id or slug.
    pub project: Reference,
}

impl Operation for GetProject {
    type Response = Data<Project>;
    const NAME: &'static str = "projects_get_project";
    const ENDPOINT: &'static str = "projects.getProject";
    const TITLE: &'static str = "Get project";
    const TOOLSET: Toolset = Toolset::Projects;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::project("read_project")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
