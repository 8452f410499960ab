//! `keys_remove_permissions` · `POST /v2/keys.removePermissions`

use crate::prelude::*;

/// Takes permissions away from a key.
///
/// Only direct ones: what a role grants goes with `keys_remove_roles`. A slug that the workspace
/// does not know is refused with 404 and nothing changes. Returns those left.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RemovePermissions {
    /// Id of the key, `key_…`.
    pub key_id: KeyId,
    /// Slugs, not ids.
    #[schemars(length(min = 1, max = 1000))]
    pub permissions: Vec<String>,
}

impl Operation for RemovePermissions {
    type Response = Data<Vec<Permission>>;
    const NAME: &'static str = "keys_remove_permissions";
    const ENDPOINT: &'static str = "keys.removePermissions";
    const TITLE: &'static str = "Remove permissions from a key";
    const TOOLSET: Toolset = Toolset::Keys;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[
        Grant::api("update_key"),
        Grant::rbac("remove_permission_from_key"),
    ];
    const AFTERMATH: &'static str =
        "Read its permissions with keys_get_key; removing again is safe.";
}
