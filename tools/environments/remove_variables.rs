//! `environments_remove_variables` · `POST /v2/environments.removeEnvironmentVariables`

use super::VARIABLE;
use crate::prelude::*;

/// Removes variables from an environment, all or none; unknown names are passed over.
///
/// Deployments made from now on run without them. Values cannot be brought back.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RemoveEnvironmentVariables {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
    /// Names, such as `DATABASE_URL`.
    #[schemars(length(min = 1, max = 50), inner(length(min = 1, max = 256), regex(pattern = VARIABLE)))]
    pub variables: Vec<String>,
}

impl Operation for RemoveEnvironmentVariables {
    type Response = Data<Empty>;
    const NAME: &'static str = "environments_remove_variables";
    const ENDPOINT: &'static str = "environments.removeEnvironmentVariables";
    const TITLE: &'static str = "Remove environment variables";
    const TOOLSET: Toolset = Toolset::Environments;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[Grant::environment("remove_environment_variables")];
    const RECOVERY_HINT: &'static str =
        "Read the names with environments_list_environment_variables; removing again is safe.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
