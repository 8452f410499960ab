//! `deployments_list_deployments` · `POST /v2/deployments.listDeployments`

use super::{Deployment, DeploymentStatus};
use crate::prelude::*;
use crate::reply::Page;

/// Lists deployments, newest first, a page at a time.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListDeployments {
    /// Only of this project.
    pub project: Option<Reference>,
    /// Only of this app; needs `project`.
    pub app: Option<Reference>,
    /// Only of this environment; needs `app`.
    pub environment: Option<Reference>,
    /// Only those with one of these.
    #[schemars(length(max = 13))]
    pub status: Option<Vec<DeploymentStatus>>,
    /// Page size; default 100.
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the last page.
    pub cursor: Option<String>,
}

impl Operation for ListDeployments {
    type Response = Page<Deployment>;
    const NAME: &'static str = "deployments_list_deployments";
    const ENDPOINT: &'static str = "deployments.listDeployments";
    const TITLE: &'static str = "List deployments";
    const TOOLSET: Toolset = Toolset::Deployments;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::environment("read_deployment").everywhere()];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
