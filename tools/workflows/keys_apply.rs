//! `keys_apply`

use super::Answer;
use crate::prelude::*;
use crate::workflow::Workflow;

/// Carries out a plan of `keys_plan`, once.
///
/// Where it stops before its end, call it again.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeysApply {
    /// From `keys_plan`.
    #[schemars(length(min = 5, max = 128), regex(pattern = ID))]
    pub plan_id: String,
    /// Most writes this time.
    #[schemars(range(min = 1))]
    pub max_writes: Option<i64>,
}

impl Workflow for KeysApply {
    type Answer = Answer<Applied>;
    const NAME: &'static str = "keys_apply";
    const TITLE: &'static str = "Apply a plan";
    const EFFECT: Effect = Effect::Alter;
    const USES: &'static [&'static str] = &[
        "apis_list_keys",
        "keys_add_permissions",
        "keys_add_roles",
        "keys_create_key",
        "keys_delete_key",
        "keys_get_key",
        "keys_migrate_keys",
        "keys_remove_permissions",
        "keys_remove_roles",
        "keys_set_permissions",
        "keys_set_roles",
        "keys_update_credits",
        "keys_update_key",
        "permissions_list_roles",
    ];
    const GRANTS: &'static [Grant] = &[
        Grant::api("read_key"),
        Grant::api("update_key"),
        Grant::api("create_key"),
        Grant::api("delete_key"),
    ];
    const RECOVERY_HINT: &'static str =
        "Call keys_apply again with the same planId: it goes on where it was.";
}

/// What became of a plan.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Applied {
    /// The plan.
    #[schemars(extend("x-trusted" = true))]
    pub plan_id: String,
    /// Whether all of it is carried out.
    pub finished: bool,
    /// How many keys came to which end.
    pub keys: Ends,
    /// The first that were not done, and why.
    pub problems: Option<Vec<Problematic>>,
    /// The keys that were made, where they are told here.
    pub made: Option<Vec<MadeKey>>,
    /// Why it stopped before its end.
    #[schemars(extend("x-trusted" = true))]
    pub stopped: Option<String>,
    /// A plan that takes it back.
    #[schemars(extend("x-trusted" = true))]
    pub undo_plan_id: Option<String>,
    /// A file with a line for each key.
    #[schemars(extend("x-trusted" = true))]
    pub results: Option<String>,
}

/// How many keys came to which end; what no key came to is left out.
#[skip_serializing_none]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Ends {
    /// Changed as planned.
    pub done: Option<u64>,
    /// Were so already.
    pub already: Option<u64>,
    /// Changed since the plan was made, and left alone.
    pub changed: Option<u64>,
    /// Refused.
    pub failed: Option<u64>,
    /// What became of them cannot be known.
    pub unclear: Option<u64>,
    /// Not reached yet.
    pub left: Option<u64>,
}

/// A key for which something did not go as planned.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problematic {
    /// The key.
    pub key_id: Option<KeyId>,
    /// The row of an import.
    pub row: Option<u64>,
    /// What became of it.
    #[schemars(extend("x-trusted" = true))]
    pub outcome: String,
    /// Why.
    pub why: Option<String>,
}

/// A key that was made.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct MadeKey {
    /// Names the key.
    pub key_id: Option<KeyId>,
    /// Its plain text, or where that is.
    pub key: Option<Secret>,
    /// The file that holds it.
    #[schemars(extend("x-trusted" = true))]
    pub path: Option<String>,
    /// Whose it is.
    pub external_id: Option<String>,
    /// Label for people.
    pub name: Option<String>,
    /// The key that it replaces.
    pub replaces: Option<KeyId>,
    /// When that one stops working, ISO 8601.
    #[schemars(extend("x-trusted" = true))]
    pub old_ends: Option<String>,
}

impl MadeKey {
    /// Whether its plain text is on a page, whose address stands in its place.
    pub fn is_on_page(&self) -> bool {
        let key = self.key.as_ref();
        key.is_some_and(|key| key.reveal().starts_with("http://"))
    }
}
