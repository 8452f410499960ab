//! `ratelimit_delete_override` · `POST /v2/ratelimit.deleteOverride`

use unkey_tools::ratelimit::DeleteOverride;

use super::namespace::{find_live_namespace, may, unknown_override};
use crate::prelude::*;
use crate::store::Overrides;

impl Apply for DeleteOverride {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["namespace", "identifier"],
            &json!({"namespace": schema::text(1, 512), "identifier": schema::text(1, 512)}),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<Empty>, Failure> {
        let namespace = find_live_namespace(cx, &self.namespace)?;
        may(cx, &namespace, "delete_override")?;
        // Letter by letter: a pattern is deleted by naming the pattern.
        let found = namespace.overrides.get(&self.identifier);
        let found = found.ok_or_else(unknown_override)?;
        Overrides(cx.db()).mark_deleted(&found.id, cx.now())?;
        cx.audit(
            "ratelimit.delete_override",
            ("ratelimitOverride", &found.id),
        )?;
        Ok(Empty {}.into())
    }
}
