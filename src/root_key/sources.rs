//! Where a process finds its own root key.

use std::path::{Path, PathBuf};

use serde::Deserialize;
use unkey_tools::types::Secret;

use super::{Caller, KeySource, Mistake, RootKey, Transport};
use crate::login::Keychain;

/// Where a process finds its own root key: what `stdio` uses.
#[derive(Clone, Debug, Default)]
pub struct RootKeySources {
    /// Where the chosen profile says that it lies; then nowhere else.
    pub profile: Option<ProfileKey>,
    /// `UNKEY_ROOT_KEY`.
    pub root_key: Option<Secret>,
    /// `UNKEY_ROOT_KEY_FILE`.
    pub root_key_file: Option<PathBuf>,
    /// What `unkey-mcp login` kept.
    pub keychain: Option<Keychain>,
    /// The Unkey CLI's file, `~/.unkey/config.toml`.
    pub cli_config: Option<PathBuf>,
}

/// Where a profile says that its root key lies.
#[derive(Clone, Debug)]
pub enum ProfileKey {
    /// In an environment variable.
    Variable {
        /// Its name.
        name: String,
        /// What it holds, if it is set.
        value: Option<Secret>,
    },
    /// In a file.
    File(PathBuf),
    /// Where `unkey-mcp login` put it.
    Keychain(Keychain),
}

impl ProfileKey {
    /// The key that lies there, and where that is. What is missing there is taken from nowhere else: it
    /// would be the key of another workspace.
    fn find(&self) -> Result<(RootKey, KeySource), Mistake> {
        let (place, text) = match self {
            Self::Variable { name, value } => {
                let text = value.as_ref().map_or("", Secret::reveal);
                (KeySource::Named(name.clone()), text.to_owned())
            }
            Self::File(path) => {
                let place = KeySource::File(path.clone());
                let text = read(&place, path)?;
                (place, text)
            }
            Self::Keychain(keychain) => {
                let text =
                    kept(keychain)?.map_or_else(String::new, |secret| secret.reveal().to_owned());
                (KeySource::Keychain, text)
            }
        };
        match RootKey::parse(place.clone(), &text)? {
            Some(key) => Ok((key, place)),
            None => Err(Mistake::Missing {
                over: Transport::Stdio,
                empty: Some(place),
            }),
        }
    }
}

/// What of the Unkey CLI's file concerns us.
#[derive(Deserialize)]
struct CliConfig {
    root_key: Option<String>,
}

impl RootKeySources {
    /// The key that the variable or the file holds, that `login` kept or that the Unkey CLI holds, in
    /// that order.
    ///
    /// # Errors
    /// [`Mistake::Missing`] where none does, another [`Mistake`] where one holds something else.
    pub fn root_key(&self) -> Result<RootKey, Mistake> {
        self.find().map(|(key, _)| key)
    }

    /// The same key, and where it lies.
    ///
    /// # Errors
    /// As [`Self::root_key`].
    pub fn find(&self) -> Result<(RootKey, KeySource), Mistake> {
        if let Some(profile) = &self.profile {
            return profile.find();
        }
        let mut empty = None;
        if let Some(value) = &self.root_key {
            let place = KeySource::Variable;
            match RootKey::parse(place.clone(), value.reveal())? {
                Some(key) => return Ok((key, place)),
                None => empty = Some(place),
            }
        }
        if let Some(path) = &self.root_key_file {
            let place = KeySource::File(path.clone());
            match RootKey::parse(place.clone(), &read(&place, path)?)? {
                Some(key) => return Ok((key, place)),
                None => empty = empty.or(Some(place)),
            }
        }
        if let Some(key) = self.kept()? {
            return Ok((key, KeySource::Keychain));
        }
        if let Some(path) = self.cli_config.as_deref().filter(|path| path.exists()) {
            let place = KeySource::File(path.to_owned());
            let config: CliConfig = toml::from_str(&read(&place, path)?).map_err(|error| {
                // The message alone: the error's full form quotes the line, and with it the key.
                let reason = error.message().to_owned();
                Mistake::File {
                    place: place.clone(),
                    reason,
                }
            })?;
            let value = config.root_key.unwrap_or_default();
            if let Some(key) = RootKey::parse(place.clone(), &value)? {
                return Ok((key, place));
            }
        }
        Err(Mistake::Missing {
            over: Transport::Stdio,
            empty,
        })
    }
}

impl RootKeySources {
    /// Where the key lies, for a person.
    ///
    /// # Errors
    /// As [`Self::root_key`].
    pub fn place(&self) -> Result<String, Mistake> {
        let (_, source) = self.find()?;
        let keychain = match &self.profile {
            Some(ProfileKey::Keychain(keychain)) => Some(keychain),
            _ => self.keychain.as_ref(),
        };
        Ok(match &source {
            KeySource::Keychain => match keychain.map(Keychain::find) {
                Some(Ok(Some((_, place)))) => format!("{place}, where `unkey-mcp login` put it"),
                _ => source.to_string(),
            },
            KeySource::File(path) if self.cli_config.as_ref() == Some(path) => {
                format!("{source}, where the Unkey CLI keeps it")
            }
            KeySource::Named(_) => source.to_string().trim_end_matches(',').to_owned(),
            _ => source.to_string(),
        })
    }
}

/// What `unkey-mcp login` kept there.
fn kept(keychain: &Keychain) -> Result<Option<Secret>, Mistake> {
    let kept = keychain.find().map_err(|problem| Mistake::File {
        place: KeySource::Keychain,
        reason: problem.to_string(),
    })?;
    Ok(kept.map(|(secret, _)| secret))
}

impl RootKeySources {
    /// The key that `unkey-mcp login` kept.
    fn kept(&self) -> Result<Option<RootKey>, Mistake> {
        let Some(keychain) = &self.keychain else {
            return Ok(None);
        };
        match kept(keychain)? {
            Some(secret) => RootKey::parse(KeySource::Keychain, secret.reveal()),
            None => Ok(None),
        }
    }

    /// Who calls the embedded engine: the holder of the root key that the variable or the file
    /// names (a limited one, say, to test what it gets), else its owner. A key that the Unkey CLI
    /// holds, or `login` kept, is for Unkey and not for the engine.
    ///
    /// # Errors
    /// A [`Mistake`] where there is a value that cannot be a key.
    pub fn caller_of_engine(self) -> Result<Caller, Mistake> {
        let surroundings = Self {
            keychain: None,
            cli_config: None,
            ..self
        };
        match surroundings.root_key() {
            Ok(root_key) => Ok(Caller::Key(root_key)),
            Err(Mistake::Missing { .. }) => Ok(Caller::Owner),
            Err(mistake) => Err(mistake),
        }
    }
}

fn read(place: &KeySource, path: &Path) -> Result<String, Mistake> {
    unkey_local::read_secret_text(path).map_err(|problem| Mistake::File {
        place: place.clone(),
        reason: format!("it {problem}"),
    })
}
