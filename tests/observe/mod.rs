//! What an operator sees: logs, metrics, the audit trail, and ids that tie them together.

mod audit;
mod correlation;
mod files;
mod limits;
mod log;
mod metrics;
mod outcomes;
mod secrets;

use std::path::Path;

use serde_json::Value;

/// The lines of a file, each read as JSON.
fn json_lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}")))
        .collect()
}

/// The last line of a file that is about a call of `tool`.
fn line_of(path: &Path, tool: &str) -> Value {
    json_lines(path)
        .into_iter()
        .rfind(|line| line["tool"] == tool)
        .unwrap_or_else(|| {
            panic!(
                "no line about {tool}: {}",
                std::fs::read_to_string(path).unwrap()
            )
        })
}
