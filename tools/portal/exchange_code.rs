//! `portal_exchange_code` · `POST /v2/portal.exchangeCode`

use crate::prelude::*;

/// Exchanges the code of a portal link for the token of a signed-in end user.
///
/// The portal does this when the link is opened; doing it here spends the link.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ExchangeCode {
    /// `code` of the `url` from `portal_create_session`.
    #[schemars(length(min = 1))]
    pub code: Secret,
}

/// The session of an end user who is signed in.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PortalToken {
    /// Signs the user's calls.
    pub access_token: Secret,
    /// When it stops working, Unix ms.
    pub expires_at: i64,
}

impl Operation for ExchangeCode {
    type Response = Data<PortalToken>;
    const NAME: &'static str = "portal_exchange_code";
    const ENDPOINT: &'static str = "portal.exchangeCode";
    const TITLE: &'static str = "Exchange portal code";
    const TOOLSET: Toolset = Toolset::Portal;
    const EFFECT: Effect = Effect::Consume;
    const GRANTS: &'static [Grant] = &[];
    const RECOVERY_HINT: &'static str =
        "The code may be spent: make another link with portal_create_session.";
    const NEWER: &'static [Newer] = &[Newer::operation(
        "use `portal_exchange_session` with the `session` of the link",
    )];
}
