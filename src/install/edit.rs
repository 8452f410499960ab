//! Changes to the text of a configuration that leave all else in it as it was: comments, order, space.

use serde_json::{Map, Value};

use super::client::{Client, Syntax};
use super::{entry, jsonc, toml};

/// Why a configuration was left as it is.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// It is not what the client reads.
    #[error("line {line}, column {column}: {why}")]
    Broken {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What is wrong there.
        why: String,
    },
    /// It can be read, and holds something else where servers belong.
    #[error("{0}")]
    Shape(String),
}

/// `text` with the server `name` as `fields` has it. What the user wrote into the same entry beside them
/// stays.
///
/// # Errors
/// [`Unfit`], where `text` is not what the client reads.
pub(super) fn put(
    client: Client,
    text: &str,
    name: &str,
    fields: &Map<String, Value>,
) -> Result<String, Unfit> {
    let whole = Value::from(fields.clone());
    let input = entry::input(client, &whole);
    match client.syntax() {
        Syntax::Toml => toml::put(text, client.list(), name, fields),
        syntax => jsonc::put(text, syntax, &[client.list(), name], fields, input.as_ref()),
    }
}

/// `text` without the server `name`.
///
/// # Errors
/// [`Unfit`], where `text` is not what the client reads.
pub(super) fn take(client: Client, text: &str, name: &str) -> Result<String, Unfit> {
    match client.syntax() {
        Syntax::Toml => toml::take(text, client.list(), name),
        syntax => jsonc::take(text, syntax, &[client.list(), name]),
    }
}

/// The variables of an entry after the change: those that the entry has now, with ours as they should be.
pub(super) fn is_ours(variable: &str) -> bool {
    [entry::VARIABLE, entry::FILE_VARIABLE].contains(&variable)
}
