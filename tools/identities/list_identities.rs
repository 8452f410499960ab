//! `identities_list_identities` · `POST /v2/identities.listIdentities`

use crate::prelude::*;
use crate::reply::Page;

/// Lists the workspace's identities, a page at a time.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct ListIdentities {
    /// Page size; default 100.
    #[schemars(description = "", range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the last page.
    #[schemars(description = "")]
    pub cursor: Option<String>,
    /// Text in the id or `externalId`.
    #[schemars(description = "", length(max = 256))]
    pub search: Option<String>,
}

impl Operation for ListIdentities {
    type Response = Page<Identity>;
    const NAME: &'static str = "identities_list_identities";
    const ENDPOINT: &'static str = "identities.listIdentities";
    const TITLE: &'static str = "List identities";
    const TOOLSET: Toolset = Toolset::Identities;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] =
        &[Grant::identity("read_identity").or("projects/*/identities/*#read_identity")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::field(
        "search",
        "leave it out, list all pages and look through them",
    )];
}
