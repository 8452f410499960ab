//! `portal_create_session` · `POST /v2/portal.createSession`

use crate::prelude::*;

/// Makes a link that lets one end user into the customer portal.
///
/// Give `url` to that user and nobody else: it works once, within 15 minutes. The user gets every
/// permission you list, even one that the root key lacks.
#[skip_serializing_none]
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreateSession {
    /// The portal's slug; `local` on the embedded engine.
    pub slug: String,
    /// Your own id of the end user.
    pub external_id: String,
    /// What the user may do, each `resource.id.action`, such as `api.*.read_key`.
    #[schemars(length(min = 1))]
    pub permissions: Vec<String>,
    /// Open it as a preview; default false.
    pub preview: Option<bool>,
}

/// The new session.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedSession {
    /// What the portal exchanges for a token, once.
    pub session_id: Secret,
    /// The link; it holds the session id.
    pub url: Secret,
}

impl Operation for CreateSession {
    type Response = Data<CreatedSession>;
    const NAME: &'static str = "portal_create_session";
    const ENDPOINT: &'static str = "portal.createSession";
    const TITLE: &'static str = "Create portal session";
    const TOOLSET: Toolset = Toolset::Portal;
    const EFFECT: Effect = Effect::Create;
    const GRANTS: &'static [Grant] = &[];
    const RECOVERY_HINT: &'static str =
        "A link that nobody received runs out by itself: call portal_create_session again.";
}
