//! What the tests run workflows on.

mod scripted;
mod world;

use jiff::Timestamp;
use serde_json::Value;
use unkey_workflows::{Clock as _, Context, Report, WorkflowError, run};

pub(crate) use self::scripted::Scripted;
pub(crate) use self::world::{DAY, NOON, World};

/// Runs a workflow, and returns its report.
pub(crate) async fn ran(world: &World, tool: &str, arguments: Value) -> Report {
    match attempt(world, tool, arguments).await {
        Ok(report) => report,
        Err(error) => panic!("{tool}: {error:?}"),
    }
}

/// Runs a workflow that must fail because of what was asked; returns the mistakes.
pub(crate) async fn mistakes(world: &World, tool: &str, arguments: Value) -> String {
    match attempt(world, tool, arguments).await {
        Err(WorkflowError::Mistakes(mistakes)) => mistakes.join("\n"),
        other => panic!("{tool}: {other:?}"),
    }
}

/// Runs a workflow.
pub(crate) async fn attempt(
    world: &World,
    tool: &str,
    arguments: Value,
) -> Result<Report, WorkflowError> {
    let entry = unkey_tools::find(tool).unwrap();
    let now = Timestamp::from_millisecond(world.now()).unwrap();
    let arguments = entry
        .prepare(arguments.as_object().unwrap().clone(), now)
        .unwrap();
    run(tool, arguments, &Context::new(world, world, &|_| {})).await
}

/// A field of a report's data.
pub(crate) fn data(report: &Report) -> &Value {
    &report.answer["data"]
}
