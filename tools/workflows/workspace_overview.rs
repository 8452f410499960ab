//! `workspace_overview`

use super::{Answer, StateCounts, Unread};
use crate::prelude::*;
use crate::workflow::Workflow;

/// Lists APIs, namespaces, roles, permissions and identities, and counts keys: what there is.
///
/// Unkey lists no APIs: known are those of the settings, of earlier calls and of analytics.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceOverview {
    /// Count keys by state; default true.
    #[schemars(description = "")]
    pub count_keys: Option<bool>,
}

impl Workflow for WorkspaceOverview {
    type Answer = Answer<Overview>;
    const NAME: &'static str = "workspace_overview";
    const TITLE: &'static str = "List APIs and what else there is";
    const EFFECT: Effect = Effect::Read;
    const USES: &'static [&'static str] = &[
        "analytics_get_ratelimits",
        "analytics_get_verifications",
        "apis_get_api",
        "apis_list_keys",
        "identities_list_identities",
        "permissions_list_permissions",
        "permissions_list_roles",
    ];
    const GRANTS: &'static [Grant] = &[
        Grant::api("read_api"),
        Grant::api("read_key"),
        Grant::api("read_analytics"),
        Grant::ratelimit("read_analytics"),
        Grant::rbac("read_role").everywhere(),
        Grant::rbac("read_permission").everywhere(),
        Grant::identity("read_identity"),
    ];
}

/// What there is.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// The APIs that are known.
    pub apis: Vec<KnownApi>,
    /// Whether these are all there are.
    pub apis_are_all: bool,
    /// Key spaces with verifications that belong to no known API.
    pub other_key_spaces: Option<Vec<String>>,
    /// Rate-limit namespaces.
    pub namespaces: Option<Sample>,
    /// Roles.
    pub roles: Option<Sample>,
    /// Permissions.
    pub permissions: Option<Sample>,
    /// Owners.
    pub identities: Option<Sample>,
    /// What could not be read.
    pub unread: Option<Vec<Unread>>,
}

/// An API that is known.
#[skip_serializing_none]
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KnownApi {
    /// Its id.
    #[schemars(extend("x-trusted" = true))]
    pub api_id: String,
    /// Its name.
    pub name: Option<String>,
    /// The id of its keys in analytics.
    #[schemars(extend("x-trusted" = true))]
    pub key_space_id: Option<String>,
    /// How many keys it holds.
    pub keys: Option<u64>,
    /// How many of them are in which state.
    pub by_state: Option<StateCounts>,
}

/// How many there are, and the first of them.
#[derive(Clone, Debug, Default, Serialize, Deserialize, JsonSchema)]
pub struct Sample {
    /// How many.
    pub count: u64,
    /// Whether there are more than were counted.
    pub more: bool,
    /// The first of them.
    pub first: Vec<String>,
}
