//! `keys_create_key` · `POST /v2/keys.createKey`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Issues an API key and returns it in plain text, once.
///
/// Unkey keeps only a hash: hand `key` to its owner now. A new `externalId` creates that identity
/// and new permissions are created, but roles must exist (`permissions_create_role`). List
/// nothing twice.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateKey {
    /// Id of the API it opens, `api_…`, as from `apis_create_api`.
    pub api_id: ApiId,
    /// Put before the secret with an underscore, such as `prod`.
    #[schemars(length(min = 1, max = 16), regex(pattern = "^[a-zA-Z0-9_]+$"))]
    pub prefix: Option<String>,
    /// Label for people.
    #[schemars(length(min = 1, max = 255))]
    pub name: Option<String>,
    /// Random bytes in the key; default 16.
    #[schemars(range(min = 16, max = 255))]
    pub byte_length: Option<i64>,
    /// Your own id of the owner, whose keys share metadata and limits.
    #[schemars(length(min = 1, max = 255), regex(pattern = "^[a-zA-Z0-9_.-]+$"))]
    pub external_id: Option<String>,
    /// Free data that verification returns. No secrets.
    pub meta: Option<Map<String, Value>>,
    /// Names of existing roles.
    #[schemars(length(max = 100))]
    pub roles: Option<Vec<String>>,
    /// Permission slugs, such as `documents.read`.
    #[schemars(length(max = 1000))]
    pub permissions: Option<Vec<String>>,
    /// When it stops working, Unix ms; omit for never.
    #[schemars(range(min = 0, max = 4_102_444_800_000_i64))]
    pub expires: Option<i64>,
    /// Number of uses; omit for unlimited.
    pub credits: Option<Credits>,
    /// Limits of this key.
    #[schemars(length(max = 50))]
    pub ratelimits: Option<Vec<NewRatelimit>>,
    /// Default true.
    pub enabled: Option<bool>,
    /// Keep it encrypted so that `keys_get_key` can show it again; the API must allow it.
    pub recoverable: Option<bool>,
}

impl Operation for CreateKey {
    type Response = Data<CreatedKey>;
    const NAME: &'static str = "keys_create_key";
    const ENDPOINT: &'static str = "keys.createKey";
    const TITLE: &'static str = "Create key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[
        Grant::api("create_key"),
        Grant::api("encrypt_key").when("recoverable"),
    ];
    const AFTERMATH: &'static str = "Look for it with apis_list_keys by createdAt; delete one whose plain text is lost, then create it again.";
}
