//! `identities_delete_identity` · `POST /v2/identities.deleteIdentity`

use unkey_tools::Empty;
use unkey_tools::identities::DeleteIdentity;

use super::find::find_identity;
use super::permission::on_all;
use crate::prelude::*;
use crate::store::{Identities, Ratelimits};

impl Apply for DeleteIdentity {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        let identity = json!({"type": "string", "minLength": 1});
        schema::object(&["identity"], &json!({"identity": identity}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Empty, Failure> {
        cx.require_permission(&on_all(cx, "delete_identity"))?;
        let identity = find_identity(cx, &self.identity)?;
        let id = identity.id.as_str();
        // Its keys keep pointing at it: they stay valid, and have no owner that anyone sees.
        Identities(cx.db()).mark_deleted(id, cx.now())?;
        cx.audit("identity.delete", ("identity", id))?;
        for limit in identity.ratelimits.unwrap_or_default() {
            Ratelimits(cx.db()).delete(limit.id.as_str())?;
            cx.audit("ratelimit.delete", ("ratelimit", limit.id.as_str()))?;
        }
        Ok(Empty {})
    }
}
