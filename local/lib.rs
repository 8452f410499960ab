//! The engine: how the operations behave without the cloud.
//!
//! Its folders are Unkey's services, and its files have the names of those in `tools/`: what
//! `keys_create_key` is stands in `tools/keys/create_key.rs`, how the engine carries it out in
//! `local/keys/create_key.rs`. The engine knows no HTTP and no MCP: [`Request`] in, [`Answer`] out.
//!
//! A request's way: [`Engine::call`] checks its form (`validate.rs`) and finds its route
//! (`routes.rs`); on the caller's thread the root key is looked up (`caller.rs`) and what only
//! reads is carried out, with what is in memory (`snapshots.rs`, `freshness.rs`) or else with the
//! database (`readers.rs`); what writes goes to the one thread that does (`writer.rs`), which
//! commits many requests at once. A handler implements `Apply` (`apply.rs`), uses the tables
//! in `store/`, and fails with a `Failure` (`failure.rs`), whose codes are Unkey's.
//!
//! The next operation: write `<service>/<operation>.rs`, name it in that folder's `mod.rs` and in
//! `ROUTES`.

mod apply;
mod caller;
mod clock;
mod engine;
mod envelope;
mod events;
mod export;
mod failure;
mod files;
mod freshness;
mod grants;
mod health;
mod json;
mod limiter;
mod meta;
mod midnight;
mod mint;
mod numbers;
mod open_error;
mod opening;
mod operator;
mod options;
mod paging;
mod permission_query;
mod prelude;
mod random;
mod readers;
mod refill;
mod request;
mod routes;
mod rules;
mod shared;
mod snapshots;
mod store;
mod trial;
mod trouble;
mod turnstile;
mod uses;
mod validate;
mod vault;
mod weigh;
mod wildcard;
mod window;
mod writer;

mod analytics;
mod apis;
mod identities;
mod keys;
mod late_reader;
mod permissions;
mod portal;
mod ratelimit;

pub use clock::{Clock, ManualClock, SystemClock};
pub use engine::Engine;
pub use export::{Export, ExportError, Exported, ExportedApi, Summary};
pub use files::SecretProblem;
pub use grants::EVERY_GRANT;
pub use json::{Unreadable, read_json};
pub use open_error::OpenError;
pub use operator::{NewRootKeySettings, OperatorError};
pub use options::{Options, Place};
pub use random::{NoRandomness, Random, SeededRandom, SystemRandom};
pub use request::{Answer, Request};
pub use routes::{UNSUPPORTED, supports};
pub use store::{ApiSettings, LeftBehind, ListedRootKey, MigrationAlgorithm};
pub use trial::PATIENCE;
pub use trouble::{NotKept, Trouble};
