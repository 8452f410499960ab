//! What is attached to a key: its owner, its permissions, its roles, its limits.

use std::collections::BTreeSet;

use unkey_tools::types::{NewRatelimit, Permission, Ratelimit, Role};

use crate::run::apply::Context;
use crate::store::{Identities, Owner, Permissions, Ratelimits, Roles};
use crate::wire::failure::{Code, Failure};

/// The id of the identity with that external id; created, without limits, where there is none.
pub(crate) fn find_or_create_identity(
    cx: &Context<'_>,
    external_id: &str,
) -> Result<String, Failure> {
    let identities = Identities(cx.db());
    if let Some(id) = identities.find_id(cx.workspace(), external_id)? {
        return Ok(id);
    }
    let id = cx.new_id("id")?;
    identities.insert(cx.workspace(), &id, external_id, Some("{}"), cx.now())?;
    Ok(id)
}

/// How permissions that do not exist yet are created.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Creation {
    /// With the key, as a part of it.
    WithKey,
    /// With a change of the key: described as such, and in the audit log.
    WithUpdate,
    /// For their own sake: in the audit log, and only by callers that may create permissions.
    Explicit,
}

/// The permissions with those slugs, in that order: those that exist, and new ones.
///
/// All are looked up before any is created: a missing slug that is named twice, or that exists in
/// other letter case, is an error of the database.
pub(crate) fn find_or_create_permissions(
    cx: &Context<'_>,
    slugs: &[String],
    creation: Creation,
) -> Result<Vec<Permission>, Failure> {
    let table = Permissions(cx.db());
    let mut known = Vec::with_capacity(slugs.len());
    for slug in slugs {
        known.push(table.find_exact(cx.workspace(), slug)?);
    }
    if creation == Creation::Explicit && known.iter().any(Option::is_none) {
        cx.require_permission(&cx.to_create_permissions())?;
    }
    let found = slugs.iter().zip(known);
    found
        .map(|(slug, known)| known.map_or_else(|| create_permission(cx, slug, creation), Ok))
        .collect()
}

fn create_permission(
    cx: &Context<'_>,
    slug: &str,
    creation: Creation,
) -> Result<Permission, Failure> {
    let permission = Permission {
        id: cx.new_id("perm")?.into(),
        name: slug.to_owned(),
        slug: slug.to_owned(),
        description: (creation == Creation::WithUpdate)
            .then(|| format!("Auto-created permission: {slug}")),
    };
    let inserted = Permissions(cx.db()).insert(cx.workspace(), &permission, cx.now());
    inserted.map_err(Failure::not_stored(
        format!("The permission '{slug}' could not be created"),
        "the request names it twice, or it exists in other letter case.",
    ))?;
    if creation != Creation::WithKey {
        cx.audit("permission.create", ("permission", permission.id.as_str()))?;
    }
    Ok(permission)
}

/// Gives a key a permission, unless it has it.
pub(crate) fn connect_permission(
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
pub(crate) fn disconnect_permission(
    cx: &Context<'_>,
    key_id: &str,
    permission: &Permission,
) -> Result<(), Failure> {
    let id = permission.id.as_str();
    Permissions(cx.db()).disconnect(key_id, id)?;
    let event = "authorization.disconnect_permission_and_key";
    cx.audit_link(event, ("key", key_id), ("permission", id))
}

/// The roles with those names, in that order.
pub(crate) fn find_roles(cx: &Context<'_>, names: &[String]) -> Result<Vec<Role>, Failure> {
    let find = |name: &String| {
        Roles(cx.db())
            .find_exact(cx.workspace(), name)?
            .ok_or_else(|| Code::RoleNotFound.because(format!("Role '{name}' was not found.")))
    };
    names.iter().map(find).collect()
}

/// Gives a key a role. One that it has already is an error of the database.
pub(crate) fn connect_role(cx: &Context<'_>, key_id: &str, role: &Role) -> Result<(), Failure> {
    let id = role.id.as_str();
    let connected = Roles(cx.db()).connect(key_id, id);
    connected.map_err(not_given(&role.name))?;
    let event = "authorization.connect_role_and_key";
    cx.audit_link(event, ("key", key_id), ("role", id))
}

/// For `map_err`: why a key could not be given the role of that name.
pub(crate) fn not_given(role: &str) -> impl FnOnce(rusqlite::Error) -> Failure {
    Failure::not_stored(
        format!("The role '{role}' could not be given to the key"),
        "the request names it twice.",
    )
}

/// Takes a role from a key.
pub(crate) fn disconnect_role(cx: &Context<'_>, key_id: &str, role: &Role) -> Result<(), Failure> {
    let id = role.id.as_str();
    Roles(cx.db()).disconnect(key_id, id)?;
    let event = "authorization.disconnect_role_and_key";
    cx.audit_link(event, ("key", key_id), ("role", id))
}

/// Attaches limits; of several with one name the last one stays.
pub(crate) fn put_ratelimits(
    cx: &Context<'_>,
    owner: Owner<'_>,
    limits: Vec<NewRatelimit>,
) -> Result<(), Failure> {
    for limit in limits {
        let limit = Ratelimit {
            id: cx.new_id("rl")?.into(),
            name: limit.name,
            limit: limit.limit,
            duration: limit.duration,
            auto_apply: limit.auto_apply,
        };
        Ratelimits(cx.db()).put(cx.workspace(), owner, &limit, cx.now())?;
    }
    Ok(())
}

/// Each name once, in the order in which they came first.
pub(crate) fn unique(names: &[String]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let first = names.iter().filter(|name| seen.insert(*name));
    first.cloned().collect()
}
