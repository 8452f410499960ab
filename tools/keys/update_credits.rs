//! `keys_update_credits` · `POST /v2/keys.updateCredits`

use crate::prelude::*;

/// Sets, adds to or takes from the credits of a key: the uses it has left.
///
/// `increment` and `decrement` need a `value` and a key with credits; they stop at 0.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateCredits {
    /// `key_…`.
    #[schemars(description = "", with = "String", length(min = 3))]
    pub key_id: KeyId,
    /// What to do with the balance.
    #[schemars(description = "")]
    pub operation: CreditsOperation,
    /// `set` without it: unlimited. Cleared: unlimited, and no refill.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(range(min = 0))]
    pub value: Patch<i64>,
}

/// What to do with a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(description = "")]
pub enum CreditsOperation {
    /// Makes it the value.
    Set,
    /// Adds the value.
    Increment,
    /// Takes the value away.
    Decrement,
}

impl Operation for UpdateCredits {
    type Response = Data<Credits>;
    const NAME: &'static str = "keys_update_credits";
    const ENDPOINT: &'static str = "keys.updateCredits";
    const TITLE: &'static str = "Change a key's credits";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] =
        &[Grant::api("update_key").or("keyspaces/*/keys/*#update_key")];
    const RECOVERY_HINT: &'static str =
        "Read the balance with keys_get_key before you change it again.";
}
