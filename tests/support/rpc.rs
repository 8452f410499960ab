//! JSON-RPC messages as MCP clients of different ages write them.

use serde_json::{Value, json};

/// The versions whose clients shake hands first, oldest first.
pub(crate) const LEGACY: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];

/// The version whose requests each stand alone.
pub(crate) const MODERN: &str = "2026-07-28";

/// How a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Era {
    /// It shakes hands first, and agrees on this version.
    Legacy(&'static str),
    /// Every request says what the handshake would have said.
    Modern,
}

impl Era {
    /// The newest version of each era.
    pub(crate) const BOTH: [Self; 2] = [Self::Legacy(LEGACY[3]), Self::Modern];

    /// The version it speaks.
    pub(crate) const fn version(self) -> &'static str {
        match self {
            Self::Legacy(version) => version,
            Self::Modern => MODERN,
        }
    }

    /// A request.
    pub(crate) fn request(self, id: u64, method: &str, mut params: Value) -> Value {
        if self == Self::Modern {
            params["_meta"] = json!({
                "io.modelcontextprotocol/protocolVersion": MODERN,
                "io.modelcontextprotocol/clientCapabilities": {},
                "io.modelcontextprotocol/clientInfo": {"name": "tests", "version": "1"},
            });
        }
        json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params})
    }

    /// The parameters of `initialize`.
    pub(crate) fn handshake(self) -> Value {
        json!({
            "protocolVersion": self.version(),
            "capabilities": {},
            "clientInfo": {"name": "tests", "version": "1"},
        })
    }
}

/// A notification.
pub(crate) fn notification(method: &str, params: &Value) -> Value {
    json!({"jsonrpc": "2.0", "method": method, "params": params})
}
