//! `environments_get_environment` · `POST /v2/environments.getEnvironment`

use super::Environment;
use crate::prelude::*;

/// Returns an environment with its build, runtime and regions.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetEnvironment {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
}

impl Operation for GetEnvironment {
    type Response = Data<Environment>;
    const NAME: &'static str = "environments_get_environment";
    const ENDPOINT: &'static str = "environments.getEnvironment";
    const TITLE: &'static str = "Get environment";
    const TOOLSET: Toolset = Toolset::Environments;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::environment("read_environment")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
