//! Where the root key of an installed server comes from, and what a person has to do about it.

use std::path::PathBuf;

use super::client::Client;
use super::entry::{KeyPlace, VARIABLE};

/// What is known of root keys where `install` runs.
#[derive(Clone, Debug, Default)]
pub struct KnownKeys {
    /// Whether none is needed here: the embedded engine's owner has none, and a profile says itself where
    /// its key lies.
    pub needless: bool,
    /// A file that holds it, by its whole path.
    pub file: Option<PathBuf>,
    /// Whether `UNKEY_ROOT_KEY` is set.
    pub variable: bool,
    /// Where the program finds one by itself, whoever starts it.
    pub stored: Option<String>,
}

/// What to do about a key that no variable brings.
const OR_KEEP_IT: &str = "Run `unkey-mcp login`, which keeps the key on this machine, and then this again; \
     or put the key into a file that only you can read, and name it with --root-key-file FILE.";

impl KnownKeys {
    /// What the configuration of `client` says about the root key: never the key itself.
    pub(super) fn for_client(&self, client: Client) -> KeyPlace {
        let fills = client.placeholder().is_some();
        if self.needless {
            KeyPlace::Unsaid
        } else if let Some(file) = &self.file {
            KeyPlace::File(file.clone())
        } else if fills && (self.variable || self.stored.is_none()) {
            KeyPlace::Client
        } else {
            KeyPlace::Unsaid
        }
    }

    /// What a person has to know or to do.
    pub(super) fn advice(&self, client: Client) -> Option<String> {
        let name = client.name();
        if self.needless {
            return None;
        }
        match (self.for_client(client), &self.stored) {
            (KeyPlace::File(_), _) => None,
            (KeyPlace::Client, _) if client == Client::VsCode => {
                Some("VS Code asks for the root key once, and keeps it.".to_owned())
            }
            (KeyPlace::Client, _) if self.variable => Some(format!(
                "{name} takes the root key from {VARIABLE}, as it is set where {name} is started."
            )),
            (KeyPlace::Client, _) => Some(format!(
                "{name} takes the root key from {VARIABLE}, which is not set here: export it where {name} \
                 is started. {OR_KEEP_IT}"
            )),
            (KeyPlace::Unsaid, Some(place)) => Some(format!("The root key is the one in {place}.")),
            (KeyPlace::Unsaid, None) => Some(format!(
                "A root key is still missing, and {name} fills no variables in. {OR_KEEP_IT}"
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_wins_then_a_variable_then_what_is_found_anyway() {
        let mut keys = KnownKeys {
            file: Some("/home/ada/key".into()),
            variable: true,
            stored: Some("~/.unkey/config.toml".to_owned()),
            ..KnownKeys::default()
        };
        for client in Client::ALL {
            assert!(matches!(keys.for_client(client), KeyPlace::File(_)));
        }
        keys.file = None;
        assert_eq!(keys.for_client(Client::Cursor), KeyPlace::Client);
        // It cannot hand a variable on.
        assert_eq!(keys.for_client(Client::Zed), KeyPlace::Unsaid);
        keys.variable = false;
        assert_eq!(keys.for_client(Client::Cursor), KeyPlace::Unsaid);
        keys.stored = None;
        assert_eq!(keys.for_client(Client::Cursor), KeyPlace::Client);
    }

    #[test]
    fn whoever_has_no_key_is_told_what_to_do_in_every_client() {
        let keys = KnownKeys::default();
        for client in Client::ALL {
            let advice = keys.advice(client).unwrap();
            let asks = client == Client::VsCode;
            for way in ["unkey-mcp login", "--root-key-file"] {
                assert_eq!(advice.contains(way), !asks, "{advice}");
            }
        }
        let local = KnownKeys {
            needless: true,
            ..KnownKeys::default()
        };
        assert!(
            Client::ALL
                .iter()
                .all(|client| local.advice(*client).is_none())
        );
    }
}
