//! `unkey-mcp`: Unkey as MCP tools.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod allocator;

use std::io::IsTerminal as _;
use std::process::ExitCode;

use tokio::runtime::{Builder, Runtime};
use unkey_mcp::cli::{Action, Invocation};
use unkey_mcp::error::StartError;
use unkey_mcp::observe::{self, Log, Observer, shown};
use unkey_mcp::{
    api_diff, command, doctor, http, install, listing, login, mcp, operator, output, panics,
};

/// What `stdio` says to a person.
const AT_A_TERMINAL: &str = "unkey-mcp waits for an MCP client on stdin and stdout: this command starts \
                             as it should. Ctrl-C ends it; `unkey-mcp --help` shows what else there is.";

fn main() -> ExitCode {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    allocator::give_back_what_is_large();
    let invocation = match Invocation::from_process() {
        Ok(invocation) => invocation,
        Err(ended) => return ended,
    };
    panics::log_places();
    match run(invocation) {
        Ok(ended) => ended,
        Err(error) => {
            // The log may be off; why a start failed is always told.
            observe::tell(format!("unkey-mcp: {}\n", shown::lines(&error.to_string())));
            error.exit_code()
        }
    }
}

/// What a command ends with that says whether all is well.
const fn failed_unless(well: bool) -> ExitCode {
    if well {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// What a command ends with that looked for something: scripts tell finding it from a failure.
fn exit_code(found: bool) -> ExitCode {
    ExitCode::from(if found { 3 } else { 0 })
}

fn run(invocation: Invocation) -> Result<ExitCode, StartError> {
    match invocation.action {
        Action::ApiDiff(settings) => return api_diff::run(&settings).map(exit_code),
        Action::Doctor(settings) => {
            return drive(runtime()?, doctor::run(*settings)).map(failed_unless);
        }
        Action::Install(settings) => return install::run(&settings).map(failed_unless),
        Action::Tools { form, inventory } => listing::print(inventory, form),
        Action::Operate(assignment) => operator::run(assignment),
        Action::Login(task, keychain) => login::run(&task, &keychain),
        Action::Print(text) => output::print(&text),
        Action::Stdio(settings) => observed(settings.common.observed()?, |observer| {
            for what in &settings.common.unused {
                tracing::warn!("set but not used: {what}");
            }
            if std::io::stdin().is_terminal() {
                // Whoever tries a client's command by hand would wait for a word that never comes.
                observe::tell(format!("{AT_A_TERMINAL}\n"));
            }
            drive(runtime()?, mcp::stdio::run(settings, observer))
        }),
        Action::Workflow(settings) => {
            let observe = settings.common.observed()?;
            let run = |observer| drive(runtime()?, command::run(*settings, observer));
            return observed(observe, run).map(exit_code);
        }
        Action::Call(settings) => observed(settings.common.observed()?, |observer| {
            drive(runtime()?, command::call(*settings, observer))
        }),
        Action::Serve(settings) => observed(settings.common.observed()?, |observer| {
            #[cfg(all(target_os = "linux", target_env = "gnu"))]
            allocator::give_back_what_is_free();
            drive(parallel_runtime()?, http::run(settings, observer))
        }),
    }?;
    Ok(ExitCode::SUCCESS)
}

/// Runs a server or a command with a log, which is written to its end whatever the end of that is.
fn observed<T>(
    settings: observe::Settings,
    run: impl FnOnce(Observer) -> Result<T, StartError>,
) -> Result<T, StartError> {
    let log = Log::start(settings.log.clone())?;
    let served = Observer::new(settings, &log).and_then(run);
    log.end();
    served
}

/// Runs `work` to its end. Threads that still wait for something (a read of a terminal or a file, a
/// client's call to the embedded engine) do not keep the process: what had to be written is written.
fn drive<T>(
    runtime: Runtime,
    work: impl Future<Output = Result<T, StartError>>,
) -> Result<T, StartError> {
    let ended = runtime.block_on(work);
    runtime.shutdown_background();
    ended
}

/// One thread drives the I/O of one client: the work per call is a few microseconds, less than handing it to
/// another thread costs. What blocks (the engine's commits) has threads of its own.
fn runtime() -> Result<Runtime, StartError> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(StartError::Runtime)
}

/// A thread for each core, so that one client's large request does not hold up everybody else's.
fn parallel_runtime() -> Result<Runtime, StartError> {
    Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(StartError::Runtime)
}
