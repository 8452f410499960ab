//! `keys_create_key` · `POST /v2/keys.createKey`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Issues an API key and returns it in plain text, once.
///
/// Unkey keeps only a hash: hand `key` over now. New owners and permissions are created; roles must
/// exist (`permissions_create_role`). Name none of them twice.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateKey {
    /// `api_…`.
    #[schemars(description = "")]
    pub api_id: ApiId,
    /// Such as `prod`, for `prod_…`.
    #[schemars(length(min = 1, max = 16), regex(pattern = ID))]
    pub prefix: Option<String>,
    /// Label for people.
    #[schemars(description = "", length(min = 1, max = 255))]
    pub name: Option<String>,
    /// Random bytes; default 16.
    #[schemars(range(min = 16, max = 255))]
    pub byte_length: Option<i64>,
    /// Your own id of the owner.
    #[schemars(length(min = 1, max = 255), regex(pattern = EXTERNAL_ID))]
    pub external_id: Option<String>,
    /// Free data that verification returns.
    #[schemars(extend("maxProperties" = 100))]
    pub meta: Option<Map<String, Value>>,
    /// Names of existing roles.
    #[schemars(description = "", length(max = 100), inner(length(min = 1, max = 128)))]
    pub roles: Option<Vec<String>>,
    /// Slugs such as `documents.read`.
    #[schemars(length(max = 1000), inner(length(min = 1, max = 128), regex(pattern = SLUG)))]
    pub permissions: Option<Vec<String>>,
    /// Unix ms; omit for never.
    #[schemars(range(min = 0, max = LATEST))]
    pub expires: Option<UnixTime>,
    /// Omit for unlimited.
    pub credits: Option<Credits>,
    /// Limits of this key.
    #[schemars(description = "", length(max = 50))]
    pub ratelimits: Option<Vec<NewRatelimit>>,
    /// Default true.
    #[schemars(description = "")]
    pub enabled: Option<bool>,
    /// Keep it encrypted for `decrypt`; the API must allow it.
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
        Grant::api("create_key").or("keyspaces/*#create_key"),
        Grant::api("encrypt_key")
            .or("keyspaces/*/keys/*#encrypt_key")
            .when("recoverable"),
    ];
    const RECOVERY_HINT: &'static str = "Look for it with apis_list_keys by createdAt; delete one whose plain text is lost, then create it again.";
}
