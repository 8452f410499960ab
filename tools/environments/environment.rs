//! An environment, as the tools that look one up return it.

use crate::prelude::*;

/// The characters of a variable's name.
pub(crate) const VARIABLE: &str = "^[A-Za-z_][A-Za-z0-9_]*$";

/// An environment of an app.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Environment {
    /// Names the environment.
    pub id: EnvironmentId,
    /// Names it in its app.
    pub slug: String,
    /// What it is for.
    pub description: String,
    /// What it is for its app.
    pub kind: EnvironmentKind,
    /// Whether deleting it is refused.
    pub delete_protection: bool,
    /// When it was made, Unix ms.
    pub created_at: i64,
    /// When it last changed, Unix ms.
    pub updated_at: Option<i64>,
    /// How it is run.
    pub runtime: Option<RuntimeSettings>,
    /// How it is built.
    pub build: Option<BuildSettings>,
    /// Where it runs.
    pub regions: Option<Vec<Region>>,
}

/// How an environment is run.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RuntimeSettings {
    /// Port that the app listens on.
    pub port: i64,
    /// CPUs.
    pub v_cpus: f64,
    /// Memory in MiB.
    pub memory_mib: i64,
    /// Temporary disk in MiB.
    pub storage_mib: i64,
    /// What is run; empty for the image's own.
    pub command: Vec<String>,
    /// How it is checked.
    pub healthcheck: Option<HealthCheck>,
    /// Sent before it is stopped.
    pub shutdown_signal: ShutdownSignal,
    /// How the app is spoken to.
    pub upstream_protocol: UpstreamProtocol,
    /// Where the app serves its OpenAPI document.
    pub openapi_spec_path: Option<String>,
}

/// How an environment is built.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct BuildSettings {
    /// Path of the Dockerfile.
    pub dockerfile: Option<String>,
    /// Folder to build from.
    pub root_directory: String,
    /// What builds it.
    pub build_command: Option<String>,
    /// Globs; a push deploys only if one changed.
    pub watch_paths: Vec<String>,
    /// Whether a push deploys.
    pub auto_deploy: bool,
}

/// What an environment is for its app.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EnvironmentKind {
    /// It has the live traffic.
    Production,
    /// It is for trying.
    Preview,
}

/// Whether a variable's value can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum VariableKind {
    /// It can.
    Recoverable,
    /// It cannot.
    Writeonly,
}
