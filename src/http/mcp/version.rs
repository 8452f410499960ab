//! The protocol version that a request's head names, beside the one that its message names.
//!
//! The SDK checks them too, but answers without JSON-RPC and quotes headers whole.

use ::http::HeaderMap;
use rmcp::model::ErrorCode;
use serde_json::Value;

use crate::mcp::message::{self, Message, Refusal};
use crate::observe::shown;

const HEADER: &str = "mcp-protocol-version";

/// What is wrong with the version in `headers` for `message`, a request or a notification.
pub(super) fn check(headers: &HeaderMap, message: &Message) -> Result<(), Refusal> {
    let Some(header) = headers.get(HEADER) else {
        return Ok(());
    };
    let header = String::from_utf8_lossy(header.as_bytes());
    if message.method() == "initialize" {
        return check_handshake(&header, message);
    }
    if !message::is_known_version(&header) {
        return Err(Refusal::of_version(message.id(), &header));
    }
    match message.own_version() {
        Some(own) if own != header => {
            let place = "params._meta";
            Err(mismatch(
                message,
                ErrorCode::HEADER_MISMATCH,
                &header,
                own,
                place,
            ))
        }
        _ => Ok(()),
    }
}

/// A handshake agrees on a version: the header may name one that there is not, if the message asks
/// for the same.
fn check_handshake(header: &str, message: &Message) -> Result<(), Refusal> {
    if message::is_known_version(header) && message::has_no_handshake(header) {
        return Err(message::no_such_method(message));
    }
    match message.param("protocolVersion").and_then(Value::as_str) {
        Some(own) if own != header => {
            let place = "params.protocolVersion";
            Err(mismatch(
                message,
                ErrorCode::INVALID_REQUEST,
                header,
                own,
                place,
            ))
        }
        _ => Ok(()),
    }
}

fn mismatch(message: &Message, code: ErrorCode, header: &str, own: &str, place: &str) -> Refusal {
    let text = format!(
        "the header MCP-Protocol-Version names {}, and {place} names {}: send the same in both",
        shown::name(header),
        shown::name(own)
    );
    Refusal::new(Some(message.id()), code, text)
}
