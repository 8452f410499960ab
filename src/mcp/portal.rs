//! What to do where the customer portal refused.

use crate::backend::Failure;
use crate::key_advice::Issuer;

/// What to do next, where a link was spent or there is no portal to see.
pub(super) fn next_step(failure: &Failure, issuer: Issuer) -> Option<&'static str> {
    let Failure::Refused { error, .. } = failure else {
        return None;
    };
    let (_, kind) = error.error.r#type.rsplit_once('/')?;
    match (kind, issuer) {
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
