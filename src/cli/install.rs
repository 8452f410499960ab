//! The flags of `install`.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;
use clap::builder::NonEmptyStringValueParser;
use unkey_tools::types::Secret;

use super::environment::{path_variable, variable};
use super::examples;
use super::invocation::{self, Action};
use super::path::file;
use super::root_keys::stored;
use crate::config::{self, EnginePlace};
use crate::error::StartError;
use crate::install::{self, Client, Extent, KnownKeys, Places, Settings, System, Task};
use crate::key_advice::{self, Issuer};
use crate::observe::shown;
use crate::root_key::RootKeySources;

#[derive(Args, Debug)]
#[command(after_help = examples::INSTALL)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub(super) struct InstallFlags {
    /// The clients to tell about this server
    #[arg(value_enum, value_name = "CLIENT")]
    clients: Vec<Client>,
    /// All clients that have been used on this machine
    #[arg(long, conflicts_with = "clients")]
    all: bool,
    /// Take the server out again
    #[arg(long, conflicts_with_all = ["local", "profile", "flags", "print"])]
    uninstall: bool,
    /// Print what belongs into the configuration, and touch nothing
    #[arg(long, conflicts_with_all = ["all", "dry_run", "yes"])]
    print: bool,
    /// Show what would change, and change nothing
    #[arg(long, conflicts_with = "yes")]
    dry_run: bool,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    /// What the server is called in the configuration
    #[arg(long, default_value = "unkey", value_parser = NonEmptyStringValueParser::new())]
    name: String,
    /// With the embedded engine: no account and no key; a file, `:memory:`, or without a path the data
    /// folder's file
    #[arg(
        long,
        value_name = "PATH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    local: Option<OsString>,
    /// With this profile of the settings file
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    profile: Option<String>,
    /// A file that holds the root key; its path goes into the configuration, the key does not
    #[arg(long, env = "UNKEY_ROOT_KEY_FILE", value_name = "FILE")]
    root_key_file: Option<OsString>,
    /// Further flags of `stdio`, such as --read-only
    #[arg(last = true, value_name = "FLAGS")]
    flags: Vec<String>,
}

impl InstallFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let places = places()?;
        let clients = self.clients(&places)?;
        let has_person = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        let extent = if self.print {
            Extent::Print
        } else if self.dry_run {
            Extent::Show
        } else if self.yes {
            Extent::Write
        } else if has_person {
            Extent::Ask
        } else {
            Extent::Refuse
        };
        if self.name.contains(char::is_control) || self.name.chars().count() > 64 {
            let why = "--name: at most 64 characters are taken, and no line breaks";
            return Err(StartError::Usage(why.to_owned()));
        }
        let name = self.name.clone();
        let task = if self.uninstall {
            Task::Remove
        } else {
            self.addition(&places)?
        };
        Ok(Action::Install(Settings {
            clients,
            name,
            task,
            extent,
            places,
        }))
    }

    fn clients(&self, places: &Places) -> Result<Vec<Client>, StartError> {
        let found = install::found(places);
        if self.all && !found.is_empty() {
            return Ok(found);
        }
        if !self.clients.is_empty() {
            let mut clients = self.clients.clone();
            clients.sort_unstable();
            clients.dedup();
            return Ok(clients);
        }
        let known = words(&Client::ALL);
        let here = match found.as_slice() {
            [] => "none of them has been used on this machine".to_owned(),
            found => format!("found here: {} (--all takes these)", words(found)),
        };
        Err(StartError::Usage(format!("name a client: {known}; {here}")))
    }

    /// What the clients are to start.
    fn addition(self, places: &Places) -> Result<Task, StartError> {
        let local = local(self.local)?;
        let mut args = vec!["stdio".to_owned()];
        args.extend(local.clone());
        args.extend(self.flags);
        invocation::understood(&args)?;
        if let Some(profile) = &self.profile {
            args.push(format!("--profile={profile}"));
        }
        let executable = std::env::current_exe().and_then(|path| path.canonicalize());
        let executable = executable.map_err(|error| {
            StartError::NotDone(format!("this program does not find its own file: {error}"))
        })?;
        let search = path_variable("PATH").unwrap_or_default();
        let search: Vec<PathBuf> = std::env::split_paths(&search).collect();
        let temporary = std::env::temp_dir();
        let needless = local.is_some() || self.profile.is_some();
        Ok(Task::Add {
            program: install::program(places.system, &executable, &search, &temporary),
            args,
            keys: if needless {
                KnownKeys {
                    needless,
                    ..KnownKeys::default()
                }
            } else {
                keys(self.root_key_file)?
            },
        })
    }
}

fn words(clients: &[Client]) -> String {
    let words: Vec<&str> = clients.iter().map(|client| client.word()).collect();
    words.join(", ")
}

/// `--local` as the configuration has it: whoever starts the program does so in another folder.
fn local(flag: Option<OsString>) -> Result<Option<String>, StartError> {
    let Some(value) = flag else {
        return Ok(None);
    };
    if value.is_empty() {
        let why = "--local= names no file; write --local for the data folder's, or --local=PATH";
        return Err(StartError::Usage(why.to_owned()));
    }
    let is_default = ["true", "1", "yes", "on"]
        .iter()
        .any(|yes| value.eq_ignore_ascii_case(yes));
    if is_default {
        return Ok(Some("--local".to_owned()));
    }
    match config::local(&value)? {
        None => Ok(None),
        Some(EnginePlace::Memory) => Ok(Some("--local=:memory:".to_owned())),
        Some(EnginePlace::File(path)) => {
            let path = whole("--local", &path)?;
            Ok(Some(format!("--local={path}")))
        }
    }
}

/// The whole path, as text.
fn whole(name: &str, path: &Path) -> Result<String, StartError> {
    let whole = std::path::absolute(path).ok();
    let whole = whole.and_then(|path| path.into_os_string().into_string().ok());
    whole.ok_or_else(|| {
        let path = shown::path(path);
        StartError::Usage(format!(
            "{name}: `{path}` is no text, which a configuration is"
        ))
    })
}

/// What is known of root keys.
fn keys(file_flag: Option<OsString>) -> Result<KnownKeys, StartError> {
    let name = "--root-key-file";
    let path = file_flag.map(|value| file(name, &value)).transpose()?;
    if let Some(path) = &path {
        let sources = RootKeySources {
            root_key_file: Some(path.clone()),
            ..RootKeySources::default()
        };
        if let Err(mistake) = sources.root_key() {
            let why = key_advice::explain(&mistake, Issuer::Unkey);
            return Err(StartError::Usage(format!("{name}: {why}")));
        }
    }
    let variable = RootKeySources {
        root_key: variable("UNKEY_ROOT_KEY").map(Secret::new),
        ..RootKeySources::default()
    };
    Ok(KnownKeys {
        needless: false,
        file: path
            .map(|path| whole(name, &path))
            .transpose()?
            .map(PathBuf::from),
        variable: variable.root_key().is_ok(),
        stored: stored().place().ok(),
    })
}

/// Where clients keep their configurations.
pub(super) fn places() -> Result<Places, StartError> {
    let home = etcetera::home_dir().map_err(|_| {
        StartError::NotDone(
            "there is no home folder, where clients keep their configurations".to_owned(),
        )
    })?;
    let folder = |name: &str| path_variable(name).map(PathBuf::from);
    Ok(Places {
        config: folder("XDG_CONFIG_HOME"),
        roaming: folder("APPDATA"),
        claude_code: folder("CLAUDE_CONFIG_DIR"),
        codex: folder("CODEX_HOME"),
        gemini: folder("GEMINI_CLI_HOME"),
        ..Places::of(System::this(), home)
    })
}
