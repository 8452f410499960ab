//! What the server does not offer. Clients of the older protocols ask for it all the same, and some
//! drop a server that refuses; those of 2026-07-28 go by what `server/discover` says.

use rmcp::ErrorData;
use rmcp::model::{
    CompleteRequestParams, ConstString, GetPromptRequestParams, ReadResourceRequestParams,
};
use rmcp::service::{RequestContext, RoleServer};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::handler::is_modern;
use crate::observe::shown;

/// Refuses a method that the server does not declare, unless the client is an older one.
pub(super) fn older_only<M: ConstString>(
    context: &RequestContext<RoleServer>,
) -> Result<(), ErrorData> {
    if is_modern(context) {
        return Err(ErrorData::method_not_found::<M>());
    }
    Ok(())
}

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

/// Why the SDK did not recognise a method that there is: its parameters have other types.
pub(super) fn wrong_parameters(method: &str, params: Option<Value>) -> Option<ErrorData> {
    let reason = match method {
        "logging/setLevel" => level_reason(params),
        "prompts/get" => reason::<GetPromptRequestParams>(params),
        "resources/read" => reason::<ReadResourceRequestParams>(params),
        "completion/complete" => reason::<CompleteRequestParams>(params),
        _ => return None,
    };
    let message = format!(
        "the params of {method} are not right: {}",
        shown::name(&reason)
    );
    Some(ErrorData::invalid_params(message, None))
}

#[expect(deprecated, reason = "clients of the older protocols still send it")]
fn level_reason(params: Option<Value>) -> String {
    reason::<rmcp::model::SetLevelRequestParams>(params)
}

fn reason<T: DeserializeOwned>(params: Option<Value>) -> String {
    let params = params.unwrap_or_else(|| json!({}));
    let error = serde_json::from_value::<T>(params).err();
    error.map_or_else(
        || "`_meta` is not right".to_owned(),
        |error| error.to_string(),
    )
}
