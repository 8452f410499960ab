//! What the engine takes from the system: the clock, randomness, and its files.

pub(crate) mod clock;
mod database_file;
pub(crate) mod open_error;
pub(crate) mod random;
mod regular_file;
mod secret_file;
mod secret_text;
pub(crate) mod trouble;
mod watch;
#[cfg(unix)]
mod write_ahead_log;

pub(crate) use database_file::{beside, claim, has_root_key, is_known, make, resolve};
pub use regular_file::{read_regular_text, read_secret_text};
pub(crate) use secret_file::SecretFile;
pub use secret_file::SecretProblem;
pub(crate) use watch::{Stamp, Stamps, Watch};
