//! The engine: how the operations behave without the cloud.
//!
//! A folder for each of Unkey's services holds its operations, in files with the names of those in
//! `tools/`: what `keys_create_key` is stands in `tools/keys/create_key.rs`, how the engine carries
//! it out in `local/keys/create_key.rs`. The engine knows no HTTP and no MCP: [`Request`] in,
//! [`Answer`] out.
//!
//! The other folders, each of which uses only those below it:
//!
//! - `admin/`: what the program may do beside requests: root keys, settings, export, readiness.
//! - [`Engine`] itself, and `opening/`, which makes or opens the files of one.
//! - the services: `analytics/`, `apis/`, `identities/`, `keys/`, `permissions/`, `portal/`,
//!   `ratelimit/`.
//! - `run/`: who calls, which thread does the work, in which transaction; what follows later.
//! - `cache/`: what was read and is still valid.
//! - `store/`: the tables; SQL stands nowhere else.
//! - `wire/`: the form of requests and answers, and failures, whose codes are Unkey's.
//! - `domain/`: rate limits, refills, permission queries, ids, encryption.
//! - `system/`: the clock, randomness, and files.
//!
//! A request's way: [`Engine::call`] checks its form (`wire/validate.rs`) and finds its route
//! (`run/routes.rs`); on the caller's thread the root key is looked up (`run/caller.rs`) and what
//! only reads is carried out in a transaction that reads (`run/readers.rs`), which takes what did
//! not change since from memory (`cache/`); what writes goes to the one thread that does (`run/writer.rs`), which
//! commits many requests at once. A handler implements `Apply` (`run/apply.rs`), uses the tables
//! in `store/`, and fails with a `Failure` (`wire/failure.rs`).
//!
//! The next operation: write `<service>/<operation>.rs`, name it in that folder's `mod.rs` and in
//! `ROUTES`.

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
pub use engine::Engine;
pub use opening::{Options, Place};
pub use run::routes::{Cost, UNSUPPORTED, cost, supports};
pub use store::{ApiSettings, LeftBehind, ListedRootKey, MigrationAlgorithm};
pub use system::SecretProblem;
pub use system::clock::{Clock, ManualClock, SystemClock};
pub use system::open_error::OpenError;
pub use system::random::{NoRandomness, Random, SeededRandom, SystemRandom};
pub use system::trouble::{NotKept, Trouble};
pub use wire::json::{Unreadable, read_json};
pub use wire::request::{Answer, Request};
