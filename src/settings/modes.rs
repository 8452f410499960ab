//! Settings that are one of a few words, the same in a flag, a variable and the file.

use clap::ValueEnum;
use schemars::JsonSchema;
use serde::Deserialize;

/// When a person is asked before something is destroyed.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Eq,
    Hash,
    JsonSchema,
    Ord,
    PartialEq,
    PartialOrd,
    ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum ConfirmMode {
    /// Where the client can show a question; elsewhere its own approval counts
    #[default]
    Auto,
    /// Always: where the client cannot show a question, a second call has to say so
    Always,
    /// Never by this server
    Never,
}

/// Where a secret goes that Unkey shows only once.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    Deserialize,
    Eq,
    Hash,
    JsonSchema,
    Ord,
    PartialEq,
    PartialOrd,
    ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum SecretsMode {
    /// Into the result, as Unkey answers
    #[default]
    Inline,
    /// Into a file on this machine; the result names it
    File,
    /// Onto a page on this machine that shows it once
    Page,
}
