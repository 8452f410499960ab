//! `environments_update_settings` · `POST /v2/environments.updateSettings`

use crate::prelude::*;

/// Changes how an environment is built and run; what you leave out stays, lists are replaced
/// whole.
///
/// A wrong port, command, health check or set of regions can take live traffic down.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateSettings {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
    /// Path of the Dockerfile. Cleared: found by itself.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(length(min = 1, max = 500))]
    pub dockerfile: Patch<String>,
    /// Folder to build from; `.` is the repository.
    #[schemars(length(min = 1, max = 500))]
    pub root_directory: Option<String>,
    /// Cleared: found by itself.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(length(min = 1, max = 1000))]
    pub build_command: Patch<String>,
    /// Globs; a push deploys only if one changed.
    #[schemars(length(max = 10), inner(length(max = 500)))]
    pub watch_paths: Option<Vec<String>>,
    /// Whether a push deploys.
    pub auto_deploy: Option<bool>,
    /// Port that the app listens on.
    #[schemars(range(min = 1, max = 65535))]
    pub port: Option<i64>,
    /// CPUs, in steps of 0.25.
    #[schemars(range(min = 0.25), extend("multipleOf" = 0.25))]
    pub v_cpus: Option<f64>,
    /// Memory in MiB, in steps of 256.
    #[schemars(range(min = 256), extend("multipleOf" = 256))]
    pub memory_mib: Option<i64>,
    /// Temporary disk in MiB, in steps of 512.
    #[schemars(range(min = 0), extend("multipleOf" = 512))]
    pub storage_mib: Option<i64>,
    /// What is run; `[]` for the image's own.
    #[schemars(length(max = 10), inner(length(max = 4096)))]
    pub command: Option<Vec<String>>,
    /// Cleared: none.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub healthcheck: Patch<HealthCheck>,
    /// Sent before it is stopped.
    pub shutdown_signal: Option<ShutdownSignal>,
    /// How the app is spoken to.
    pub upstream_protocol: Option<UpstreamProtocol>,
    /// Where the app serves its OpenAPI document. Cleared: nowhere.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(length(min = 1, max = 512), regex(pattern = URL_PATH))]
    pub openapi_spec_path: Patch<String>,
    /// All regions to run in.
    #[schemars(length(min = 1, max = 5))]
    pub regions: Option<Vec<Region>>,
}

impl Operation for UpdateSettings {
    type Response = Data<Empty>;
    const NAME: &'static str = "environments_update_settings";
    const ENDPOINT: &'static str = "environments.updateSettings";
    const TITLE: &'static str = "Update environment settings";
    const TOOLSET: Toolset = Toolset::Environments;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[Grant::environment("update_environment")];
    const RECOVERY_HINT: &'static str = "Read them with environments_get_environment.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
