//! The flags of `doctor`.

use clap::Args;

use super::environment::{columns, path_variable, set_variables};
use super::invocation::{self, Action};
use super::root_keys::{stored, surroundings};
use super::serving::CommonFlags;
use super::{examples, install};
use crate::config::BackendSettings;
use crate::doctor::{Form, Settings, Subject, Surroundings};
use crate::error::StartError;
use crate::root_key::RootKeySources;

#[derive(Args, Debug)]
#[command(after_help = examples::DOCTOR)]
pub(super) struct DoctorFlags {
    /// Print the report as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    common: CommonFlags,
}

impl DoctorFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let search = path_variable("PATH").unwrap_or_default();
        Ok(Action::Doctor(Box::new(Settings {
            form: if self.json {
                Form::Json
            } else {
                Form::Text(columns())
            },
            subject: subject(self.common),
            surroundings: Surroundings {
                places: install::places()?,
                here: std::env::current_dir().ok(),
                search: std::env::split_paths(&search).collect(),
                set: set_variables(),
                stored: stored().root_key().is_ok(),
                started,
            },
        })))
    }
}

/// The server that these flags and the variables make, as `stdio` would.
fn subject(flags: CommonFlags) -> Result<Subject, StartError> {
    let (common, profile) = flags.parse()?;
    let is_remote = matches!(common.backend, BackendSettings::Remote { .. });
    Ok(Subject {
        root_key: surroundings(profile.as_ref().filter(|_| is_remote))?,
        common,
    })
}

/// Where the program looks for a root key if a client starts it with these arguments.
fn started(arguments: &[String]) -> Result<RootKeySources, StartError> {
    match invocation::understood(arguments)? {
        Action::Stdio(settings) => Ok(settings.surroundings),
        _ => Err(StartError::Usage(
            "that is no MCP server; a client needs `stdio` as the first argument".to_owned(),
        )),
    }
}
