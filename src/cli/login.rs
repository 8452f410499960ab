//! The flags of `login` and `logout`.

use clap::Args;

use super::examples;
use super::invocation::Action;
use crate::config;
use crate::error::StartError;
use crate::login::{Keychain, Task};

#[derive(Args, Debug)]
#[command(after_help = examples::LOGIN)]
pub(super) struct LoginFlags {
    #[command(flatten)]
    entry: EntryFlags,
}

#[derive(Args, Debug)]
pub(super) struct LogoutFlags {
    #[command(flatten)]
    entry: EntryFlags,
}

#[derive(Args, Debug)]
struct EntryFlags {
    /// Whose root key it is, where there are several; without it, the one that `stdio` uses
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
}

impl LoginFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        Ok(Action::Login(Task::Login, self.entry.parse()?))
    }
}

impl LogoutFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        Ok(Action::Login(Task::Logout, self.entry.parse()?))
    }
}

impl EntryFlags {
    fn parse(self) -> Result<Keychain, StartError> {
        config::keychain(self.profile.as_deref())
            .map_err(|problem| StartError::Usage(format!("--profile: {problem}")))
    }
}
