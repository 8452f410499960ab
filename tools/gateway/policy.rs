//! Gateway policies: what is done with a request before it reaches an app.

use super::Match;
use crate::prelude::*;

/// A policy to set.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-one-of" = ["keyauth", "ratelimit", "firewall", "openapi", "logging"]))]
pub struct NewPolicy {
    /// Label for people.
    #[schemars(length(min = 1, max = 256))]
    pub name: String,
    /// false: passed over.
    pub enabled: bool,
    /// Which requests; all of these must fit. Left out: all requests.
    #[schemars(length(max = 10))]
    pub r#match: Option<Vec<Match>>,
    /// Asks for a key.
    pub keyauth: Option<KeyAuth>,
    /// Limits requests.
    pub ratelimit: Option<PolicyRatelimit>,
    /// Refuses requests.
    pub firewall: Option<Firewall>,
    /// `{}`: checks requests against the app's OpenAPI document.
    pub openapi: Option<Marker>,
    /// Logs more of each request.
    pub logging: Option<Logging>,
}

/// A policy, with its id.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct StoredPolicy {
    /// Names the policy until the next `gateway_set_policies`.
    #[schemars(extend("x-trusted" = true))]
    pub id: String,
    /// Label for people.
    pub name: String,
    /// Whether it is applied.
    pub enabled: bool,
    /// Which requests it is for.
    pub r#match: Option<Vec<Match>>,
    /// Asks for a key.
    pub keyauth: Option<KeyAuth>,
    /// Limits requests.
    pub ratelimit: Option<PolicyRatelimit>,
    /// Refuses requests.
    pub firewall: Option<Firewall>,
    /// `{}`: checks requests against the app's OpenAPI document.
    pub openapi: Option<Marker>,
    /// Logs more of each request.
    pub logging: Option<Logging>,
}

/// Asks for a key.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct KeyAuth {
    /// Key spaces that hold it, `ks_…`.
    #[schemars(length(min = 1, max = 5), inner(length(min = 1, max = 256)))]
    pub keyspaces: Vec<String>,
    /// Where it is looked for, in order; default `bearer`.
    pub locations: Option<Vec<KeyLocation>>,
    /// Permissions it must have, as in `keys_verify_key`.
    #[schemars(length(max = 1000))]
    pub permission_query: Option<String>,
    /// Limits that are checked too.
    #[schemars(length(max = 10))]
    pub ratelimits: Option<Vec<KeyRatelimit>>,
    /// Credits to spend; default 1.
    #[schemars(range(min = 0))]
    pub credits: Option<i64>,
}

/// Where a key is looked for: exactly one of these.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-one-of" = ["bearer", "header", "queryParam"]))]
pub struct KeyLocation {
    /// `{}`: in `Authorization: Bearer`.
    pub bearer: Option<Marker>,
    /// In a header.
    pub header: Option<HeaderLocation>,
    /// In a query parameter.
    pub query_param: Option<FieldName>,
}

/// A header that holds a key.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct HeaderLocation {
    /// Its name.
    #[schemars(length(min = 1, max = 256))]
    pub name: String,
    /// What stands before the key.
    #[schemars(length(max = 256))]
    pub strip_prefix: Option<String>,
}

/// A header or query parameter.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct FieldName {
    /// Its name.
    #[schemars(length(min = 1, max = 256))]
    pub name: String,
}

/// A limit of a key.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct KeyRatelimit {
    /// Of the key or its identity, or new with `limit` and `duration`.
    #[schemars(length(min = 1, max = 256))]
    pub name: String,
    /// Uses per window; with `duration`.
    #[schemars(range(min = 1))]
    pub limit: Option<i64>,
    /// Window in ms; with `limit`.
    #[schemars(range(min = 1))]
    pub duration: Option<i64>,
    /// Default 1.
    #[schemars(range(min = 1))]
    pub cost: Option<i64>,
}

/// Limits requests.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-one-of" = ["identifiers", "identifier"]))]
pub struct PolicyRatelimit {
    /// Requests per window.
    #[schemars(range(min = 1))]
    pub limit: i64,
    /// Window in ms.
    #[schemars(range(min = 1))]
    pub window_ms: i64,
    /// Older form of `identifiers`, for one.
    pub identifier: Option<RequestSource>,
    /// What tells requests apart, together.
    #[schemars(length(min = 1, max = 5))]
    pub identifiers: Option<Vec<RequestSource>>,
}

/// What tells requests apart: exactly one of these.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend(
    "x-one-of" = ["remoteIp", "header", "authenticatedSubject", "path", "principalField"]
))]
pub struct RequestSource {
    /// `{}`: the address.
    pub remote_ip: Option<Marker>,
    /// A header.
    pub header: Option<FieldName>,
    /// `{}`: the key.
    pub authenticated_subject: Option<Marker>,
    /// `{}`: the path.
    pub path: Option<Marker>,
    /// A field of the key.
    pub principal_field: Option<PrincipalField>,
}

/// A field of who was authenticated.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct PrincipalField {
    /// Where it is.
    #[schemars(length(min = 1, max = 512))]
    pub path: String,
}

/// Refuses requests.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Firewall {
    /// What is done.
    pub action: FirewallAction,
}

/// What is done with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum FirewallAction {
    /// It is refused.
    #[serde(rename = "ACTION_DENY")]
    Deny,
}

/// Logs more of each request; all default to false.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Logging {
    /// With address and user agent.
    pub request_headers: Option<bool>,
    /// Headers of the answer.
    pub response_headers: Option<bool>,
    /// Body of the request.
    pub request_body: Option<bool>,
    /// Body of the answer.
    pub response_body: Option<bool>,
    /// Query parameters; may hold secrets.
    pub query: Option<bool>,
}
