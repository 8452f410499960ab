//! Stories of permissions and roles.

use crate::support::*;

const CONFLICT: &str = "unkey/data/permission_already_exists";
const NO_PERMISSION: &str = "unkey/data/permission_not_found";
const NO_ROLE: &str = "unkey/data/role_not_found";
const FORBIDDEN: &str = "unkey/authorization/insufficient_permissions";

fn permission(world: &World, slug: &str) -> String {
    let body = json!({"name": "Read", "slug": slug});
    text(&world.ok("permissions.createPermission", body)["permissionId"])
}

fn role(world: &World, name: &str) -> String {
    text(&world.ok("permissions.createRole", json!({"name": name}))["roleId"])
}

#[test]
fn a_permission_is_read_by_its_id_and_by_its_slug() {
    let world = World::new();
    let body = json!({"name": "Read docs", "slug": "docs.read", "description": "All of them"});
    let id = text(&world.ok("permissions.createPermission", body)["permissionId"]);
    assert!(id.starts_with("perm_"));
    let shown = json!({
        "id": id, "name": "Read docs", "slug": "docs.read", "description": "All of them"
    });
    for by in [id.as_str(), "docs.read", "DOCS.Read"] {
        let found = world.ok("permissions.getPermission", json!({"permission": by}));
        assert_eq!(found, shown, "{by}");
    }
}

#[test]
fn an_empty_description_is_none() {
    let world = World::new();
    let body = json!({"name": "Read", "slug": "docs.read", "description": ""});
    world.ok("permissions.createPermission", body);
    let found = world.ok(
        "permissions.getPermission",
        json!({"permission": "docs.read"}),
    );
    assert!(found.get("description").is_none());
    world.ok(
        "permissions.createRole",
        json!({"name": "editor", "description": ""}),
    );
    let found = world.ok("permissions.getRole", json!({"role": "editor"}));
    assert!(found.get("description").is_none());
}

#[test]
fn a_slug_is_taken_in_every_letter_case_and_a_name_never() {
    let world = World::new();
    permission(&world, "docs.read");
    let again = json!({"name": "Read", "slug": "Docs.Read"});
    world.call("permissions.createPermission", again).is(
        409,
        CONFLICT,
        "A permission with slug 'Docs.Read' already exists in this workspace",
    );
    permission(&world, "docs.write");
}

#[test]
fn a_slug_has_some_letters_and_up_to_128_of_them() {
    let world = World::new();
    let long = |letters: usize| "x".repeat(letters);
    for slug in ["docs:read", "*", "1", &long(128)] {
        let id = permission(&world, slug);
        let found = world.ok("permissions.getPermission", json!({"permission": slug}));
        assert_eq!(found["id"], json!(id));
    }
    let key = world.key(&world.api(), json!({}));
    for slug in ["docs read", "größe", "a/b", "", &long(129)] {
        let body = json!({"name": "Read", "slug": slug});
        let reply = world.call("permissions.createPermission", body);
        assert_eq!(reply.status, 400, "{slug}");
        let body = json!({"keyId": key.id, "permissions": [slug]});
        for endpoint in ["keys.addPermissions", "keys.updateKey"] {
            assert_eq!(world.call(endpoint, body.clone()).status, 400, "{slug}");
        }
    }
}

#[test]
fn a_name_of_a_role_is_any_text_of_up_to_128_letters() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    for name in ["Chef de rédaction", "1", &"x".repeat(128)] {
        let id = role(&world, name);
        let found = world.ok("permissions.getRole", json!({"role": name}));
        assert_eq!(found["id"], json!(id));
        world.ok("keys.addRoles", json!({"keyId": key.id, "roles": [name]}));
    }
    for name in [String::new(), "x".repeat(129)] {
        let reply = world.call("permissions.createRole", json!({"name": name}));
        assert_eq!(reply.status, 400, "{name}");
    }
}

#[test]
fn a_permission_that_is_gone_is_not_found() {
    let world = World::new();
    permission(&world, "docs.read");
    let body = json!({"permission": "docs.read"});
    assert_eq!(
        world.ok("permissions.deletePermission", body.clone()),
        json!({})
    );
    for endpoint in ["permissions.getPermission", "permissions.deletePermission"] {
        let reply = world.call(endpoint, body.clone());
        reply.is(
            404,
            NO_PERMISSION,
            "The requested permission does not exist.",
        );
    }
    permission(&world, "docs.read");
}

#[test]
fn a_key_loses_a_permission_with_the_permission() {
    let world = World::new();
    let api = world.api();
    let key = world.key(&api, json!({"permissions": ["docs.read"]}));
    let query = json!({"permissions": "docs.read"});
    assert_eq!(world.code(&key.key, query.clone()), "VALID");
    world.ok(
        "permissions.deletePermission",
        json!({"permission": "docs.read"}),
    );
    assert_eq!(world.code(&key.key, query), "INSUFFICIENT_PERMISSIONS");
    let shown = world.ok("keys.getKey", json!({"keyId": key.id}));
    assert!(shown.get("permissions").is_none());
}

#[test]
fn a_role_is_read_by_its_id_and_by_its_name() {
    let world = World::new();
    let body = json!({"name": "editor", "description": "Edits"});
    let id = text(&world.ok("permissions.createRole", body)["roleId"]);
    assert!(id.starts_with("role_"));
    let shown = json!({"id": id, "name": "editor", "description": "Edits"});
    for by in [id.as_str(), "editor", "Editor"] {
        assert_eq!(
            world.ok("permissions.getRole", json!({"role": by})),
            shown,
            "{by}"
        );
    }
}

#[test]
fn a_name_of_a_role_is_taken_in_every_letter_case() {
    let world = World::new();
    role(&world, "editor");
    world
        .call("permissions.createRole", json!({"name": "EDITOR"}))
        .is(
            409,
            "unkey/data/role_already_exists",
            "A role with name 'EDITOR' already exists in this workspace",
        );
}

#[test]
fn a_key_loses_a_role_with_the_role() {
    let world = World::new();
    let api = world.api();
    role(&world, "editor");
    let key = world.key(&api, json!({"roles": ["editor"]}));
    assert_eq!(world.verify(&key.key)["roles"], json!(["editor"]));
    assert_eq!(
        world.ok("permissions.deleteRole", json!({"role": "Editor"})),
        json!({})
    );
    assert!(world.verify(&key.key).get("roles").is_none());
    for endpoint in ["permissions.getRole", "permissions.deleteRole"] {
        let reply = world.call(endpoint, json!({"role": "editor"}));
        reply.is(404, NO_ROLE, "The requested role does not exist.");
    }
}

/// Reads a list page by page, and the length of each page with it.
fn pages(world: &World, endpoint: &str) -> (Vec<String>, Vec<usize>) {
    let (mut ids, mut lengths) = (Vec::new(), Vec::new());
    let mut body = json!({"limit": 2});
    loop {
        let reply = world.call(endpoint, body.clone());
        assert_eq!(reply.status, 200, "{}", reply.body);
        let page = reply.body["data"].as_array().unwrap();
        lengths.push(page.len());
        ids.extend(page.iter().map(|item| text(&item["id"])));
        let pagination = &reply.body["pagination"];
        if pagination["hasMore"] == false {
            assert!(pagination.get("cursor").is_none());
            return (ids, lengths);
        }
        body["cursor"] = pagination["cursor"].clone();
    }
}

#[test]
fn lists_are_read_in_pages_in_the_order_of_ids() {
    let world = World::new();
    for endpoint in ["permissions.listPermissions", "permissions.listRoles"] {
        assert_eq!(pages(&world, endpoint), (Vec::new(), vec![0]));
    }
    let mut permissions: Vec<String> = (0..5)
        .map(|number| permission(&world, &format!("docs.read{number}")))
        .collect();
    permissions.sort_unstable();
    let (found, lengths) = pages(&world, "permissions.listPermissions");
    assert_eq!((found, lengths), (permissions, vec![2, 2, 1]));
    let mut roles: Vec<String> = (0..4)
        .map(|number| role(&world, &format!("editor{number}")))
        .collect();
    roles.sort_unstable();
    let (found, lengths) = pages(&world, "permissions.listRoles");
    assert_eq!((found, lengths), (roles, vec![2, 2]));
}

#[test]
fn a_cursor_is_a_bound_and_any_text_is_one() {
    let world = World::new();
    permission(&world, "docs.read");
    let all = world.ok("permissions.listPermissions", json!({"cursor": "a"}));
    assert_eq!(all.as_array().unwrap().len(), 1);
    let none = world.ok("permissions.listPermissions", json!({"cursor": "z"}));
    assert_eq!(none, json!([]));
}

#[test]
fn each_operation_wants_its_permission_before_it_looks() {
    let world = World::new();
    let stranger = world.with_permissions(&["api.*.create_api"]);
    for (endpoint, body, missing) in [
        (
            "permissions.createPermission",
            json!({"name": "a", "slug": "a"}),
            "create_permission",
        ),
        (
            "permissions.getPermission",
            json!({"permission": "abc"}),
            "read_permission",
        ),
        ("permissions.listPermissions", json!({}), "read_permission"),
        (
            "permissions.deletePermission",
            json!({"permission": "abc"}),
            "delete_permission",
        ),
        (
            "permissions.createRole",
            json!({"name": "a"}),
            "create_role",
        ),
        ("permissions.getRole", json!({"role": "abc"}), "read_role"),
        ("permissions.listRoles", json!({}), "read_role"),
        (
            "permissions.deleteRole",
            json!({"role": "abc"}),
            "delete_role",
        ),
    ] {
        let detail = format!("Missing permission: 'rbac.*.{missing}'");
        stranger
            .call(endpoint, body.clone())
            .is(403, FORBIDDEN, &detail);
        let friend = world.with_permissions(&[&format!("rbac.*.{missing}")]);
        assert_ne!(friend.call(endpoint, body).status, 403, "{endpoint}");
    }
}
