//! The flags that say where secrets go.

use std::ffi::OsString;

use clap::Args;

use super::path::{file, path};
use crate::config;
use crate::error::StartError;
use crate::secrets::Settings;
use crate::settings::SecretsMode;

#[derive(Args, Debug)]
#[command(next_help_heading = "Secrets")]
pub(super) struct SecretFlags {
    /// Where new keys and other secrets go that Unkey shows only once [default: inline]
    #[arg(long, env = "UNKEY_MCP_SECRETS", value_enum, value_name = "WHERE")]
    secrets: Option<SecretsMode>,
    /// Folder for the files of secrets [default: unkey-mcp/secrets in the data folder]
    #[arg(long, env = "UNKEY_MCP_SECRETS_DIR", value_name = "FOLDER")]
    secrets_dir: Option<OsString>,
    /// File such as .env that a caller may have a new secret added to, as a variable
    #[arg(long, env = "UNKEY_MCP_ENV_FILE", value_name = "FILE")]
    env_file: Option<OsString>,
}

/// What the flags say.
pub(super) struct SaidOfSecrets {
    /// Where they go, where that was said.
    pub(super) said: Option<SecretsMode>,
    /// The rest; a profile may have a word about the mode.
    pub(super) settings: Settings,
}

impl SecretFlags {
    pub(super) fn parse(self) -> Result<SaidOfSecrets, StartError> {
        let folder = match self.secrets_dir {
            Some(value) => Some(path("--secrets-dir", &value)?),
            None => config::data_folder().map(|folder| folder.join("secrets")),
        };
        let env_file = self.env_file.map(|value| file("--env-file", &value));
        Ok(SaidOfSecrets {
            said: self.secrets,
            settings: Settings {
                mode: self.secrets.unwrap_or_default(),
                folder,
                env_file: env_file.transpose()?,
            },
        })
    }
}
