//! `apis_list_keys` · `POST /v2/apis.listKeys`

use crate::prelude::*;
use crate::reply::Page;

/// Lists the keys of an API, a page at a time.
///
/// Sorted by id, not by age.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ListKeys {
    /// `api_…`.
    #[schemars(description = "", with = "String", length(min = 1))]
    pub api_id: ApiId,
    /// Page size; default 100.
    #[schemars(description = "", range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the last page.
    #[schemars(description = "")]
    pub cursor: Option<String>,
    /// Only keys of this owner.
    #[schemars(description = "", length(min = 1))]
    pub external_id: Option<String>,
    /// Return `plaintext` of recoverable keys: secrets.
    pub decrypt: Option<bool>,
    /// No effect.
    #[schemars(description = "")]
    pub revalidate_keys_cache: Option<bool>,
}

impl Operation for ListKeys {
    type Response = Page<Key>;
    const NAME: &'static str = "apis_list_keys";
    const ENDPOINT: &'static str = "apis.listKeys";
    const TITLE: &'static str = "List keys of an API";
    const TOOLSET: Toolset = Toolset::Apis;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[
        Grant::api("read_key").or("keyspaces/*/keys/*#read_key"),
        Grant::api("read_api").or("keyspaces/*#read_keyspace"),
        Grant::api("decrypt_key")
            .or("keyspaces/*/keys/*#decrypt_key")
            .when("decrypt"),
    ];
    const RECOVERY_HINT: &'static str = "";
}
