//! The parameters of `initialize`. Whoever gets them wrong is writing a client, and is told all of
//! it at once.

use rmcp::model::{ClientCapabilities, Implementation, ProtocolVersion};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::params::{kind, straighten_capabilities};
use super::{MAX_NAME_CHARS, cut};

/// Checks the parameters of `initialize`, and adds what plainly goes without saying.
pub(super) fn straighten(message: &mut Map<String, Value>) -> Result<(), String> {
    let params = message
        .entry("params")
        .or_insert_with(|| Value::Object(Map::new()));
    let Value::Object(params) = params else {
        return Err("`params` must be an object".to_owned());
    };
    if matches!(params.get("capabilities"), None | Some(Value::Null)) {
        params.insert("capabilities".to_owned(), Value::Object(Map::new()));
    }
    straighten_capabilities(params, "capabilities");
    let mistakes = [
        version_mistake(params.get("protocolVersion")),
        object_mistake::<ClientCapabilities>("capabilities", params.get("capabilities")),
        client_mistake(params.get("clientInfo")),
    ];
    let mistakes: Vec<String> = mistakes.into_iter().flatten().collect();
    if mistakes.is_empty() {
        return Ok(());
    }
    Err(format!("initialize: {}", mistakes.join("; ")))
}

fn version_mistake(version: Option<&Value>) -> Option<String> {
    let newest = ProtocolVersion::LATEST_WITH_INITIALIZE;
    match version {
        Some(Value::String(_)) => None,
        None | Some(Value::Null) => Some(format!(
            "`protocolVersion` is missing; name the one you speak, such as \"{newest}\""
        )),
        Some(other) => Some(format!(
            "`protocolVersion` must be text such as \"{newest}\", got {}",
            kind(other)
        )),
    }
}

fn client_mistake(client: Option<&Value>) -> Option<String> {
    const EXAMPLE: &str = "{\"name\": \"my-client\", \"version\": \"1.0\"}";
    match client {
        None | Some(Value::Null) => Some(format!("`clientInfo` is missing; send {EXAMPLE}")),
        Some(Value::Array(items)) if items.is_empty() => {
            Some(format!("`clientInfo` is empty; send {EXAMPLE}"))
        }
        other => object_mistake::<Implementation>("clientInfo", other)
            .map(|mistake| format!("{mistake}; send {EXAMPLE}")),
    }
}

/// Why a member is not what the SDK reads it as.
fn object_mistake<T: DeserializeOwned>(name: &str, value: Option<&Value>) -> Option<String> {
    let value = value?;
    if !value.is_object() {
        return Some(format!("`{name}` must be an object, got {}", kind(value)));
    }
    let error = serde_json::from_value::<T>(value.clone()).err()?;
    // It may quote what was sent.
    let reason = error.to_string();
    let reason = cut(&reason, MAX_NAME_CHARS).unwrap_or(reason);
    Some(format!("`{name}`: {reason}"))
}
