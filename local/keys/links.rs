//! Connecting keys with permissions and roles, and disconnecting them, as the operations for just
//! that do.

use std::collections::BTreeSet;

use unkey_tools::types::{Permission, Role};

use crate::run::apply::Work;
use crate::run::caller::Need;
use crate::store::{Permissions, Roles};
use crate::wire::failure::{Code, Failure};

/// The permissions with those slugs, each once, in that order. Those that are missing are made, if
/// the caller may.
pub(super) fn find_or_create_permissions(
    work: &Work<'_>,
    slugs: &[String],
) -> Result<Vec<Permission>, Failure> {
    let table = Permissions(work.db());
    let mut seen = BTreeSet::new();
    let mut found = Vec::with_capacity(slugs.len());
    let mut may_create = false;
    for slug in slugs {
        if !seen.insert(slug) {
            continue;
        }
        let known = table.find_exact(work.workspace(), slug)?;
        if let Some(permission) = known {
            found.push(permission);
            continue;
        }
        if !may_create {
            work.require(&Need::everywhere("rbac", "create_permission"))?;
            may_create = true;
        }
        let permission = Permission {
            id: work.mint_id("perm")?.into(),
            name: slug.clone(),
            slug: slug.clone(),
            description: None,
        };
        table.insert(work.workspace(), &permission, work.now())?;
        work.audit("permission.create", ("permission", permission.id.as_str()))?;
        found.push(permission);
    }
    Ok(found)
}

/// Gives a key a permission that it does not have.
pub(super) fn connect_permission(
    work: &Work<'_>,
    key_id: &str,
    permission: &Permission,
) -> Result<(), Failure> {
    let id = permission.id.as_str();
    Permissions(work.db()).connect(key_id, id)?;
    let event = "authorization.connect_permission_and_key";
    work.audit_link(event, ("key", key_id), ("permission", id))
}

/// Takes a permission from a key.
pub(super) fn disconnect_permission(
    work: &Work<'_>,
    key_id: &str,
    permission: &Permission,
) -> Result<(), Failure> {
    let id = permission.id.as_str();
    Permissions(work.db()).disconnect(key_id, id)?;
    let event = "authorization.disconnect_permission_and_key";
    work.audit_link(event, ("key", key_id), ("permission", id))
}

/// The roles with those names, each once, in that order.
pub(super) fn find_named_roles(work: &Work<'_>, names: &[String]) -> Result<Vec<Role>, Failure> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::with_capacity(names.len());
    for name in names {
        if !seen.insert(name) {
            continue;
        }
        let role = Roles(work.db())
            .find(work.workspace(), name)?
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
pub(super) fn connect_role(work: &Work<'_>, key_id: &str, role: &Role) -> Result<(), Failure> {
    let id = role.id.as_str();
    Roles(work.db()).connect(key_id, id)?;
    let event = "authorization.connect_role_and_key";
    work.audit_link(event, ("key", key_id), ("role", id))
}

/// Takes a role from a key.
pub(super) fn disconnect_role(work: &Work<'_>, key_id: &str, role: &Role) -> Result<(), Failure> {
    let id = role.id.as_str();
    Roles(work.db()).disconnect(key_id, id)?;
    let event = "authorization.disconnect_role_and_key";
    work.audit_link(event, ("key", key_id), ("role", id))
}
