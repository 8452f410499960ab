//! Stories of giving keys permissions and roles, and taking them away.

use crate::support::*;

const NO_KEY: &str = "unkey/data/key_not_found";
const FORBIDDEN: &str = "unkey/authorization/insufficient_permissions";
const NOT_FOUND: &str = "The specified key was not found.";

const ALL: [&str; 6] = [
    "keys.addPermissions",
    "keys.setPermissions",
    "keys.removePermissions",
    "keys.addRoles",
    "keys.setRoles",
    "keys.removeRoles",
];

/// What the operation calls its list.
fn list_of(endpoint: &str) -> &'static str {
    if endpoint.ends_with("Roles") {
        "roles"
    } else {
        "permissions"
    }
}

fn slugs(list: &Value) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["slug"]))
        .collect()
}

fn names(list: &Value) -> Vec<String> {
    list.as_array()
        .unwrap()
        .iter()
        .map(|item| text(&item["name"]))
        .collect()
}

fn permissions(world: &World, endpoint: &str, key_id: &str, wanted: &[&str]) -> Vec<String> {
    slugs(&world.ok(endpoint, json!({"keyId": key_id, "permissions": wanted})))
}

fn roles(world: &World, endpoint: &str, key_id: &str, wanted: &[&str]) -> Vec<String> {
    names(&world.ok(endpoint, json!({"keyId": key_id, "roles": wanted})))
}

fn new_role(world: &World, name: &str) {
    world.ok("permissions.createRole", json!({"name": name}));
}

#[test]
fn added_permissions_join_those_there_are() {
    let world = World::new();
    let key = world.key(
        &world.api(),
        json!({"permissions": ["docs.write", "docs.delete"]}),
    );
    let wanted = ["docs.read", "docs.write", "audit.read", "docs.read"];
    let all = permissions(&world, "keys.addPermissions", &key.id, &wanted);
    // Those it had by slug, then the new ones.
    assert_eq!(
        all,
        ["docs.delete", "docs.write", "docs.read", "audit.read"]
    );
    let again = permissions(&world, "keys.addPermissions", &key.id, &["docs.read"]);
    assert_eq!(
        again,
        ["audit.read", "docs.delete", "docs.read", "docs.write"]
    );
    assert_eq!(
        world.code(&key.key, json!({"permissions": "audit.read"})),
        "VALID"
    );
}

#[test]
fn an_added_permission_that_is_new_is_named_as_its_slug() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    let body = json!({"keyId": key.id, "permissions": ["docs:*"]});
    let made = world.ok("keys.addPermissions", body)[0].clone();
    let id = text(&made["id"]);
    assert_eq!(made, json!({"id": id, "name": "docs:*", "slug": "docs:*"}));
    assert_eq!(
        world.ok("permissions.getPermission", json!({"permission": id})),
        made
    );
}

#[test]
fn set_permissions_are_exactly_those_that_were_sent() {
    let world = World::new();
    let key = world.key(
        &world.api(),
        json!({"permissions": ["docs.read", "docs.write"]}),
    );
    let set = permissions(
        &world,
        "keys.setPermissions",
        &key.id,
        &["docs.write", "docs.audit"],
    );
    assert_eq!(set, ["docs.audit", "docs.write"]);
    assert_eq!(
        world.code(&key.key, json!({"permissions": "docs.read"})),
        "INSUFFICIENT_PERMISSIONS"
    );
    assert!(permissions(&world, "keys.setPermissions", &key.id, &[]).is_empty());
    // The permissions themselves stay.
    world.ok(
        "permissions.getPermission",
        json!({"permission": "docs.audit"}),
    );
}

#[test]
fn removed_permissions_no_longer_count() {
    let world = World::new();
    let key = world.key(
        &world.api(),
        json!({"permissions": ["docs.read", "docs.write"]}),
    );
    let left = permissions(&world, "keys.removePermissions", &key.id, &["docs.read"]);
    assert_eq!(left, ["docs.write"]);
    assert_eq!(
        world.code(&key.key, json!({"permissions": "docs.read"})),
        "INSUFFICIENT_PERMISSIONS"
    );
    // Removing it again is no mistake, as long as the permission exists.
    let left = permissions(&world, "keys.removePermissions", &key.id, &["docs.read"]);
    assert_eq!(left, ["docs.write"]);
}

#[test]
fn removing_a_permission_that_does_not_exist_removes_nothing() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"permissions": ["docs.read"]}));
    for slug in ["docs.none", "Docs.Read"] {
        let body = json!({"keyId": key.id, "permissions": ["docs.read", slug]});
        world.call("keys.removePermissions", body).is(
            404,
            "unkey/data/permission_not_found",
            &format!("Permission '{slug}' was not found."),
        );
    }
    assert_eq!(
        world.code(&key.key, json!({"permissions": "docs.read"})),
        "VALID"
    );
}

#[test]
fn a_slug_in_other_letter_case_clashes_with_the_one_there_is() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"permissions": ["docs.read"]}));
    for (endpoint, slug) in [
        ("keys.addPermissions", "Docs.Read".to_owned()),
        ("keys.setPermissions", "Docs.Read".to_owned()),
    ] {
        let reply = world.call(endpoint, json!({"keyId": key.id, "permissions": [slug]}));
        let error = &reply.body["error"];
        assert_eq!(reply.status, 500, "{}", reply.body);
        assert_eq!(
            error["type"],
            "https://unkey.com/docs/errors/unkey/application/service_unavailable"
        );
    }
    assert_eq!(world.verify(&key.key)["permissions"], json!(["docs.read"]));
}

#[test]
fn who_may_not_create_permissions_may_only_add_those_there_are() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    world.ok(
        "permissions.createPermission",
        json!({"name": "Read", "slug": "docs.read"}),
    );
    let helper = world.with_permissions(&[
        "api.*.update_key",
        "rbac.*.add_permission_to_key",
        "rbac.*.remove_permission_from_key",
    ]);
    for endpoint in ["keys.addPermissions", "keys.setPermissions"] {
        let body = json!({"keyId": key.id, "permissions": ["docs.read", "docs.new"]});
        let reply = helper.call(endpoint, body);
        assert_eq!(reply.status, 403);
        let detail = text(&reply.body["error"]["detail"]);
        assert!(
            detail.contains(": rbac.*.create_permission or "),
            "{detail}"
        );
        assert!(world.verify(&key.key).get("permissions").is_none());
    }
    let all = permissions(&helper, "keys.addPermissions", &key.id, &["docs.read"]);
    assert_eq!(all, ["docs.read"]);
}

#[test]
fn roles_are_added_set_and_removed_by_name() {
    let world = World::new();
    for name in ["viewer", "editor", "admin"] {
        new_role(&world, name);
    }
    let key = world.key(&world.api(), json!({"roles": ["viewer"]}));
    let all = roles(
        &world,
        "keys.addRoles",
        &key.id,
        &["editor", "viewer", "admin", "editor"],
    );
    assert_eq!(all, ["viewer", "editor", "admin"]);
    assert_eq!(
        world.verify(&key.key)["roles"],
        json!(["admin", "editor", "viewer"])
    );
    let left = roles(&world, "keys.removeRoles", &key.id, &["editor", "editor"]);
    assert_eq!(left, ["admin", "viewer"]);
    let left = roles(&world, "keys.removeRoles", &key.id, &["editor"]);
    assert_eq!(left, ["admin", "viewer"]);
    let set = roles(
        &world,
        "keys.setRoles",
        &key.id,
        &["editor", "admin", "editor"],
    );
    assert_eq!(set, ["admin", "editor"]);
    assert!(roles(&world, "keys.setRoles", &key.id, &[]).is_empty());
    assert!(world.verify(&key.key).get("roles").is_none());
}

#[test]
fn a_role_that_does_not_exist_changes_nothing() {
    let world = World::new();
    new_role(&world, "editor");
    let id = text(&world.ok("permissions.getRole", json!({"role": "editor"}))["id"]);
    let key = world.key(&world.api(), json!({"roles": ["editor"]}));
    for endpoint in ["keys.addRoles", "keys.setRoles", "keys.removeRoles"] {
        // Not by id, and not in other letter case.
        for name in ["none", "Editor", id.as_str()] {
            let reply = world.call(
                endpoint,
                json!({"keyId": key.id, "roles": ["editor", name]}),
            );
            let detail = format!("Role '{name}' was not found.");
            reply.is(404, "unkey/data/role_not_found", &detail);
        }
    }
    assert_eq!(world.verify(&key.key)["roles"], json!(["editor"]));
}

#[test]
fn each_operation_names_what_its_caller_lacks() {
    let world = World::new();
    let api = world.api();
    new_role(&world, "editor");
    let key = world.key(
        &api,
        json!({"permissions": ["docs.read"], "roles": ["editor"]}),
    );
    let more = [
        ("keys.addPermissions", vec!["add_permission_to_key"]),
        (
            "keys.setPermissions",
            vec!["add_permission_to_key", "remove_permission_from_key"],
        ),
        ("keys.removePermissions", vec!["remove_permission_from_key"]),
        ("keys.addRoles", vec!["add_role_to_key"]),
        ("keys.setRoles", vec![]),
        ("keys.removeRoles", vec![]),
    ];
    for (endpoint, more) in more {
        let wanted = if endpoint.ends_with("Roles") {
            "editor"
        } else {
            "docs.read"
        };
        let body = json!({"keyId": key.id, list_of(endpoint): [wanted]});
        let mut held = vec!["api.*.read_key".to_owned()];
        let mut wanted = vec![format!("api.*.update_key or api.{api}.update_key")];
        wanted.extend(more.iter().map(|grant| format!("rbac.*.{grant}")));
        let detail = format!(
            "Missing one of these permissions: {} or {}#update_key",
            wanted.join(" and "),
            world.path_of(&key.id)
        );
        let caller = |held: &[String]| {
            let held: Vec<&str> = held.iter().map(String::as_str).collect();
            world.with_permissions(&held)
        };
        caller(&held)
            .call(endpoint, body.clone())
            .is(403, FORBIDDEN, &detail);
        held.push(format!("api.{api}.update_key"));
        for grant in more {
            caller(&held)
                .call(endpoint, body.clone())
                .is(403, FORBIDDEN, &detail);
            held.push(format!("rbac.*.{grant}"));
        }
        caller(&held).ok(endpoint, body);
    }
}

#[test]
fn a_key_that_is_gone_is_not_found_before_anything_else() {
    let world = World::new();
    let api = world.api();
    let key = world.key(&api, json!({}));
    world.ok("keys.deleteKey", json!({"keyId": key.id}));
    let stranger = world.with_permissions(&[]);
    for endpoint in ALL {
        for id in [key.id.as_str(), "key_none"] {
            let body = json!({"keyId": id, list_of(endpoint): ["abc"]});
            stranger.call(endpoint, body).is(404, NO_KEY, NOT_FOUND);
        }
    }
}

#[test]
fn an_empty_list_only_sets() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    for endpoint in ALL {
        let list = list_of(endpoint);
        let reply = world.call(endpoint, json!({"keyId": key.id, list: []}));
        if endpoint.contains("set") {
            assert_eq!(reply.body["data"], json!([]));
            continue;
        }
        assert_eq!(reply.status, 400);
        let error = &reply.body["error"]["errors"][0];
        assert_eq!(error["message"], "minItems: got 0, want 1");
        assert_eq!(error["location"], format!("/properties/{list}/minItems"));
    }
}

#[test]
fn disabled_and_expired_keys_can_be_changed() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"enabled": false, "expires": 1}));
    let all = permissions(&world, "keys.addPermissions", &key.id, &["docs.read"]);
    assert_eq!(all, ["docs.read"]);
}
