//! Calls that several tests make.

use serde_json::{Value, json};

use super::cloud::{Answer, Cloud};
use super::http::Endpoint;

/// What an error must say where the outcome of a write cannot be known.
pub(crate) const UNKNOWN_OUTCOME: &str = "whether the call took effect is unknown";

/// Hangs on `keys.getKey` and answers everything else.
pub(crate) async fn half_asleep() -> Cloud {
    Cloud::script(|seen, _| {
        if seen.line.contains("keys.getKey") {
            Answer::Hang
        } else {
            Answer::data(&json!({"apiId": "api_1"}))
        }
    })
    .await
}

/// The call on which [`half_asleep`] hangs.
pub(crate) fn sleeper() -> Value {
    json!({"name": "keys_get_key", "arguments": {"keyId": "key_1"}})
}

/// A call that only reads.
pub(crate) async fn read(endpoint: &Endpoint) -> Value {
    let arguments = json!({"keyId": "key_1"});
    endpoint.call("keys_get_key", arguments).await
}

/// A call that writes.
pub(crate) async fn write(endpoint: &Endpoint) -> Value {
    let arguments = json!({"name": "abc"});
    endpoint.call("apis_create_api", arguments).await
}
