//! What to do where what a call names is not there, and no other call lists what is.

use crate::backend::Failure;
use crate::key_advice::Issuer;

/// What to do next, where there is more to say than to look what there is.
pub(super) fn next_step(failure: &Failure, issuer: Issuer) -> Option<&'static str> {
    let Failure::Refused { error, .. } = failure else {
        return None;
    };
    let (_, kind) = error.error.r#type.rsplit_once('/')?;
    match (kind, issuer) {
        ("api_not_found", _) => Some(
            "check the id: an API's begins with `api_`, and `ks_…` names the keys of one. It may be \
             mistyped, deleted, of another workspace, or beyond what the root key may see. No call lists \
             APIs: let the user say which one is meant, or its id.",
        ),
        ("portal_session_not_found", _) => Some(
            "make another link with portal_create_session: its code can be exchanged once, within 15 \
             minutes.",
        ),
        ("portal_not_found", Issuer::Engine) => Some(
            "check the id or slug of the portal: the embedded engine has one, `local`. A root key that \
             may not make sessions (`portal.*.create_portal_session`) is told the same.",
        ),
        ("portal_not_found", Issuer::Unkey) => Some(
            "check the id or slug of the portal in Unkey's dashboard. A root key that may not make \
             sessions (`portal.*.create_portal_session`) is told the same.",
        ),
        _ => None,
    }
}
