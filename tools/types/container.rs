//! How a container is run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use super::URL_PATH;

/// How to find out whether a container works.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthCheck {
    /// HTTP method.
    pub method: HealthCheckMethod,
    /// Path that is asked.
    #[schemars(length(min = 1, max = 512), regex(pattern = URL_PATH))]
    pub path: String,
    /// Default 10.
    #[schemars(range(min = 1, max = 3600))]
    pub interval_seconds: Option<i64>,
    /// Default 5.
    #[schemars(range(min = 1, max = 3600))]
    pub timeout_seconds: Option<i64>,
    /// Failures before a restart; default 3.
    #[schemars(range(min = 1, max = 100))]
    pub failure_threshold: Option<i64>,
    /// Default 0.
    #[schemars(range(min = 0, max = 3600))]
    pub initial_delay_seconds: Option<i64>,
}

/// The HTTP method of a health check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum HealthCheckMethod {
    /// GET.
    Get,
    /// POST.
    Post,
}

/// What a container is sent before it is stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum ShutdownSignal {
    /// Asks it to end.
    #[serde(rename = "SIGTERM")]
    Term,
    /// Interrupts it.
    #[serde(rename = "SIGINT")]
    Int,
    /// Asks it to end and to dump its memory.
    #[serde(rename = "SIGQUIT")]
    Quit,
    /// Ends it at once.
    #[serde(rename = "SIGKILL")]
    Kill,
}

/// How a container is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum UpstreamProtocol {
    /// HTTP/1.1.
    Http1,
    /// HTTP/2 without TLS.
    H2c,
}

/// Where containers run, and how many.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Region {
    /// Such as `us-east-1`.
    #[schemars(length(min = 1, max = 64))]
    pub name: String,
    /// How many.
    pub replicas: Replicas,
}

/// How many containers run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Replicas {
    /// At least.
    pub min: i64,
    /// At most.
    pub max: i64,
}
