//! Looking up the namespace that a request names, and making it where there is none.

use std::sync::Arc;

use crate::run::apply::Context;
use crate::run::required_permission::RequiredPermission;
use crate::store::{Namespace, Namespaces};
use crate::wire::failure::{Code, Failure};

/// The namespace of that id or name, a deleted one as well.
pub(super) fn find_namespace(
    cx: &Context<'_>,
    id_or_name: &str,
) -> Result<Option<Arc<Namespace>>, Failure> {
    let workspace = cx.workspace();
    // No id holds a slash, so that no two workspaces share a name here.
    let cached = format!("{workspace}/{id_or_name}");
    cx.snapshot(&cx.shared.namespaces, &cached, |db| {
        Namespaces(db).find(workspace, id_or_name)
    })
}

/// The same, where there is one. `None` where the caller may make it.
pub(super) fn find_or_may_create_namespace(
    cx: &Context<'_>,
    id_or_name: &str,
) -> Result<Option<Arc<Namespace>>, Failure> {
    let found = find_namespace(cx, id_or_name)?;
    if found.is_none() {
        cx.require_for_all("ratelimit", "create_namespace")?;
    }
    Ok(found)
}

/// The namespace of that id or name, a deleted one as well; made where there is none.
///
/// A new namespace stays even if the caller turns out not to be allowed to use it.
pub(super) fn find_or_create_namespace(
    cx: &mut Context<'_>,
    id_or_name: &str,
) -> Result<Arc<Namespace>, Failure> {
    if let Some(found) = find_or_may_create_namespace(cx, id_or_name)? {
        return Ok(found);
    }
    let id = cx.new_id("rlns")?;
    Namespaces(cx.db()).insert(cx.workspace(), &id, id_or_name, cx.now())?;
    cx.audit("ratelimitNamespace.create", ("ratelimitNamespace", &id))?;
    cx.commit_on_failure();
    let made = Namespaces(cx.db()).find(cx.workspace(), &id)?;
    made.map(Arc::new)
        .ok_or_else(|| Failure::Unexpected("a new namespace is not there".to_owned()))
}

/// The namespace of that id or name, unless it was deleted.
pub(super) fn find_live_namespace(
    cx: &Context<'_>,
    id_or_name: &str,
) -> Result<Arc<Namespace>, Failure> {
    find_namespace(cx, id_or_name)?
        .filter(|namespace| !namespace.deleted)
        .ok_or_else(unknown_namespace)
}

/// Refuses a caller that may not do `action` in the namespace.
pub(super) fn may(cx: &Context<'_>, namespace: &Namespace, action: &str) -> Result<(), Failure> {
    let wanted = RequiredPermission::on_id_first("ratelimit", &namespace.id, action);
    cx.require_permission(&wanted)
}

/// The failure of a namespace that cannot be found.
pub(super) fn unknown_namespace() -> Failure {
    Code::NamespaceNotFound.because("This namespace does not exist.")
}

/// The failure of an override that cannot be found.
pub(super) fn unknown_override() -> Failure {
    Code::OverrideNotFound.because("This override does not exist.")
}

/// The failure of a namespace that was deleted.
pub(super) fn gone() -> Failure {
    Code::NamespaceGone.because("This namespace has been deleted. Contact support to restore.")
}
