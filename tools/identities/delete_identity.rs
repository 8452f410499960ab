//! `identities_delete_identity` · `POST /v2/identities.deleteIdentity`

use crate::prelude::*;

/// Deletes an identity, its metadata and its shared limits; its keys go on working without owner.
///
/// Cannot be undone: a new one of the same `externalId` does not get the keys back.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeleteIdentity {
    /// `externalId` or id.
    #[schemars(length(min = 1))]
    pub identity: String,
}

impl Operation for DeleteIdentity {
    type Response = Empty;
    const NAME: &'static str = "identities_delete_identity";
    const ENDPOINT: &'static str = "identities.deleteIdentity";
    const TITLE: &'static str = "Delete identity";
    const TOOLSET: Toolset = Toolset::Identities;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[Grant::identity("delete_identity")
        .or("projects/*/identities/*#delete_identity")
        .everywhere()];
    const RECOVERY_HINT: &'static str =
        "Ask for it with identities_get_identity: a 404 says that it is deleted.";
}
