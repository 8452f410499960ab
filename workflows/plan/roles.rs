//! What roles grant: a key's permissions are told together with those of its roles.

use std::collections::BTreeMap;

use unkey_tools::types::{Key, Role};

/// The permissions of each role, by the role's name; nothing where they cannot be read.
#[derive(Clone, Debug, Default)]
pub(crate) struct RolePermissions(Option<BTreeMap<String, Vec<String>>>);

impl RolePermissions {
    /// Those of `roles`, which are all there are.
    pub(crate) fn of(roles: impl IntoIterator<Item = Role>) -> Self {
        let each = roles.into_iter().map(|role| {
            let slugs = role.permissions.unwrap_or_default();
            (role.name, slugs.into_iter().map(|one| one.slug).collect())
        });
        Self(Some(each.collect()))
    }

    /// Whether there is a role of that name; `None` where that is not known.
    pub(crate) fn has(&self, role: &str) -> Option<bool> {
        self.0.as_ref().map(|roles| roles.contains_key(role))
    }

    /// Whether they are known.
    pub(crate) const fn is_known(&self) -> bool {
        self.0.is_some()
    }

    /// Whether one of the key's roles grants `slug`.
    pub(crate) fn grant(&self, key: &Key, slug: &str) -> bool {
        let Some(roles) = &self.0 else {
            return false;
        };
        let mut granted = key
            .roles
            .iter()
            .flatten()
            .filter_map(|role| roles.get(role))
            .flatten();
        granted.any(|one| one == slug)
    }

    /// The permissions of the key that no role of it grants: those that are its own. One that it has
    /// both ways is left out, and missed by nobody as long as it has the role.
    pub(crate) fn own(&self, key: &Key) -> Vec<String> {
        let all = key.permissions.iter().flatten();
        all.filter(|slug| !self.grant(key, slug)).cloned().collect()
    }
}
