//! `domains_delete_domain` · `POST /v2/domains.deleteDomain`

use crate::prelude::*;

/// Takes a domain off its environment; requests to it fail at once with a certificate error.
///
/// The records at the DNS provider stay.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DeleteDomain {
    /// Domain name or id, `dom_…`.
    #[schemars(length(min = 4, max = 253))]
    pub domain: String,
}

impl Operation for DeleteDomain {
    type Response = Data<Empty>;
    const NAME: &'static str = "domains_delete_domain";
    const ENDPOINT: &'static str = "domains.deleteDomain";
    const TITLE: &'static str = "Delete domain";
    const TOOLSET: Toolset = Toolset::Domains;
    const EFFECT: Effect = Effect::Delete;
    const GRANTS: &'static [Grant] = &[Grant::environment("delete_domain")];
    const RECOVERY_HINT: &'static str =
        "Ask for it with domains_get_domain: a 404 says that it is deleted.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
