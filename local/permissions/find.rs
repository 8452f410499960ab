//! Looking up the permission or role that a request names.

use unkey_tools::types::{Permission, Role};

use crate::run::apply::Context;
use crate::store::{Permissions, Roles};
use crate::wire::failure::{Code, Failure};

/// The permission of that id or slug, the slug in upper or lower case.
pub(super) fn find_permission(cx: &Context<'_>, id_or_slug: &str) -> Result<Permission, Failure> {
    Permissions(cx.db())
        .find(cx.workspace(), id_or_slug)?
        .ok_or_else(|| Code::PermissionNotFound.because("The requested permission does not exist."))
}

/// The role of that id or name, the name in upper or lower case.
pub(super) fn find_role(cx: &Context<'_>, id_or_name: &str) -> Result<Role, Failure> {
    Roles(cx.db())
        .find(cx.workspace(), id_or_name)?
        .ok_or_else(unknown_role)
}

/// The failure of a role that cannot be found.
pub(super) fn unknown_role() -> Failure {
    Code::RoleNotFound.because("The requested role does not exist.")
}
