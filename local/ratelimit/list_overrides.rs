//! `ratelimit_list_overrides` · `POST /v2/ratelimit.listOverrides`

use unkey_tools::Page;
use unkey_tools::ratelimit::ListOverrides;
use unkey_tools::types::RatelimitOverride;

use super::namespace::{find_namespace, may, unknown_namespace};
use crate::prelude::*;
use crate::store::{Overrides, StoredOverride};
use crate::wire::paging::page;

impl Apply for ListOverrides {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(
            &["namespace"],
            &json!({
                "namespace": schema::text(1, 512),
                "cursor": {"type": "string"},
                "limit": schema::integer(1, 100),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Page<RatelimitOverride>, Failure> {
        // Those of a deleted namespace are listed, too.
        let namespace = find_namespace(cx, &self.namespace)?.ok_or_else(unknown_namespace)?;
        may(cx, &namespace, "read_override")?;
        let limit = self.limit.unwrap_or(50);
        let from = self.cursor.unwrap_or_default();
        let overrides = Overrides(cx.db()).list(&namespace.id, &from, limit + 1)?;
        let overrides = overrides.iter().map(StoredOverride::show).collect();
        Ok(page(overrides, limit, |found: &RatelimitOverride| {
            found.override_id.as_str()
        }))
    }
}
