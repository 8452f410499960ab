//! `portal_create_session` · `POST /v2/portal.createSession`

use unkey_tools::portal::{CreateSession, CreatedSession};
use unkey_tools::types::Secret;

use crate::domain::api_key;
use crate::domain::ids::new_token;
use crate::prelude::*;
use crate::store::{NewSessionToken, Portals};

/// How long a link can be exchanged, ms.
const LIFETIME: i64 = 15 * 60 * 1_000;

/// Where a link points. The name resolves to this machine and nowhere else: the engine has no
/// portal to show, and what it made must not be sent to Unkey's.
const PORTAL: &str = "http://portal.localhost";

impl Apply for CreateSession {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let permission = json!({"type": "string", "pattern": r"^[^.]+\.[^.]+\.[^.]+$"});
        let permissions = json!({"type": "array", "items": permission});
        schema::object(
            &["slug", "externalId", "permissions"],
            &json!({
                "slug": schema::pattern(3, 64, "^[a-z0-9][a-z0-9-]*[a-z0-9]$"),
                "externalId": schema::text(1, 256),
                "permissions": schema::at_least_one(permissions),
                "preview": schema::boolean(),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<CreatedSession>, Failure> {
        if self.slug.contains("--") {
            return Err(Code::InvalidInput.because(
                "slug must be 3-64 characters, lowercase alphanumeric and hyphens, must not start \
                 or end with a hyphen, and must not contain consecutive hyphens",
            ));
        }
        let table = Portals(cx.db());
        let portal = table
            .find(cx.workspace(), &self.slug)?
            .ok_or_else(|| Code::PortalConfigNotFound.because("Portal configuration not found."))?;
        if !portal.enabled {
            return Err(Code::Forbidden.because("Portal is disabled."));
        }
        let token = new_token(cx.shared.random.as_ref(), "pst")?;
        let id = api_key::hash(token.reveal());
        let session = NewSessionToken {
            id: &id,
            config_id: &portal.id,
            external_id: &self.external_id,
            permissions: &json!(self.permissions).to_string(),
            preview: self.preview.unwrap_or(false),
            expires_at: cx.now() + LIFETIME,
        };
        table.insert_token(cx.workspace(), &session, cx.now())?;
        cx.audit("portal.session.create", ("portalConfig", &portal.id))?;
        Ok(CreatedSession {
            url: Secret::new(format!("{PORTAL}/?session={}", token.reveal())),
            session_id: token,
        }
        .into())
    }
}
