//! `portal_create_session` · `POST /v2/portal.createSession`

use crate::prelude::*;

/// Makes a link that lets one end user into the customer portal.
///
/// Give `url` to that user and nobody else: it works once, within 15 minutes. The root key needs what
/// the scopes allow.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateSession {
    /// Id or slug; `local` on the embedded engine.
    pub portal: Reference,
    /// Your own id of the end user.
    #[schemars(length(min = 1, max = 256))]
    pub external_id: String,
    /// What the user may do with keys of their own.
    #[schemars(description = "", length(min = 1))]
    pub scopes: Vec<PortalScope>,
    /// Open it as a preview; default false.
    #[schemars(description = "")]
    pub preview: Option<bool>,
    /// Where the user goes afterwards: a whole URL.
    #[schemars(description = "", length(max = 500))]
    pub return_url: Option<String>,
}

/// What an end user may do in the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum PortalScope {
    /// See keys.
    #[serde(rename = "keys:read")]
    ReadKeys,
    /// Make keys.
    #[serde(rename = "keys:create")]
    CreateKeys,
    /// Replace keys.
    #[serde(rename = "keys:reroll")]
    RerollKeys,
    /// See how keys were used.
    #[serde(rename = "analytics:read")]
    ReadAnalytics,
}

/// The new session.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CreatedSession {
    /// Names the session; no secret.
    #[schemars(extend("x-trusted" = true))]
    pub id: String,
    /// The link; it holds the code.
    pub url: Secret,
}

impl Operation for CreateSession {
    type Response = Data<CreatedSession>;
    const NAME: &'static str = "portal_create_session";
    const ENDPOINT: &'static str = "portal.createSession";
    const TITLE: &'static str = "Create portal session";
    const TOOLSET: Toolset = Toolset::Portal;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[
        Grant::portal("create_portal_session"),
        Grant::api("read_key").when("keys:read"),
        Grant::api("read_api").when("keys:read"),
        Grant::api("create_key").when("keys:create or keys:reroll"),
        Grant::api("encrypt_key").when("recoverable keys"),
        Grant::api("read_analytics").when("analytics:read"),
    ];
    const RECOVERY_HINT: &'static str =
        "A link that nobody received runs out by itself: call portal_create_session again.";
    const NEWER: &'static [Newer] = &[
        Newer::field("portal", FORM_OF_JUNE),
        Newer::field("scopes", FORM_OF_JUNE),
        Newer::field("returnUrl", "leave it out"),
    ];
}

const FORM_OF_JUNE: &str = "it wants `slug` and `permissions`, which no tool sends; let the user \
                            update the server, or make the link with its API or an older unkey-mcp";
