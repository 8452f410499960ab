//! The database. Only these files hold SQL, one for each table.

mod apis;
mod audit;
mod connect;
mod identities;
mod keys;
mod portals;
mod ratelimit;
mod rbac;
mod search;
mod settings;
mod statements;
mod verifiable_apis;
mod workspaces;

pub(crate) use apis::*;
pub use apis::{ApiSettings, KnownApi};
pub(crate) use audit::*;
pub(crate) use connect::*;
pub(crate) use identities::*;
pub(crate) use keys::*;
pub use keys::{LeftBehind, ListedRootKey, MigrationAlgorithm};
pub(crate) use portals::*;
pub use ratelimit::KnownNamespace;
pub(crate) use ratelimit::*;
pub(crate) use rbac::*;
pub(crate) use settings::*;
pub(crate) use verifiable_apis::*;
pub(crate) use workspaces::*;
