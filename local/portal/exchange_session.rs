//! `portal_exchange_session` · `POST /v2/portal.exchangeSession`

use unkey_tools::portal::{ExchangeSession, PortalSession};

use crate::domain::api_key;
use crate::domain::ids::new_token;
use crate::prelude::*;
use crate::run::apply::Authentication;
use crate::store::Portals;

/// How long a session lasts, ms.
const LIFETIME: i64 = 24 * 60 * 60 * 1_000;

impl Apply for ExchangeSession {
    const ACCESS: Access = Access::Write;
    const AUTHENTICATION: Authentication = Authentication::None;

    fn schema() -> Value {
        let session_id = json!({"type": "string", "minLength": 1});
        schema::object(&["sessionId"], &json!({"sessionId": session_id}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<PortalSession>, Failure> {
        let table = Portals(cx.db());
        let token_id = api_key::hash(self.session_id.reveal());
        let exchanged = table.exchange(&token_id, cx.now())?.ok_or_else(|| {
            Code::PortalSessionNotFound
                .because("Session is invalid, expired, or has already been used.")
        })?;
        let token = new_token(cx.shared.random.as_ref(), "ps")?;
        let expires_at = cx.now() + LIFETIME;
        let id = api_key::hash(token.reveal());
        table.insert_session(&id, &token_id, expires_at, cx.now())?;
        let portal = ("portalConfig", exchanged.config_id.as_str());
        let workspace_id = &exchanged.workspace_id;
        cx.audit_system("portal", workspace_id, "portal.session.exchange", portal)?;
        Ok(PortalSession { token, expires_at }.into())
    }
}
