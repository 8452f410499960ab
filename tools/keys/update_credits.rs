//! `keys_update_credits` · `POST /v2/keys.updateCredits`

use crate::prelude::*;

/// Sets, adds to or takes from the credits (uses left) of a key.
///
/// Returns the balance after the change. increment and decrement need a key that has credits;
/// decrement stops at 0.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct UpdateCredits {
    /// The key's id.
    #[schemars(length(min = 3))]
    pub key_id: KeyId,
    /// What to do with the balance.
    pub operation: CreditsOperation,
    /// Credits. Cleared with set: unlimited, and no refill.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schemars(range(min = 0))]
    pub value: Patch<i64>,
}

/// What to do with a balance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum CreditsOperation {
    /// Makes it the value.
    Set,
    /// Adds the value.
    Increment,
    /// Takes the value away.
    Decrement,
}

/// A balance.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Balance {
    /// Uses left; null is unlimited.
    pub remaining: Patch<i64>,
    /// When and to what they come back.
    pub refill: Option<Refill>,
}

impl Operation for UpdateCredits {
    type Response = Data<Balance>;
    const NAME: &'static str = "keys_update_credits";
    const ENDPOINT: &'static str = "keys.updateCredits";
    const TITLE: &'static str = "Change a key's credits";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] = &[Grant::api("update_key")];
    const AFTERMATH: &'static str = "Read the balance with keys_get_key.";
}
