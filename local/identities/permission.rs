//! What a caller needs to do something with identities.

use crate::run::apply::Context;
use crate::run::required_permission::RequiredPermission;

/// What it takes to do `action` with every identity.
pub(super) fn on_all(cx: &Context<'_>, action: &str) -> RequiredPermission {
    RequiredPermission::everywhere("identity", action).or(by_path(cx, action))
}

/// What it takes to read the identity with that id, where it was asked for.
pub(super) fn to_read(cx: &Context<'_>, id: &str) -> RequiredPermission {
    RequiredPermission::on("identity", id, "read_identity").or(by_path(cx, "read_identity"))
}

/// What it takes to read it in a list, where Unkey's server names the id first.
pub(super) fn to_list(cx: &Context<'_>, id: &str) -> RequiredPermission {
    RequiredPermission::on_id_first("identity", id, "read_identity")
        .or(by_path(cx, "read_identity"))
}

/// The engine has no projects, so that only a path with stars names its identities.
fn by_path(cx: &Context<'_>, action: &str) -> RequiredPermission {
    cx.at_path("projects/*/identities/*", action)
}
