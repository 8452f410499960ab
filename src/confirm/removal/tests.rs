use serde_json::json;

use super::super::lookup::Unknown;
use super::*;

const NOW: i64 = 1_800_000_000_000;

fn facts(current: Result<Value, Unknown>, by_roles: Option<&[&str]>) -> Facts {
    let granted = by_roles.map(|slugs| slugs.iter().map(|slug| (*slug).to_owned()).collect());
    Facts {
        what: String::new(),
        name: String::new(),
        settings: Vec::new(),
        usage: Vec::new(),
        in_use: false,
        current,
        by_roles: granted,
    }
}

fn of(tool: &str, body: &Value, current: &Value) -> Vec<String> {
    let entry = unkey_tools::find(tool).unwrap();
    let facts = facts(Ok(current.clone()), Some(&[]));
    let mut told = taken(entry, body, &facts);
    told.extend(end(body, &facts, NOW));
    told
}

#[test]
fn what_is_only_added_or_kept_takes_nothing() {
    for (tool, body, current) in [
        (
            "keys_set_permissions",
            json!({"permissions": ["a", "b"]}),
            json!({"permissions": ["a"]}),
        ),
        ("keys_set_roles", json!({"roles": ["x"]}), json!({})),
        (
            "keys_remove_roles",
            json!({"roles": ["x"]}),
            json!({"roles": ["y"]}),
        ),
        (
            "keys_remove_permissions",
            json!({"permissions": ["x"]}),
            json!({"permissions": ["y"]}),
        ),
        (
            "permissions_set_role_permissions",
            json!({"permissions": ["a", "b"]}),
            json!({"permissions": [{"slug": "a"}]}),
        ),
        (
            "identities_update_identity",
            json!({"meta": {"plan": "pro", "seats": 3}, "ratelimits": [{"name": "r"}]}),
            json!({"meta": {"plan": "free"}, "ratelimits": [{"name": "r"}]}),
        ),
        (
            "keys_update_key",
            json!({
                "enabled": true, "name": null, "externalId": "acme", "meta": {"a": 1},
                "expires": null, "credits": {"remaining": 5}, "ratelimits": [], "roles": [],
                "permissions": [],
            }),
            json!({"enabled": true, "identity": {"externalId": "acme"}}),
        ),
        (
            "keys_update_key",
            json!({"expires": NOW + 30 * SOON}),
            json!({"enabled": true}),
        ),
        (
            "keys_update_credits",
            json!({"operation": "decrement", "value": 4}),
            json!({"credits": {"remaining": 5}}),
        ),
        (
            "keys_update_credits",
            json!({"operation": "set"}),
            json!({}),
        ),
    ] {
        assert_eq!(
            of(tool, &body, &current),
            Vec::<String>::new(),
            "{tool} {body}"
        );
    }
}

#[test]
fn what_goes_is_named() {
    for (tool, body, current, word) in [
        (
            "keys_set_permissions",
            json!({"permissions": []}),
            json!({"permissions": ["docs.read"]}),
            "docs.read",
        ),
        (
            "keys_remove_permissions",
            json!({"permissions": ["docs.read", "other"]}),
            json!({"permissions": ["docs.read"]}),
            "docs.read",
        ),
        (
            "keys_set_roles",
            json!({"roles": []}),
            json!({"roles": ["admin"]}),
            "admin",
        ),
        (
            "keys_remove_roles",
            json!({"roles": ["admin"]}),
            json!({"roles": ["admin"]}),
            "admin",
        ),
        (
            "permissions_set_role_permissions",
            json!({"permissions": []}),
            json!({"permissions": [{"slug": "docs.read"}]}),
            "docs.read",
        ),
        (
            "identities_update_identity",
            json!({"meta": {}}),
            json!({"meta": {"plan": "pro"}}),
            "plan",
        ),
        (
            "identities_update_identity",
            json!({"ratelimits": []}),
            json!({"ratelimits": [{"name": "requests"}]}),
            "requests",
        ),
    ] {
        let told = of(tool, &body, &current).join("\n");
        assert!(told.contains(word), "{tool} {body}: {told}");
    }
}

#[test]
fn what_an_update_takes_from_a_key_is_named() {
    for (tool, body, current, word) in [
        (
            "keys_update_key",
            json!({"enabled": false}),
            json!({"enabled": true}),
            "off",
        ),
        (
            "keys_update_key",
            json!({"enabled": true}),
            json!({"enabled": false}),
            "on again",
        ),
        (
            "keys_update_key",
            json!({"name": null}),
            json!({"name": "x"}),
            "name",
        ),
        (
            "keys_update_key",
            json!({"externalId": null}),
            json!({"identity": {"externalId": "acme"}}),
            "acme",
        ),
        (
            "keys_update_key",
            json!({"externalId": "other"}),
            json!({"identity": {"externalId": "acme"}}),
            "\"acme\" to \"other\"",
        ),
        (
            "keys_update_key",
            json!({"meta": null}),
            json!({"meta": {"plan": 1}}),
            "plan",
        ),
        (
            "keys_update_key",
            json!({"expires": null}),
            json!({"expires": NOW}),
            "without end",
        ),
        (
            "keys_update_key",
            json!({"expires": 1}),
            json!({}),
            "stops working 1970",
        ),
        (
            "keys_update_key",
            json!({"expires": NOW + 1000}),
            json!({"expires": NOW + SOON}),
            "stops",
        ),
    ] {
        let told = of(tool, &body, &current).join("\n");
        assert!(told.contains(word), "{tool} {body}: {told}");
    }
}

#[test]
fn credits_that_go_are_counted() {
    for (tool, body, current, word) in [
        (
            "keys_update_key",
            json!({"credits": null}),
            json!({"credits": {"remaining": 7, "refill": {"amount": 1}}}),
            "refill",
        ),
        (
            "keys_update_key",
            json!({"credits": {"remaining": 0}}),
            json!({"credits": {"remaining": 7}}),
            "last 7 uses",
        ),
        (
            "keys_update_key",
            json!({"credits": {"remaining": 0}}),
            json!({}),
            "no use left",
        ),
        (
            "keys_update_key",
            json!({"ratelimits": []}),
            json!({"ratelimits": [{"name": "requests"}]}),
            "requests",
        ),
        (
            "keys_update_credits",
            json!({"operation": "decrement", "value": 7}),
            json!({"credits": {"remaining": 7}}),
            "last 7 uses",
        ),
        (
            "keys_update_credits",
            json!({"operation": "set", "value": null}),
            json!({"credits": {"remaining": 7}}),
            "without limit",
        ),
        (
            "keys_update_credits",
            json!({"operation": "set", "value": 0}),
            json!({"credits": {"remaining": 7}}),
            "last 7 uses",
        ),
    ] {
        let told = of(tool, &body, &current).join("\n");
        assert!(told.contains(word), "{tool} {body}: {told}");
    }
}

#[test]
fn what_a_role_grants_too_is_not_taken() {
    let entry = unkey_tools::find("keys_set_permissions").unwrap();
    let current = json!({"permissions": ["a", "b"], "roles": ["x"]});
    let body = json!({"permissions": []});
    let told = |by_roles| taken(entry, &body, &facts(Ok(current.clone()), by_roles)).join("\n");
    assert!(told(Some(&["a", "b"])).is_empty());
    let some = told(Some(&["a"]));
    assert!(some.contains("\"b\"") && !some.contains("\"a\""), "{some}");
    assert!(told(None).contains("but for those that its roles grant"));
}

#[test]
fn what_cannot_be_looked_up_is_not_taken_for_nothing() {
    let entry = unkey_tools::find("keys_set_roles").unwrap();
    for unknown in [Unknown::Hidden, Unknown::Late, Unknown::Unread] {
        let told = taken(entry, &json!({"roles": ["x"]}), &facts(Err(unknown), None));
        assert!(told.concat().contains("not known"), "{told:?}");
    }
}
