//! Permissions of root keys, as an operator writes them.

use std::collections::BTreeSet;

use unkey_local::{EVERY_GRANT, Engine, OperatorError, ResourceName, supports};
use unkey_tools::CATALOGUE;
use unkey_tools::nearest::nearest;

/// The kinds of things that the engine has, and what the ids of each begin with.
const ID_PREFIXES: [(&str, &str); 4] = [
    ("api", "api_"),
    ("identity", "id_"),
    ("portal", "pc_"),
    ("ratelimit", "rlns_"),
];

/// The permissions that are meant, each once: `all` is every one there is.
///
/// A permission is compared literally when it is used, so a slip would be a root key that cannot do
/// what it was made for.
///
/// # Errors
/// A sentence about the first that does not exist, with the nearest that does.
pub(crate) fn permissions(written: &[String]) -> Result<Vec<String>, String> {
    let mut meant = BTreeSet::new();
    for text in written.iter().map(|text| text.trim()) {
        if text == "all" {
            meant.extend(EVERY_GRANT.iter().map(|&grant| grant.to_owned()));
        } else if !text.is_empty() {
            check(text)?;
            meant.insert(text.to_owned());
        }
    }
    if meant.is_empty() {
        return Err("name a permission, or `all`".to_owned());
    }
    Ok(meant.into_iter().collect())
}

/// Sentences about those of `permissions` that allow nothing in `engine`, at least not now. `all` is
/// meant for what is to come too.
///
/// # Errors
/// Where the engine cannot be read.
pub(super) fn idle(engine: &Engine, permissions: &[String]) -> Result<Vec<String>, OperatorError> {
    if permissions.len() >= EVERY_GRANT.len() {
        return Ok(Vec::new());
    }
    let mut known: BTreeSet<String> = BTreeSet::new();
    known.extend(engine.known_apis()?.into_iter().map(|api| api.id));
    known.extend(engine.known_namespaces()?.into_iter().map(|space| space.id));
    let idle = permissions.iter().filter_map(|text| {
        let (kind, resource, action) = parts(text)?;
        if !is_asked_for(&format!("{kind}.*.{action}")) {
            return Some(format!(
                "`{text}` allows nothing: no operation of the embedded engine asks for it"
            ));
        }
        let is_missing =
            resource != "*" && ["api", "ratelimit"].contains(&kind) && !known.contains(resource);
        is_missing.then(|| format!("`{text}` allows nothing now: there is no `{resource}`"))
    });
    Ok(idle.collect())
}

/// Whether an operation that the engine carries out asks for that permission.
fn is_asked_for(grant: &str) -> bool {
    CATALOGUE
        .iter()
        .filter(|entry| supports(entry.endpoint))
        .flat_map(|entry| entry.grants)
        .any(|asked| asked.to_string() == grant)
}

fn check(text: &str) -> Result<(), String> {
    if text.starts_with("unkey:") {
        return check_path(text);
    }
    let Some((kind, resource, action)) = parts(text) else {
        return Err(unknown(text, nearest(text, EVERY_GRANT.iter().copied())));
    };
    let everywhere = format!("{kind}.*.{action}");
    if !EVERY_GRANT.contains(&everywhere.as_str()) {
        let meant = nearest(&everywhere, EVERY_GRANT.iter().copied());
        let meant = meant.map(|grant| match parts(grant) {
            Some((kind, _, action)) if !workspace_only(grant) => {
                format!("{kind}.{resource}.{action}")
            }
            _ => grant.to_owned(),
        });
        return Err(unknown(text, meant.as_deref()));
    }
    if resource == "*" {
        return Ok(());
    }
    let why = if workspace_only(&everywhere) {
        "this one exists for the whole workspace only".to_owned()
    } else {
        match ID_PREFIXES.iter().find(|(known, _)| *known == kind) {
            Some((_, prefix)) if resource.starts_with(prefix) => return Ok(()),
            Some((_, prefix)) => format!("it takes an id, which begins with `{prefix}`"),
            None => "the embedded engine has none of these".to_owned(),
        }
    };
    Err(format!(
        "`{text}` would allow nothing: {why}; write `{everywhere}`"
    ))
}

/// A permission that names what it is for by a path.
fn check_path(text: &str) -> Result<(), String> {
    let Some(name) = ResourceName::parse(text) else {
        return Err(format!(
            "`{text}` is no permission; one with a path looks like \
             `unkey:v1:ws_xxxx:keyspaces/ks_xxxx/keys/*#read_key`, as errors with 403 name them"
        ));
    };
    if name.allows_something() {
        return Ok(());
    }
    let instead = name.instead();
    let instead = instead.map(|instead| format!("; write `{instead}`"));
    Err(format!(
        "`{text}` would allow nothing: no operation of the embedded engine asks for that action on \
         that path{}",
        instead.unwrap_or_default()
    ))
}

/// `kind.resource.action`.
fn parts(text: &str) -> Option<(&str, &str, &str)> {
    let (kind, rest) = text.split_once('.')?;
    let (resource, action) = rest.split_once('.')?;
    let is_id = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-');
    let fits = resource == "*" || (!resource.is_empty() && resource.chars().all(is_id));
    fits.then_some((kind, resource, action))
}

/// Whether no operation accepts the form for one resource.
fn workspace_only(grant: &str) -> bool {
    let mut asked = CATALOGUE
        .iter()
        .flat_map(|entry| entry.grants)
        .filter(|asked| asked.to_string() == grant)
        .peekable();
    // What no operation asks for yet follows its kind: `rbac` has no form for one resource.
    if asked.peek().is_none() {
        return grant.starts_with("rbac.");
    }
    asked.all(|asked| !asked.scoped())
}

fn unknown(text: &str, meant: Option<&str>) -> String {
    match meant {
        Some(meant) => format!("there is no permission `{text}`; did you mean `{meant}`?"),
        None => format!(
            "there is no permission `{text}`; they look like `api.*.create_key`, and \
             `unkey-mcp tools` shows what each tool asks for"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<String>, String> {
        permissions(&[text.to_owned()])
    }

    #[test]
    fn permissions_that_exist_are_taken_for_all_resources_and_for_one() {
        for text in [
            "api.*.create_key",
            "api.api_123.read_key",
            "ratelimit.rlns_1.limit",
            "identity.id_1.read_identity",
            "rbac.*.create_role",
            "api.*.update_api",
        ] {
            assert_eq!(read(text).unwrap(), [text]);
        }
    }

    #[test]
    fn a_slip_is_answered_with_what_was_probably_meant() {
        for (text, meant) in [
            ("api.*.creat_key", "`api.*.create_key`"),
            ("api.api_1.reed_key", "`api.api_1.read_key`"),
            ("api.create_key", "`api.*.create_key`"),
            ("rbac.role_1.create_rol", "`rbac.*.create_role`"),
        ] {
            let why = read(text).unwrap_err();
            assert!(why.contains(text) && why.contains(meant), "{why}");
        }
        assert!(read("everything").unwrap_err().contains("unkey-mcp tools"));
        assert!(read("").unwrap_err().contains("`all`"));
    }

    #[test]
    fn what_exists_for_the_whole_workspace_only_is_refused_for_one_resource() {
        for text in ["rbac.role_1.create_role", "rbac.role_1.update_role"] {
            assert!(read(text).unwrap_err().contains("whole workspace"));
        }
    }

    #[test]
    fn what_is_no_id_of_its_kind_is_refused_with_what_would_do() {
        for (text, why) in [
            ("portal.local.create_portal_session", "begins with `pc_`"),
            ("api.keys.read_key", "begins with `api_`"),
            ("ratelimit.mails.limit", "begins with `rlns_`"),
            ("identity.user_1.read_identity", "begins with `id_`"),
            ("project.proj_1.create_app", "has none of these"),
        ] {
            let refusal = read(text).unwrap_err();
            let (kind, _, action) = parts(text).unwrap();
            let instead = format!("write `{kind}.*.{action}`");
            assert!(refusal.contains("would allow nothing"), "{refusal}");
            assert!(refusal.contains(why), "{refusal}");
            assert!(refusal.ends_with(&instead), "{refusal}");
            assert!(read(&format!("{kind}.*.{action}")).is_ok());
        }
    }

    #[test]
    fn a_permission_with_a_path_is_taken_where_an_operation_asks_for_it() {
        for text in [
            "unkey:v1:ws_1:keyspaces/ks_1/keys/*#verify_key",
            "unkey:v1:ws_1:**#*",
        ] {
            assert_eq!(read(text).unwrap(), [text]);
        }
        for (text, why) in [
            ("unkey:v2:ws_1:**#*", "looks like"),
            ("unkey:v1:ws_1:keyspaces/ks_1/keys/key_1", "looks like"),
            (
                "unkey:v1:ws_1:keyspaces/ks_1#verify_key",
                "would allow nothing",
            ),
            (
                "unkey:v1:ws_1:projects/proj_1/identities/*#read_identity",
                "write `unkey:v1:ws_1:projects/*/identities/*#read_identity`",
            ),
        ] {
            let refusal = read(text).unwrap_err();
            assert!(refusal.contains(why), "{refusal}");
        }
    }

    #[test]
    fn all_is_every_permission_once() {
        let all = permissions(&["all".to_owned(), "api.*.read_key".to_owned()]).unwrap();
        assert_eq!(all, EVERY_GRANT);
    }
}
