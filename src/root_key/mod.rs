//! The caller's credential: where it comes from, and what is wrong with it.

mod sources;

use std::fmt;
use std::path::PathBuf;

use ::http::HeaderMap;
use serde::Serialize;
use unkey_tools::types::{Secret, bare_secret};

pub use self::sources::{ProfileKey, RootKeySources};
use crate::observe::shown;

/// The headers a root key may come in, the first one that is not empty wins.
pub const HEADERS: [&str; 3] = [
    "mcp-unkey-bearer-auth",
    "mcp-unkey-v2-root-key",
    "authorization",
];

/// What every root key of Unkey's begins with.
const PREFIX: &str = "unkey_";

/// The fewest letters that a root key has.
const SHORTEST: usize = 16;

/// A root key that looks like one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RootKey(Secret);

impl RootKey {
    /// The key itself.
    pub fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// Whether its letters are those of a root key, and not of a key that a user of Unkey's user holds.
    pub(crate) fn is_in_form(&self) -> bool {
        self.reveal().starts_with(PREFIX) && self.reveal().len() >= SHORTEST
    }

    /// Reads the key from `value`, as `place` gave it. `None` where there is none.
    ///
    /// # Errors
    /// A [`Mistake`] where there is a value that cannot be a key.
    pub(crate) fn parse(place: KeySource, value: &str) -> Result<Option<Self>, Mistake> {
        let key = bare_secret(value);
        if key.is_empty() || key.eq_ignore_ascii_case("bearer") {
            return Ok(None);
        }
        if is_placeholder(key) {
            let text = as_variable(key);
            return Err(Mistake::Placeholder { place, text });
        }
        let quoted = key.contains(['"', '\'', '`']);
        if quoted || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Mistake::Unreadable { place });
        }
        Ok(Some(Self(Secret::new(key))))
    }

    /// The key that came with an HTTP request.
    ///
    /// # Errors
    /// [`Mistake::Missing`] where no header holds one, another [`Mistake`] where one holds
    /// something else.
    pub fn from_headers(headers: &HeaderMap) -> Result<Self, Mistake> {
        let mut empty = None;
        for name in HEADERS {
            for value in headers.get_all(name) {
                let place = KeySource::Header(name);
                let Ok(value) = value.to_str() else {
                    return Err(Mistake::Unreadable { place });
                };
                match Self::parse(place.clone(), value)? {
                    Some(key) => return Ok(key),
                    None => empty = empty.or(Some(place)),
                }
            }
        }
        Err(Mistake::Missing {
            over: Transport::Http,
            empty,
        })
    }
}

/// Who makes a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Whoever holds this root key.
    Key(RootKey),
    /// Whoever runs the embedded engine: it uses the root key it made for itself.
    Owner,
}

/// Whether `value` is what a config file says before its variables are filled in, or what
/// documentation says in place of a key.
fn is_placeholder(value: &str) -> bool {
    let encloses = |open: char, close: char| value.starts_with(open) && value.ends_with(close);
    let lower = value.to_ascii_lowercase();
    let crossed_out = |rest: &str| rest.len() > 2 && rest.chars().all(|c| "x.*…".contains(c));
    value.starts_with('$')
        || value.contains("${")
        || value.contains("{{")
        || [('<', '>'), ('%', '%'), ('[', ']'), ('{', '}')]
            .into_iter()
            .any(|(open, close)| encloses(open, close))
        || lower == "unkey_root_key"
        || lower.starts_with("your_")
        || lower.starts_with("your-")
        || lower.strip_prefix("unkey_").is_some_and(crossed_out)
}

/// A placeholder that can be shown: a variable's name in capitals, whatever stands around it.
fn as_variable(placeholder: &str) -> Option<String> {
    let name = placeholder.trim_matches(['$', '{', '}', '<', '>', '%', '[', ']']);
    let name = name.strip_prefix("env:").unwrap_or(name);
    let capitals = |letter: char| letter.is_ascii_uppercase() || letter == '_';
    (!name.is_empty() && name.chars().all(capitals)).then(|| placeholder.to_owned())
}

/// How a caller is connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Transport {
    /// stdin and stdout.
    Stdio,
    /// HTTP.
    Http,
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeySource {
    /// The header of that name.
    Header(&'static str),
    /// The variable `UNKEY_ROOT_KEY`.
    Variable,
    /// The variable that a profile names.
    Named(String),
    /// A file.
    File(PathBuf),
    /// Where `unkey-mcp login` keeps it.
    Keychain,
    /// Whoever was asked for it.
    Asked,
}

impl fmt::Display for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Header(name) => write!(f, "the header {}", name.to_ascii_uppercase()),
            Self::Variable => f.write_str("the environment variable UNKEY_ROOT_KEY"),
            Self::Named(name) => write!(
                f,
                "the environment variable {}, which the profile names,",
                shown::name(name)
            ),
            Self::File(path) => write!(f, "the file {}", shown::path(path)),
            Self::Keychain => f.write_str("what `unkey-mcp login` kept"),
            Self::Asked => f.write_str("the answer"),
        }
    }
}

/// Why there is no root key. Prints what is wrong, and never shows a key; what to do about it says
/// [`key_advice`](crate::key_advice).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// There is none.
    Missing {
        /// How the caller is connected, which decides the fix.
        over: Transport,
        /// A place that was there and empty.
        empty: Option<KeySource>,
    },
    /// A variable was never filled in.
    Placeholder {
        /// Where it stands.
        place: KeySource,
        /// The placeholder, where it is surely none but a variable's name: some write the key
        /// itself between the braces.
        text: Option<String>,
    },
    /// It has characters that no key has.
    Unreadable {
        /// Where it stands.
        place: KeySource,
    },
    /// A file that should hold it cannot be read.
    File {
        /// The file.
        place: KeySource,
        /// What the system or the parser said.
        reason: String,
    },
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { empty, .. } => match empty {
                Some(place) => write!(f, "No root key: {place} is empty."),
                None => f.write_str("No root key came with this call."),
            },
            Self::Placeholder { place, text } => {
                write!(f, "The root key is a placeholder: {place} holds ")?;
                match text {
                    Some(text) => write!(f, "`{text}`."),
                    None => f.write_str("what a configuration says in place of a key."),
                }
            }
            Self::Unreadable { place } => write!(
                f,
                "The value in {place} is no root key: it has spaces, quotes or characters that no key has."
            ),
            Self::File { place, reason } => {
                write!(f, "The root key cannot be read from {place}: {reason}.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaint(value: &str) -> String {
        let mistake = RootKey::parse(KeySource::Variable, value).unwrap_err();
        assert!(!format!("{mistake:?}").contains("real"), "{mistake:?}");
        mistake.to_string()
    }

    #[test]
    fn a_placeholder_is_shown_only_where_it_cannot_hold_a_key() {
        for value in ["${UNKEY_ROOT_KEY}", "${env:UNKEY_ROOT_KEY}", "%KEY%"] {
            assert!(complaint(value).contains(value), "{value}");
        }
        for value in [
            "${unkey_3Zreal}",
            "$unkey_3Zreal",
            "<unkey_3Zreal>",
            "%unkey_3Zreal%",
            "{unkey_3Zreal}",
            "[unkey_3Zreal]",
            "${UNKEY_ROOT_KEY:-unkey_3Zreal}",
            "your_unkey_3Zreal",
        ] {
            let complaint = complaint(value);
            assert!(complaint.contains("placeholder"), "{complaint}");
            assert!(!complaint.contains("real"), "{complaint}");
        }
    }
}
