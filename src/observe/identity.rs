//! Who calls, in words that may be logged.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;
use sha2::{Digest as _, Sha256};

use super::shown;
use crate::root_key::{Caller, Mistake};

/// How many characters of a client's name, and of its version, are kept.
const NAME_CHARS: usize = 48;
const VERSION_CHARS: usize = 24;

/// What a client calls itself, `name/version`, in characters that are safe in a header and a log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct ClientName(String);

impl ClientName {
    /// Cleans a name and a version. `None` where nothing of the name is left.
    pub fn new(name: &str, version: &str) -> Option<Self> {
        let name = token(name, NAME_CHARS);
        let version = token(version, VERSION_CHARS);
        match (name.is_empty(), version.is_empty()) {
            (true, _) => None,
            (false, true) => Some(Self(name)),
            (false, false) => Some(Self(format!("{name}/{version}"))),
        }
    }

    /// The first product that a `User-Agent` names.
    pub fn from_user_agent(value: &str) -> Option<Self> {
        let product = value.split_whitespace().next()?;
        let (name, version) = product.split_once('/').unwrap_or((product, ""));
        Self::new(name, version)
    }

    /// The name and version.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The letters, digits, dots and underscores of `text`, with a dash for whatever stands between.
fn token(text: &str, count: usize) -> String {
    let mut token = String::new();
    for letter in shown::redact(shown::cut(text, 4 * count)).chars() {
        if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_') {
            token.push(letter);
        } else if !token.is_empty() && !token.ends_with('-') {
            token.push('-');
        }
    }
    shown::cut(&token, count).trim_end_matches('-').to_owned()
}

/// Which root key a call came with: the same for the same key, and no way back to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Fingerprint(Cow<'static, str>);

impl Fingerprint {
    /// No root key came with the call, or none that can be one.
    pub const NONE: Self = Self(Cow::Borrowed("none"));

    /// The embedded engine's owner, who needs none.
    pub const OWNER: Self = Self(Cow::Borrowed("owner"));

    /// Twelve hexadecimal digits of a root key's SHA-256. Keys are long and random: nobody finds one
    /// by trying.
    pub fn of_key(root_key: &str) -> Self {
        let hash = Sha256::new()
            .chain_update("unkey-mcp root key fingerprint\n")
            .chain_update(root_key)
            .finalize();
        let digits = hash
            .iter()
            .take(6)
            .fold(0, |digits, byte| digits << 8 | u64::from(*byte));
        Self(Cow::Owned(format!("{digits:012x}")))
    }

    /// That of whoever makes a call.
    pub fn of_caller(caller: &Result<Caller, Mistake>) -> Self {
        match caller {
            Ok(Caller::Key(root_key)) => Self::of_key(root_key.reveal()),
            Ok(Caller::Owner) => Self::OWNER,
            Err(_) => Self::NONE,
        }
    }

    /// The digits, or a word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(name: &str, version: &str) -> Option<String> {
        ClientName::new(name, version).map(|client| client.0)
    }

    #[test]
    fn a_clients_name_is_made_safe() {
        assert_eq!(clean("claude-code", "2.1.0").unwrap(), "claude-code/2.1.0");
        assert_eq!(clean("Claude Desktop", "").unwrap(), "Claude-Desktop");
        assert_eq!(clean("a\r\nX-Evil: 1", "(1)").unwrap(), "a-r-nX-Evil-1/1");
        assert_eq!(clean("日本", "1"), None);
        assert_eq!(clean("", "1"), None);
        let long = clean(&"ab ".repeat(100_000), &"1".repeat(30)).unwrap();
        assert!(long.len() <= NAME_CHARS + VERSION_CHARS + 1, "{long}");
        assert_eq!(clean("unkey_3ZZZrootkeyzzz", "1").unwrap(), "unke/1");
    }

    #[test]
    fn the_first_product_of_a_user_agent_is_the_client() {
        let client = |value| ClientName::from_user_agent(value).map(|client| client.0);
        assert_eq!(client("node").unwrap(), "node");
        assert_eq!(
            client("python-httpx/0.28.1").unwrap(),
            "python-httpx/0.28.1"
        );
        assert_eq!(client("Mozilla/5.0 (X11; Linux)").unwrap(), "Mozilla/5.0");
        assert_eq!(client(""), None);
    }

    #[test]
    fn a_fingerprint_tells_keys_apart_and_shows_none() {
        let one = Fingerprint::of_key("unkey_3ZZZrootkeyzzz");
        assert_eq!(one, Fingerprint::of_key("unkey_3ZZZrootkeyzzz"));
        assert_ne!(one, Fingerprint::of_key("unkey_3ZZZrootkeyzzy"));
        assert_eq!(one.as_str().len(), 12);
        assert!(one.as_str().bytes().all(|byte| byte.is_ascii_hexdigit()));
    }
}
