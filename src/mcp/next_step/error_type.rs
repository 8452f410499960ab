//! What to do where the type of Unkey's error tells more than its status.

use super::Next;
use crate::backend::Failure;
use crate::key_advice::Issuer;

/// What to do next, where there is more to say than the status has.
pub(super) fn next_step(failure: &Failure, issuer: Issuer) -> Option<Next> {
    let Failure::Refused { error, .. } = failure else {
        return None;
    };
    let (_, kind) = error.error.r#type.rsplit_once('/')?;
    let whole = |words: &str| Some(Next::whole(words));
    let part = |words: &str| Some(Next::part(words));
    match (kind, issuer) {
        ("api_not_found", _) => part(
            "check the id: an API's begins with `api_`, and `ks_…` names the keys of one. It may be \
             mistyped, deleted, of another workspace, or beyond what the root key may see. workspace_overview \
             lists the known ones: let the user say which one is meant.",
        ),
        ("portal_session_not_found", _) => whole(
            "make another link with portal_create_session: its code can be exchanged once, within 15 \
             minutes.",
        ),
        ("portal_not_found", Issuer::Engine) => whole(
            "check the id or slug of the portal: the embedded engine has one, `local`. A root key that \
             may not make sessions (`portal.*.create_portal_session`) is told the same.",
        ),
        ("portal_not_found", Issuer::Unkey) => whole(
            "check the id or slug of the portal in Unkey's dashboard. A root key that may not make \
             sessions (`portal.*.create_portal_session`) is told the same.",
        ),
        ("key_disabled", Issuer::Unkey) => whole(
            "the root key is switched off: let the user enable it in Unkey's dashboard under Settings, \
             Root Keys, or use another. No permission is missing.",
        ),
        ("workspace_disabled", _) => whole(
            "the workspace is switched off: let the user ask Unkey's support. No permission of the root \
             key would change that.",
        ),
        ("custom_domain_limit_exceeded", _) => whole(
            "the workspace has as many custom domains as its plan allows: delete one that is not needed \
             (domains_list_domains), or let the user change the plan. No permission is missing.",
        ),
        ("forbidden", Issuer::Unkey) => part(
            "read the message: an expired root key, a portal that is switched off and the like keep the \
             call from going through, and no further permission would change that. Let the user mend what \
             it names in Unkey's dashboard.",
        ),
        _ => None,
    }
}
