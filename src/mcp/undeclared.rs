//! Requests whose parameters are not as the specification has them.

use rmcp::ErrorData;

use crate::observe::shown;

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
