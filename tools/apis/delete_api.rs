//! `apis_delete_api` · `POST /v2/apis.deleteApi`

use crate::prelude::*;

/// Deletes an API; every key in it stops working.
///
/// Cannot be undone: look with `apis_list_keys` first.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeleteApi {
    /// `api_…`.
    #[schemars(description = "", length(min = 8, max = 255))]
    pub api_id: ApiId,
}

impl Operation for DeleteApi {
    type Response = Data<Empty>;
    const NAME: &'static str = "apis_delete_api";
    const ENDPOINT: &'static str = "apis.deleteApi";
    const TITLE: &'static str = "Delete API";
    const TOOLSET: Toolset = Toolset::Apis;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[Grant::api("delete_api")];
    const RECOVERY_HINT: &'static str =
        "Ask for it with apis_get_api: a 404 says that it is deleted.";
}
