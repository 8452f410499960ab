//! Where root keys may lie on this machine.

use std::path::PathBuf;

use unkey_tools::types::Secret;

use super::environment::{path_variable, variable};
use super::path::file;
use crate::config;
use crate::error::StartError;
use crate::root_key::{ProfileKey, RootKeySources};
use crate::settings::file::Profile;

/// Where a root key may lie on this machine.
pub(super) fn surroundings(profile: Option<&Profile>) -> Result<RootKeySources, StartError> {
    let name = "UNKEY_ROOT_KEY_FILE";
    let root_key_file = path_variable(name).map(|value| file(name, &value));
    Ok(RootKeySources {
        profile: profile.map(profile_key).transpose()?.flatten(),
        root_key: variable("UNKEY_ROOT_KEY").map(Secret::new),
        root_key_file: root_key_file.transpose()?,
        ..stored()
    })
}

/// Where a root key may lie that the program finds whoever starts it.
pub(super) fn stored() -> RootKeySources {
    RootKeySources {
        keychain: config::keychain(None).ok(),
        cli_config: cli_config(),
        ..RootKeySources::default()
    }
}

/// Where the Unkey CLI keeps its root key.
fn cli_config() -> Option<PathBuf> {
    let home = etcetera::home_dir().ok()?;
    Some(home.join(".unkey").join("config.toml"))
}

/// Where the root key of a profile lies, if it says so.
fn profile_key(profile: &Profile) -> Result<Option<ProfileKey>, StartError> {
    if let Some(name) = &profile.root_key_env {
        return Ok(Some(ProfileKey::Variable {
            name: name.clone(),
            value: variable(name).map(Secret::new),
        }));
    }
    if let Some(path) = &profile.root_key_file {
        return Ok(Some(ProfileKey::File(file(
            "root-key-file",
            path.as_ref(),
        )?)));
    }
    if let Some(name) = &profile.root_key_keychain {
        let keychain = config::keychain(Some(name))
            .map_err(|problem| StartError::Usage(format!("root-key-keychain: {problem}")))?;
        return Ok(Some(ProfileKey::Keychain(keychain)));
    }
    Ok(None)
}
