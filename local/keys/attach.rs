//! What hangs on a key: its owner, its permissions, its roles, its limits.

use unkey_tools::types::{NewRatelimit, Permission, Ratelimit};

use crate::run::apply::Context;
use crate::store::{Identities, Owner, Permissions, Ratelimits, Roles};
use crate::wire::failure::{Code, Failure};

/// The id of the identity with that external id; made, without limits, where there is none.
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

/// The permissions with those slugs, in that order: those that exist, and new ones.
pub(crate) struct Slugs {
    pub(crate) permissions: Vec<Permission>,
    /// The ids of those that were made.
    pub(crate) made: Vec<String>,
}

/// Finds the permissions with those slugs and makes the ones that are missing, with the
/// description that `describe` gives them.
///
/// All are looked up before any is made, as Unkey's server does: a missing slug that is named
/// twice, or that exists in other letter case, is an error of the database.
pub(crate) fn find_or_create_permissions(
    cx: &Context<'_>,
    slugs: &[String],
    describe: impl Fn(&str) -> Option<String>,
) -> Result<Slugs, Failure> {
    let table = Permissions(cx.db());
    let mut found = Vec::with_capacity(slugs.len());
    for slug in slugs {
        found.push(table.find_exact(cx.workspace(), slug)?);
    }
    let mut permissions = Vec::with_capacity(slugs.len());
    let mut made = Vec::new();
    for (slug, known) in slugs.iter().zip(found) {
        if let Some(permission) = known {
            permissions.push(permission);
            continue;
        }
        let id = cx.new_id("perm")?;
        let permission = Permission {
            id: id.as_str().into(),
            name: slug.clone(),
            slug: slug.clone(),
            description: describe(slug),
        };
        table.insert(cx.workspace(), &permission, cx.now())?;
        permissions.push(permission);
        made.push(id);
    }
    Ok(Slugs { permissions, made })
}

/// The ids of the roles with those names, in that order.
pub(crate) fn find_roles(cx: &Context<'_>, names: &[String]) -> Result<Vec<String>, Failure> {
    let find = |name: &String| {
        Roles(cx.db())
            .find_exact(cx.workspace(), name)?
            .ok_or_else(|| Code::RoleNotFound.because(format!("Role '{name}' was not found.")))
    };
    names.iter().map(find).collect()
}

/// Attaches limits; of several with one name the last one stays. Returns their names.
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
