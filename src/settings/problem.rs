//! What is wrong with a configuration file, and where.

use std::fmt;
use std::ops::Range;
use std::path::PathBuf;

use unkey_tools::nearest::nearest;

use crate::observe::shown;

/// Why a configuration file is not taken. Prints the file, the line and what to write instead; it
/// quotes no value that may be a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct FileProblem {
    path: PathBuf,
    line: Option<usize>,
    what: String,
}

impl fmt::Display for FileProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the configuration {}", shown::path(&self.path))?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

/// What people call a root key that they write into a file.
const ROOT_KEY_NAMES: [&str; 4] = ["rootkey", "unkeyrootkey", "key", "apikey"];

/// What to do with a root key.
pub(super) const NO_KEYS: &str = "a root key has no place in this file; say where it lies with root-key-env, root-key-file or \
     root-key-keychain";

impl FileProblem {
    /// Something about the whole of it.
    pub(super) fn new(path: impl Into<PathBuf>, what: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            line: None,
            what: what.into(),
        }
    }

    /// Something at a byte of it.
    pub(super) fn at(mut self, text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or_default();
        self.line = Some(before.matches('\n').count() + 1);
        self
    }

    /// What the parser found.
    pub(super) fn parsing(path: PathBuf, text: &str, error: &toml::de::Error) -> Self {
        let what = words(error.message());
        let Some(Range { start, .. }) = error.span() else {
            return Self::new(path, what);
        };
        let key = key_at(text, start).filter(|_| !error.message().starts_with("unknown field"));
        let what = match key {
            Some(key) => format!("{}: {what}", shown::name(key)),
            None => what,
        };
        Self::new(path, what).at(text, start)
    }
}

/// The key on the line of a byte, where the byte belongs to its value.
fn key_at(text: &str, byte: usize) -> Option<&str> {
    let before = text.get(..byte)?;
    let line = before.rsplit('\n').next()?;
    let (key, _) = line.split_once('=')?;
    Some(key.trim())
}

/// The parser's message, with the nearest word for one that is unknown.
fn words(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let unknown = message
        .starts_with("unknown ")
        .then(|| quoted.next())
        .flatten();
    let Some(unknown) = unknown else {
        return shown::redact(message.trim()).into_owned();
    };
    let plain = unknown.replace(['-', '_'], "").to_ascii_lowercase();
    if ROOT_KEY_NAMES.contains(&plain.as_str()) {
        return NO_KEYS.to_owned();
    }
    let known: Vec<&str> = quoted.collect();
    let unknown_shown = shown::name(unknown);
    match nearest(unknown, known.iter().copied()) {
        Some(meant) => format!("there is no `{unknown_shown}`; did you mean `{meant}`?"),
        None => format!(
            "there is no `{unknown_shown}` here; there are: {}",
            known.join(", ")
        ),
    }
}
