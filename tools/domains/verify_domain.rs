//! `domains_verify_domain` · `POST /v2/domains.verifyDomain`

use crate::prelude::*;

/// Begins the verification of a domain anew, for another 24 hours.
///
/// For one that failed, after its DNS records were mended. It sends no traffic anywhere until
/// it is verified; a verified one is refused with 412.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct VerifyDomain {
    /// Domain name or id, `dom_…`.
    #[schemars(length(min = 4, max = 253))]
    pub domain: String,
}

impl Operation for VerifyDomain {
    type Response = Data<Empty>;
    const NAME: &'static str = "domains_verify_domain";
    const ENDPOINT: &'static str = "domains.verifyDomain";
    const TITLE: &'static str = "Verify domain";
    const TOOLSET: Toolset = Toolset::Domains;
    const EFFECT: Effect = Effect::Alter;
    const GRANTS: &'static [Grant] = &[Grant::environment("verify_domain")];
    const RECOVERY_HINT: &'static str = "Read its status with domains_get_domain.";
    const NEWER: &'static [Newer] = &[Newer::operation("use the dashboard, or update the server")];
}
