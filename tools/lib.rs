//! The catalogue of Unkey's operations. This crate says what exists; it does no I/O.
//!
//! Its folders are Unkey's services, but for `types/` and `workflows/`, and its file names the operations: the tool
//! `keys_create_key` stands in `keys/create_key.rs`, the embedded engine's half of it in the file of
//! the same path in `local/`, and what a model sees of it in `tests/snapshots/keys_create_key.snap`
//! at the root of the repository.
//!
//! Start with [`Operation`] (what an operation says of itself), then [`CATALOGUE`] (all of them).
//! What is made of several operations is a [`Workflow`]; [`WORKFLOWS`] has them.
//! [`schema`] shapes what a model sees, [`SchemaValidator`] checks what a model sends, [`arguments`]
//! tells it what was wrong.
//!
//! `CONTRIBUTING.md` names every file that a new operation touches.

#![forbid(unsafe_code)]

pub mod arguments;
mod catalogue;
mod effect;
mod error;
mod exact;
mod grant;
pub mod nearest;
mod newer;
mod operation;
mod prelude;
mod reply;
pub mod schema;
pub mod secrets;
mod shorten;
pub mod times;
mod toolset;
pub mod types;
mod untrusted;
mod validator;
mod workflow;

pub mod analytics;
pub mod apis;
pub mod apps;
pub mod deploy;
pub mod deployments;
pub mod domains;
pub mod environments;
pub mod gateway;
pub mod github;
pub mod identities;
pub mod keys;
pub mod permissions;
pub mod portal;
pub mod projects;
pub mod ratelimit;
pub mod workflows;

pub use catalogue::{CATALOGUE, WORKFLOWS, every, find, is_of_portal_users, listed};
pub use effect::Effect;
pub use error::{ApiError, FieldProblem, Meta, Problem};
pub use exact::{inexact, inexact_words, numbers};
pub use grant::Grant;
pub use newer::Newer;
pub use operation::{Entry, Operation};
pub use reply::{Data, Empty, Marker, Page, Pagination};
pub use shorten::shorten;
pub use toolset::Toolset;
pub use validator::{Findings, InvalidSchema, Kind, Mistake, SchemaValidator, Step, Violation};
pub use workflow::Workflow;
