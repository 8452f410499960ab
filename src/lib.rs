//! The server: it speaks MCP and HTTP, and knows no SQL.
//!
//! The trip of one call: a transport (`mcp/stdio/`, `http/`) reads a message; `mcp/message/` judges
//! its bytes and makes a request of them, or an answer; `mcp/handler.rs` looks the tool up in the caller's [`inventory`], takes the caller's
//! [`root_key`], checks the arguments, and hands the body to a [`backend`]; `mcp/result.rs` puts
//! the outcome into words a model can act on. When it ends, `observe/` writes it down.
//!
//! Only `mcp/`, `http/mcp.rs` and `http/exchange.rs` name rmcp, only `backend/remote.rs` names
//! reqwest, and only `cli/` reads the environment.

#![forbid(unsafe_code)]

pub mod api_diff;
pub mod backend;
pub mod calls;
pub mod cli;
pub mod config;
pub mod error;
mod faults;
pub mod http;
pub mod inventory;
pub mod key_advice;
pub mod listing;
pub mod mcp;
pub mod observe;
pub mod operator;
mod output;
pub mod panics;
pub mod root_key;
pub mod stop;
