//! `environments_set_environment_variables` · `POST /v2/environments.setEnvironmentVariables`

use super::{VARIABLE, VariableKind};
use crate::prelude::*;

/// Sets variables of an environment, all or none; those you leave out stay, unless `prune`.
///
/// Deployments made from now on get them. Values are encrypted and cannot be read again,
/// unless `recoverable`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SetEnvironmentVariables {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
    /// Variables, each overwritten whole.
    #[schemars(length(max = 50))]
    pub variables: Vec<NewVariable>,
    /// Delete all others; default false.
    pub prune: Option<bool>,
}

/// A variable to set.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct NewVariable {
    /// Such as `DATABASE_URL`.
    #[schemars(length(min = 1, max = 256), regex(pattern = VARIABLE))]
    pub key: String,
    /// Value.
    #[schemars(length(min = 1, max = 16384), extend("x-secret" = crate::secrets::OWN))]
    pub value: Secret,
    /// Default `writeonly`.
    pub kind: Option<VariableKind>,
    /// What it is for.
    #[schemars(length(max = 255))]
    pub description: Option<String>,
}

impl Operation for SetEnvironmentVariables {
    type Response = Data<Empty>;
    const NAME: &'static str = "environments_set_environment_variables";
    const ENDPOINT: &'static str = "environments.setEnvironmentVariables";
    const TITLE: &'static str = "Set environment variables";
    const TOOLSET: Toolset = Toolset::Environments;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[Grant::environment("set_environment_variables")];
    const RECOVERY_HINT: &'static str =
        "Read the names with environments_list_environment_variables; setting again is safe.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
