//! What the server does not offer, though clients of the older protocols ask for it.

use rmcp::ErrorData;
use serde_json::json;

use crate::observe::shown;

/// There are no prompts.
pub(super) fn unknown_prompt(name: &str) -> ErrorData {
    let name = shown::name(name);
    ErrorData::invalid_params(
        format!("Unknown prompt: {name}; this server has none"),
        None,
    )
}

/// There are no resources.
pub(super) fn unknown_resource(uri: &str) -> ErrorData {
    let uri = shown::name(uri);
    ErrorData::resource_not_found(
        format!("Unknown resource: {uri}; this server has none"),
        Some(json!({"uri": uri})),
    )
}

/// What the SDK did not recognise is a method that there is, whose parameters have other types.
pub(super) fn wrong_parameters(method: &str) -> ErrorData {
    let form = match method {
        "initialize" => "{\"protocolVersion\": text, \"capabilities\": {…}, \"clientInfo\": {…}}",
        "logging/setLevel" => {
            "{\"level\": text}, one of debug, info, notice, warning, error, critical, alert and \
             emergency"
        }
        "prompts/get" => "{\"name\": text, \"arguments\": {…}}, where arguments may be left out",
        "resources/read" => "{\"uri\": text}",
        "completion/complete" => {
            "{\"ref\": {\"type\": \"ref/prompt\", \"name\": text}, \"argument\": {\"name\": text, \
             \"value\": text}}, or a ref with \"ref/resource\" and a uri"
        }
        _ => {
            "an object whose members, and those of its _meta, have the types that the specification \
              gives them"
        }
    };
    let method = shown::name(method);
    ErrorData::invalid_params(
        format!("the params of {method} are not right: send {form}"),
        None,
    )
}
