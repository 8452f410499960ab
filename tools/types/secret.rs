//! Text that must not be printed by accident, nor left behind in memory.

use std::borrow::Cow;
use std::fmt;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use crate::secrets::SECRET;
use crate::untrusted::TRUSTED;

/// A key in plain text. Serialised it is the key; printed it is nothing; dropped it is wiped.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` from being printed.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Ask for it only where it is used.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl JsonSchema for Secret {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Secret".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let mut schema = String::json_schema(generator);
        schema.insert(SECRET.to_owned(), true.into());
        if generator.contract().is_serialize() {
            // Unkey makes keys; nobody writes them.
            schema.insert(TRUSTED.to_owned(), true.into());
        }
        schema
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_prints_nothing_of_itself() {
        let secret = Secret::new("unkey_3ZaTopSecret");
        assert!(!format!("{secret:?}").contains("3Za"));
        assert_eq!(secret.reveal(), "unkey_3ZaTopSecret");
    }
}
