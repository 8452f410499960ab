//! The table `keys` and what belongs to it, as management, verification and export see it.

mod encrypted_keys;
mod exports;
mod last_uses;
mod live_keys;
mod migrations;
mod refills;
mod root_keys;
mod table;
mod verifiable_keys;

pub(crate) use encrypted_keys::*;
pub use exports::LeftBehind;
pub(crate) use exports::*;
pub(crate) use last_uses::*;
pub(crate) use live_keys::*;
pub use migrations::MigrationAlgorithm;
pub(crate) use migrations::*;
pub(crate) use refills::*;
pub use root_keys::ListedRootKey;
pub(crate) use root_keys::*;
pub(crate) use table::*;
pub(crate) use verifiable_keys::*;
