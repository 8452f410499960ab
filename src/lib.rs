//! The server: it speaks MCP and HTTP, and knows no SQL.
//!
//! The way of a tool call: a transport (`mcp/stdio/`, `http/`) reads a message; `mcp/message/`
//! checks its bytes and makes a request of them, or an answer; [`calls`] bounds how many are under
//! way; `mcp/handler.rs` looks the tool up in the caller's [`inventory`]; [`dispatch`] takes the
//! caller's [`root_key`], checks the arguments, and hands the body to a [`backend`]; of the answer
//! [`untrusted`] says which parts others wrote, and [`summary`] what it means;
//! `mcp/result.rs` puts the outcome into words a model can act on. When it ends, `observe/` writes
//! it down.
//!
//! With `--local`, `http/unkey/` answers requests to Unkey's own API under `/v2`, without `mcp/`.
//!
//! For people with a browser there are [`pages`]: how clients connect, what the embedded
//! engine holds, secrets that are shown once.
//!
//! Beside tools it tells [`guides`]: prompts, texts to read, skills. A tool that is made of several
//! operations (the crate `unkey_workflows`) calls each through [`dispatch`] again.
//!
//! Commands that serve nobody: [`command`] runs such a tool on a terminal, [`operator`] works on the
//! database of `--local`, [`listing`] prints the tools, [`api_diff`] compares them with an OpenAPI
//! document, [`install`] tells clients about this program, [`doctor`] says what is wrong with all that.
//! `cli/` reads flags and the environment, and nothing else does.
//!
//! Only `mcp/` and `http/mcp/` use rmcp, and only `backend/remote.rs` uses reqwest.

#![forbid(unsafe_code)]

mod accept;
pub mod api_diff;
pub mod backend;
pub mod calls;
pub mod cli;
pub mod command;
pub mod config;
pub mod confirm;
pub mod dispatch;
pub mod doctor;
pub mod error;
pub mod guides;
pub mod http;
pub mod install;
pub mod inventory;
pub mod key_advice;
pub mod listing;
pub mod login;
pub mod mcp;
pub mod observe;
pub mod operator;
pub mod output;
pub mod pages;
pub mod panics;
pub mod policy;
pub mod remembered;
pub mod root_key;
mod screen;
pub mod secrets;
pub mod settings;
pub mod stop;
pub mod summary;
pub mod untrusted;
