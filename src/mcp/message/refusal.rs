//! An error that answers a message.

use rmcp::model::{ErrorCode, ProtocolVersion};
use serde_json::json;

use super::cut;

/// An error for a message that is not carried out.
#[derive(Debug)]
pub struct Refusal {
    /// The id as JSON, in the sender's own spelling; `null` where none can be made out.
    id: String,
    /// JSON-RPC's code.
    pub(crate) code: ErrorCode,
    message: String,
}

impl Refusal {
    /// An error for the message with this id, which is JSON.
    pub(crate) fn new(id: Option<String>, code: ErrorCode, message: String) -> Self {
        let id = id.unwrap_or_else(|| "null".to_owned());
        Self { id, code, message }
    }

    /// An error for a message without an id.
    pub(super) fn of_none(code: ErrorCode, message: &str) -> Self {
        Self::new(None, code, message.to_owned())
    }

    /// The JSON-RPC message, on one line.
    pub fn to_json(&self) -> String {
        let error = json!({"code": self.code.0, "message": self.message});
        format!(r#"{{"jsonrpc":"2.0","id":{},"error":{error}}}"#, self.id)
    }
}

/// Why a message is not carried out.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

impl Mistake {
    /// What is no request at all.
    pub(super) fn of_request(message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::INVALID_REQUEST,
            message: message.into(),
        }
    }

    /// A method that clients without a handshake do not have.
    pub(super) fn of_method(method: &str) -> Self {
        let since = ProtocolVersion::NO_INITIALIZE;
        Self {
            code: ErrorCode::METHOD_NOT_FOUND,
            message: format!(
                "there is no method {method} since {since}; server/discover says what there is"
            ),
        }
    }

    /// A method whose name is longer than that of any real one.
    pub(super) fn of_unknown(method: &str) -> Self {
        let shown = cut(method, 64).unwrap_or_default();
        Self {
            code: ErrorCode::METHOD_NOT_FOUND,
            message: format!("there is no method {shown}"),
        }
    }

    /// A request whose parameters cannot be understood.
    pub(super) fn of_params(message: impl Into<String>) -> Self {
        Self {
            code: ErrorCode::INVALID_PARAMS,
            message: message.into(),
        }
    }
}
