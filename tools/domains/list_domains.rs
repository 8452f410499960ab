//! `domains_list_domains` · `POST /v2/domains.listDomains`

use super::Domain;
use crate::prelude::*;
use crate::reply::Page;

/// Lists the domains of an environment, a page at a time.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ListDomains {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
    /// Page size; default 100.
    #[schemars(range(min = 1, max = 100))]
    pub limit: Option<i64>,
    /// `pagination.cursor` of the last page.
    pub cursor: Option<String>,
    /// Text in id or name.
    #[schemars(length(max = 256))]
    pub search: Option<String>,
}

impl Operation for ListDomains {
    type Response = Page<Domain>;
    const NAME: &'static str = "domains_list_domains";
    const ENDPOINT: &'static str = "domains.listDomains";
    const TITLE: &'static str = "List domains";
    const TOOLSET: Toolset = Toolset::Domains;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::environment("read_domain")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
