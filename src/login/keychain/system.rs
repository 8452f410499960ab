//! The system's own keychain: Keychain on macOS, Credential Manager on Windows, the Secret Service
//! elsewhere.

use std::sync::Arc;

#[cfg(target_os = "macos")]
use apple_native_keyring_store::keychain::Store;
use keyring_core::{CredentialStore, Entry, Error};
use unkey_tools::types::Secret;
#[cfg(windows)]
use windows_native_keyring_store::Store;
#[cfg(not(any(target_os = "macos", windows)))]
use zbus_secret_service_keyring_store::Store;

use super::KeychainProblem;

/// What the entries are filed under.
const SERVICE: &str = "unkey-mcp";

/// The secret of that name.
pub(super) fn find(name: &str) -> Result<Option<Secret>, KeychainProblem> {
    let Some(entry) = entry(name)? else {
        return Ok(None);
    };
    match entry.get_password() {
        Ok(text) => Ok(Some(Secret::new(text))),
        Err(Error::NoEntry) => Ok(None),
        Err(error) => Err(problem(&error)),
    }
}

/// Keeps a secret under that name; says whether there is a keychain.
pub(super) fn keep(name: &str, secret: &Secret) -> Result<bool, KeychainProblem> {
    let Some(entry) = entry(name)? else {
        return Ok(false);
    };
    let kept = entry.set_password(secret.reveal());
    kept.map(|()| true).map_err(|error| problem(&error))
}

/// Takes the secret of that name out; says whether there was one.
pub(super) fn remove(name: &str) -> Result<bool, KeychainProblem> {
    let Some(entry) = entry(name)? else {
        return Ok(false);
    };
    match entry.delete_credential() {
        Ok(()) => Ok(true),
        Err(Error::NoEntry) => Ok(false),
        Err(error) => Err(problem(&error)),
    }
}

/// The entry of that name; `None` where no keychain runs, as on a machine without a desktop.
fn entry(name: &str) -> Result<Option<Entry>, KeychainProblem> {
    let store: Arc<CredentialStore> = match Store::new() {
        Ok(store) => store,
        Err(_) if cfg!(not(any(target_os = "macos", windows))) => return Ok(None),
        Err(error) => return Err(problem(&error)),
    };
    let entry = Entry::new_in_store(&store, SERVICE, name);
    entry.map(Some).map_err(|error| problem(&error))
}

/// The kind of error alone: some carry the bytes that were found.
fn problem(error: &Error) -> KeychainProblem {
    KeychainProblem::System(match error {
        Error::PlatformFailure(why) | Error::NoStorageAccess(why) => why.to_string(),
        Error::BadEncoding(_) | Error::BadDataFormat(..) => {
            "what it holds is no text; log out and in again".to_owned()
        }
        Error::Ambiguous(_) => "it holds several; take them out with its own program".to_owned(),
        _ => "it refuses".to_owned(),
    })
}
