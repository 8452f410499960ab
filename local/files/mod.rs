//! The engine's files: where they are, what may be in them, and whether they are still there.

mod database_file;
mod secret_file;
mod secret_text;
mod watch;

pub(crate) use database_file::{beside, claim, make, resolve};
pub(crate) use secret_file::SecretFile;
pub use secret_file::SecretProblem;
pub(crate) use watch::Watch;
