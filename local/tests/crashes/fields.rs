//! What a key looks like after its `n`th change: everything about it says `n`, so that a change
//! that was half made shows.

use crate::support::*;

/// The roles that keys have.
pub(super) const ROLES: [&str; 3] = ["role0", "role1", "role2"];

/// The fields of a request that make a key look so.
pub(super) fn fields_of(n: u64) -> Value {
    let limit =
        |name: &str| json!({"name": name, "limit": n + 1, "duration": MINUTE, "autoApply": false});
    json!({
        "name": format!("n{n}"),
        "meta": {"n": n},
        "externalId": format!("owner{}", n % 5),
        "expires": NOON + DAY + i64::try_from(n).unwrap(),
        "ratelimits": [limit("first"), limit("second")],
        "permissions": [format!("read.{}", n % 7), format!("write.{}", n % 7)],
        "roles": [ROLES[usize::try_from(n % 3).unwrap()]],
    })
}

/// Which `n` a key looks like, as `keys.getKey` shows it.
#[track_caller]
pub(super) fn recognise(shown: &Value) -> u64 {
    let n = shown["meta"]["n"].as_u64().unwrap();
    let mut seen = shown.clone();
    let mut permissions: Vec<String> = list(&seen["permissions"]).map(text).collect();
    permissions.sort();
    seen["permissions"] = json!(permissions);
    let mut limits = list(&seen["ratelimits"]).cloned().collect::<Vec<_>>();
    limits.sort_by_key(|limit| text(&limit["name"]));
    for limit in &mut limits {
        limit.as_object_mut().unwrap().remove("id");
    }
    seen["ratelimits"] = json!(limits);
    seen["externalId"] = seen["identity"]["externalId"].clone();
    for (field, wanted) in fields_of(n).as_object().unwrap() {
        assert_eq!(seen[field], *wanted, "half made: {shown}");
    }
    n
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().unwrap().iter()
}
