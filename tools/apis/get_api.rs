//! `apis_get_api` · `POST /v2/apis.getApi`

use crate::prelude::*;

/// Returns the name of an API.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct GetApi {
    /// Id, or a name that `workspace_overview` knows.
    #[schemars(length(min = 8, max = 255))]
    pub api_id: ApiId,
}

/// An API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Api {
    /// Names the API.
    pub id: ApiId,
    /// Label for people.
    pub name: String,
}

impl Operation for GetApi {
    type Response = Data<Api>;
    const NAME: &'static str = "apis_get_api";
    const ENDPOINT: &'static str = "apis.getApi";
    const TITLE: &'static str = "Get API";
    const TOOLSET: Toolset = Toolset::Apis;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::api("read_api")];
    const RECOVERY_HINT: &'static str = "";
}
