//! `keys_verify_key` · `POST /v2/keys.verifyKey`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Checks whether a key may be used now, and counts the use: it spends credits and rate limits.
///
/// A refusal is a success with `valid` false and the reason in `code`, such as `RATE_LIMITED`;
/// `NOT_FOUND` may also mean that the root key may not verify it. To look without counting:
/// `keys_whoami`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct VerifyKey {
    /// The key in plain text.
    #[schemars(length(min = 1, max = 512))]
    pub key: Secret,
    /// For analytics, such as `path=/v1/users`.
    #[schemars(length(max = 20), inner(length(min = 1, max = 512)))]
    pub tags: Option<Vec<String>>,
    /// Slugs with AND, OR and parentheses; `*` is literal.
    #[schemars(length(min = 1, max = 1000))]
    pub permissions: Option<String>,
    /// Credits to spend; without it 1.
    #[schemars(description = "")]
    pub credits: Option<Cost>,
    /// Beside those with `autoApply`.
    pub ratelimits: Option<Vec<RequestedRatelimit>>,
    /// Of `keys_migrate_keys`.
    #[schemars(length(max = 256))]
    pub migration_id: Option<String>,
}

/// What a verification spends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(description = "")]
pub struct Cost {
    /// Default 1; 0 spends none and still counts as a use.
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    pub cost: i64,
}

/// A limit to check during a verification.
#[skip_serializing_none]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-open" = true))]
pub struct RequestedRatelimit {
    /// Of the key or its identity.
    #[schemars(length(min = 3, max = 255))]
    pub name: String,
    /// Default 1.
    #[schemars(range(min = 0))]
    pub cost: Option<i64>,
    /// With `duration`: a limit for this call only.
    #[schemars(range(min = 0))]
    pub limit: Option<i64>,
    /// In ms, at least 1000.
    #[schemars(range(min = 0))]
    pub duration: Option<i64>,
}

/// The verdict.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Verification {
    /// Whether the key may be used.
    pub valid: bool,
    /// Why, or why not.
    #[schemars(extend("enum" = ["VALID", "NOT_FOUND", "FORBIDDEN", "INSUFFICIENT_PERMISSIONS", "USAGE_EXCEEDED", "RATE_LIMITED", "DISABLED", "EXPIRED"]))]
    pub code: String,
    /// Names the key.
    pub key_id: Option<KeyId>,
    /// Label for people.
    pub name: Option<String>,
    /// Free data of the key.
    pub meta: Option<Map<String, Value>>,
    /// When it stops working, Unix ms.
    pub expires: Option<i64>,
    /// Uses left.
    pub credits: Option<i64>,
    /// Whether it is switched on.
    pub enabled: Option<bool>,
    /// Slugs, its own and those of its roles.
    pub permissions: Option<Vec<String>>,
    /// Names of its roles.
    pub roles: Option<Vec<String>>,
    /// Its owner.
    pub identity: Option<Identity>,
    /// The limits that were checked.
    pub ratelimits: Option<Vec<CheckedRatelimit>>,
}

/// How a limit stood when it was checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CheckedRatelimit {
    /// Whether it refused the use.
    pub exceeded: bool,
    /// Names the limit; empty for one that was made up for the call.
    pub id: RatelimitId,
    /// The limit's name.
    pub name: String,
    /// Uses per window.
    pub limit: i64,
    /// Window in ms.
    pub duration: i64,
    /// End of the window, Unix ms.
    pub reset: i64,
    /// Uses left.
    pub remaining: i64,
    /// Whether every verification checks it.
    pub auto_apply: bool,
}

impl Operation for VerifyKey {
    type Response = Data<Verification>;
    const NAME: &'static str = "keys_verify_key";
    const ENDPOINT: &'static str = "keys.verifyKey";
    const TITLE: &'static str = "Verify key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Consume;
    const GRANTS: &'static [Grant] =
        &[Grant::api("verify_key").or("keyspaces/*/keys/*#verify_key")];
    const RECOVERY_HINT: &'static str =
        "Credits may have been spent: read what is left with keys_whoami before you verify again.";
}
