//! What a response to `tools/call` says, checked for the form that every client can read.

use serde_json::Value;

/// The envelope of a call that succeeded: the same as a structure and as text.
pub(crate) fn success(response: &Value) -> &Value {
    let result = result(response);
    assert_ne!(result["isError"], true, "{result}");
    let envelope = &result["structuredContent"];
    assert!(envelope.is_object(), "{result}");
    let mirrored: Value = serde_json::from_str(text(result)).unwrap();
    assert_eq!(&mirrored, envelope, "the text says something else");
    envelope
}

/// The envelope of a call that succeeded, without what this server says of it.
pub(crate) fn without_summary(response: &Value) -> Value {
    let mut envelope = success(response).clone();
    let members = envelope.as_object_mut().unwrap();
    members.shift_remove("summary");
    envelope
}

/// The text of a call that failed, which carries nothing else.
pub(crate) fn failure(response: &Value) -> &str {
    let result = result(response);
    assert_eq!(result["isError"], true, "{result}");
    assert_eq!(result.get("structuredContent"), None, "{result}");
    text(result)
}

/// The code and the message of a request that was refused.
pub(crate) fn refusal(response: &Value) -> (i64, &str) {
    let error = &response["error"];
    match (error["code"].as_i64(), error["message"].as_str()) {
        (Some(code), Some(message)) => (code, message),
        _ => panic!("not refused: {response}"),
    }
}

fn result(response: &Value) -> &Value {
    assert_eq!(response["jsonrpc"], "2.0", "{response}");
    assert!(response["result"].is_object(), "no result: {response}");
    &response["result"]
}

fn text(result: &Value) -> &str {
    let content = result["content"].as_array().unwrap();
    assert_eq!(content.len(), 1, "{result}");
    assert_eq!(content[0]["type"], "text", "{result}");
    content[0]["text"].as_str().unwrap()
}
