//! What the server says of itself.

use rmcp::model::{Implementation, MetaObject, ServerCapabilities};

use crate::inventory::Server;

/// What it says of itself, and of Unkey, on connecting.
pub(super) fn instructions(server: Server) -> &'static str {
    let text = match server {
        Server::Keys => include_str!("instructions/keys.md"),
        Server::Ratelimit => include_str!("instructions/ratelimit.md"),
        Server::Deploy => include_str!("instructions/deploy.md"),
    };
    text.trim_end()
}

/// What it offers.
pub(super) fn capabilities() -> ServerCapabilities {
    ServerCapabilities::builder()
        .enable_tools()
        .enable_prompts()
        .enable_resources()
        .enable_completions()
        .enable_skills()
        .build()
}

/// Its name and version.
pub(super) fn implementation() -> Implementation {
    Implementation::new("unkey-mcp", env!("CARGO_PKG_VERSION"))
        .with_title("Unkey")
        .with_website_url("https://unkey.com")
}

/// Names the server in a result's `_meta`, which clients without a handshake look for.
pub(super) fn server_info() -> MetaObject {
    let mut meta = MetaObject::new();
    if let Ok(implementation) = serde_json::to_value(implementation()) {
        meta.insert(
            "io.modelcontextprotocol/serverInfo".to_owned(),
            implementation,
        );
    }
    meta
}
