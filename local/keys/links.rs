//! Connecting keys with permissions and roles, and disconnecting them, as the operations for just
//! that do.

use std::collections::BTreeSet;

use unkey_tools::types::{Permission, Role};

use crate::run::apply::Context;
use crate::store::{Permissions, Roles};
use crate::wire::failure::{Code, Failure};

/// The permissions with those slugs, each once, in that order. Those that are missing are made, if
/// the caller may.
pub(super) fn find_or_create_permissions(
    cx: &Context<'_>,
    slugs: &[String],
) -> Result<Vec<Permission>, Failure> {
    let table = Permissions(cx.db());
    let mut seen = BTreeSet::new();
    let mut found = Vec::with_capacity(slugs.len());
    let mut may_create = false;
    for slug in slugs {
        if !seen.insert(slug) {
            continue;
        }
        let known = table.find_exact(cx.workspace(), slug)?;
        if let Some(permission) = known {
            found.push(permission);
            continue;
        }
        if !may_create {
            cx.require_for_all("rbac", "create_permission")?;
            may_create = true;
        }
        let permission = Permission {
            id: cx.new_id("perm")?.into(),
            name: slug.clone(),
            slug: slug.clone(),
            description: None,
        };
        table.insert(cx.workspace(), &permission, cx.now())?;
        cx.audit("permission.create", ("permission", permission.id.as_str()))?;
        found.push(permission);
    }
    Ok(found)
}

/// Gives a key a permission that it does not have.
pub(super) fn connect_permission(
    cx: &Context<'_>,
    key_id: &str,
    permission: &Permission,
) -> Result<(), Failure> {
    let id = permission.id.as_str();
    Permissions(cx.db()).connect(key_id, id)?;
    let event = "authorization.connect_permission_and_key";
    cx.audit_link(event, ("key", key_id), ("permission", id))
}

/// Takes a permission from a key.
pub(super) fn disconnect_permission(
    cx: &Context<'_>,
    key_id: &str,
    permission: &Permission,
) -> Result<(), Failure> {
    let id = permission.id.as_str();
    Permissions(cx.db()).disconnect(key_id, id)?;
    let event = "authorization.disconnect_permission_and_key";
    cx.audit_link(event, ("key", key_id), ("permission", id))
}

/// The roles with those names, each once, in that order.
pub(super) fn find_named_roles(cx: &Context<'_>, names: &[String]) -> Result<Vec<Role>, Failure> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        if !seen.insert(name) {
            continue;
        }
        let role = Roles(cx.db())
            .find(cx.workspace(), name)?
            .filter(|role| role.name == *name);
        found.push(
            role.ok_or_else(|| {
                Code::RoleNotFound.because(format!("Role '{name}' was not found."))
            })?,
        );
    }
    Ok(found)
}

/// Gives a key a role that it does not have.
pub(super) fn connect_role(cx: &Context<'_>, key_id: &str, role: &Role) -> Result<(), Failure> {
    let id = role.id.as_str();
    Roles(cx.db()).connect(key_id, id)?;
    let event = "authorization.connect_role_and_key";
    cx.audit_link(event, ("key", key_id), ("role", id))
}

/// Takes a role from a key.
pub(super) fn disconnect_role(cx: &Context<'_>, key_id: &str, role: &Role) -> Result<(), Failure> {
    let id = role.id.as_str();
    Roles(cx.db()).disconnect(key_id, id)?;
    let event = "authorization.disconnect_role_and_key";
    cx.audit_link(event, ("key", key_id), ("role", id))
}
