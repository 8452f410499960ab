//! What has to be looked up before a call can be judged.

use serde_json::{Value, json};
use unkey_tools::Operation;
use unkey_tools::apis::ListKeys;
use unkey_tools::keys::{GetKey, Whoami};
use unkey_tools::permissions::GetRole;
use unkey_tools::types::Secret;

/// What has to be looked up before a call can be judged. Each is one call that only reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Which key is it that has this plain text?
    HolderOf {
        /// The plain text.
        key: Secret,
        /// The APIs that it may not be in.
        apis: Vec<String>,
    },
    /// Is the key in the API?
    IsIn {
        /// The key.
        key_id: String,
        /// The API.
        api_id: String,
    },
    /// What does the key look like whose successor is made?
    Reroll {
        /// The key.
        key_id: String,
    },
    /// How many credits has the key, to which some are added?
    Credits {
        /// The key.
        key_id: String,
        /// How many are added.
        added: i64,
    },
    /// What does the role hold?
    Role {
        /// Its name.
        name: String,
    },
}

impl Question {
    /// The name of the tool that answers it, and its arguments.
    pub fn call(&self) -> (&'static str, Value) {
        match self {
            Self::HolderOf { key, .. } => (Whoami::NAME, json!({"key": key.reveal()})),
            // No operation tells the API of a key. A page of an API's keys that begins at the key
            // holds it first, if it is there.
            Self::IsIn { key_id, api_id } => (
                ListKeys::NAME,
                json!({"apiId": api_id, "cursor": key_id, "limit": 1}),
            ),
            Self::Reroll { key_id } | Self::Credits { key_id, .. } => {
                (GetKey::NAME, json!({"keyId": key_id}))
            }
            Self::Role { name } => (GetRole::NAME, json!({"role": name})),
        }
    }
}
