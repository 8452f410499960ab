//! What a link lets an end user do, and who may grant that.

use serde_json::json;
use unkey_tools::portal::PortalScope;

use crate::run::apply::Context;
use crate::run::required_permission::RequiredPermission;
use crate::store::Apis;
use crate::wire::failure::{Code, Failure};

/// Refuses scopes for which the caller lacks what it would take to do the same with the keys of every
/// API: the portal is that of all of them.
pub(super) fn may_grant(cx: &Context<'_>, scopes: &[PortalScope]) -> Result<(), Failure> {
    let mut apis = Apis(cx.db()).live(cx.workspace())?;
    if apis.is_empty() {
        // There is no API yet, so the permission must cover those that will be made.
        apis.push(("*".to_owned(), false));
    }
    for scope in scopes {
        let may = |(id, stores_encrypted): &(String, bool)| {
            cx.caller.has(&equivalent(*scope, id, *stores_encrypted))
        };
        if !apis.iter().all(may) {
            return Err(Code::InsufficientPermissions.because(format!(
                "You do not have permission to grant the {} scope to a portal session.",
                json!(scope)
            )));
        }
    }
    Ok(())
}

/// What it takes to do what `scope` allows with the keys of an API.
fn equivalent(scope: PortalScope, api_id: &str, stores_encrypted: bool) -> RequiredPermission {
    let on = |action| RequiredPermission::on("api", api_id, action);
    match scope {
        PortalScope::ReadKeys => on("read_key").and(on("read_api")),
        PortalScope::CreateKeys | PortalScope::RerollKeys if stores_encrypted => {
            on("create_key").and(on("encrypt_key"))
        }
        PortalScope::CreateKeys | PortalScope::RerollKeys => on("create_key"),
        PortalScope::ReadAnalytics => on("read_analytics"),
    }
}
