//! `identities_get_identity` · `POST /v2/identities.getIdentity`

use unkey_tools::identities::GetIdentity;
use unkey_tools::types::Identity;

use super::find::find_identity;
use super::permission::to_read;
use crate::prelude::*;

impl Apply for GetIdentity {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        let identity = json!({"type": "string", "minLength": 1});
        schema::object(&["identity"], &json!({"identity": identity}))
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Identity>, Failure> {
        // Looked up first: what is needed is named by the id, and the request may not know it.
        let identity = find_identity(cx, &self.identity)?;
        cx.require_permission(&to_read(cx, identity.id.as_str()))?;
        Ok(identity.into())
    }
}
