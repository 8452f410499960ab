//! The parameters of `initialize`. Whoever gets them wrong is writing a client, and is told all of
//! it at once.

use rmcp::model::{ClientCapabilities, Implementation, ProtocolVersion};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::params::{kind, straighten_capabilities};
use crate::observe::shown;

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
        object_mistake::<ClientCapabilities>(
            "capabilities",
            params.get("capabilities"),
            &Map::new(),
        ),
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
        other => {
            let required = ["name", "version"].map(|name| (name.to_owned(), json!("")));
            object_mistake::<Implementation>("clientInfo", other, &required.into_iter().collect())
                .map(|mistake| format!("{mistake}; send {EXAMPLE}"))
        }
    }
}

/// Why an object is not what the SDK reads it as. `required` are members that it must have, each of
/// them as it should be.
fn object_mistake<T: DeserializeOwned>(
    name: &str,
    value: Option<&Value>,
    required: &Map<String, Value>,
) -> Option<String> {
    let value = value?;
    let Value::Object(members) = value else {
        return Some(format!("`{name}` must be an object, got {}", kind(value)));
    };
    let error = serde_json::from_value::<T>(value.clone()).err()?;
    let is_wrong = |member: &str, value: &Value| {
        let mut alone = required.clone();
        alone.insert(member.to_owned(), value.clone());
        serde_json::from_value::<T>(Value::Object(alone)).is_err()
    };
    let wrong = members
        .iter()
        .find(|(member, value)| is_wrong(member, value))
        .map(|(member, _)| format!(" in `{}`", shown::name(member)));
    let reason = reason(&error);
    Some(format!("`{name}`: {reason}{}", wrong.unwrap_or_default()))
}

/// Why a value cannot be read, without what was expected: that names types of this program.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let (got, expected) = text.rsplit_once(", expected ").unwrap_or((&text, ""));
    let form = match expected {
        _ if got.contains(" enum ") => return "it has none of the forms that there are".to_owned(),
        "" => "",
        plain
            if ["a ", "an ", "one of ", "`"]
                .iter()
                .any(|start| plain.starts_with(start)) =>
        {
            plain
        }
        type_name if type_name.starts_with(['i', 'u', 'f']) && type_name.len() < 6 => "a number",
        _ => "an object",
    };
    // It quotes what was sent.
    let got = shown::name(got);
    if form.is_empty() {
        got
    } else {
        format!("{got}, expected {form}")
    }
}
