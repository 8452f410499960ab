//! `environments_list_environment_variables` · `POST /v2/environments.listEnvironmentVariables`

use super::VariableKind;
use crate::prelude::*;
use crate::reply::Page;

/// Lists an environment's variables, a page at a time.
///
/// Values of `recoverable` ones come in plain text: puts secrets into this chat.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListEnvironmentVariables {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
    /// Page size; default 100.
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the last page.
    #[schemars(length(min = 1, max = 1024))]
    pub cursor: Option<String>,
}

/// A variable.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EnvironmentVariable {
    /// Its name.
    pub key: String,
    /// Whether its value can be read.
    pub kind: VariableKind,
    /// Its value; only of recoverable ones.
    // A secret, and not one that Unkey made.
    #[schemars(extend("x-trusted" = false))]
    pub value: Option<Secret>,
    /// What it is for.
    pub description: Option<String>,
    /// When it was made, Unix ms.
    pub created_at: i64,
}

impl Operation for ListEnvironmentVariables {
    type Response = Page<EnvironmentVariable>;
    const NAME: &'static str = "environments_list_environment_variables";
    const ENDPOINT: &'static str = "environments.listEnvironmentVariables";
    const TITLE: &'static str = "List environment variables";
    const TOOLSET: Toolset = Toolset::Environments;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::environment("read_environment_variables")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
