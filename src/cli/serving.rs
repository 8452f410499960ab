//! The flags of `stdio`, `serve` and `tools`.

use std::ffi::OsString;

use clap::builder::BoolishValueParser;
use clap::{ArgAction, Args};

use super::answers::AnswerFlags;
use super::calls::CallFlags;
use super::environment::{columns, path_variable, variable};
use super::examples;
use super::invocation::Action;
use super::limits::LimitFlags;
use super::observing::ObserveFlags;
use super::root_keys::surroundings;
use super::safety::SafetyFlags;
use super::secrets::SecretFlags;
use super::settings::SettingsFlags;
use crate::config::{self, BackendSettings, Common, ServeSettings, StdioSettings};
use crate::error::StartError;
use crate::http::TrustedProxies;
use crate::inventory::{Allowed, Narrowing, Server};
use crate::listing::Form;
use crate::settings::file::Profile;
use crate::settings::{Overrides, Settings};

#[derive(Args, Debug)]
#[command(after_help = examples::STDIO)]
pub(super) struct StdioFlags {
    /// Which server: the whole API, or rate limits alone
    #[arg(
        long,
        env = "UNKEY_MCP_SERVER",
        value_enum,
        default_value = "keys",
        help_heading = TOOLS
    )]
    server: Server,
    #[command(flatten)]
    common: CommonFlags,
}

#[derive(Args, Debug)]
#[command(after_help = examples::SERVE, next_help_heading = "Who may reach it")]
pub(super) struct ServeFlags {
    /// Address to listen on; port 0 takes a free one and prints it
    #[arg(
        long,
        env = "UNKEY_MCP_BIND",
        default_value = "127.0.0.1:8787",
        value_name = "ADDRESS"
    )]
    bind: String,
    /// Further names this server is reached by (Host header), comma-separated; loopback always is
    #[arg(
        long,
        env = "UNKEY_MCP_ALLOWED_HOST",
        value_name = "HOST",
        value_delimiter = ','
    )]
    allowed_host: Vec<String>,
    /// Further web origins that may call (Origin header), comma-separated; loopback always may
    #[arg(
        long,
        env = "UNKEY_MCP_ALLOWED_ORIGIN",
        value_name = "ORIGIN",
        value_delimiter = ','
    )]
    allowed_origin: Vec<String>,
    /// Proxies whose X-Forwarded-For counts: addresses and networks (10.0.0.0/8), comma-separated
    #[arg(
        long,
        env = "UNKEY_MCP_TRUSTED_PROXY",
        value_name = "ADDRESS",
        value_delimiter = ','
    )]
    trusted_proxy: Vec<String>,
    /// Let /readyz say whether Unkey answers
    #[arg(
        long,
        env = "UNKEY_MCP_UPSTREAM_READY",
        action = ArgAction::Set,
        value_parser = BoolishValueParser::new(),
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true",
        default_value = "false",
        hide_default_value = true
    )]
    upstream_ready: bool,
    #[command(flatten)]
    limits: LimitFlags,
    #[command(flatten)]
    common: CommonFlags,
}

#[derive(Args, Debug)]
#[command(after_help = examples::TOOLS)]
pub(super) struct ToolsFlags {
    /// Print exactly what tools/list sends
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    narrowing: NarrowingFlags,
}

#[derive(Args, Debug)]
#[command(next_help_heading = "Which Unkey")]
pub(super) struct CommonFlags {
    // Read apart from its variables: the flag beside --local is a mistake, a variable is not.
    #[arg(
        long,
        value_name = "URL",
        help = "Unkey's API [env: UNKEY_MCP_API_URL or UNKEY_API_URL] [default: https://api.unkey.com]"
    )]
    api_url: Option<String>,
    // Read apart from its variable: an empty variable is off, an empty flag is a mistake.
    #[arg(
        long,
        help = "Use the embedded engine instead of Unkey, with no account and no key: a file, \
                `:memory:`, or without a path the data folder's file [env: UNKEY_MCP_LOCAL]",
        value_name = "PATH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    local: Option<OsString>,
    #[command(flatten)]
    narrowing: NarrowingFlags,
    #[command(flatten)]
    secrets: SecretFlags,
    #[command(flatten)]
    answers: AnswerFlags,
    #[command(flatten)]
    settings: SettingsFlags,
    #[command(flatten)]
    safety: SafetyFlags,
    #[command(flatten)]
    calls: CallFlags,
    #[command(flatten)]
    observe: ObserveFlags,
}

/// The heading of the flags that choose tools.
const TOOLS: &str = "Which tools";

#[derive(Args, Debug)]
#[command(next_help_heading = TOOLS)]
struct NarrowingFlags {
    /// Only tools of these toolsets, comma-separated; `default` is those about keys and limits,
    /// `all` is every one
    #[arg(
        long,
        env = "UNKEY_MCP_TOOLSETS",
        value_name = "NAMES",
        value_delimiter = ','
    )]
    toolsets: Vec<String>,
    /// Only these tools, comma-separated
    #[arg(
        long,
        env = "UNKEY_MCP_TOOLS",
        value_name = "NAMES",
        value_delimiter = ','
    )]
    tools: Vec<String>,
    /// Not these tools, comma-separated
    #[arg(
        long,
        env = "UNKEY_MCP_EXCLUDE_TOOLS",
        value_name = "NAMES",
        value_delimiter = ','
    )]
    exclude_tools: Vec<String>,
    /// Only tools that change nothing
    #[arg(
        long,
        env = "UNKEY_MCP_READ_ONLY",
        action = ArgAction::Set,
        value_parser = BoolishValueParser::new(),
        value_name = "BOOL",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    read_only: Option<bool>,
}

impl StdioFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let (common, profile) = self.common.parse()?;
        let is_remote = matches!(common.backend, BackendSettings::Remote { .. });
        Ok(Action::Stdio(StdioSettings {
            server: self.server,
            // A profile's root key is one of its Unkey's, and none of the engine's.
            surroundings: surroundings(profile.as_ref().filter(|_| is_remote))?,
            common,
        }))
    }
}

impl ServeFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        let (mut common, _) = self.common.parse()?;
        if set("UNKEY_ROOT_KEY")
            .or_else(|| set("UNKEY_ROOT_KEY_FILE"))
            .is_some()
        {
            common.unused.push(match common.backend {
                BackendSettings::Remote { .. } => {
                    "UNKEY_ROOT_KEY or UNKEY_ROOT_KEY_FILE: each caller sends a root key, in a header"
                }
                BackendSettings::Local(_) => {
                    "UNKEY_ROOT_KEY or UNKEY_ROOT_KEY_FILE: callers send one of the engine's own"
                }
            });
        }
        Ok(Action::Serve(ServeSettings {
            bind: self.bind,
            allowed_hosts: self.allowed_host,
            allowed_origins: self.allowed_origin,
            trusted_proxies: TrustedProxies::parse(&self.trusted_proxy)
                .map_err(StartError::Usage)?,
            upstream_ready: self.upstream_ready,
            limits: self.limits.parse()?,
            common,
        }))
    }
}

impl ToolsFlags {
    pub(super) fn parse(self) -> Result<Action, StartError> {
        Ok(Action::Tools {
            form: match columns() {
                _ if self.json => Form::Json,
                Some(columns) => Form::Terminal(columns),
                None => Form::Table,
            },
            inventory: allowed(&Settings::of_flags(self.narrowing.parse()))?.on(Server::Keys),
        })
    }
}

impl CommonFlags {
    pub(super) fn parse(self) -> Result<(Common, Option<Profile>), StartError> {
        let flag = self.api_url.filter(|url| !url.trim().is_empty());
        let variable_of_url = set("UNKEY_MCP_API_URL").or_else(|| set("UNKEY_API_URL"));
        let local = match self.local {
            // Without this, a variable that the shell left empty would turn a throw-away engine
            // into the cloud.
            Some(path) if path.is_empty() => {
                return Err(StartError::Usage(
                    "--local= names no file; write --local for the data folder's, or --local=PATH"
                        .to_owned(),
                ));
            }
            Some(path) => Some(path),
            None => path_variable("UNKEY_MCP_LOCAL"),
        };
        let timeout = self.calls.timeout()?;
        let chosen = self.settings.read(config::is_local(local.as_deref()))?;
        let profile = chosen.profile();
        let of_profile = profile
            .as_ref()
            .and_then(|profile| profile.api_url.as_deref());
        let said = flag.as_deref().or(variable_of_url.as_deref());
        let backend = config::backend(local.as_deref(), said.or(of_profile), timeout)?;
        let mut unused = Vec::new();
        match &backend {
            BackendSettings::Local(_) if flag.is_some() => {
                return Err(StartError::Usage(
                    "--api-url and --local (or UNKEY_MCP_LOCAL) exclude each other: the embedded \
                     engine calls no Unkey; leave one of them out"
                        .to_owned(),
                ));
            }
            BackendSettings::Local(_) if variable_of_url.is_some() => {
                unused.push("UNKEY_MCP_API_URL or UNKEY_API_URL: with --local no Unkey is called");
            }
            BackendSettings::Local(_) if of_profile.is_some() => {
                unused.push("the profile's api-url and root key: with --local no Unkey is called");
            }
            _ => {}
        }
        let mut secrets = self.secrets.parse()?;
        let settings = chosen.settings(Overrides {
            answers: self.answers.answers(),
            confirm: self.safety.confirm(),
            has_address: said.is_some() || matches!(backend, BackendSettings::Local(_)),
            secrets: secrets.said,
            ..self.narrowing.parse()
        });
        allowed(&settings)?;
        let terms = settings.terms(None)?;
        secrets.settings.mode = terms.secrets;
        let reads = terms
            .allowed
            .inventory()
            .entries()
            .all(|entry| entry.effect.is_read_only());
        if reads && secrets.settings.env_file.take().is_some() {
            unused
                .push("--env-file or UNKEY_MCP_ENV_FILE: with --read-only nothing is added to it");
        }
        let common = Common {
            backend,
            unused,
            settings,
            secrets: secrets.settings,
            observe: self.observe.parse()?,
            timeout,
            calls: self.calls.limits(),
        };
        Ok((common, profile))
    }
}

/// The tools that are allowed when the process starts.
fn allowed(settings: &Settings) -> Result<Allowed, StartError> {
    let terms = settings
        .terms(None)
        .map_err(|bad| StartError::Usage(bad.to_string()))?;
    if terms.allowed.inventory().is_empty() {
        return Err(StartError::NothingLeft);
    }
    Ok(terms.allowed)
}

impl NarrowingFlags {
    fn parse(self) -> Overrides {
        let tidy = |names: Vec<String>| -> Vec<String> {
            names
                .iter()
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect()
        };
        Overrides {
            narrowing: Narrowing {
                toolsets: tidy(self.toolsets),
                tools: tidy(self.tools),
                exclude_tools: tidy(self.exclude_tools),
                read_only: false,
            },
            read_only: self.read_only,
            ..Overrides::default()
        }
    }
}

/// The variable's value, unless it is empty or blank.
fn set(name: &str) -> Option<String> {
    variable(name).filter(|value| !value.trim().is_empty())
}
