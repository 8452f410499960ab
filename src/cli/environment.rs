//! Environment variables: those that are no flag's, and what an empty one means.

use std::any::TypeId;
use std::collections::BTreeSet;
use std::ffi::OsString;

use clap::builder::Resettable;
use clap::{Arg, Command};

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

/// The names of the variables that are set and not empty.
pub(super) fn set_variables() -> BTreeSet<String> {
    let full = std::env::vars_os().filter(|(_, value)| !value.is_empty());
    full.filter_map(|(name, _)| name.into_string().ok())
        .collect()
}

/// The same command, which reads variables as they are meant: what starts us may have a setting that
/// nobody filled in, or one with spaces around it. Help does not say what they hold, which may be a
/// key.
pub(super) fn lenient(command: Command) -> Command {
    command
        .mut_args(|argument| lenient_argument(argument.hide_env_values(true)))
        .mut_subcommands(lenient)
}

fn lenient_argument(argument: Arg) -> Arg {
    let Some(value) = argument.get_env().and_then(std::env::var_os) else {
        return argument;
    };
    if value.is_empty() {
        return argument.env(Resettable::Reset);
    }
    // A path is taken as it stands, or refused with the reason.
    let is_path = argument.get_value_parser().type_id() == TypeId::of::<OsString>();
    match value.to_str() {
        Some(text) if !is_path && text.trim().is_empty() => argument.env(Resettable::Reset),
        Some(text) if !is_path && text.trim() != text => argument
            .default_value(text.trim().to_owned())
            .env(Resettable::Reset),
        _ => argument,
    }
}
