//! `analytics_get_gateway_requests` · `POST /v2/analytics.getGatewayRequests`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Reports requests to deployed apps: one ClickHouse SQL SELECT, as in
/// `analytics_get_verifications`.
///
/// Table: `gateway_requests_v1`. Columns include `time` (Unix ms)`, path, response_status,
/// total_latency, project_id, app_id, environment_id`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-open" = true))]
pub struct GetGatewayRequests {
    /// The SELECT, with FROM; add a LIMIT.
    #[schemars(description = "")]
    pub query: String,
}

impl Operation for GetGatewayRequests {
    type Response = Data<Vec<Map<String, Value>>>;
    const NAME: &'static str = "analytics_get_gateway_requests";
    const ENDPOINT: &'static str = "analytics.getGatewayRequests";
    const TITLE: &'static str = "Query gateway requests";
    const TOOLSET: Toolset = Toolset::Analytics;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::project("read_gateway_requests").everywhere()];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
