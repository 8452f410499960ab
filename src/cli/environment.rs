//! Environment variables: those that are no flag's, and what an empty one means.

use std::ffi::OsString;

use clap::Command;
use clap::builder::Resettable;

/// The variable's value, if it is set and text.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the file that reads the environment"
)]
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The columns of the terminal that stdout is, or what `COLUMNS` says there are: as the help does.
pub(super) fn columns() -> Option<usize> {
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    match terminal {
        Some((terminal_size::Width(columns), _)) => Some(columns.into()),
        None => variable("COLUMNS")?.trim().parse().ok(),
    }
}

/// The variable's value, text or not, unless nothing is in it.
pub(super) fn path_variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The same command, to which an empty variable is as good as none: what starts us may have a
/// setting that nobody filled in.
pub(super) fn without_empty(command: Command) -> Command {
    let is_empty = |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|v| v.is_empty());
    command
        .mut_args(|argument| {
            if argument.get_env().is_some_and(is_empty) {
                argument.env(Resettable::Reset)
            } else {
                argument
            }
        })
        .mut_subcommands(without_empty)
}
