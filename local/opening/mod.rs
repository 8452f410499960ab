//! Opening an engine: its options, its files, and what a new database begins with.

mod open;
mod options;

pub(crate) use open::{OWNER, Opened, open};
pub use options::{Location, Options};
