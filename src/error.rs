//! Why the program could not start or go on, and what to do about it.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::api_diff::DocumentError;
use crate::settings::BadTerms;
use crate::stop::Signal;

/// Why the program ended early. Prints as one line for the person who started it; whoever prints it
/// [redacts](crate::observe::shown::redact) it, since it quotes flags.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A flag or variable holds what it cannot hold.
    #[error("{0}")]
    Usage(String),
    /// The flags leave no tool.
    #[error(
        "these flags leave no tool; drop one of --toolsets, --tools, --exclude-tools, --read-only, --server, --local, or name other tools (`unkey-mcp tools` lists them)"
    )]
    NothingLeft,
    /// The file, the profile and the flags do not fit each other.
    #[error(transparent)]
    Settings(#[from] BadTerms),
    /// The asynchronous runtime did not start.
    #[error("cannot start the I/O runtime: {0}")]
    Runtime(#[source] io::Error),
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: {error}; choose another with --bind, 127.0.0.1:0 takes a free port"
    )]
    Bind {
        /// The address that was asked for.
        address: String,
        /// What the system said.
        error: io::Error,
    },
    /// The address for metrics cannot be listened on.
    #[error(
        "cannot tell metrics on {address}: {error}; choose another with --metrics, 127.0.0.1:0 takes a free port"
    )]
    Metrics {
        /// The address that was asked for.
        address: String,
        /// What the system said.
        error: io::Error,
    },
    /// The log's file cannot be opened.
    #[error("cannot write the log to {}: {error}; choose another file with --log-file, or leave it out to log to stderr", path.display())]
    LogFile {
        /// The file that was asked for.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The audit trail's file cannot be opened.
    #[error("cannot write the audit trail to {}: {error}; choose another file with --audit", path.display())]
    AuditFile {
        /// The file that was asked for.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// No folder for the embedded engine's file is known.
    #[error("there is no data folder on this system; name a file with --local=PATH")]
    NoDataFolder,
    /// The embedded engine did not open.
    #[error("the embedded engine did not open: {0}")]
    Engine(String),
    /// There is no engine's file at that path.
    #[error(
        "there is no database {}; `unkey-mcp serve --local` makes one, and --local=PATH names another", .0.display()
    )]
    NoDatabase(PathBuf),
    /// The embedded engine did not do what its operator asked for; the text says why.
    #[error("{0}")]
    NotDone(String),
    /// The connection broke in a way that is not its end.
    #[error("the connection failed: {0}")]
    Transport(String),
    /// A second signal ended what was under way.
    #[error("a second signal: calls under way were not waited for")]
    CutShort(Signal),
    /// A document that the catalogue was to be compared with is none.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Something could not be printed.
    #[error("cannot write to stdout: {0}")]
    Output(#[source] io::Error),
}

impl StartError {
    /// 2 where the caller can mend the call itself, what shells give where a signal ended it, else 1.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) | Self::NothingLeft | Self::Settings(_) | Self::Document(_) => {
                ExitCode::from(2)
            }
            Self::CutShort(signal) => ExitCode::from(signal.exit_code()),
            _ => ExitCode::FAILURE,
        }
    }
}
