//! `keys_update_key` · `POST /v2/keys.updateKey`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Changes the settings of a key; what you leave out stays.
///
/// Lists and `meta` replace all that was there; `[]` empties a list. To remove a value name it in
/// `clear`. To add to a list use `keys_add_permissions` or `keys_add_roles`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateKey {
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: KeyId,
    /// Label for people.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(description = "", length(min = 1, max = 255))]
    pub name: Patch<String>,
    /// Your own id of the owner.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(length(min = 1, max = 255), regex(pattern = EXTERNAL_ID))]
    pub external_id: Patch<String>,
    /// Free data that verification returns.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(description = "", extend("maxProperties" = 100))]
    pub meta: Patch<Map<String, Value>>,
    /// Unix ms. Cleared: never.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(range(min = 0, max = LATEST))]
    pub expires: Patch<UnixTime>,
    /// Cleared: unlimited, and no refill.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub credits: Patch<UpdateCreditsOfKey>,
    /// Limits of this key.
    #[schemars(description = "", length(max = 50))]
    pub ratelimits: Option<Vec<NewRatelimit>>,
    /// false: verification answers DISABLED.
    #[schemars(description = "")]
    pub enabled: Option<bool>,
    /// Names of existing roles.
    #[schemars(description = "", length(max = 100), inner(length(min = 1, max = 128)))]
    pub roles: Option<Vec<String>>,
    /// Permission slugs; new ones are created.
    #[schemars(description = "", length(max = 1000), inner(length(min = 1, max = 128), regex(pattern = SLUG)))]
    pub permissions: Option<Vec<String>>,
}

/// A change of a key's credits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UpdateCreditsOfKey {
    /// Uses left. Cleared: as `credits`.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(description = "", range(min = 0))]
    pub remaining: Patch<i64>,
    /// Resets them to `amount` at 00:00 UTC.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    pub refill: Patch<Refill>,
}

impl Operation for UpdateKey {
    type Response = Data<Empty>;
    const NAME: &'static str = "keys_update_key";
    const ENDPOINT: &'static str = "keys.updateKey";
    const TITLE: &'static str = "Update key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] =
        &[Grant::api("update_key").or("keyspaces/*/keys/*#update_key")];
    const RECOVERY_HINT: &'static str = "Read the key with keys_get_key.";
}
