//! Every flag and environment variable. Nothing outside this folder reads either.

mod answers;
mod api_diff;
mod call;
mod calls;
mod doctor;
mod environment;
mod examples;
mod install;
mod invocation;
mod limits;
mod login;
mod manual;
mod observing;
mod operating;
mod path;
mod plans;
mod root_keys;
mod safety;
mod secrets;
mod serving;
mod settings;
mod workflows;

pub use self::invocation::{Action, Invocation};
pub(crate) use self::path::file as file_path;
