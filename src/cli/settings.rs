//! The flags that choose a configuration file and a profile of it.

use std::ffi::OsString;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args};

use super::path::file;
use crate::config;
use crate::error::StartError;
use crate::observe::shown;
use crate::settings::file::Profile;
use crate::settings::{LiveFile, Overrides, Requirements, Settings};

/// Shown above these flags in the help.
const HEADING: &str = "Configuration and policy";

#[derive(Args, Debug)]
#[command(next_help_heading = HEADING)]
pub(super) struct SettingsFlags {
    /// Configuration file with profiles and a policy [default: unkey-mcp/config.toml in the
    /// configuration folder, where it is there]
    #[arg(long, env = "UNKEY_MCP_CONFIG", value_name = "FILE")]
    config: Option<OsString>,
    /// Profile of the configuration file
    #[arg(long, env = "UNKEY_MCP_PROFILE", value_name = "NAME")]
    profile: Option<String>,
    /// Show what a write would send, and do not send it
    #[arg(
        long,
        env = "UNKEY_MCP_DRY_RUN",
        action = ArgAction::Set,
        value_parser = BoolishValueParser::new(),
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        default_value = "false",
        hide_default_value = true
    )]
    dry_run: bool,
}

/// A configuration file that was read, and the profile that was chosen in it.
pub(super) struct Chosen {
    file: Option<LiveFile>,
    profile: Option<String>,
    dry_run: bool,
}

impl SettingsFlags {
    /// Reads the file. `is_local`: the embedded engine answers.
    pub(super) fn read(self, is_local: bool) -> Result<Chosen, StartError> {
        let name = "--config (UNKEY_MCP_CONFIG)";
        let named = self.config.map(|path| file(name, &path)).transpose()?;
        // What errors name has to be found from anywhere.
        let named = named.map(|path| std::path::absolute(&path).unwrap_or(path));
        let path = named.or_else(config::default_settings_file);
        let requirements = Requirements {
            profile: self.profile.clone(),
            looks_up_apis: is_local,
        };
        let file = path
            .map(|path| LiveFile::open(path, requirements))
            .transpose();
        let file = file.map_err(|problem| StartError::Usage(problem.to_string()))?;
        if let (None, Some(profile)) = (&file, &self.profile) {
            return Err(StartError::Usage(format!(
                "--profile: there is no configuration file, and so no profile `{}`; name one with \
                 --config, or write unkey-mcp/config.toml in the configuration folder",
                shown::name(profile)
            )));
        }
        Ok(Chosen {
            file,
            profile: self.profile,
            dry_run: self.dry_run,
        })
    }
}

impl Chosen {
    /// The profile that was chosen.
    pub(super) fn profile(&self) -> Option<Profile> {
        let loaded = self.file.as_ref()?.current();
        loaded.profiles.get(self.profile.as_ref()?).cloned()
    }

    /// All that is settled, with what flags say above it.
    pub(super) fn settings(self, overrides: Overrides) -> Settings {
        let overrides = Overrides {
            dry_run: self.dry_run,
            ..overrides
        };
        Settings::new(self.file, self.profile, overrides)
    }
}
