//! `apis_create_api` · `POST /v2/apis.createApi`

use crate::prelude::*;

/// Creates an API: a namespace that holds keys.
///
/// Calling twice makes two.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreateApi {
    /// Such as `payments-prod`.
    #[schemars(length(min = 3, max = 256))]
    pub name: String,
}

/// The new API.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedApi {
    /// Names the API in every later call.
    pub api_id: ApiId,
}

impl Operation for CreateApi {
    type Response = Data<CreatedApi>;
    const NAME: &'static str = "apis_create_api";
    const ENDPOINT: &'static str = "apis.createApi";
    const TITLE: &'static str = "Create API";
    const TOOLSET: Toolset = Toolset::Apis;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[Grant::api("create_api").everywhere()];
    const RECOVERY_HINT: &'static str = "Look with workspace_overview or in Unkey's dashboard before you call apis_create_api again.";
}
