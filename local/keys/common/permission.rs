//! What a caller needs to do something with keys.

use crate::run::apply::Context;
use crate::run::required_permission::RequiredPermission;
use crate::store::LiveKey;

/// What it takes to do `action` with a key.
pub(crate) fn on_key(cx: &Context<'_>, key: &LiveKey, action: &str) -> RequiredPermission {
    RequiredPermission::on("api", &key.api_id, action).or(by_path(cx, key, action))
}

/// What it takes to change a key and, with that, what else `grants` name of roles and permissions.
/// Who may change it by its path needs nothing else.
pub(crate) fn update_key_and(
    cx: &Context<'_>,
    key: &LiveKey,
    grants: &[&str],
) -> RequiredPermission {
    let update = RequiredPermission::on("api", &key.api_id, "update_key");
    let all = grants.iter().fold(update, |all, grant| {
        all.and(RequiredPermission::everywhere("rbac", grant))
    });
    all.or(by_path(cx, key, "update_key"))
}

/// The path of every key in a key space.
pub(crate) fn every_key(key_space_id: &str) -> String {
    format!("keyspaces/{key_space_id}/keys/*")
}

fn by_path(cx: &Context<'_>, key: &LiveKey, action: &str) -> RequiredPermission {
    let path = format!("keyspaces/{}/keys/{}", key.key_space.id, key.id);
    cx.at_path(&path, action)
}
