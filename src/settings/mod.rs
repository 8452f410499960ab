//! What an operator settles once, in a file, with variables or with flags.
//!
//! A flag wins over its variable, and that over the profile. [`Settings`] holds all of it and tells
//! the [`Terms`] of one call; `file` says what may stand in the file, `live` reads it again when it
//! changes.

pub mod file;
mod live;
mod loaded;
mod modes;
mod names;
mod offer;
mod problem;
mod schema;
mod terms;

pub use self::live::LiveFile;
pub(crate) use self::loaded::is_api_id;
pub use self::loaded::{Loaded, Requirements};
pub use self::modes::{ConfirmMode, SecretsMode};
pub use self::names::Names;
pub use self::offer::Offer;
pub use self::problem::FileProblem;
pub use self::schema::schema;
pub use self::terms::{BadTerms, Overrides, Settings, Terms, UnknownProfile};
