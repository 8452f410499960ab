//! `ratelimit_list_overrides` · `POST /v2/ratelimit.listOverrides`

use crate::prelude::*;
use crate::reply::Page;

/// Lists the overrides of a namespace, a page at a time.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListOverrides {
    /// Name or id.
    #[schemars(length(min = 1, max = 512))]
    pub namespace: String,
    /// `pagination.cursor` of the last page.
    #[schemars(description = "")]
    pub cursor: Option<String>,
    /// Page size.
    #[schemars(description = "", range(min = 1, max = 100))]
    pub limit: Option<i64>,
}

impl Operation for ListOverrides {
    type Response = Page<RatelimitOverride>;
    const NAME: &'static str = "ratelimit_list_overrides";
    const ENDPOINT: &'static str = "ratelimit.listOverrides";
    const TITLE: &'static str = "List rate-limit overrides";
    const TOOLSET: Toolset = Toolset::Ratelimit;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::ratelimit("read_override")];
    const RECOVERY_HINT: &'static str = "";
}
