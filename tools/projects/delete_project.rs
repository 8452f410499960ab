//! `projects_delete_project` · `POST /v2/projects.deleteProject`

use crate::prelude::*;

/// Deletes a project with all its apps, deployments and domains; their traffic is no longer
/// served.
///
/// Cannot be undone, and goes on after the answer. A protected one is refused with 412.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeleteProject {
    /// Project id or slug.
    pub project: Reference,
}

impl Operation for DeleteProject {
    type Response = Data<Empty>;
    const NAME: &'static str = "projects_delete_project";
    const ENDPOINT: &'static str = "projects.deleteProject";
    const TITLE: &'static str = "Delete project";
    const TOOLSET: Toolset = Toolset::Projects;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[Grant::project("delete_project")];
    const RECOVERY_HINT: &'static str =
        "Ask for it with projects_get_project: a 404 says that it is deleted.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
