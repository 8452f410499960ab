//! The commands, and which of them was asked for.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use super::api_diff::ApiDiffFlags;
use super::call::CallToolFlags;
use super::doctor::DoctorFlags;
use super::environment::lenient;
use super::examples;
use super::install::InstallFlags;
use super::login::{LoginFlags, LogoutFlags};
use super::manual::{CompletionsFlags, ManFlags};
use super::operating::{ApiFlags, ExportFlags, MigrationCommand, RootKeyCommand};
use super::plans::{ApplyFlags, PlanFlags};
use super::serving::{ServeFlags, StdioFlags, ToolsFlags};
use super::workflows::{ExplainFlags, FindFlags, OverviewFlags, UsageFlags};
use crate::api_diff::ApiDiff;
use crate::config::{ServeSettings, StdioSettings};
use crate::error::StartError;
use crate::inventory::Inventory;
use crate::listing::Form;
use crate::login::{self, Keychain};
use crate::observe::shown;
use crate::operator::Assignment;
use crate::{command, doctor, install};

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
        /// How to print it.
        form: Form,
        /// The tools to print.
        inventory: Inventory,
    },
    /// Tell clients about this server.
    Install(install::Settings),
    /// Say what is wrong with a set-up.
    Doctor(Box<doctor::Settings>),
    /// Compare the catalogue with an OpenAPI document.
    ApiDiff(ApiDiff),
    /// Call a tool once and print its answer.
    Call(Box<command::CallSettings>),
    /// Run a workflow and print its answer.
    Workflow(Box<command::Settings>),
    /// Something for the embedded engine's operator.
    Operate(Assignment),
    /// Keep a root key, or take it out.
    Login(login::Task, Keychain),
    /// Print what was made of the commands themselves.
    Print(String),
}

/// An MCP server for Unkey: API keys, rate limits, permissions, identities and analytics as tools.
#[derive(Debug, Parser)]
#[command(name = "unkey-mcp", version, max_term_width = 100, after_help = examples::ALL)]
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
    /// Tell MCP clients about this server, in their own configurations
    Install(InstallFlags),
    /// Say what is wrong with the root key, Unkey, the engine and the clients, and how to mend it
    Doctor(Box<DoctorFlags>),
    /// List the tools with their effects and permissions, and the size of the whole list
    Tools(ToolsFlags),
    /// Compare the tools with an OpenAPI document of Unkey's API: what is new, gone or changed
    ApiDiff(ApiDiffFlags),
    /// Keep a root key on this machine, in the system's keychain or a file for you alone; asks for it,
    /// or reads stdin
    Login(LoginFlags),
    /// Take out the root key that `login` kept
    Logout(LogoutFlags),
    /// Print which APIs, namespaces, roles, permissions and owners there are, and count the keys
    Overview(OverviewFlags),
    /// Find and count keys over all APIs; tell with the exit code whether some need care
    Find(FindFlags),
    /// Print why a key, or an identifier of a rate limit, is refused
    Explain(ExplainFlags),
    /// Print who used how much
    Usage(UsageFlags),
    /// Plan a change of many keys, and print what it would do; nothing is changed
    Plan(Box<PlanFlags>),
    /// Carry a plan out, once; what was interrupted goes on where it was
    Apply(ApplyFlags),
    /// Call any tool once and print its answer; at a terminal, a person is asked before something
    /// is lost
    Call(CallToolFlags),
    /// Make, list and delete root keys of the embedded engine
    #[command(subcommand, after_help = examples::ROOT_KEY)]
    RootKey(RootKeyCommand),
    /// Show or change what the embedded engine's API calls cannot: what Unkey's dashboard sets of
    /// an API
    Api(ApiFlags),
    /// Make migrations, which keys.migrateKeys asks for, in the embedded engine
    #[command(subcommand)]
    Migration(MigrationCommand),
    /// Write the embedded engine's keys as requests to keys.migrateKeys of another Unkey
    Export(ExportFlags),
    /// Print a script with which a shell completes commands and flags
    Completions(CompletionsFlags),
    /// Print the manual page of the program or of a command
    Man(ManFlags),
}

impl Cli {
    fn read(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, clap::Error> {
        let arguments = with_profile_behind(arguments.into_iter().collect());
        let command = lenient(Self::command());
        let matches = command
            .try_get_matches_from(&arguments)
            .map_err(|error| with_tip(error, &arguments))?;
        Self::from_arg_matches(&matches)
    }
}

/// The same arguments with `--profile NAME` behind the command, where it may stand before that: whoever
/// works with one profile puts it first, in an alias say. Commands without profiles refuse it there.
fn with_profile_behind(mut arguments: Vec<OsString>) -> Vec<OsString> {
    let words = match arguments.get(1).and_then(|first| first.to_str()) {
        Some("--profile") => 2,
        Some(first) if first.starts_with("--profile=") => 1,
        _ => return arguments,
    };
    let command = match arguments.get(1 + words) {
        Some(next) if next.as_encoded_bytes().starts_with(b"-") => return arguments,
        Some(_) => None,
        None if arguments.len() == 1 + words => Some("stdio".into()),
        // The name is missing, which is said best where it stands.
        None => return arguments,
    };
    arguments.extend(command);
    if let Some(moved) = arguments.get_mut(1..2 + words) {
        moved.rotate_left(words);
    }
    arguments
}

/// The same error with the fix, where a path stands apart from `--local`, which takes none that does.
fn with_tip(mut error: clap::Error, arguments: &[OsString]) -> clap::Error {
    let Some(ContextValue::String(unknown)) = error.get(ContextKind::InvalidArg) else {
        return error;
    };
    let mut pairs = arguments.iter().zip(arguments.iter().skip(1));
    if pairs.any(|(flag, value)| flag == "--local" && value == unknown.as_str()) {
        let tip =
            "write --local=PATH, with `=` and no space; --local alone is the data folder's file";
        let tips = ContextValue::StyledStrs(vec![tip.into()]);
        error.insert(ContextKind::Suggested, tips);
    }
    error
}

impl Invocation {
    /// Reads the process's arguments and environment.
    ///
    /// # Errors
    /// The exit code with which the process should end: help, the version or a complaint has been
    /// printed.
    pub fn from_process() -> Result<Self, ExitCode> {
        let cli = Cli::read(std::env::args_os()).map_err(|error| {
            print(&error);
            ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
        })?;
        let command = match cli.command {
            Some(command) => command,
            None if std::io::stdin().is_terminal() => {
                let _ = Cli::command().print_help();
                return Err(ExitCode::SUCCESS);
            }
            // An MCP client started us without a word. The flags have variables; read those.
            None => {
                match Cli::read(["unkey-mcp", "stdio"].map(Into::into)).map(|cli| cli.command) {
                    Ok(Some(command)) => command,
                    Ok(None) => return Err(ExitCode::FAILURE),
                    Err(error) => {
                        print(&error);
                        return Err(ExitCode::from(2));
                    }
                }
            }
        };
        command.parse().map_err(|error| {
            print(&Cli::command().error(clap::error::ErrorKind::ValueValidation, &error));
            error.exit_code()
        })
    }
}

/// What the program would do with these arguments, which a client is to start it with.
///
/// # Errors
/// Why it would not start.
pub(super) fn understood(arguments: &[String]) -> Result<Action, StartError> {
    let words = ["unkey-mcp"]
        .into_iter()
        .chain(arguments.iter().map(String::as_str));
    let cli = Cli::read(words.map(Into::into));
    let cli = cli.map_err(|error| StartError::Usage(one_line(&error)))?;
    let none = || StartError::Usage("no command is named".to_owned());
    Ok(cli.command.ok_or_else(none)?.parse()?.action)
}

/// What clap complains about, without its usage lines.
fn one_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let first = text.lines().next().unwrap_or_default();
    first.trim_start_matches("error: ").to_owned()
}

/// Prints help, or a complaint: that quotes what was written, and somebody may have written a key.
fn print(error: &clap::Error) {
    // Nowhere is left to say that saying it failed.
    let _ = if error.use_stderr() {
        writeln!(
            std::io::stderr(),
            "{}",
            shown::lines(&error.render().to_string())
        )
    } else {
        error.print()
    };
}

impl Command {
    fn parse(self) -> Result<Invocation, StartError> {
        let action = match self {
            Self::Stdio(flags) => flags.parse(),
            Self::Serve(flags) => flags.parse(),
            Self::Install(flags) => flags.parse(),
            Self::Doctor(flags) => flags.parse(),
            Self::Tools(flags) => flags.parse(),
            Self::ApiDiff(flags) => flags.parse(),
            Self::Login(flags) => flags.parse(),
            Self::Logout(flags) => flags.parse(),
            Self::Overview(flags) => flags.parse(),
            Self::Find(flags) => flags.parse(),
            Self::Explain(flags) => flags.parse(),
            Self::Usage(flags) => flags.parse(),
            Self::Plan(flags) => flags.parse(),
            Self::Apply(flags) => flags.parse(),
            Self::Call(flags) => flags.parse(),
            Self::RootKey(command) => command.parse(),
            Self::Api(flags) => flags.parse(),
            Self::Migration(command) => command.parse(),
            Self::Export(flags) => flags.parse(),
            // Without what the environment holds: variables are named, their values are not told.
            Self::Completions(flags) => Ok(flags.parse(Cli::command())),
            Self::Man(flags) => flags.parse(Cli::command()),
        }?;
        Ok(Invocation { action })
    }
}
