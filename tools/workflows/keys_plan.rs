//! `keys_plan`

use std::collections::BTreeMap;

use schemars::Schema;
use serde_json::{Map, Value};

use super::{Answer, Count, Selection, Unread};
use crate::prelude::*;
use crate::schema::ELSEWHERE;
use crate::workflow::Workflow;

/// Plans a change of many keys and changes nothing: rotate, disable, extend, create, import.
///
/// Show the answer to the person; after a yes call `keys_apply` with its `planId`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(transform = as_in_keys_find)]
pub struct KeysPlan {
    /// What to do.
    pub change: KeyChange,
    /// Up to 1,000 keys; or choose by the fields below, as in `keys_find`.
    #[schemars(length(min = 1, max = 1000), extend("x-elsewhere" = true))]
    pub key_ids: Option<Vec<KeyId>>,
    /// What to choose by.
    #[serde(flatten)]
    pub selection: Selection,
}

impl Workflow for KeysPlan {
    type Answer = Answer<Planned>;
    const NAME: &'static str = "keys_plan";
    const TITLE: &'static str = "Plan a change of keys";
    const EFFECT: Effect = Effect::Read;
    const USES: &'static [&'static str] = &[
        "apis_get_api",
        "apis_list_keys",
        "keys_get_key",
        "permissions_list_roles",
    ];
    const GRANTS: &'static [Grant] = &[Grant::api("read_key"), Grant::api("read_api")];
}

/// Leaves the words of what chooses keys to `keys_find`, beside which this tool is listed.
fn as_in_keys_find(schema: &mut Schema) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for (name, property) in properties.into_iter().flatten() {
        let own = matches!(name.as_str(), "change" | "keyIds");
        if let Some(property) = property.as_object_mut().filter(|_| !own) {
            property.insert(ELSEWHERE.to_owned(), true.into());
            property.shift_remove("description");
        }
    }
}

/// What to do to each key.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyChange {
    /// Each field below names its kind.
    pub kind: ChangeKind,
    /// extend: `30d`, from the present end or now.
    #[schemars(length(min = 1, max = 128))]
    pub by: Option<String>,
    /// extend: ISO time, or `never`.
    #[schemars(length(min = 1, max = 128))]
    pub until: Option<String>,
    /// credits: uses left.
    #[schemars(range(min = 0))]
    pub remaining: Option<i64>,
    /// credits: more uses.
    #[schemars(range(min = 1))]
    pub add: Option<i64>,
    /// credits: as in `keys_create_key`.
    #[schemars(extend("x-elsewhere" = true))]
    pub refill: Option<Refill>,
    /// ratelimits: replace all; as in `keys_create_key`.
    #[schemars(length(max = 50), extend("x-elsewhere" = true))]
    pub ratelimits: Option<Vec<NewRatelimit>>,
    /// roles: names.
    #[schemars(length(max = 100), extend("x-elsewhere" = true), inner(length(min = 1, max = 128)))]
    pub roles: Option<Vec<String>>,
    /// permissions: slugs.
    #[schemars(length(max = 1000), extend("x-elsewhere" = true), inner(length(min = 1, max = 128)))]
    pub permissions: Option<Vec<String>>,
    /// roles, permissions; default add.
    pub mode: Option<ListMode>,
    /// delete.
    pub permanent: Option<bool>,
    /// rotate: how long the old key still works, `1h`.
    #[schemars(length(min = 1, max = 128))]
    pub grace: Option<String>,
    /// rotate: random bytes; default the API's.
    #[schemars(range(min = 16, max = 255))]
    pub byte_length: Option<i64>,
    /// create: arguments of `keys_create_key`.
    pub template: Option<Map<String, Value>>,
    /// create: a key for each owner.
    #[schemars(length(max = 10_000), extend("x-elsewhere" = true), inner(length(min = 1, max = 255)))]
    pub owners: Option<Vec<String>>,
    /// create: a key for each name.
    #[schemars(length(max = 10_000), extend("x-elsewhere" = true), inner(length(min = 1, max = 255)))]
    pub names: Option<Vec<String>>,
    /// import: into this API.
    #[schemars(length(min = 3, max = 255))]
    pub api_id: Option<String>,
    /// import: Unkey's; not with `--local`.
    #[schemars(length(min = 3, max = 255))]
    pub migration_id: Option<String>,
    /// import: CSV or JSON; `hash`, `externalId`, …; no plain keys.
    #[schemars(length(min = 1, max = 1_000_000))]
    pub data: Option<String>,
    /// import: or a file in the secrets folder.
    #[schemars(length(min = 1, max = 255))]
    pub file: Option<String>,
}

/// The kinds of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say all")]
pub enum ChangeKind {
    Disable,
    Enable,
    Extend,
    Credits,
    Ratelimits,
    Roles,
    Permissions,
    Delete,
    Rotate,
    Create,
    Import,
}

impl ChangeKind {
    /// The word for it, as arguments have it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Disable => "disable",
            Self::Enable => "enable",
            Self::Extend => "extend",
            Self::Credits => "credits",
            Self::Ratelimits => "ratelimits",
            Self::Roles => "roles",
            Self::Permissions => "permissions",
            Self::Delete => "delete",
            Self::Rotate => "rotate",
            Self::Create => "create",
            Self::Import => "import",
        }
    }

    /// Whether it is about keys that are there, so that some have to be chosen.
    pub const fn chooses_keys(self) -> bool {
        !matches!(self, Self::Create | Self::Import)
    }
}

/// What a list does with the one that is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ListMode {
    /// Adds what is missing.
    #[default]
    Add,
    /// Takes away what is named.
    Remove,
    /// Replaces all.
    Set,
}

/// A plan.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Planned {
    /// What `keys_apply` takes; absent where there is nothing to do.
    #[schemars(extend("x-trusted" = true))]
    pub plan_id: Option<String>,
    /// Until when it can be begun, ISO 8601.
    #[schemars(extend("x-trusted" = true))]
    pub expires: Option<String>,
    /// How many keys it would change.
    pub keys: u64,
    /// How many of them were used within seven days.
    pub used_lately: Option<u64>,
    /// How many stay as they are, for each reason.
    pub unchanged: Option<BTreeMap<String, u64>>,
    /// How many keys it would change, by API.
    pub by_api: Option<Vec<Count>>,
    /// The first of them.
    pub examples: Vec<PlannedKey>,
    /// What cannot be done, and why; the first of them.
    pub cannot: Option<Vec<Cannot>>,
    /// How many cannot be done.
    pub cannot_count: u64,
    /// What would be lost or is to be known.
    #[schemars(extend("items" = {"type": "string", "x-trusted": true}))]
    pub notes: Option<Vec<String>>,
    /// What applying it costs.
    pub cost: Cost,
    /// What could not be read.
    pub unread: Option<Vec<Unread>>,
}

/// A key that a plan would change.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlannedKey {
    /// Names the key.
    pub key_id: Option<KeyId>,
    /// How it begins.
    pub start: Option<String>,
    /// Its owner.
    pub external_id: Option<String>,
    /// Label for people.
    pub name: Option<String>,
}

/// Something that cannot be done.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Cannot {
    /// The key.
    pub key_id: Option<KeyId>,
    /// The row of an import, the first being 1.
    pub row: Option<u64>,
    /// The field of that row.
    #[schemars(extend("x-trusted" = true))]
    pub field: Option<String>,
    /// Why.
    #[schemars(extend("x-trusted" = true))]
    pub why: String,
}

/// What applying a plan costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Cost {
    /// Calls that read.
    pub reads: u64,
    /// Calls that write.
    pub writes: u64,
}
