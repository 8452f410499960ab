//! `projects_create_project` · `POST /v2/projects.createProject`

use crate::prelude::*;

/// Creates a project: a group of apps.
///
/// A taken slug is refused with 409. Then: `apps_create_app`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreateProject {
    /// Label for people.
    #[schemars(length(min = 1, max = 256))]
    pub name: String,
    /// Names it in the workspace, such as `payments`.
    pub slug: Reference,
}

/// The new project.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreatedProject {
    /// Names the project.
    pub id: ProjectId,
}

impl Operation for CreateProject {
    type Response = Data<CreatedProject>;
    const NAME: &'static str = "projects_create_project";
    const ENDPOINT: &'static str = "projects.createProject";
    const TITLE: &'static str = "Create project";
    const TOOLSET: Toolset = Toolset::Projects;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[Grant::project("create_project").everywhere()];
    const RECOVERY_HINT: &'static str = "Ask for the slug with projects_get_project.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
