//! Calls whose parameters do not have the types that the protocol gives them.

use std::borrow::Cow;

use rmcp::model::CallToolRequestParams;
use serde_json::Value;
use unkey_tools::{inexact, inexact_words};

/// Reads the parameters of a call that does not have the types it should have.
pub(super) fn lenient_call(
    params: Option<Value>,
) -> Result<CallToolRequestParams, Cow<'static, str>> {
    let Some(Value::Object(mut params)) = params else {
        return Err("tools/call needs params: {\"name\": …, \"arguments\": {…}}".into());
    };
    let Some(Value::String(name)) = params.remove("name") else {
        return Err("tools/call needs params.name, the name of a tool as text".into());
    };
    let mut arguments = params.remove("arguments").unwrap_or_default();
    if let Value::String(text) = &arguments {
        if let Some(number) = inexact(text) {
            return Err(inexact_words(number).into());
        }
        arguments = serde_json::from_str(text).unwrap_or_default();
    }
    let Value::Object(arguments) = arguments else {
        return Err("params.arguments must be an object: {\"field\": value, …}".into());
    };
    let mut call = CallToolRequestParams::new(name).with_arguments(arguments);
    // What came back of a question goes along; what has the wrong type answers none.
    if let Some(Value::Object(responses)) = params.remove("inputResponses") {
        call = call.with_input_responses(responses.into_iter().collect());
    }
    if let Some(Value::String(state)) = params.remove("requestState") {
        call = call.with_request_state(state);
    }
    Ok(call)
}
