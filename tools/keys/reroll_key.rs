//! `keys_reroll_key` · `POST /v2/keys.rerollKey`

use crate::prelude::*;

/// Replaces a key with a new one of the same settings, and lets the old one run out.
///
/// The new `key` is shown once. Its length is the API's default, and of a prefix it keeps what stands
/// before the first `_`: `sk_live` becomes `sk`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-open" = true))]
pub struct RerollKey {
    /// Id of the old key, `key_…`.
    #[schemars(description = "")]
    pub key_id: KeyId,
    /// How long the old key still works, in ms; 0 ends it now.
    #[schemars(range(min = 0, max = LATEST))]
    pub expiration: i64,
}

impl Operation for RerollKey {
    type Response = Data<CreatedKey>;
    const NAME: &'static str = "keys_reroll_key";
    const ENDPOINT: &'static str = "keys.rerollKey";
    const TITLE: &'static str = "Reroll key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] = &[
        Grant::api("create_key").or("keyspaces/*#create_key"),
        Grant::api("encrypt_key")
            .or("keyspaces/*/keys/*#encrypt_key")
            .when("recoverable keys"),
    ];
    const RECOVERY_HINT: &'static str = "Read expires of the old key with keys_get_key: where it changed, a new key exists whose plain text is lost; find it with apis_list_keys, delete it and reroll again.";
}
