//! `environments_list_environments` · `POST /v2/environments.listEnvironments`

use super::Environment;
use crate::prelude::*;

/// Lists all environments of an app.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListEnvironments {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
}

impl Operation for ListEnvironments {
    type Response = Data<Vec<Environment>>;
    const NAME: &'static str = "environments_list_environments";
    const ENDPOINT: &'static str = "environments.listEnvironments";
    const TITLE: &'static str = "List environments";
    const TOOLSET: Toolset = Toolset::Environments;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::environment("read_environment").everywhere()];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
