//! `portal_exchange_session` · `POST /v2/portal.exchangeSession`

use crate::prelude::*;

/// Exchanges a portal session id for the token of a signed-in end user.
///
/// The portal does this when the link is opened; doing it here spends the link. Refused with 401 after
/// 15 minutes or one use.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExchangeSession {
    /// `session` of the link.
    #[schemars(length(min = 1))]
    pub session_id: Secret,
}

/// The session of an end user who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortalSession {
    /// Signs the user's calls.
    pub token: Secret,
    /// When it stops working, Unix ms.
    pub expires_at: i64,
}

impl Operation for ExchangeSession {
    type Response = Data<PortalSession>;
    const NAME: &'static str = "portal_exchange_session";
    const ENDPOINT: &'static str = "portal.exchangeSession";
    const TITLE: &'static str = "Exchange portal session";
    const TOOLSET: Toolset = Toolset::Portal;
    const EFFECT: Effect = Effect::Consume;
    const GRANTS: &'static [Grant] = &[];
    const RECOVERY_HINT: &'static str =
        "The session may be spent: make another with portal_create_session.";
    const RETIRED: Option<&'static str> =
        Some("Use portal_exchange_code, with the code of the link from portal_create_session.");
}
