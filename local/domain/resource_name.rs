//! Permissions that name a resource by its path: `unkey:v1:<workspace>:<path>#<action>`.
//!
//! They stand beside the dotted ones, such as `api.*.read_key`, which are compared as text. These
//! are patterns: `*` stands for one part of a path, `**` at its end for whatever is there and below.

/// What each of them begins with.
pub(crate) const PREFIX: &str = "unkey:v1:";

/// What can be named: a path, with `*` for each id, and what may be done there.
const KNOWN: &[(&str, &[&str])] = &[
    ("keyspaces/*", &["create_key", "read_keyspace"]),
    (
        "keyspaces/*/keys/*",
        &[
            "decrypt_key",
            "delete_key",
            "encrypt_key",
            "read_key",
            "update_key",
            "verify_key",
        ],
    ),
    (
        "projects/*/identities/*",
        &[
            "create_identity",
            "delete_identity",
            "read_identity",
            "update_identity",
        ],
    ),
    ("rbac/permissions/*", &["create_permission"]),
];

/// A permission in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResourceName<'a> {
    /// The id of the workspace.
    pub workspace: &'a str,
    path: &'a str,
    action: &'a str,
}

impl<'a> ResourceName<'a> {
    /// The parts of a permission; none where it does not have the form.
    pub fn parse(permission: &'a str) -> Option<Self> {
        let (workspace, rest) = permission.strip_prefix(PREFIX)?.split_once(':')?;
        let (path, action) = rest.split_once('#')?;
        let name = Self {
            workspace,
            path,
            action,
        };
        let is_id = |text: &str| {
            let fits = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
            !text.is_empty() && text.chars().all(fits)
        };
        let parts = || path.split('/');
        let above = parts().count().saturating_sub(1);
        let well_formed = is_id(workspace)
            && parts().take(above).all(|part| part == "*" || is_id(part))
            && parts().all(|part| matches!(part, "*" | "**") || is_id(part))
            && (is_id(action) || (action == "*" && path == "**"));
        well_formed.then_some(name)
    }

    /// Whether who holds this permission has `wanted`.
    pub(crate) fn covers(&self, wanted: &Self) -> bool {
        self.workspace == wanted.workspace
            && (self.action == "*" || self.action == wanted.action)
            && is_within(wanted.path, self.path, |held, wanted| {
                held == "*" || held == wanted
            })
    }

    /// Whether an operation asks for something that this permission covers.
    pub fn allows_something(&self) -> bool {
        // An id covers some of what `*` stands for in the list.
        let meets = |held: &str, known: &str| held == "*" || known == "*" || held == known;
        KNOWN.iter().any(|(path, actions)| {
            (self.action == "*" || actions.contains(&self.action))
                && is_within(path, self.path, meets)
        })
    }
}

/// Whether `path` is what `pattern` says, where `same` compares two parts.
fn is_within(path: &str, pattern: &str, same: impl Fn(&str, &str) -> bool) -> bool {
    let (pattern, with_descendants) = match pattern.strip_suffix("**") {
        Some(above) => (above.trim_end_matches('/'), true),
        None => (pattern, false),
    };
    let mut path = path.split('/');
    let mut held = pattern.split('/').filter(|part| !part.is_empty());
    held.all(|held| path.next().is_some_and(|part| same(held, part)))
        && (with_descendants || path.next().is_none())
}

/// Whether the permission `held` covers the permission `wanted`, both with paths.
pub(crate) fn covers(held: &str, wanted: &str) -> bool {
    match (ResourceName::parse(held), ResourceName::parse(wanted)) {
        (Some(held), Some(wanted)) => held.covers(&wanted),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "unkey:v1:ws_1:keyspaces/ks_1/keys/key_1#read_key";
    const EVERY_KEY: &str = "unkey:v1:ws_1:keyspaces/ks_1/keys/*#read_key";

    #[test]
    fn a_star_is_one_part_and_two_are_all_that_follow() {
        for held in [
            KEY,
            EVERY_KEY,
            "unkey:v1:ws_1:keyspaces/*/keys/key_1#read_key",
            "unkey:v1:ws_1:keyspaces/*/keys/*#read_key",
            "unkey:v1:ws_1:keyspaces/ks_1/**#read_key",
            "unkey:v1:ws_1:keyspaces/ks_1/keys/key_1/**#read_key",
            "unkey:v1:ws_1:**#read_key",
            "unkey:v1:ws_1:**#*",
        ] {
            assert!(covers(held, KEY), "{held}");
        }
        for held in [
            "unkey:v1:ws_2:keyspaces/ks_1/keys/key_1#read_key",
            "unkey:v1:ws_1:keyspaces/ks_1/keys/key_1#verify_key",
            "unkey:v1:ws_1:keyspaces/ks_1/keys/KEY_1#read_key",
            "unkey:v1:ws_1:keyspaces/ks_1#read_key",
            "unkey:v1:ws_1:keyspaces/ks_1/*#read_key",
            "unkey:v1:ws_1:keyspaces/ks_1/keys/*#*",
            "unkey:v1:ws_1:**/keys/key_1#read_key",
            "unkey:v1:*:**#*",
            "api.*.read_key",
        ] {
            assert!(!covers(held, KEY), "{held}");
        }
    }

    #[test]
    fn what_is_wanted_for_every_key_is_not_had_with_one() {
        assert!(!covers(KEY, EVERY_KEY));
        assert!(covers(
            "unkey:v1:ws_1:keyspaces/*/keys/*#read_key",
            EVERY_KEY
        ));
    }

    #[test]
    fn what_no_operation_asks_for_allows_nothing() {
        for (held, allows) in [
            (KEY, true),
            ("unkey:v1:ws_1:**#*", true),
            ("unkey:v1:ws_1:keyspaces/**#create_key", true),
            ("unkey:v1:ws_1:keyspaces/ks_1#read_key", false),
            ("unkey:v1:ws_1:keyspaces/ks_1/keys/key_1#reed_key", false),
            ("unkey:v1:ws_1:rbac/permissions/*#create_permission", true),
            ("unkey:v1:ws_1:apis/api_1#read_api", false),
        ] {
            let name = ResourceName::parse(held).unwrap();
            assert_eq!(name.allows_something(), allows, "{held}");
        }
    }
}
