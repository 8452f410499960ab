//! `portal_exchange_session` · `POST /v2/portal.exchangeSession`: the name that servers of June 2026
//! have for `portal.exchangeCode`

use unkey_tools::portal::{ExchangeSession, PortalSession};
use unkey_tools::types::Secret;

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
        let (token, expires_at) = exchange(&self.session_id, "ps", cx)?;
        Ok(PortalSession { token, expires_at }.into())
    }
}

/// Spends the code of a link; returns the token of a session, which begins with `prefix`, and when it
/// ends, Unix ms.
pub(super) fn exchange(
    code: &Secret,
    prefix: &str,
    cx: &mut Context<'_>,
) -> Result<(Secret, i64), Failure> {
    let table = Portals(cx.db());
    let code_id = api_key::hash(code.reveal());
    let exchanged = table.exchange(&code_id, cx.now())?.ok_or_else(|| {
        Code::PortalSessionNotFound
            .because("Session is invalid, expired, or has already been used.")
    })?;
    let token = new_token(cx.shared.random.as_ref(), prefix)?;
    let expires_at = cx.now() + LIFETIME;
    let id = api_key::hash(token.reveal());
    table.insert_session(&id, &code_id, expires_at, cx.now())?;
    let portal = ("portalConfig", exchanged.config_id.as_str());
    let workspace_id = &exchanged.workspace_id;
    cx.audit_system("portal", workspace_id, "portal.session.exchange", portal)?;
    Ok((token, expires_at))
}
