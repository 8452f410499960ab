//! Arguments that each tool takes, and what Unkey must be sent for them.

use serde_json::Value;

/// A call that is valid.
#[derive(serde::Deserialize)]
pub(crate) struct Sample {
    pub(crate) tool: String,
    pub(crate) arguments: Value,
    /// The body, where it is not the arguments themselves.
    body: Option<Value>,
}

impl Sample {
    /// What Unkey must be sent.
    pub(crate) fn body(&self) -> &Value {
        self.body.as_ref().unwrap_or(&self.arguments)
    }
}

/// At least one sample for every tool, in the catalogue's order.
pub(crate) fn samples() -> Vec<Sample> {
    serde_json::from_str(include_str!("samples.json")).unwrap()
}

/// The first sample of that tool.
pub(crate) fn sample(tool: &str) -> Value {
    let mut samples = samples().into_iter();
    let sample = samples.find(|sample| sample.tool == tool);
    sample
        .unwrap_or_else(|| panic!("{tool} has no sample"))
        .arguments
}
