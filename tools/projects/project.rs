//! A project, as the tools that look one up return it.

use crate::prelude::*;

/// A group of apps.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// Names the project.
    pub id: ProjectId,
    /// Label for people.
    pub name: String,
    /// Names it in the workspace.
    pub slug: String,
    /// Whether deleting it is refused.
    pub delete_protection: bool,
    /// When it was made, Unix ms.
    pub created_at: i64,
    /// When it last changed, Unix ms.
    pub updated_at: Option<i64>,
}
