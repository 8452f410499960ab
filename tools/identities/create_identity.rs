//! `identities_create_identity` · `POST /v2/identities.createIdentity`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Creates an identity: an owner whose keys share metadata and limits.
///
/// Keys join by `externalId`; `keys_create_key` makes a missing identity by itself.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-open" = true))]
pub struct CreateIdentity {
    /// Your own id of the owner; it cannot be changed later.
    #[schemars(length(min = 1, max = 255), regex(pattern = EXTERNAL_ID))]
    pub external_id: String,
    /// Free data that verification returns.
    #[schemars(description = "", extend("maxProperties" = 100))]
    pub meta: Option<Map<String, Value>>,
    /// Shared by all its keys.
    #[schemars(length(max = 50))]
    pub ratelimits: Option<Vec<NewRatelimit>>,
}

/// The new identity.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedIdentity {
    /// Names the identity.
    pub identity_id: IdentityId,
}

impl Operation for CreateIdentity {
    type Response = Data<CreatedIdentity>;
    const NAME: &'static str = "identities_create_identity";
    const ENDPOINT: &'static str = "identities.createIdentity";
    const TITLE: &'static str = "Create identity";
    const TOOLSET: Toolset = Toolset::Identities;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[Grant::identity("create_identity")
        .or("projects/*/identities/*#create_identity")
        .everywhere()];
    const RECOVERY_HINT: &'static str = "Ask for the externalId with identities_get_identity.";
}
