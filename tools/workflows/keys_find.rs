//! `keys_find`

use serde_json::{Map, Value};

use super::{Answer, Count, KeyState, Selection, StateCounts, Unread};
use crate::prelude::*;
use crate::workflow::Workflow;

/// Finds and counts keys over all APIs: who owns them, which are unused or about to expire.
///
/// Conditions are combined with AND. The first page has totals by state, API and owner.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeysFind {
    /// Which keys.
    #[serde(flatten)]
    pub selection: Selection,
    /// Such as `meta`, `roles`, `createdAt`.
    #[schemars(with = "Option<Vec<String>>")]
    pub fields: Option<Vec<KeyField>>,
    /// Totals alone.
    #[schemars(description = "")]
    pub count_only: Option<bool>,
    /// Page size; default 50.
    #[schemars(description = "", range(min = 1, max = 1000))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the last page.
    #[schemars(description = "", length(min = 1, max = 1024))]
    pub cursor: Option<String>,
}

impl Workflow for KeysFind {
    type Answer = Answer<FoundKeys>;
    const NAME: &'static str = "keys_find";
    const TITLE: &'static str = "Find keys";
    const EFFECT: Effect = Effect::Read;
    const USES: &'static [&'static str] = &["apis_get_api", "apis_list_keys"];
    const GRANTS: &'static [Grant] = &[Grant::api("read_key"), Grant::api("read_api")];
}

/// A part of what is told of a key.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the field of that name of `FoundKey`")]
pub enum KeyField {
    KeyId,
    Api,
    ApiId,
    Start,
    Name,
    ExternalId,
    State,
    Expires,
    LastUsedAt,
    CreatedAt,
    Remaining,
    Roles,
    Permissions,
    Meta,
    Ratelimits,
}

impl KeyField {
    /// What is told where nobody chose: enough to know a key again, and what is the matter with it.
    pub const DEFAULT: [Self; 9] = [
        Self::KeyId,
        Self::Api,
        Self::Start,
        Self::Name,
        Self::ExternalId,
        Self::State,
        Self::Expires,
        Self::LastUsedAt,
        Self::Remaining,
    ];
}

/// The keys, and how many there are.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundKeys {
    /// How many keys fit; on the first page.
    pub found: Option<u64>,
    /// How many keys were looked at; on the first page.
    pub looked_at: Option<u64>,
    /// States of all that were looked at.
    pub states_of_all: Option<StateCounts>,
    /// States of those that fit.
    pub by_state: Option<StateCounts>,
    /// How many fit in each API, most first.
    pub by_api: Option<Vec<Count>>,
    /// How many fit of each owner, most first.
    pub by_owner: Option<Vec<Count>>,
    /// How many fit of owners that are not told.
    pub of_other_owners: Option<u64>,
    /// Keys by API, then by id.
    pub keys: Option<Vec<FoundKey>>,
    /// What could not be read.
    pub unread: Option<Vec<Unread>>,
}

/// A key that fits. Times are ISO 8601.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundKey {
    /// Names the key.
    pub key_id: Option<KeyId>,
    /// Name of its API, or the id where no name is known.
    pub api: Option<String>,
    /// Id of its API.
    pub api_id: Option<ApiId>,
    /// How it begins.
    pub start: Option<String>,
    /// Label for people.
    pub name: Option<String>,
    /// Its owner.
    pub external_id: Option<String>,
    /// What a verification would say now.
    pub state: Option<KeyState>,
    /// When it stops working.
    #[schemars(extend("x-trusted" = true))]
    pub expires: Option<String>,
    /// When it was last used; absent: never.
    #[schemars(extend("x-trusted" = true))]
    pub last_used_at: Option<String>,
    /// When it was made.
    #[schemars(extend("x-trusted" = true))]
    pub created_at: Option<String>,
    /// Credits left.
    pub remaining: Option<i64>,
    /// Names of its roles.
    pub roles: Option<Vec<String>>,
    /// Slugs, its own and those of its roles.
    pub permissions: Option<Vec<String>>,
    /// Free data.
    pub meta: Option<Map<String, Value>>,
    /// Its own limits.
    pub ratelimits: Option<Vec<Ratelimit>>,
}
