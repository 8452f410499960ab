//! An app, as the tools that look one up return it.

use crate::prelude::*;

/// An app of a project.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct App {
    /// Names the app.
    pub id: AppId,
    /// Label for people.
    pub name: String,
    /// Names it in its project.
    pub slug: String,
    /// What it is deployed from.
    pub git: Option<Repository>,
    /// The deployment that serves it.
    pub current_deployment_id: Option<DeploymentId>,
    /// Whether that is an earlier one, so that new ones do not take over.
    pub is_rolled_back: bool,
    /// Whether deleting it is refused.
    pub delete_protection: bool,
    /// When it was made, Unix ms.
    pub created_at: i64,
    /// When it last changed, Unix ms.
    pub updated_at: Option<i64>,
}

/// The repository that an app is deployed from.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Repository {
    /// As `owner/repo`.
    pub repository: String,
    /// Branch that is deployed.
    pub default_branch: Option<String>,
}
