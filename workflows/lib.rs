//! What people come for, made of several of Unkey's operations. This crate knows no MCP, no HTTP and
//! no database: whoever uses it carries the [`Operations`] out, and tells the time ([`Clock`]).
//!
//! What a model sees of a workflow stands in `tools/workflows/`, in the file of the same name as
//! here: `keys_find.rs`, `keys_explain.rs`, `keys_plan.rs`, `keys_apply.rs`, `usage_report.rs`,
//! `workspace_overview.rs`. [`run`] picks the one that was asked for.
//!
//! What they have in common:
//!
//! - [`Operations`] (`operations.rs`): how an operation is called, and what is known of the APIs.
//! - [`Context`] (`context.rs`): calls that wait where a server asks to, within bounds.
//! - [`Walk`] (`walk.rs`): all keys of some APIs, a page at a time, a few pages at once.
//! - [`Matcher`] (`selection.rs`): whether a key is one of those that are meant.
//! - `apis.rs`: which APIs are meant, and which key spaces are theirs.
//! - `plan/`: what a change means for each key, and the file that holds it; `import/` reads the keys of
//!   others; `apply/` carries a plan out, once, whatever happens on the way; [`Desk`] (`desk.rs`) is what
//!   they need beside operations.
//! - [`Report`] (`report.rs`): what comes of it, or why nothing did.

#![forbid(unsafe_code)]

mod apis;
mod apply;
mod context;
mod desk;
mod explain_causes;
mod explain_identifier;
mod explain_limits;
mod explain_outcomes;
mod import;
mod key_spaces;
mod keys_apply;
mod keys_explain;
mod keys_find;
mod keys_plan;
mod operations;
mod period;
mod permission_query;
mod plan;
mod report;
mod run;
mod selection;
mod sql;
mod table;
mod text;
mod time;
mod usage_query;
mod usage_report;
mod walk;
mod window;
mod workspace_overview;

pub use apis::resolve;
pub use context::{Context, Progress};
pub use desk::{Desk, Handover, ImportFiles};
pub use operations::{Api, Boxed, CallError, Clock, Known, Namespace, Operations};
pub use plan::file::Maker;
pub use plan::folder::Plans;
pub use plan::outline::{Outline, outline};
pub use report::{Report, WorkflowError};
pub use run::run;
pub use selection::Matcher;
pub use walk::{Walk, WalkEnd};
