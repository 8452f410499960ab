//! What the server says of itself.

use rmcp::model::{Implementation, MetaObject};

/// What it says of itself, and of Unkey, on connecting.
pub(super) const INSTRUCTIONS: &str = include_str!("instructions.md");

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
