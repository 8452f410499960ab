//! The engine: how the operations behave without the cloud.
//!
//! A folder for each of Unkey's services holds its operations, in files with the names of those in
//! `tools/`: what `keys_create_key` is stands in `tools/keys/create_key.rs`, how the engine carries
//! it out in `local/keys/create_key.rs`. The engine knows no HTTP and no MCP: [`Request`] in,
//! [`Answer`] out.
//!
//! The other folders, each of which uses only those below it:
//!
//! - `admin/`: what the program may do beside requests: root keys, settings, export.
//! - [`Engine`] itself, and `opening/`, which makes or opens the files of one.
//! - the services: `analytics/`, `apis/`, `identities/`, `keys/`, `permissions/`, `portal/`,
//!   `ratelimit/`. What several operations of `keys/` share is in `keys/common/`.
//! - `run/`: who calls, which thread carries the request out, in which transaction, and what
//!   follows later.
//! - `cache/`: what was read and is still valid.
//! - `store/`: the tables, a file for each; SQL stands nowhere else, but for
//!   the statements that begin and end transactions, in `run/`.
//! - `wire/`: the form of requests and answers, and failures, whose codes are Unkey's.
//! - `domain/`: rate limits, refills, permission queries, ids, keys, encryption.
//! - `system/`: the clock, randomness, and files.
//!
//! A request's way: [`Engine::call`] finds its route (`run/routes.rs`) and checks its form
//! (`wire/validate.rs`). On the caller's thread the root key is looked up (`run/caller.rs`), and an
//! operation that only reads is carried out in a transaction that reads (`run/readers.rs`); what did
//! not change since it was last read is taken from memory (`cache/`). A verification and a check of a
//! rate limit count in memory there, and go on as a write where they find that they must write: where
//! a verification spends a credit, and what makes that durable, is told in `local/README.md`, "Where
//! it is in the code". Questions about events wait until all events are written. An operation that writes goes
//! to the one thread that does (`run/writer.rs`), which commits many requests at once and answers
//! them after that. An operation implements `Apply` (`run/apply.rs`), is given a `Context`, uses the
//! tables in `store/`, and fails with a `Failure` (`wire/failure.rs`).
//!
//! `CONTRIBUTING.md` names every file that a new operation touches.

#![forbid(unsafe_code)]

mod admin;
mod cache;
mod domain;
mod engine;
mod opening;
mod prelude;
mod run;
mod store;
mod system;
mod wire;

mod analytics;
mod apis;
mod identities;
mod keys;
mod permissions;
mod portal;
mod ratelimit;

pub use admin::{
    Export, ExportError, Exported, ExportedApi, NewRootKeySettings, OperatorError, PATIENCE,
    Summary,
};
pub use domain::grants::EVERY_GRANT;
pub use domain::resource_name::ResourceName;
pub use engine::Engine;
pub use opening::{Location, Options};
pub use run::routes::{Cost, cost, supports, why_not};
pub use store::{
    ApiSettings, KnownApi, KnownNamespace, LeftBehind, ListedRootKey, MigrationAlgorithm,
};
pub use system::clock::{Clock, ManualClock, SystemClock};
pub use system::open_error::OpenError;
pub use system::random::{NoRandomness, Random, SeededRandom, SystemRandom};
pub use system::trouble::{NotKept, Trouble};
pub use system::{SecretProblem, read_regular_text, read_secret_text};
pub use wire::json::{Unreadable, read_json};
pub use wire::request::{Answer, Request};
