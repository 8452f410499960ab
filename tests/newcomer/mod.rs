//! Whoever uses the program for the first time, or for the last, is not stopped: the documentation
//! works as it stands, the help helps, and nothing is lost.

mod clients;
mod help;
mod manual;
pub(crate) mod markdown;
mod root_keys;
mod settings;
#[cfg(unix)]
mod upkeep;

pub(crate) use self::markdown::blocks;
