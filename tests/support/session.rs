//! The same session over either transport.

use serde_json::{Value, json};

use super::binary::{Binary, Server};
use super::http::{self, Endpoint};
use super::rpc::Era;
use super::stdio::Stdio;

/// How a client is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// stdin and stdout.
    Stdio,
    /// Streamable HTTP.
    Http,
}

impl Transport {
    /// Both.
    pub(crate) const BOTH: [Self; 2] = [Self::Stdio, Self::Http];
}

/// Every transport in both eras, each connected to a server of its own with these flags.
pub(crate) async fn sessions(flags: &[&str], key: Option<&str>) -> Vec<Session> {
    let mut sessions = Vec::new();
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            sessions.push(Session::connect(transport, era, flags, key).await);
        }
    }
    sessions
}

/// A client that is connected, over whichever transport.
pub(crate) enum Session {
    /// stdin and stdout.
    Stdio(Stdio),
    /// Streamable HTTP; the server lives as long as the session.
    Http { endpoint: Endpoint, _server: Server },
}

impl Session {
    /// Starts the binary with `flags` and connects to it. `key` goes where the transport takes it:
    /// into the environment, or into a header.
    pub(crate) async fn connect(
        transport: Transport,
        era: Era,
        flags: &[&str],
        key: Option<&str>,
    ) -> Self {
        let command = match transport {
            Transport::Stdio => "stdio",
            Transport::Http => "serve",
        };
        let binary = Binary::new([command].iter().chain(flags));
        Self::with(binary, transport, era, key).await
    }

    /// The same for a binary that is to speak over `transport`.
    pub(crate) async fn with(
        binary: Binary,
        transport: Transport,
        era: Era,
        key: Option<&str>,
    ) -> Self {
        match transport {
            Transport::Stdio => {
                let mut binary = binary;
                if let Some(key) = key {
                    binary = binary.env("UNKEY_ROOT_KEY", key);
                }
                Self::Stdio(Stdio::connect(binary, era).await)
            }
            Transport::Http => {
                let server = binary.serve().await;
                let mut endpoint = server.mcp().era(era);
                if let Some(key) = key {
                    endpoint = endpoint.header("MCP-UNKEY-BEARER-AUTH", key);
                }
                if matches!(era, Era::Legacy(_)) {
                    let answer = endpoint.request("initialize", era.handshake()).await;
                    let version = &answer["result"]["protocolVersion"];
                    assert_eq!(version, era.version(), "{answer}");
                }
                Self::Http {
                    endpoint,
                    _server: server,
                }
            }
        }
    }

    /// Sends a request and returns the response.
    pub(crate) async fn request(&mut self, method: &str, params: Value) -> Value {
        match self {
            Self::Stdio(stdio) => stdio.request(method, params).await,
            Self::Http { endpoint, .. } => endpoint.request(method, params).await,
        }
    }

    /// Calls a tool.
    pub(crate) async fn call(&mut self, tool: &str, arguments: Value) -> Value {
        let params = json!({"name": tool, "arguments": arguments});
        self.request("tools/call", params).await
    }

    /// The names of the tools it lists.
    pub(crate) async fn names(&mut self) -> Vec<String> {
        http::names(&self.request("tools/list", json!({})).await)
    }
}
