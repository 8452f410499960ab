//! `identities_update_identity` · `POST /v2/identities.updateIdentity`

use serde_json::{Map, Value};

use crate::prelude::*;

/// Changes the metadata or the shared limits of an identity.
///
/// What you leave out stays; what you send replaces all that was there (`{}` and `[]` empty it): read
/// first with `identities_get_identity`.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct UpdateIdentity {
    /// `externalId` or id.
    #[schemars(length(min = 1))]
    pub identity: String,
    /// Free data that verification returns.
    #[schemars(description = "", extend("maxProperties" = 100))]
    pub meta: Option<Map<String, Value>>,
    /// Shared by all its keys.
    #[schemars(length(max = 50))]
    pub ratelimits: Option<Vec<NewRatelimit>>,
}

impl Operation for UpdateIdentity {
    type Response = Data<Identity>;
    const NAME: &'static str = "identities_update_identity";
    const ENDPOINT: &'static str = "identities.updateIdentity";
    const TITLE: &'static str = "Update identity";
    const TOOLSET: Toolset = Toolset::Identities;
    const EFFECT: Effect = Effect::Replace;
    const GRANTS: &'static [Grant] = &[Grant::identity("update_identity")
        .or("projects/*/identities/*#update_identity")
        .everywhere()];
    const RECOVERY_HINT: &'static str = "Read it with identities_get_identity.";
}
