//! `portal_create_session` · `POST /v2/portal.createSession`

use unkey_tools::portal::{CreateSession, CreatedSession};
use unkey_tools::types::{REFERENCE, Secret};

use super::scopes::may_grant;
use crate::domain::api_key;
use crate::domain::ids::new_token;
use crate::prelude::*;
use crate::store::{NewSessionToken, Portals};

/// How long a link can be exchanged, ms.
const LIFETIME: i64 = 15 * 60 * 1_000;

/// Where a link points. The name resolves to this machine and nowhere else: the engine has no
/// portal to show, and what it made must not be sent to Unkey's.
const PORTAL: &str = "http://portal.localhost";

/// What an end user can be allowed.
const SCOPES: [&str; 4] = ["keys:read", "keys:create", "keys:reroll", "analytics:read"];

impl Apply for CreateSession {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let scope = json!({"type": "string", "enum": SCOPES});
        let scopes = json!({"type": "array", "items": scope});
        schema::object(
            &["portal", "externalId", "scopes"],
            &json!({
                "portal": schema::pattern(3, 255, REFERENCE),
                "externalId": schema::text(1, 256),
                "scopes": schema::at_least_one(scopes),
                "preview": schema::boolean(),
                "returnUrl": schema::text(0, 500),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<CreatedSession>, Failure> {
        let table = Portals(cx.db());
        // Who may make no sessions of a portal is not told whether there is one.
        let portal = table
            .find(cx.workspace(), self.portal.as_str())?
            .filter(|portal| {
                let make = RequiredPermission::on("portal", &portal.id, "create_portal_session");
                cx.caller.has(&make)
            })
            .ok_or_else(|| Code::PortalNotFound.because("Portal not found."))?;
        if !portal.enabled {
            return Err(Code::Forbidden.because("Portal is disabled."));
        }
        may_grant(cx, &self.scopes)?;
        let code = new_token(cx.shared.random.as_ref(), "pst")?;
        let code_id = api_key::hash(code.reveal());
        let session = NewSessionToken {
            id: &code_id,
            config_id: &portal.id,
            external_id: &self.external_id,
            permissions: &json!(self.scopes).to_string(),
            preview: self.preview.unwrap_or(false),
            expires_at: cx.now() + LIFETIME,
        };
        table.insert_token(cx.workspace(), &session, cx.now())?;
        cx.audit("portal.session.create", ("portalConfig", &portal.id))?;
        Ok(CreatedSession {
            id: cx.new_id("ps")?,
            url: Secret::new(format!("{PORTAL}/?code={}", code.reveal())),
        }
        .into())
    }
}
