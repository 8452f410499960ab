//! `projects_update_project` · `POST /v2/projects.updateProject`

use super::Project;
use crate::prelude::*;

/// Changes a project's name, slug or protection; what you leave out stays.
///
/// A new slug changes the hostnames of all its deployments: links to the old ones break.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateProject {
    /// Project id or slug.
    pub project: Reference,
    /// Label for people.
    #[schemars(length(min = 1, max = 256))]
    pub name: Option<String>,
    /// Names it in the workspace.
    pub slug: Option<Reference>,
    /// Whether deleting it is refused.
    pub delete_protection: Option<bool>,
}

impl Operation for UpdateProject {
    type Response = Data<Project>;
    const NAME: &'static str = "projects_update_project";
    const ENDPOINT: &'static str = "projects.updateProject";
    const TITLE: &'static str = "Update project";
    const TOOLSET: Toolset = Toolset::Projects;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[Grant::project("update_project")];
    const RECOVERY_HINT: &'static str = "Read it with projects_get_project.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
