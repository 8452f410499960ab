//! `keys_migrate_keys` · `POST /v2/keys.migrateKeys`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Imports keys from another system by their hashes, so that their holders keep them.
///
/// New owners, roles and permissions are created. `failed` lists hashes already taken; any other mistake
/// refuses the whole call. Send a hash once only.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MigrateKeys {
    /// Unkey sets migrations up; no tool does.
    #[schemars(length(min = 3, max = 255))]
    pub migration_id: String,
    /// API that gets them.
    #[schemars(description = "", with = "String", length(min = 3, max = 255))]
    pub api_id: ApiId,
    /// Each with its `hash`; else as in `keys_create_key`.
    #[schemars(length(min = 1))]
    pub keys: Vec<MigratingKey>,
}

/// A key to import.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MigratingKey {
    /// Base64 SHA-256 of the key, unless the migration says otherwise.
    #[schemars(length(min = 3))]
    pub hash: String,
    /// Label for people.
    #[schemars(description = "", length(min = 1, max = 255))]
    pub name: Option<String>,
    /// Your own id of the owner.
    #[schemars(description = "", length(min = 1, max = 255))]
    pub external_id: Option<String>,
    /// Free data that verification returns.
    #[schemars(description = "", extend("maxProperties" = 100))]
    pub meta: Option<Map<String, Value>>,
    /// Role names.
    #[schemars(description = "", length(max = 100), inner(length(min = 1, max = 128)))]
    pub roles: Option<Vec<String>>,
    /// Permission slugs.
    #[schemars(description = "", length(max = 1000), inner(length(min = 1, max = 128), regex(pattern = SLUG)))]
    pub permissions: Option<Vec<String>>,
    /// Unix ms.
    #[schemars(range(min = 0, max = LATEST))]
    pub expires: Option<UnixTime>,
    /// Default true.
    #[schemars(description = "")]
    pub enabled: Option<bool>,
    /// How many uses; omit for unlimited.
    #[schemars(description = "")]
    pub credits: Option<Credits>,
    /// Limits of this key.
    #[schemars(description = "", length(max = 50))]
    pub ratelimits: Option<Vec<NewRatelimit>>,
}

/// What became of an import.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct MigratedKeys {
    /// The keys that were imported, in the order sent.
    pub migrated: Vec<MigratedKey>,
    /// Hashes that are taken already; null where none is.
    #[serde(default)]
    pub failed: Patch<Vec<String>>,
}

/// A key that was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MigratedKey {
    /// The hash as sent.
    pub hash: String,
    /// Names the key from now on.
    pub key_id: KeyId,
}

impl Operation for MigrateKeys {
    type Response = Data<MigratedKeys>;
    const NAME: &'static str = "keys_migrate_keys";
    const ENDPOINT: &'static str = "keys.migrateKeys";
    const TITLE: &'static str = "Import keys";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[Grant::api("create_key")];
    const RECOVERY_HINT: &'static str = "Call keys_migrate_keys again with the same keys: those that arrived come back under failed, and none is imported twice.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn that_no_hash_was_taken_is_said_as_null() {
        let text = r#"{"migrated":[],"failed":null}"#;
        let migrated: MigratedKeys = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&migrated).unwrap(), text);
    }
}
