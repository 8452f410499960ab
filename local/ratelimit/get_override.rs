//! `ratelimit_get_override` · `POST /v2/ratelimit.getOverride`

use unkey_tools::ratelimit::GetOverride;
use unkey_tools::types::RatelimitOverride;

use super::namespace::{find_live_namespace, may, unknown_override};
use crate::prelude::*;

impl Apply for GetOverride {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(
            &["namespace", "identifier"],
            &json!({"namespace": schema::text(1, 512), "identifier": schema::text(1, 512)}),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<RatelimitOverride>, Failure> {
        let namespace = find_live_namespace(cx, &self.namespace)?;
        // Who may not read overrides is not told whether there is one.
        may(cx, &namespace, "read_override").map_err(|_| unknown_override())?;
        // The one that a check of this identifier would go by, be it a pattern.
        let found = namespace.override_for(&self.identifier);
        Ok(found.ok_or_else(unknown_override)?.show().into())
    }
}
