//! One piece of a plan's work, as a line of the plan's file.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use serde_with::skip_serializing_none;
use unkey_tools::keys::MigratingKey;
use unkey_tools::workflows::PlannedKey;

use super::aspect::Aspects;

/// One piece of work.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Item {
    /// The key that is there, or what is known of the one to be made.
    #[serde(flatten)]
    pub key: PlannedKey,
    /// The API of the key, where it is known.
    pub api_id: Option<String>,
    /// What of the key has to be as it was.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub saw: Aspects,
    /// What to do.
    #[serde(flatten)]
    pub work: Work,
}

/// What to do.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "camelCase")]
pub(crate) enum Work {
    /// Changes a setting of a key.
    Edit(Edit),
    /// Deletes a key.
    Delete {
        /// For good.
        permanent: bool,
    },
    /// Makes a new key like the one that is there, which then stops working.
    #[serde(rename_all = "camelCase")]
    Rotate {
        /// How long the old one still works.
        grace_ms: i64,
        /// Random bytes of the new one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        byte_length: Option<i64>,
    },
    /// Makes a key.
    Create {
        /// The arguments of `keys_create_key`.
        arguments: Map<String, Value>,
    },
    /// Brings some keys.
    #[serde(rename_all = "camelCase")]
    Import {
        /// The migration.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        migration_id: Option<String>,
        /// The keys.
        rows: Vec<Row>,
    },
}

/// A change of a key's settings by one call.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Edit {
    /// The tool to call.
    pub tool: String,
    /// Its arguments, but for the key's id.
    pub arguments: Map<String, Value>,
    /// What of the key is different when it is done.
    pub then: Aspects,
    /// The credits that were left, where they change.
    pub remaining: Option<i64>,
}

/// A row of an import.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Row {
    /// Its number, the first being 1.
    pub row: u64,
    /// The key.
    #[serde(flatten)]
    pub key: MigratingKey,
}

impl Item {
    /// How many keys it is about.
    pub(crate) fn keys(&self) -> u64 {
        match &self.work {
            Work::Import { rows, .. } => rows.len() as u64,
            _ => 1,
        }
    }

    /// The key's id, where there is a key.
    pub(crate) fn key_id(&self) -> &str {
        self.key.key_id.as_ref().map_or("", |id| id.as_str())
    }
}
