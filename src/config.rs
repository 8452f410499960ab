//! What the flags mean.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::time::Duration;

use etcetera::BaseStrategy as _;
use url::Url;

use crate::cli::file_path;
use crate::error::StartError;
use crate::http::{Limits, TrustedProxies};
use crate::inventory::Server;
use crate::login::{Keychain, KeychainProblem};
use crate::observe::shown;
use crate::root_key::RootKeySources;
use crate::settings::Settings;
use crate::{calls, observe, secrets};

/// Where Unkey's cloud is.
const CLOUD: &str = "https://api.unkey.com";

/// The flag that names the engine's file, as errors name it.
const LOCAL: &str = "--local (UNKEY_MCP_LOCAL)";

/// What `stdio` needs to know.
#[derive(Debug)]
pub struct StdioSettings {
    /// Which server to be.
    pub server: Server,
    /// Where the root key comes from.
    pub surroundings: RootKeySources,
    /// What all commands share.
    pub common: Common,
}

/// What `serve` needs to know.
#[derive(Debug)]
pub struct ServeSettings {
    /// The address to listen on.
    pub bind: String,
    /// Names beside loopback that requests may be addressed to.
    pub allowed_hosts: Vec<String>,
    /// Web origins beside loopback that may send requests.
    pub allowed_origins: Vec<String>,
    /// The proxies that are believed about who calls.
    pub trusted_proxies: TrustedProxies,
    /// Whether the server is ready only while Unkey is.
    pub upstream_ready: bool,
    /// What clients may use.
    pub limits: Limits,
    /// What all commands share.
    pub common: Common,
}

/// What `stdio` and `serve` share.
#[derive(Debug)]
pub struct Common {
    /// Who answers the calls.
    pub backend: BackendSettings,
    /// What was set and is not used, each with the reason: whoever set it is told.
    pub unused: Vec<&'static str>,
    /// The file, the profile and the flags above it.
    pub settings: Settings,
    /// Where secrets go.
    pub secrets: secrets::Settings,
    /// How long a call may take, its retries included, and those under way when the process stops.
    pub timeout: Duration,
    /// How many calls there may be at once.
    pub calls: calls::Limits,
    /// What an operator wants to see.
    pub observe: observe::Settings,
}

impl Common {
    /// What an operator wants to see, where the log and the audit trail have files of their own.
    ///
    /// # Errors
    /// [`StartError::Usage`] where they have not.
    pub fn observed(&self) -> Result<observe::Settings, StartError> {
        let mut others = Vec::new();
        if let BackendSettings::Local(EnginePlace::File(path)) = &self.backend {
            let path = std::fs::canonicalize(path).unwrap_or_else(|_| path.clone());
            for end in ["-wal", "-shm", "-journal", ".root-key", ".vault-key"] {
                let mut beside = path.clone().into_os_string();
                beside.push(end);
                others.push(("a file of the embedded engine's", beside.into()));
            }
            others.push(("the embedded engine's database", path));
        }
        if let Some(file) = self.settings.file() {
            others.push(("the configuration file", file.path().to_owned()));
        }
        if let Some(file) = &self.secrets.env_file {
            others.push(("the file of --env-file", file.clone()));
        }
        self.observe.check_apart(&others)?;
        Ok(self.observe.clone())
    }
}

/// What a model gets to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answers {
    /// Whether four tools stand for all.
    pub dynamic: bool,
    /// The longest answer, in bytes of JSON.
    pub most_bytes: usize,
    /// Whether results have a summary.
    pub summaries: bool,
}

impl Answers {
    /// All tools, and answers of 8,000 tokens of four bytes with a summary.
    pub const DEFAULT: Self = Self {
        dynamic: false,
        most_bytes: 32_000,
        summaries: true,
    };
}

impl Default for Answers {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Who answers the calls.
#[derive(Clone, Debug)]
pub enum BackendSettings {
    /// Unkey, over HTTP.
    Remote {
        /// Where its API is; ends in a slash.
        api_url: Url,
        /// How long a call may take, its retries included.
        timeout: Duration,
    },
    /// The embedded engine.
    Local(EnginePlace),
}

impl BackendSettings {
    /// Where Unkey's API is; nowhere for the engine.
    pub fn api_url(&self) -> Option<String> {
        match self {
            Self::Remote { api_url, .. } => Some(api_url.to_string()),
            Self::Local(_) => None,
        }
    }
}

/// Where the embedded engine keeps its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnginePlace {
    /// Nowhere: it is gone when the process ends.
    Memory,
    /// In a file.
    File(PathBuf),
}

/// The backend that `--local` and `--api-url` choose.
///
/// `local` is what the flag or its variable holds: a path, `:memory:`, or a yes or no.
pub(crate) fn backend(
    local: Option<&OsStr>,
    api_url: Option<&str>,
    timeout: Duration,
) -> Result<BackendSettings, StartError> {
    let spelled = local.map(|value| value.to_string_lossy().to_ascii_lowercase());
    match (spelled.as_deref(), local) {
        (Some(":memory:"), _) => Ok(BackendSettings::Local(EnginePlace::Memory)),
        (Some("true" | "1" | "yes" | "on"), _) => {
            Ok(BackendSettings::Local(EnginePlace::File(default_file()?)))
        }
        (None | Some("" | "false" | "0" | "no" | "off"), _) | (_, None) => {
            let api_url =
                parse_api_url("--api-url", api_url.unwrap_or(CLOUD)).map_err(StartError::Usage)?;
            Ok(BackendSettings::Remote { api_url, timeout })
        }
        (Some(_), Some(value)) => {
            let path = file_path(LOCAL, value)?;
            Ok(BackendSettings::Local(EnginePlace::File(path)))
        }
    }
}

/// Whether what `--local` or its variable holds chooses the engine.
pub(crate) fn is_local(local: Option<&OsStr>) -> bool {
    let spelled = local.map(|value| value.to_string_lossy().to_ascii_lowercase());
    !matches!(
        spelled.as_deref(),
        None | Some("" | "false" | "0" | "no" | "off")
    )
}

/// Where the engine keeps its data, as `--local` says; nothing where that is a no.
pub(crate) fn local(value: &OsStr) -> Result<Option<EnginePlace>, StartError> {
    match backend(Some(value), None, Duration::ZERO)? {
        BackendSettings::Local(place) => Ok(Some(place)),
        BackendSettings::Remote { .. } => Ok(None),
    }
}

/// The engine's file that `--local` names for an operator's command, by default the one in the
/// data folder.
pub(crate) fn database(local: Option<&OsStr>) -> Result<PathBuf, StartError> {
    let spelled = local.map(|value| value.to_string_lossy().to_ascii_lowercase());
    match (spelled.as_deref(), local) {
        (Some(":memory:"), _) => Err(StartError::Usage(
            "--local: `:memory:` ends with its server, and no other process reaches it; name a file"
                .to_owned(),
        )),
        (Some("true" | "1" | "yes" | "on" | "" | "false" | "0" | "no" | "off") | None, _)
        | (_, None) => default_file(),
        (Some(_), Some(value)) => file_path(LOCAL, value),
    }
}

/// The configuration file in the platform's configuration folder, where one is there.
pub(crate) fn default_settings_file() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    let path = folders.config_dir().join("unkey-mcp").join("config.toml");
    // Also what is no file: whoever put it there is told what is wrong with it.
    path.symlink_metadata().is_ok().then_some(path)
}

/// The entry of that name of what `login` keeps; without a name, the one that `stdio` uses.
///
/// # Errors
/// Where it is no name.
pub(crate) fn keychain(profile: Option<&str>) -> Result<Keychain, KeychainProblem> {
    Keychain::new(
        profile,
        data_folder().map(|folder| folder.join("root-keys")),
    )
}

/// Our folder in the platform's data folder.
pub(crate) fn data_folder() -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    Some(folders.data_dir().join("unkey-mcp"))
}

/// The engine's file in the platform's data folder.
fn default_file() -> Result<PathBuf, StartError> {
    let folder = data_folder().ok_or(StartError::NoDataFolder)?;
    Ok(folder.join("unkey.db"))
}

/// Reads an address of Unkey's API, with or without `/v2` and a slash at its end.
/// `setting` is where it stands.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn parse_api_url(setting: &str, text: &str) -> Result<Url, String> {
    let trimmed = text.trim().trim_end_matches('/');
    let base = trimmed.strip_suffix("/v2").unwrap_or(trimmed);
    let url = Url::parse(&format!("{base}/")).ok().filter(|url| {
        matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none()
    });
    let url = url.ok_or_else(|| {
        format!(
            "{setting} must be an http or https address such as {CLOUD}, got `{}`",
            shown::name(text)
        )
    })?;
    // The address is printed and told in errors, and a password in it would be sent beside the
    // root key.
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "{setting} must hold no user name or password: callers bring a root key"
        ));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn remote(api_url: &str) -> Result<String, StartError> {
        match backend(None, Some(api_url), Duration::from_secs(30))? {
            BackendSettings::Remote { api_url, .. } => Ok(api_url.to_string()),
            BackendSettings::Local(_) => panic!("not local"),
        }
    }

    #[test]
    fn an_api_address_may_end_in_v2_or_a_slash() {
        for text in [
            "http://x:1",
            "http://x:1/",
            "http://x:1/v2",
            "http://x:1/v2/",
        ] {
            assert_eq!(remote(text).unwrap(), "http://x:1/");
        }
        assert_eq!(remote("https://x/unkey").unwrap(), "https://x/unkey/");
    }

    #[test]
    fn an_api_address_that_is_none_stops_the_start() {
        for text in ["api.unkey.com", "ftp://x", "http://", "", "http://x/?a=b"] {
            let error = remote(text).unwrap_err().to_string();
            assert!(error.contains("--api-url"), "{text}: {error}");
        }
    }

    #[test]
    fn an_api_address_with_a_password_stops_the_start_and_is_not_repeated() {
        for text in ["http://user:hush@x", "https://user@x/v2", "http://:hush@x"] {
            let error = remote(text).unwrap_err().to_string();
            assert!(
                error.contains("no user name or password"),
                "{text}: {error}"
            );
            assert!(!error.contains("hush"), "{error}");
        }
    }

    #[test]
    fn local_takes_yes_no_memory_or_a_path() {
        let place =
            |text: &str| backend(Some(OsStr::new(text)), None, Duration::from_secs(30)).unwrap();
        for text in ["", "0", "false", "NO", "off"] {
            assert!(
                matches!(place(text), BackendSettings::Remote { .. }),
                "{text}"
            );
        }
        assert!(matches!(
            place(":memory:"),
            BackendSettings::Local(EnginePlace::Memory)
        ));
        let file = |text| match place(text) {
            BackendSettings::Local(EnginePlace::File(path)) => path,
            other => panic!("{text}: {other:?}"),
        };
        assert_eq!(file("./Dev.db"), PathBuf::from("./Dev.db"));
        assert!(file("true").ends_with("unkey-mcp/unkey.db"));
    }
}
