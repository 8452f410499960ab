//! A deployment, as the tools that look one up return it.

use crate::prelude::*;

/// A deployment of an app.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Deployment {
    /// Names the deployment.
    pub id: DeploymentId,
    /// How far it is.
    pub status: DeploymentStatus,
    /// Whether it has the live production traffic.
    pub is_current: bool,
    /// Slug of its project.
    pub project: String,
    /// Slug of its app.
    pub app: String,
    /// Slug of its environment.
    pub environment: String,
    /// What it was built from.
    pub git: Option<DeployedCommit>,
    /// What it runs.
    pub docker: Option<DeployedImage>,
    /// What may be done with it now.
    pub available_actions: Vec<DeploymentAction>,
    /// Where it runs.
    pub regions: Vec<String>,
    /// Why it failed.
    pub error: Option<DeploymentError>,
    /// Where it answers.
    pub domains: Option<Vec<String>>,
    /// How it is run.
    pub runtime: DeploymentRuntime,
    /// When it was made, Unix ms.
    pub created_at: i64,
    /// When it last changed, Unix ms.
    pub updated_at: Option<i64>,
}

/// The commit that a deployment was built from.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeployedCommit {
    /// Commit.
    pub commit_sha: String,
    /// Branch.
    pub branch: Option<String>,
}

/// The image that a deployment runs.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeployedImage {
    /// The image.
    pub image: String,
}

/// Why a deployment failed.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeploymentError {
    /// Kind of failure.
    #[schemars(extend("enum" = ["no_schedulable_regions", "invalid_runtime_settings", "cpu_quota_exceeded", "memory_quota_exceeded", "storage_quota_exceeded", "build_failed", "unknown"]))]
    pub code: String,
    /// Where it failed.
    #[schemars(extend("x-trusted" = true))]
    pub step: String,
    /// In words.
    pub message: String,
}

/// How a deployment is run.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentRuntime {
    /// CPUs.
    pub v_cpus: f64,
    /// Memory in MiB.
    pub memory_mib: i64,
    /// Temporary disk in MiB.
    pub storage_mib: i64,
    /// Port that the app listens on.
    pub port: i64,
    /// What is run; empty for the image's own.
    pub command: Vec<String>,
    /// Sent before it is stopped.
    pub shutdown_signal: ShutdownSignal,
    /// How the app is spoken to.
    pub upstream_protocol: UpstreamProtocol,
    /// How it is checked.
    pub healthcheck: Option<HealthCheck>,
}

/// How far a deployment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeploymentStatus {
    /// Waits its turn.
    Pending,
    /// Begins.
    Starting,
    /// Its image is being built.
    Building,
    /// Its containers are being started.
    Deploying,
    /// Its hostnames are being set up.
    Network,
    /// Nearly there.
    Finalizing,
    /// Serves.
    Ready,
    /// Did not come about.
    Failed,
    /// Was not needed.
    Skipped,
    /// Waits for a person.
    AwaitingApproval,
    /// Was stopped.
    Stopped,
    /// A later one came first.
    Superseded,
    /// Was given up.
    Cancelled,
}

/// What may be done with a deployment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeploymentAction {
    /// It can be given the live traffic.
    Promote,
    /// The live traffic can go back to it.
    Rollback,
    /// It can be stopped.
    Stop,
    /// It can be started.
    Start,
}
