//! The parameters of a message: what is plainly meant is understood, the rest is told.

use serde_json::{Map, Value};

use super::refusal::Mistake;
use super::{MAX_NAME_CHARS, cut, handshake};

/// Where a client without a handshake names the protocol version of a request.
pub(super) const VERSION: &str = "io.modelcontextprotocol/protocolVersion";

/// Where it names what it can do.
const CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// The longest name of a tool or a prompt and the longest address that is handed on whole. A header
/// may repeat it, and is compared with it.
const MAX_VALUE_CHARS: usize = 1024;

/// Gives the parameters the form that the SDK takes: PHP writes an empty object as `[]`, others
/// write `null` for what is not there, and names longer than any real one are cut.
pub(super) fn straighten(method: &str, message: &mut Map<String, Value>) -> Result<(), Mistake> {
    tidy(message, "params");
    must_be_object("params", message.get("params"))?;
    if let Some(Value::Object(params)) = message.get_mut("params") {
        tidy(params, "_meta");
        must_be_object("params._meta", params.get("_meta"))?;
        if let Some(Value::Object(meta)) = params.get_mut("_meta") {
            straighten_capabilities(meta, CAPABILITIES);
            cut_member(meta, VERSION, MAX_NAME_CHARS);
        }
        // What else is no object may be the text of one, which the handler reads.
        tidy(params, "arguments");
        for name in ["name", "uri"] {
            cut_member(params, name, MAX_VALUE_CHARS);
        }
        cut_member(params, "protocolVersion", MAX_NAME_CHARS);
        if method.ends_with("/list") {
            // The SDK would take a cursor of another type for none, and begin anew.
            tidy(params, "cursor");
            must_be_text("params.cursor", params.get("cursor"))?;
        }
    }
    if method == "initialize" {
        handshake::straighten(message).map_err(Mistake::of_params)?;
    }
    Ok(())
}

/// Takes out a member that is `null`, and makes an object of one that is an empty array.
fn tidy(holder: &mut Map<String, Value>, name: &str) {
    match holder.get_mut(name) {
        Some(Value::Null) => {
            holder.remove(name);
        }
        Some(value) => object_for_empty(value),
        None => {}
    }
}

fn must_be_object(name: &str, value: Option<&Value>) -> Result<(), Mistake> {
    match value {
        None | Some(Value::Object(_)) => Ok(()),
        Some(other) => Err(Mistake::of_params(format!(
            "`{name}` must be an object of named values, {{…}}, got {}",
            kind(other)
        ))),
    }
}

fn must_be_text(name: &str, value: Option<&Value>) -> Result<(), Mistake> {
    match value {
        None | Some(Value::String(_)) => Ok(()),
        Some(other) => Err(Mistake::of_params(format!(
            "`{name}` must be text, got {}",
            kind(other)
        ))),
    }
}

/// Makes objects of the empty arrays in a client's capabilities, two layers deep, as that is how
/// deep they go.
pub(super) fn straighten_capabilities(holder: &mut Map<String, Value>, name: &str) {
    let Some(capabilities) = holder.get_mut(name) else {
        return;
    };
    object_for_empty(capabilities);
    for capability in members(capabilities) {
        object_for_empty(capability);
        members(capability).for_each(object_for_empty);
    }
}

fn members(value: &mut Value) -> impl Iterator<Item = &mut Value> {
    let object = value.as_object_mut().into_iter();
    object.flat_map(|object| object.values_mut())
}

fn object_for_empty(value: &mut Value) {
    if value.as_array().is_some_and(Vec::is_empty) {
        *value = Value::Object(Map::new());
    }
}

/// Cuts what errors quote.
fn cut_member(holder: &mut Map<String, Value>, name: &str, limit: usize) {
    if let Some(Value::String(text)) = holder.get_mut(name)
        && let Some(beginning) = cut(text, limit)
    {
        *text = beginning;
    }
}

/// What a value is, in JSON's words.
pub(super) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "an array",
        Value::Object(_) => "an object",
    }
}
