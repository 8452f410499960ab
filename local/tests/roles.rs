//! Stories of the permissions that roles have, and of looking for text in lists.

use crate::support::*;

const FORBIDDEN: &str = "unkey/authorization/insufficient_permissions";

fn slugs(permissions: &Value) -> Vec<String> {
    let permissions = permissions.as_array().unwrap().iter();
    permissions.map(|shown| text(&shown["slug"])).collect()
}

fn role(world: &World, name: &str, permissions: &[&str]) -> String {
    let body = json!({"name": name, "permissions": permissions});
    text(&world.ok("permissions.createRole", body)["roleId"])
}

#[test]
fn a_role_is_made_with_its_permissions_and_keys_have_them() {
    let world = World::new();
    let permission = json!({"name": "Read", "slug": "docs.read"});
    world.ok("permissions.createPermission", permission);
    // Each once in whatever letter case; those that exist keep their spelling.
    let id = role(&world, "editor", &["docs.write", "Docs.Read", "DOCS.WRITE"]);
    let shown = world.ok("permissions.getRole", json!({"role": id}));
    assert_eq!(slugs(&shown["permissions"]), ["docs.read", "docs.write"]);
    let key = world.key(&world.api(), json!({"roles": ["editor"]}));
    for query in ["docs.read", "docs.write"] {
        let query = json!({"permissions": query});
        assert_eq!(world.code(&key.key, query), "VALID");
    }
}

#[test]
fn a_role_that_is_not_made_leaves_no_permissions_behind() {
    let world = World::new();
    role(&world, "editor", &[]);
    let body = json!({"name": "Editor", "permissions": ["docs.read"]});
    world.call("permissions.createRole", body).is(
        409,
        "unkey/data/role_already_exists",
        "A role with name 'Editor' already exists in this workspace",
    );
    let all = world.ok("permissions.listPermissions", json!({}));
    assert_eq!(all, json!([]));
}

#[test]
fn giving_permissions_to_a_role_wants_permissions_of_its_own() {
    let world = World::new();
    role(&world, "editor", &["docs.read"]);
    for (slug, held, missing) in [
        (
            "docs.read",
            &["rbac.*.create_role"][..],
            "add_permission_to_role",
        ),
        (
            "docs.new",
            &["rbac.*.create_role", "rbac.*.add_permission_to_role"],
            "create_permission",
        ),
    ] {
        let body = json!({"name": "author", "permissions": [slug]});
        let detail = format!("Missing permission: 'rbac.*.{missing}'");
        let maker = world.with_permissions(held);
        maker
            .call("permissions.createRole", body)
            .is(403, FORBIDDEN, &detail);
        maker.ok("permissions.createRole", json!({"name": slug}));
    }
}

#[test]
fn lists_are_searched_for_text_as_it_is_written() {
    let world = World::new();
    for slug in ["docs.read", "docs:write", "mail_send", "mailXsend"] {
        let body = json!({"name": format!("May {slug}"), "slug": slug, "description": "100%"});
        world.ok("permissions.createPermission", body);
        let role = json!({"name": format!("Role {slug}"), "description": "for people"});
        world.ok("permissions.createRole", role);
        let owner = slug.replace(':', "-");
        world.ok("identities.createIdentity", json!({"externalId": owner}));
    }
    let found = |endpoint: &str, search: &str| {
        let list = world.ok(endpoint, json!({"search": search}));
        list.as_array().unwrap().len()
    };
    for (endpoint, all) in [
        ("permissions.listPermissions", "100%"),
        ("permissions.listRoles", "for people"),
        ("identities.listIdentities", ""),
    ] {
        for (search, count) in [
            (all, 4),
            ("  ", 4),
            (" DOCS ", 2),
            ("mail_s", 1),
            ("%", usize::from(endpoint.ends_with("Permissions")) * 4),
            ("nothing", 0),
        ] {
            assert_eq!(found(endpoint, search), count, "{endpoint} {search}");
        }
        let long = world.call(endpoint, json!({"search": "x".repeat(257)}));
        assert_eq!(long.status, 400);
    }
}

#[test]
fn a_search_is_read_in_pages() {
    let world = World::new();
    for number in 0..5 {
        role(&world, &format!("editor{number}"), &[]);
        role(&world, &format!("reader{number}"), &[]);
    }
    let mut body = json!({"search": "edit", "limit": 2});
    let mut names = Vec::new();
    for _ in 0..3 {
        let page = world.call("permissions.listRoles", body.clone()).body;
        let roles = page["data"].as_array().unwrap();
        names.extend(roles.iter().map(|role| text(&role["name"])));
        body["cursor"] = page["pagination"]["cursor"].clone();
    }
    names.sort_unstable();
    assert_eq!(
        names,
        ["editor0", "editor1", "editor2", "editor3", "editor4"]
    );
}
