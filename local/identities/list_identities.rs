//! `identities_list_identities` · `POST /v2/identities.listIdentities`

use unkey_tools::Page;
use unkey_tools::identities::ListIdentities;
use unkey_tools::types::Identity;

use super::permission::to_list;
use crate::prelude::*;
use crate::store::Identities;
use crate::wire::paging::page;

impl Apply for ListIdentities {
    const ACCESS: Access = Access::Read;

    fn schema() -> Value {
        schema::object(
            &[],
            &json!({
                "limit": schema::integer(1, 100),
                "cursor": {"type": "string"},
                "search": schema::text(0, 256),
            }),
        )
    }

    fn apply(self, cx: &mut Context<'_>) -> Result<Page<Identity>, Failure> {
        let limit = self.limit.unwrap_or(100);
        let from = self.cursor.unwrap_or_default();
        let table = Identities(cx.db());
        let identities = table.list(cx.workspace(), self.search.as_deref(), &from, limit + 1)?;
        let page = page(identities, limit, |identity| identity.id.as_str());
        // Each one that is shown must be readable, and one that is not hides the page. A page
        // that shows none asks for nothing.
        for identity in &page.data {
            cx.require_permission(&to_list(cx, identity.id.as_str()))?;
        }
        Ok(page)
    }
}
