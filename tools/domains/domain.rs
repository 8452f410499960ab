//! A domain, as the tools that look one up return it.

use crate::prelude::*;

/// A domain of an environment.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Domain {
    /// Names the domain.
    pub id: DomainId,
    /// Its name.
    pub domain: String,
    /// Its project.
    pub project_id: ProjectId,
    /// Its app.
    pub app_id: AppId,
    /// The environment that gets its traffic.
    pub environment_id: EnvironmentId,
    /// Whether it is verified.
    pub status: DomainStatus,
    /// Why it is not.
    pub verification_error: Option<String>,
    /// What must be set at the DNS provider.
    pub dns_records: Vec<DnsRecord>,
    /// When it was made, Unix ms.
    pub created_at: i64,
    /// When it last changed, Unix ms.
    pub updated_at: Option<i64>,
}

/// A DNS record to set.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DnsRecord {
    /// Its type; an apex that takes no CNAME has an ALIAS.
    pub r#type: DnsRecordType,
    /// Its full name.
    pub name: String,
    /// Its value, to be set exactly so.
    pub value: String,
    /// Seconds that it may be kept.
    pub ttl: i64,
    /// Whether it was seen.
    pub verified: bool,
    /// What it is for.
    pub note: Option<String>,
}

/// The type of a DNS record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum DnsRecordType {
    /// Another name.
    Cname,
    /// The same for an apex; providers call it ALIAS, ANAME or a flattened CNAME.
    Alias,
    /// Text.
    Txt,
}

/// Whether a domain is verified.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DomainStatus {
    /// Not yet looked at.
    Pending,
    /// Being looked at.
    Verifying,
    /// It serves.
    Verified,
    /// It was not verified in time.
    Failed,
}
