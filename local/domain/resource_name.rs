//! Permissions that name a resource by its path: `unkey:v1:<workspace>:<path>#<action>`.
//!
//! They stand beside the dotted ones, such as `api.*.read_key`, which are compared as text. These
//! are patterns: `*` stands for one part of a path, `**` at its end for whatever is there and below.

use unkey_tools::nearest::nearest;

/// What each of them begins with.
pub(crate) const PREFIX: &str = "unkey:v1:";

/// What operations ask for: a path, and what may be done there. A part that ends in `_` is the
/// beginning of any id; `*` is asked for as it stands, so that no id does instead.
const KNOWN: &[(&str, &[&str])] = &[
    ("keyspaces/ks_", &["create_key", "read_keyspace"]),
    (
        "keyspaces/ks_/keys/key_",
        &[
            "decrypt_key",
            "delete_key",
            "read_key",
            "update_key",
            "verify_key",
        ],
    ),
    (
        "keyspaces/ks_/keys/*",
        &["decrypt_key", "encrypt_key", "read_key"],
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
        KNOWN.iter().any(|(path, actions)| {
            (self.action == "*" || actions.contains(&self.action))
                && is_within(path, self.path, meets)
        })
    }

    /// The permission for that action, or the one with the nearest name, that allows something: with
    /// the ids of this one, where they can stand.
    pub fn instead(&self) -> Option<String> {
        let actions = || {
            KNOWN
                .iter()
                .flat_map(|(_, actions)| actions.iter().copied())
        };
        let action = actions()
            .find(|action| *action == self.action)
            .or_else(|| nearest(self.action, actions()))?;
        // The last is the widest.
        let (path, _) = KNOWN
            .iter()
            .rfind(|(_, actions)| actions.contains(&action))?;
        let mut held = self.path.split('/');
        let parts = path.split('/').map(|known| match held.next() {
            Some(held) if held != "**" && meets(held, known) => held,
            _ if known.ends_with('_') => "*",
            _ => known,
        });
        let path = parts.collect::<Vec<_>>().join("/");
        Some(format!("{PREFIX}{}:{path}#{action}", self.workspace))
    }
}

/// Whether a part of a path that is held allows some of what the part `known` of the list stands for.
fn meets(held: &str, known: &str) -> bool {
    held == "*" || held == known || (known.ends_with('_') && held.starts_with(known))
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
            (
                "unkey:v1:ws_1:rbac/permissions/perm_1#create_permission",
                false,
            ),
            ("unkey:v1:ws_1:rbac/**#create_permission", true),
            ("unkey:v1:ws_1:projects/*/identities/*#read_identity", true),
            ("unkey:v1:ws_1:projects/*/identities/**#read_identity", true),
            (
                "unkey:v1:ws_1:projects/proj_1/identities/*#read_identity",
                false,
            ),
            (
                "unkey:v1:ws_1:projects/*/identities/id_1#read_identity",
                false,
            ),
            ("unkey:v1:ws_1:projects/proj_1/**#read_identity", false),
            ("unkey:v1:ws_1:*/identities/**#read_identity", false),
            ("unkey:v1:ws_1:keyspaces/ks_1/keys/*#encrypt_key", true),
            ("unkey:v1:ws_1:keyspaces/ks_1/keys/key_1#encrypt_key", false),
            ("unkey:v1:ws_1:keyspaces/ks_1/keys/key_1#decrypt_key", true),
            ("unkey:v1:ws_1:keyspaces/api_1/keys/*#read_key", false),
            ("unkey:v1:ws_1:keyspaces/ks_1/keys/id_1#read_key", false),
            ("unkey:v1:ws_1:*/*/*/*#read_key", true),
            ("unkey:v1:ws_1:apis/api_1#read_api", false),
        ] {
            let name = ResourceName::parse(held).unwrap();
            assert_eq!(name.allows_something(), allows, "{held}");
        }
    }

    #[test]
    fn what_allows_nothing_has_a_permission_beside_it_that_allows_something() {
        for (held, instead) in [
            (
                "projects/proj_1/identities/*#read_identity",
                "projects/*/identities/*#read_identity",
            ),
            (
                "projects/proj_1/**#read_identity",
                "projects/*/identities/*#read_identity",
            ),
            (
                "identities/**#read_identity",
                "projects/*/identities/*#read_identity",
            ),
            (
                "rbac/permissions/perm_1#create_permission",
                "rbac/permissions/*#create_permission",
            ),
            (
                "keyspaces/ks_1/keys/key_1#encrypt_key",
                "keyspaces/ks_1/keys/*#encrypt_key",
            ),
            (
                "keyspaces/ks_1#verify_key",
                "keyspaces/ks_1/keys/*#verify_key",
            ),
            (
                "keyspaces/api_1/keys/key_1#reed_key",
                "keyspaces/*/keys/*#read_key",
            ),
        ] {
            let held = format!("unkey:v1:ws_1:{held}");
            let name = ResourceName::parse(&held).unwrap();
            assert!(!name.allows_something(), "{held}");
            let found = name.instead().unwrap();
            assert_eq!(found, format!("unkey:v1:ws_1:{instead}"));
            assert!(ResourceName::parse(&found).unwrap().allows_something());
        }
        let other = ResourceName::parse("unkey:v1:ws_1:apis/api_1#fly").unwrap();
        assert_eq!(other.instead(), None);
    }
}
