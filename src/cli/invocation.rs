//! Every flag and environment variable. No other file reads either.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, CommandFactory as _, Parser, Subcommand};
use tracing::level_filters::LevelFilter;
use unkey_tools::types::Secret;

use crate::config::{self, Common, ServeSettings, StdioSettings};
use crate::error::StartError;
use crate::inventory::{Inventory, Narrowing, Server};
use crate::root_key::Surroundings;

/// What the process was asked to do.
#[derive(Debug)]
pub struct Invocation {
    /// The command, its flags understood.
    pub action: Action,
}

/// A command, its flags understood.
#[derive(Debug)]
pub enum Action {
    /// MCP over stdin and stdout.
    Stdio(StdioSettings),
    /// MCP over HTTP.
    Serve(ServeSettings),
    /// Print the catalogue.
    Tools {
        /// As `tools/list` sends it.
        json: bool,
        /// The tools to print.
        inventory: Inventory,
    },
}

/// An MCP server for Unkey: API keys, rate limits, permissions, identities and analytics as tools.
#[derive(Debug, Parser)]
#[command(name = "unkey-mcp", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Speak MCP over stdin and stdout; what MCP clients start (the default where stdin is no
    /// terminal)
    Stdio(StdioFlags),
    /// Speak MCP over streamable HTTP, and with --local the Unkey API too
    Serve(ServeFlags),
    /// List the tools with their effects and permissions, and the size of the whole list
    Tools(ToolsFlags),
}

#[derive(Args, Debug)]
struct StdioFlags {
    /// Which server: the whole API, or rate limits alone
    #[arg(long, env = "UNKEY_MCP_SERVER", value_enum, default_value = "keys")]
    server: Server,
    #[command(flatten)]
    common: CommonFlags,
}

#[derive(Args, Debug)]
struct ServeFlags {
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
    #[command(flatten)]
    common: CommonFlags,
}

#[derive(Args, Debug)]
struct ToolsFlags {
    /// Print exactly what tools/list sends
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    narrowing: NarrowingFlags,
}

#[derive(Args, Debug)]
struct CommonFlags {
    /// Unkey's API; UNKEY_API_URL works as well [default: https://api.unkey.com]
    #[arg(long, env = "UNKEY_MCP_API_URL", value_name = "URL")]
    api_url: Option<String>,
    /// Use the embedded engine instead of Unkey: a file, `:memory:`, or the data folder's file
    #[arg(
        long,
        env = "UNKEY_MCP_LOCAL",
        value_name = "PATH",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "true"
    )]
    local: Option<OsString>,
    /// Seconds a call to Unkey may take, its retries included
    #[arg(
        long,
        env = "UNKEY_MCP_TIMEOUT",
        value_name = "SECONDS",
        default_value = "30"
    )]
    timeout: f64,
    /// What to log to stderr: off, error, warn, info or debug
    #[arg(
        long,
        env = "UNKEY_MCP_LOG",
        value_name = "LEVEL",
        default_value = "warn"
    )]
    log: LevelFilter,
    #[command(flatten)]
    narrowing: NarrowingFlags,
}

#[derive(Args, Debug)]
struct NarrowingFlags {
    /// Only tools of these toolsets, comma-separated
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
        action = ArgAction::SetTrue,
        value_parser = FalseyValueParser::new()
    )]
    read_only: bool,
}

impl Invocation {
    /// Reads the process's arguments and environment.
    ///
    /// # Errors
    /// The exit code with which the process should end: help, the version or a complaint has been
    /// printed.
    pub fn from_process() -> Result<Self, ExitCode> {
        let cli = Cli::try_parse().map_err(|error| {
            // Nowhere is left to say that saying it failed.
            let _ = error.print();
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        })?;
        let command = match cli.command {
            Some(command) => command,
            None if std::io::stdin().is_terminal() => {
                let _ = Cli::command().print_help();
                return Err(ExitCode::SUCCESS);
            }
            // An MCP client started us without a word. The flags have variables; read those.
            None => match Cli::try_parse_from(["unkey-mcp", "stdio"]).map(|cli| cli.command) {
                Ok(Some(command)) => command,
                Ok(None) => return Err(ExitCode::FAILURE),
                Err(error) => {
                    let _ = error.print();
                    return Err(ExitCode::from(2));
                }
            },
        };
        command.understand().map_err(|error| {
            let _ = Cli::command()
                .error(clap::error::ErrorKind::ValueValidation, &error)
                .print();
            error.exit_code()
        })
    }
}

impl Command {
    fn understand(self) -> Result<Invocation, StartError> {
        let action = match self {
            Self::Stdio(flags) => Action::Stdio(StdioSettings {
                server: flags.server,
                surroundings: surroundings(),
                common: flags.common.understand()?,
            }),
            Self::Serve(flags) => Action::Serve(ServeSettings {
                bind: flags.bind,
                allowed_hosts: flags.allowed_host,
                allowed_origins: flags.allowed_origin,
                common: flags.common.understand()?,
            }),
            Self::Tools(flags) => Action::Tools {
                json: flags.json,
                inventory: flags.narrowing.understand()?,
            },
        };
        Ok(Invocation { action })
    }
}

impl CommonFlags {
    fn understand(self) -> Result<Common, StartError> {
        let api_url = self
            .api_url
            .filter(|url| !url.trim().is_empty())
            .or_else(|| variable("UNKEY_API_URL"));
        let timeout = Duration::try_from_secs_f64(self.timeout)
            .ok()
            .filter(|timeout| !timeout.is_zero())
            .ok_or_else(|| {
                StartError::Usage(format!(
                    "--timeout must be above 0 seconds, got {}",
                    self.timeout
                ))
            })?;
        Ok(Common {
            backend: config::backend(self.local.as_deref(), api_url.as_deref(), timeout)?,
            inventory: self.narrowing.understand()?,
            log: self.log,
        })
    }
}

impl NarrowingFlags {
    fn understand(self) -> Result<Inventory, StartError> {
        let tidy = |names: Vec<String>| -> Vec<String> {
            names
                .iter()
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty())
                .collect()
        };
        let narrowing = Narrowing {
            toolsets: tidy(self.toolsets),
            tools: tidy(self.tools),
            exclude_tools: tidy(self.exclude_tools),
            read_only: self.read_only,
        };
        let inventory = narrowing
            .inventory()
            .map_err(|unknown| StartError::Usage(unknown.to_string()))?;
        if inventory.is_empty() {
            return Err(StartError::NothingLeft);
        }
        Ok(inventory)
    }
}

/// Where a root key may lie on this machine.
fn surroundings() -> Surroundings {
    Surroundings {
        root_key: variable("UNKEY_ROOT_KEY").map(Secret::new),
        root_key_file: variable("UNKEY_ROOT_KEY_FILE").map(PathBuf::from),
        cli_config: etcetera::home_dir()
            .ok()
            .map(|home| home.join(".unkey").join("config.toml")),
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this is the file that reads the environment"
)]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}
