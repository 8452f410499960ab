//! Which workflow is meant.

use serde::de::DeserializeOwned;
use serde_json::Value;
use unkey_tools::Workflow;
use unkey_tools::workflows::{
    KeysApply, KeysExplain, KeysFind, KeysPlan, UsageReport, WorkspaceOverview,
};

use crate::context::Context;
use crate::keys_apply::keys_apply;
use crate::keys_explain::keys_explain;
use crate::keys_find::keys_find;
use crate::keys_plan::keys_plan;
use crate::report::{Report, WorkflowError};
use crate::usage_report::usage_report;
use crate::workspace_overview::workspace_overview;

/// Carries out the workflow of that name. `arguments` were checked against its schema.
///
/// # Errors
/// [`WorkflowError`] where it came to nothing.
pub async fn run(name: &str, arguments: Value, cx: &Context<'_>) -> Result<Report, WorkflowError> {
    match name {
        KeysExplain::NAME => keys_explain(request(arguments)?, cx).await,
        KeysApply::NAME => keys_apply(request(arguments)?, cx).await,
        KeysPlan::NAME => keys_plan(request(arguments)?, cx).await,
        KeysFind::NAME => keys_find(request(arguments)?, cx).await,
        UsageReport::NAME => usage_report(request(arguments)?, cx).await,
        WorkspaceOverview::NAME => workspace_overview(request(arguments)?, cx).await,
        _ => Err(WorkflowError::Bug(format!("nothing carries out {name}"))),
    }
}

fn request<Request: DeserializeOwned>(arguments: Value) -> Result<Request, WorkflowError> {
    serde_json::from_value(arguments).map_err(|error| WorkflowError::mistake(error.to_string()))
}
