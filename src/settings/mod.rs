//! What an operator settles once, in a file or with flags.

mod modes;

pub use self::modes::{ConfirmMode, SecretsMode};
