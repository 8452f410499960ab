//! The MCP side: what clients list and call. With `http/mcp/` the only code that names rmcp.

mod about;
mod bent_call;
mod guarded;
mod handler;
pub mod message;
mod observed;
mod result;
pub mod stdio;
mod tool;
mod undeclared;

pub use self::handler::{Handler, Scope};
pub use self::tool::list;
