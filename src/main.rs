//! `unkey-mcp`: Unkey as MCP tools.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;

use tokio::runtime::{Builder, Runtime};
use unkey_mcp::cli::{Action, Invocation};
use unkey_mcp::config::BackendSettings;
use unkey_mcp::error::StartError;
use unkey_mcp::{http, listing, logging, mcp, operator};

/// What `stdio` says to a person.
const AT_A_TERMINAL: &str = "unkey-mcp waits for an MCP client on stdin and stdout: this command starts \
                             as it should. Ctrl-C ends it; `unkey-mcp --help` shows what else there is.";

fn main() -> ExitCode {
    let invocation = match Invocation::from_process() {
        Ok(invocation) => invocation,
        Err(ended) => return ended,
    };
    match run(invocation) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The log may be off; why a start failed is always told.
            let _ = writeln!(std::io::stderr(), "unkey-mcp: {error}");
            error.exit_code()
        }
    }
}

fn run(invocation: Invocation) -> Result<(), StartError> {
    match invocation.action {
        Action::Tools { form, inventory } => listing::print(inventory, form),
        Action::Operate(assignment) => operator::run(assignment),
        Action::Stdio(settings) => {
            logging::to_stderr(settings.common.log);
            for what in &settings.common.unused {
                tracing::warn!("set but not used: {what}");
            }
            if std::io::stdin().is_terminal() {
                // Whoever tries a client's command by hand would wait for a word that never comes.
                let _ = writeln!(std::io::stderr(), "{AT_A_TERMINAL}");
            }
            let runtime = runtime()?;
            let ended = runtime.block_on(mcp::stdio::run(settings));
            // A read of a terminal or a file cannot be broken off, and is not waited for.
            runtime.shutdown_background();
            ended
        }
        Action::Serve(settings) => {
            logging::to_stderr(settings.common.log);
            let runtime = match settings.common.backend {
                BackendSettings::Local(_) => parallel_runtime()?,
                BackendSettings::Remote { .. } => runtime()?,
            };
            runtime.block_on(http::run(settings))
        }
    }
}

/// One thread drives all I/O: the work per call is a few microseconds, less than handing it to
/// another thread costs. What blocks (the engine's commits) has threads of its own.
fn runtime() -> Result<Runtime, StartError> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(StartError::Runtime)
}

/// A thread for each core. The embedded engine looks things up where the request was read, and many
/// callers may ask at once.
fn parallel_runtime() -> Result<Runtime, StartError> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(StartError::Runtime)
}
