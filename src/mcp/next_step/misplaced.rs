//! What to do where an id was not found because it is one of another kind of thing.

use crate::backend::Failure;
use crate::dispatch::{Facts, Misplaced};

/// What to do next, where an id tells by its beginning that it cannot have been found.
pub(super) fn next_step(failure: &Failure, facts: &Facts) -> Option<String> {
    let is_not_found =
        matches!(failure, Failure::Refused { error, .. } if error.error.status == 404);
    let misplaced = facts.misplaced.filter(|_| is_not_found)?;
    let Misplaced { field, wanted, .. } = misplaced;
    let (what, instead) = match (misplaced.field, misplaced.sent) {
        ("keyId", None) => (
            "no id of a key",
            "if it is a key itself, keys_whoami tells its id.",
        ),
        ("roleId", None) => (
            "no id of a role",
            "if it is a role's name, permissions_get_role tells its id.",
        ),
        ("apiId", Some("key_")) => ("a key's id", "keys_get_key takes it."),
        ("keyId", Some("api_")) => ("an API's id", "apis_list_keys lists its keys."),
        (_, Some("ks_")) => (
            "a key space's id",
            "no tool takes one, so let the user say which API is meant.",
        ),
        (_, Some("api_")) => ("an API's id", ASK),
        (_, Some("id_")) => ("an identity's id", ASK),
        (_, Some("key_")) => ("a key's id", ASK),
        (_, Some("perm_")) => ("a permission's id", ASK),
        (_, Some("rl_")) => ("a rate limit's id", ASK),
        (_, Some("rlns_")) => ("a namespace's id", ASK),
        (_, Some("role_")) => ("a role's id", ASK),
        _ => return None,
    };
    Some(format!(
        "`{field}` is {what}: {instead} This tool takes an id that begins with `{wanted}`."
    ))
}

const ASK: &str = "let the user say which one is meant.";
