//! The MCP side: what clients list and call. With `http/mcp/` the only code that names rmcp.

mod about;
mod asking;
mod carrying;
mod dynamic;
mod fit;
mod guarded;
mod guides;
mod handler;
mod lenient_call;
pub mod message;
mod next_step;
mod observed;
mod progress;
mod result;
mod scope;
pub mod stdio;
mod tool;
mod undeclared;

pub(crate) use self::fit::fit;
pub use self::handler::Handler;
pub(crate) use self::observed::note as note_outcome;
pub(crate) use self::result::cancelled;
pub use self::result::refusal_text;
pub use self::scope::{ConnectionScope, Scope};
pub use self::tool::list;
