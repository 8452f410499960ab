//! `identities_delete_identity` · `POST /v2/identities.deleteIdentity`

use unkey_tools::Bare;
use unkey_tools::identities::DeleteIdentity;

use super::find::find_identity;
use crate::prelude::*;
use crate::store::{Identities, Ratelimits};

impl Apply for DeleteIdentity {
    const ACCESS: Access = Access::Write;

    fn rule() -> Value {
        let identity = json!({"type": "string", "minLength": 1});
        rules::object(&["identity"], &json!({"identity": identity}))
    }

    fn apply(self, work: &mut Work<'_>) -> Result<Bare, Failure> {
        work.require(&Need::everywhere("identity", "delete_identity"))?;
        let identity = find_identity(work, &self.identity)?;
        let id = identity.id.as_str();
        // Its keys keep pointing at it: they stay valid, and have no owner that anyone sees.
        Identities(work.db()).mark_deleted(id, work.now())?;
        work.audit("identity.delete", ("identity", id))?;
        for limit in identity.ratelimits.unwrap_or_default() {
            Ratelimits(work.db()).delete(limit.id.as_str())?;
            work.audit("ratelimit.delete", ("ratelimit", limit.id.as_str()))?;
        }
        Ok(Bare {})
    }
}
