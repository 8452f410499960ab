//! `login` and `logout`: a root key that this machine keeps, so that no client's configuration holds it.

mod asking;
mod keychain;

use std::fmt;

use unkey_tools::types::Secret;

pub use self::keychain::{Keychain, KeychainProblem, Place};
use crate::error::StartError;
use crate::output;
use crate::root_key::{KeySource, RootKey};

/// What is to be done with a root key that is kept.
#[derive(Debug)]
pub enum Task {
    /// Ask for it, and keep it.
    Login,
    /// Take it out.
    Logout,
}

/// Carries `task` out.
///
/// # Errors
/// Where nobody names a root key, or it cannot be kept.
pub fn run(task: &Task, keychain: &Keychain) -> Result<(), StartError> {
    let not_done = |error: KeychainProblem| StartError::NotDone(error.to_string());
    let text = match task {
        Task::Login => {
            let key = check(&asking::root_key()?)?;
            let place = keychain.keep(&key).map_err(not_done)?;
            format!(
                "The root key is kept in {place}.\n`unkey-mcp stdio` uses it where neither \
                 UNKEY_ROOT_KEY nor UNKEY_ROOT_KEY_FILE is set; `unkey-mcp logout` takes it out.\n"
            )
        }
        Task::Logout => match keychain.remove().map_err(not_done)? {
            Some(place) => format!(
                "The root key is taken out of {place}. It works until it is deleted in Unkey's \
                 dashboard (Settings, Root Keys).\n"
            ),
            None => "No root key is kept here.\n".to_owned(),
        },
    };
    output::print(&text)
}

/// The root key that `text` is.
fn check(text: &Secret) -> Result<Secret, StartError> {
    let key = RootKey::parse(KeySource::Asked, text.reveal())
        .map_err(|mistake| StartError::Usage(mistake.to_string()))?
        .ok_or_else(|| StartError::Usage("no root key was given; nothing is kept".to_owned()))?;
    if !key.is_in_form() {
        return Err(StartError::Usage(
            "that is no root key: root keys begin with `unkey_`, and come from Unkey's dashboard \
             (Settings, Root Keys). A key of your own users is none. Nothing is kept"
                .to_owned(),
        ));
    }
    Ok(Secret::new(key.reveal()))
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("the system's keychain"),
            Self::File(path) => write!(
                f,
                "the file {}, which its owner alone may read",
                crate::observe::shown::path(path)
            ),
        }
    }
}
