//! `domains_create_domain` · `POST /v2/domains.createDomain`

use super::DnsRecord;
use crate::prelude::*;

/// Attaches a domain of yours to an environment, and begins to verify it.
///
/// Set every one of the returned `dnsRecords` at the DNS provider; once they are seen, the
/// domain's traffic goes to this environment. Then ask `domains_get_domain`. A taken name is
/// refused with 409.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreateDomain {
    /// Project id or slug.
    pub project: Reference,
    /// App id or slug.
    pub app: Reference,
    /// Environment id or slug, such as `production`.
    pub environment: Reference,
    /// Such as `api.acme.com`.
    #[schemars(length(min = 4, max = 253))]
    pub domain: String,
}

/// The new domain, and how to set it up.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedDomain {
    /// Names the domain.
    pub domain_id: DomainId,
    /// What to set at the DNS provider.
    pub dns_records: Vec<DnsRecord>,
    /// A shortcut, where the DNS provider has one.
    pub domain_connect: Option<DomainConnect>,
}

/// A page of the DNS provider that sets the records.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DomainConnect {
    /// The DNS provider.
    pub provider: String,
    /// Where the domain's owner confirms.
    pub url: String,
}

impl Operation for CreateDomain {
    type Response = Data<CreatedDomain>;
    const NAME: &'static str = "domains_create_domain";
    const ENDPOINT: &'static str = "domains.createDomain";
    const TITLE: &'static str = "Add domain";
    const TOOLSET: Toolset = Toolset::Domains;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] = &[Grant::environment("create_domain")];
    const RECOVERY_HINT: &'static str = "Ask for it with domains_get_domain.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
