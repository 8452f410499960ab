//! The permissions that a role is given and loses.

use std::collections::BTreeSet;

use unkey_tools::types::Permission;

use crate::run::apply::Context;
use crate::run::required_permission::RequiredPermission;
use crate::store::{Permissions, Roles};
use crate::wire::failure::Failure;

/// The permissions with those slugs, in the order of the slugs, each once in whatever letter case:
/// those that exist, and new ones, if the caller has what it takes to `create` them.
pub(super) fn find_or_create(
    cx: &Context<'_>,
    slugs: Vec<String>,
    create: &RequiredPermission,
) -> Result<Vec<Permission>, Failure> {
    let table = Permissions(cx.db());
    let mut seen = BTreeSet::new();
    let mut slugs = slugs;
    slugs.retain(|slug| seen.insert(slug.to_ascii_lowercase()));
    slugs.sort_unstable();
    let mut found = Vec::with_capacity(slugs.len());
    for slug in slugs {
        let known = table.find_by_slug(cx.workspace(), &slug)?;
        found.push((slug, known));
    }
    if found.iter().any(|(_, known)| known.is_none()) {
        cx.require_permission(create)?;
    }
    let found = found.into_iter();
    found
        .map(|(slug, known)| known.map_or_else(|| new(cx, slug), Ok))
        .collect()
}

fn new(cx: &Context<'_>, slug: String) -> Result<Permission, Failure> {
    let permission = Permission {
        id: cx.new_id("perm")?.into(),
        name: slug.clone(),
        slug,
        description: None,
    };
    Permissions(cx.db()).insert(cx.workspace(), &permission, cx.now())?;
    cx.audit("permission.create", ("permission", permission.id.as_str()))?;
    Ok(permission)
}

/// Gives a role a permission that it does not have.
pub(super) fn connect(
    cx: &Context<'_>,
    role_id: &str,
    permission: &Permission,
) -> Result<(), Failure> {
    let id = permission.id.as_str();
    Roles(cx.db()).give(role_id, id)?;
    let event = "authorization.connect_role_and_permission";
    cx.audit_link(event, ("role", role_id), ("permission", id))
}

/// Takes a permission from a role.
pub(super) fn disconnect(
    cx: &Context<'_>,
    role_id: &str,
    permission: &Permission,
) -> Result<(), Failure> {
    let id = permission.id.as_str();
    Roles(cx.db()).take(role_id, id)?;
    let event = "authorization.disconnect_role_and_permissions";
    cx.audit_link(event, ("role", role_id), ("permission", id))
}
