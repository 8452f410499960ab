//! `domains_get_domain` · `POST /v2/domains.getDomain`

use super::Domain;
use crate::prelude::*;

/// Returns a domain, whether it is verified, and which DNS records are missing.
///
/// DNS is looked at about once a minute. A record that a proxy hides stays unverified though it
/// works.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct GetDomain {
    /// Domain name or id, `dom_…`.
    #[schemars(length(min = 4, max = 253))]
    pub domain: String,
}

impl Operation for GetDomain {
    type Response = Data<Domain>;
    const NAME: &'static str = "domains_get_domain";
    const ENDPOINT: &'static str = "domains.getDomain";
    const TITLE: &'static str = "Get domain";
    const TOOLSET: Toolset = Toolset::Domains;
    const EFFECT: Effect = Effect::Read;
    const GRANTS: &'static [Grant] = &[Grant::environment("read_domain")];
    const RECOVERY_HINT: &'static str = "";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
