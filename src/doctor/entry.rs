//! One server in a client's configuration: what stands there, and what becomes of it.

use serde_json::Value;

use super::report::Finding;
use super::{Surroundings, key};
use crate::install::Client;

/// The code of a root key in plain text.
pub(super) const PLAIN_KEY: &str = "plain-key";

/// A server as a configuration has it.
pub(super) struct Configured<'a> {
    pub(super) client: Client,
    pub(super) entry: &'a Value,
    pub(super) surroundings: &'a Surroundings,
    /// Whether it is in the user's own configuration. One of a folder may have come with the folder, and
    /// what it names is not started.
    pub(super) is_own: bool,
}

impl Configured<'_> {
    /// A field that is a text.
    pub(super) fn text(&self, field: &str) -> Option<&str> {
        self.entry.get(field)?.as_str()
    }

    /// The texts in a field that is a list.
    pub(super) fn texts(&self, field: &str) -> Vec<String> {
        let items = self.entry.get(field).and_then(Value::as_array);
        let texts = items.into_iter().flatten().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    /// A variable that it sets for the program.
    pub(super) fn variable(&self, name: &str) -> Option<&str> {
        self.entry.get("env")?.get(name)?.as_str()
    }

    /// What there is to say about a text that brings the root key.
    pub(super) fn key(&self, text: &str) -> Vec<Finding> {
        let bare = text.trim().strip_prefix("Bearer ").unwrap_or(text).trim();
        match self.filled(bare) {
            Filled::Empty => vec![Finding::wrong(
                "empty-key",
                "the root key is empty there",
                "Write what the client fills in, or leave it out where the key lies elsewhere: \
                 `unkey-mcp install` does either.",
            )],
            Filled::ByClient => Vec::new(),
            Filled::Unset(name) => vec![Finding::wrong(
                "unset-variable",
                format!("the client fills in {name}, which is not set here"),
                format!("Export {name} where the client is started, and start it anew."),
            )],
            Filled::Never(name) => vec![Finding::wrong(
                "unexpanded",
                format!("{} does not fill `{name}` in: the server gets it as it stands", self.client.name()),
                self.client.placeholder().map_or_else(
                    || {
                        "Put the key into a file that only you can read, and run `unkey-mcp install` with \
                         --root-key-file FILE."
                            .to_owned()
                    },
                    |own| format!("Write `{own}`, or run `unkey-mcp install {}`.", self.client.word()),
                ),
            )],
            Filled::Plain => match key::in_text(bare) {
                Some(mistake) => vec![mistake],
                None => vec![self.plain()],
            },
        }
    }

    /// What there is to say about a root key in plain text.
    pub(super) fn plain(&self) -> Finding {
        Finding::wrong(
            PLAIN_KEY,
            "a root key stands there in plain text",
            format!(
                "`unkey-mcp install {}` takes it out, and names a variable or a file instead; \
                 `unkey-mcp login` keeps it for all clients.",
                self.client.word()
            ),
        )
    }

    /// What becomes of a value before the program or the server gets it.
    fn filled(&self, value: &str) -> Filled {
        let is_set = |name: &str| self.surroundings.set.contains(name);
        let inside = |open: &str| value.strip_prefix(open)?.strip_suffix('}');
        if value.is_empty() {
            return Filled::Empty;
        }
        let known = match self.client {
            Client::ClaudeCode => inside("${").map(|name| match name.split_once(":-") {
                Some(_) => Filled::ByClient,
                None if is_set(name) => Filled::ByClient,
                None => Filled::Unset(name.to_owned()),
            }),
            // A desktop program's environment is not this one.
            Client::Cursor | Client::Windsurf => inside("${env:").map(|_| Filled::ByClient),
            Client::VsCode => inside("${input:")
                .or(inside("${env:"))
                .map(|_| Filled::ByClient),
            Client::Gemini => {
                let name = inside("${").or(value.strip_prefix('$'));
                name.filter(|name| is_name(name)).map(|name| {
                    if is_set(name) {
                        Filled::ByClient
                    } else {
                        Filled::Unset(name.to_owned())
                    }
                })
            }
            Client::Codex | Client::ClaudeDesktop | Client::Zed => None,
        };
        known.unwrap_or_else(|| match as_variable(value) {
            Some(name) => Filled::Never(name),
            None => Filled::Plain,
        })
    }
}

/// What becomes of a value of a configuration.
enum Filled {
    Empty,
    ByClient,
    /// The client would, but nothing is there to fill in.
    Unset(String),
    /// It looks as if it should be, and is not.
    Never(String),
    Plain,
}

fn is_name(text: &str) -> bool {
    let fits =
        |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    !text.is_empty() && text.chars().all(fits)
}

/// The value, where it is a variable's name in some shell's or client's way of writing one.
fn as_variable(value: &str) -> Option<String> {
    let name = value.trim_matches(['$', '{', '}', '%']);
    let name = name
        .strip_prefix("env:")
        .or(name.strip_prefix("input:"))
        .unwrap_or(name);
    let name = name.split_once(":-").map_or(name, |(name, _)| name);
    let is_marked = value.starts_with(['$', '%', '{']);
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    let is_short = name.len() <= 40 && !name.starts_with("unkey_");
    (is_marked && is_short && !name.is_empty() && name.chars().all(fits)).then(|| value.to_owned())
}
