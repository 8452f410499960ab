//! The MCP side: what clients list and call. With `http/mcp.rs` the only code that names rmcp.

mod handler;
mod result;
pub mod stdio;
mod tool;

pub use self::handler::{Handler, Scope};
pub use self::tool::list;
