//! `keys_explain`

use serde_json::{Map, Value};

use super::{Answer, Unread};
use crate::prelude::*;
use crate::workflow::Workflow;

/// Says why a key, or an identifier of a rate limit, is refused (401, 403, 429), and what is left.
///
/// Spends nothing and leaves no trace. Give `key` or `keyId`, or `namespace` and `identifier`.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeysExplain {
    /// The key in plain text.
    #[schemars(length(min = 1, max = 512))]
    pub key: Option<Secret>,
    /// `key_…`.
    #[schemars(description = "")]
    pub key_id: Option<KeyId>,
    /// Id or name.
    #[schemars(length(min = 1, max = 256))]
    pub api: Option<String>,
    /// As in `keys_verify_key`.
    #[schemars(length(min = 1, max = 1000))]
    pub permissions: Option<String>,
    /// Default 1.
    #[schemars(range(min = 0, max = 1_000_000_000_000_i64))]
    pub cost: Option<i64>,
    /// Rate-limit namespace.
    #[schemars(description = "", length(min = 1, max = 255))]
    pub namespace: Option<String>,
    /// Who is limited in it.
    #[schemars(description = "", length(min = 1, max = 255))]
    pub identifier: Option<String>,
    /// What the call asks for.
    #[schemars(range(min = 1))]
    pub limit: Option<i64>,
    /// In ms.
    #[schemars(range(min = 1000))]
    pub duration: Option<i64>,
}

impl Workflow for KeysExplain {
    type Answer = Answer<Explanation>;
    const NAME: &'static str = "keys_explain";
    const TITLE: &'static str = "Explain why a key is refused";
    const EFFECT: Effect = Effect::Read;
    const USES: &'static [&'static str] = &[
        "analytics_get_ratelimits",
        "analytics_get_verifications",
        "apis_list_keys",
        "keys_get_key",
        "keys_whoami",
        "apis_get_api",
        "ratelimit_get_override",
    ];
    const GRANTS: &'static [Grant] = &[
        Grant::api("read_key"),
        Grant::api("read_analytics"),
        Grant::ratelimit("read_override"),
        Grant::ratelimit("read_analytics"),
    ];
}

/// Why somebody is refused.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// What a verification or a check would answer now.
    #[schemars(extend("x-trusted" = true))]
    pub code: String,
    /// Everything that stands in the way, the first one first.
    pub causes: Vec<Cause>,
    /// A sentence for the customer.
    #[schemars(extend("x-trusted" = true))]
    pub for_customer: String,
    /// The key, where there is one.
    pub key: Option<ExplainedKey>,
    /// The limits, and what is left of each.
    pub limits: Option<Vec<ExplainedLimit>>,
    /// The outcomes of the last 7 days.
    pub outcomes: Option<Vec<PastOutcome>>,
    /// What could not be read.
    pub unread: Option<Vec<Unread>>,
}

/// What stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cause {
    /// What a verification answers for it.
    #[schemars(extend("x-trusted" = true))]
    pub code: String,
    /// What is the matter.
    #[schemars(extend("x-trusted" = true))]
    pub why: String,
    /// What to do about it.
    #[schemars(extend("x-trusted" = true))]
    pub mend: String,
}

/// A key that was explained. Times are ISO 8601.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedKey {
    /// Names the key.
    pub key_id: Option<KeyId>,
    /// How it begins.
    pub start: Option<String>,
    /// Label for people.
    pub name: Option<String>,
    /// Its owner.
    pub external_id: Option<String>,
    /// What its owner noted of it.
    pub meta: Option<Map<String, Value>>,
    /// Whether it is switched on.
    pub enabled: bool,
    /// When it stops working.
    #[schemars(extend("x-trusted" = true))]
    pub expires: Option<String>,
    /// When its settings last changed.
    #[schemars(extend("x-trusted" = true))]
    pub updated_at: Option<String>,
    /// When it was last used.
    #[schemars(extend("x-trusted" = true))]
    pub last_used_at: Option<String>,
    /// Credits left.
    pub remaining: Option<i64>,
    /// When credits come back.
    #[schemars(extend("x-trusted" = true))]
    pub refill: Option<String>,
    /// Slugs, its own and those of its roles.
    pub permissions: Option<Vec<String>>,
    /// Slugs that the query asks for and it lacks.
    pub missing: Option<Vec<String>>,
}

/// A limit, and what is left of it.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExplainedLimit {
    /// Its name, or that of the namespace.
    pub name: String,
    /// Where it is set.
    pub set_by: LimitSource,
    /// Uses per window.
    pub limit: i64,
    /// Window in ms.
    pub duration: i64,
    /// Whether every verification checks it.
    pub auto_apply: Option<bool>,
    /// What is left, as the recorded uses tell.
    pub left: Option<i64>,
    /// When its window ends.
    #[schemars(extend("x-trusted" = true))]
    pub resets_at: Option<String>,
    /// The override's pattern, where one applies.
    pub pattern: Option<String>,
    /// Names the override.
    pub override_id: Option<OverrideId>,
}

/// Where a limit is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LimitSource {
    /// On the key.
    #[default]
    Key,
    /// On its owner, for all keys of the owner together.
    Identity,
    /// By an override of the namespace.
    Override,
    /// By whoever checks.
    Call,
}

/// How often something was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PastOutcome {
    /// What was answered.
    #[schemars(extend("x-trusted" = true))]
    pub outcome: String,
    /// How often.
    pub count: u64,
    /// When last, ISO 8601.
    #[schemars(extend("x-trusted" = true))]
    pub last: String,
}
