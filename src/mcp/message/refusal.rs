//! An error that answers a message.

use rmcp::model::{ErrorCode, ProtocolVersion};
use serde_json::{Value, json};

use crate::observe::shown;

/// An error for a message that is not carried out.
#[derive(Debug)]
pub struct Refusal {
    /// The id as JSON, in the sender's own spelling; `null` where none can be made out.
    id: String,
    /// JSON-RPC's code.
    pub(crate) code: ErrorCode,
    message: String,
    /// What a program reads of it.
    data: Option<Box<Value>>,
    /// Whether who is refused began with a handshake.
    pub(crate) has_handshake: bool,
}

impl Refusal {
    /// An error for the message with this id, which is JSON.
    pub(crate) fn new(id: Option<String>, code: ErrorCode, message: String) -> Self {
        let id = id.unwrap_or_else(|| "null".to_owned());
        Self {
            id,
            code,
            message,
            data: None,
            has_handshake: false,
        }
    }

    /// The answer to the message with this id, which is not carried out.
    pub(super) fn of_mistake(id: Option<String>, mistake: Mistake) -> Self {
        let refusal = Self::new(id, mistake.code, mistake.message);
        Self {
            data: mistake.data,
            has_handshake: mistake.has_handshake,
            ..refusal
        }
    }

    /// The answer to the message with this id, which names a protocol version that there is not.
    pub(crate) fn of_version(id: String, version: &str) -> Self {
        Self::of_mistake(Some(id), Mistake::of_version(version))
    }

    /// An error for a message without an id.
    pub(super) fn of_none(code: ErrorCode, message: &str) -> Self {
        Self::new(None, code, message.to_owned())
    }

    /// The JSON-RPC message, on one line.
    pub fn to_json(&self) -> String {
        let mut error = json!({"code": self.code.0, "message": self.message});
        if let (Some(data), Some(error)) = (&self.data, error.as_object_mut()) {
            error.insert("data".to_owned(), Value::clone(data));
        }
        format!(r#"{{"jsonrpc":"2.0","id":{},"error":{error}}}"#, self.id)
    }
}

/// Why a message is not carried out.
#[derive(Debug)]
pub(super) struct Mistake {
    pub(super) code: ErrorCode,
    pub(super) message: String,
    data: Option<Box<Value>>,
    has_handshake: bool,
}

impl Mistake {
    fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
            has_handshake: false,
        }
    }

    /// What is no request at all.
    pub(super) fn of_request(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::INVALID_REQUEST, message)
    }

    /// A method that this server does not have for clients with a handshake, or for those without.
    pub(super) fn of_method(message: impl Into<String>, has_handshake: bool) -> Self {
        Self {
            has_handshake,
            ..Self::new(ErrorCode::METHOD_NOT_FOUND, message)
        }
    }

    /// A request whose parameters cannot be understood.
    pub(super) fn of_params(message: impl Into<String>) -> Self {
        Self::new(ErrorCode::INVALID_PARAMS, message)
    }

    /// A protocol version that there is not.
    pub(super) fn of_version(version: &str) -> Self {
        let version = shown::name(version);
        let known = ProtocolVersion::KNOWN_VERSIONS;
        let names: Vec<&str> = known.iter().map(ProtocolVersion::as_str).collect();
        Self {
            data: Some(Box::new(json!({"requested": version, "supported": known}))),
            ..Self::new(
                ErrorCode::UNSUPPORTED_PROTOCOL_VERSION,
                format!(
                    "this server does not speak version {version} of the protocol; it speaks {}",
                    names.join(", ")
                ),
            )
        }
    }
}
