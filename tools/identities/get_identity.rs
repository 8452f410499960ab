//! `identities_get_identity` · `POST /v2/identities.getIdentity`

use crate::prelude::*;

/// Returns an identity with its metadata and shared limits.
///
/// Its keys: `apis_list_keys` with its `externalId`.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetIdentity {
    /// `externalId` or id.
    #[schemars(length(min = 1))]
    pub identity: String,
}

impl Operation for GetIdentity {
    type Response = Data<Identity>;
    const NAME: &'static str = "identities_get_identity";
    const ENDPOINT: &'static str = "identities.getIdentity";
    const TITLE: &'static str = "Get identity";
    const TOOLSET: Toolset = Toolset::Identities;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] =
        &[Grant::identity("read_identity").or("projects/*/identities/*#read_identity")];
    const RECOVERY_HINT: &'static str = "";
}
