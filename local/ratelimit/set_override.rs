//! `ratelimit_set_override` · `POST /v2/ratelimit.setOverride`

use unkey_tools::ratelimit::{SetOverride, StoredOverride};

use super::namespace::{find_live_namespace, may};
use crate::prelude::*;
use crate::store::{self, Overrides};

impl Apply for SetOverride {
    const ACCESS: Access = Access::Write;

    fn schema() -> Value {
        schema::object(
            &["namespace", "identifier", "limit", "duration"],
            &json!({
                "namespace": schema::text(1, 512),
                "identifier": schema::text(1, 512),
                "limit": schema::at_least(0),
                "duration": schema::at_least(1_000),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Data<StoredOverride>, Failure> {
        let namespace = find_live_namespace(cx, &self.namespace)?;
        may(cx, &namespace, "set_override")?;
        let new = store::StoredOverride {
            id: cx.new_id("rlor")?,
            identifier: self.identifier,
            limit: self.limit,
            duration: self.duration,
        };
        let table = Overrides(cx.db());
        let id = table.put(cx.workspace(), &namespace.id, &new, cx.now())?;
        cx.audit("ratelimit.set_override", ("ratelimitOverride", &id))?;
        Ok(StoredOverride {
            override_id: id.into(),
        }
        .into())
    }
}
