//! Stories of giving a role other permissions.

use crate::support::*;

const SET: &str = "permissions.setRolePermissions";

fn slugs(permissions: &Value) -> Vec<String> {
    let permissions = permissions.as_array().unwrap().iter();
    permissions.map(|shown| text(&shown["slug"])).collect()
}

/// The id of a new role `editor`.
fn editor(world: &World, permissions: &[&str]) -> String {
    let body = json!({"name": "editor", "permissions": permissions});
    text(&world.ok("permissions.createRole", body)["roleId"])
}

fn set(role_id: &str, permissions: &[&str]) -> Value {
    json!({"roleId": role_id, "permissions": permissions})
}

#[test]
fn permissions_of_a_role_are_replaced_for_every_key_at_once() {
    let world = World::new();
    let id = editor(&world, &["docs.read", "docs.write"]);
    let key = world.key(&world.api(), json!({"roles": ["editor"]}));
    let of_key = || world.verify(&key.key)["permissions"].clone();
    assert_eq!(of_key(), json!(["docs.read", "docs.write"]));
    let permissions = ["z.new", "Docs.Write", "a.new", "A.New"];
    let now = world.ok(SET, set(&id, &permissions));
    // In the order of their bytes as they were sent; what exists keeps its spelling.
    assert_eq!(slugs(&now), ["docs.write", "a.new", "z.new"]);
    assert_eq!(of_key(), json!(["a.new", "docs.write", "z.new"]));
    let shown = world.ok("permissions.getRole", json!({"role": "editor"}));
    assert_eq!(
        slugs(&shown["permissions"]),
        ["a.new", "docs.write", "z.new"]
    );
    assert_eq!(world.ok(SET, set(&id, &[])), json!([]));
    assert!(world.verify(&key.key).get("permissions").is_none());
    // The permissions themselves stay.
    let all = world.ok("permissions.listPermissions", json!({}));
    assert_eq!(all.as_array().unwrap().len(), 4);
}

#[test]
fn a_role_whose_permissions_are_set_is_named_by_its_id() {
    let world = World::new();
    editor(&world, &["docs.read"]);
    for id in ["editor", "role_none"] {
        world.call(SET, set(id, &["docs.new"])).is(
            404,
            "unkey/data/role_not_found",
            "The requested role does not exist.",
        );
    }
    // Nothing was made on the way.
    let all = world.ok("permissions.listPermissions", json!({}));
    assert_eq!(all.as_array().unwrap().len(), 1);
}

#[test]
fn setting_wants_permissions_to_give_and_to_take_and_new_ones_to_create() {
    let world = World::new();
    let id = editor(&world, &["docs.read"]);
    let (give, take) = (
        "rbac.*.add_permission_to_role",
        "rbac.*.remove_permission_from_role",
    );
    for (held, missing) in [(vec![], give), (vec![give], take), (vec![take], give)] {
        let detail = format!("Missing permission: '{missing}'");
        world.with_permissions(&held).call(SET, set(&id, &[])).is(
            403,
            "unkey/authorization/insufficient_permissions",
            &detail,
        );
    }
    let helper = world.with_permissions(&[give, take]);
    let refused = helper.call(SET, set(&id, &["docs.read", "docs.new"]));
    assert_eq!(refused.status, 403);
    let detail = text(&refused.body["error"]["detail"]);
    let forms = "Missing one of these permissions: rbac.*.create_permission or unkey:v1:";
    assert!(detail.starts_with(forms), "{detail}");
    assert!(detail.ends_with(":rbac/permissions/*#create_permission"));
    let by_path = detail.rsplit_once(" or ").unwrap().1;
    for create in ["rbac.*.create_permission", by_path] {
        let maker = world.with_permissions(&[give, take, create]);
        let permissions = ["docs.read", create.get(..4).unwrap()];
        assert_eq!(slugs(&maker.ok(SET, set(&id, &permissions))).len(), 2);
    }
    assert_eq!(
        slugs(&helper.ok(SET, set(&id, &["docs.read"]))),
        ["docs.read"]
    );
}

#[test]
fn only_what_changed_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    let id = editor(&world, &["docs.read", "docs.write"]);
    let before = events(&file).len();
    world.ok(SET, set(&id, &["docs.write", "docs.new"]));
    world.ok(SET, set(&id, &["docs.new", "docs.write"]));
    assert_eq!(
        events(&file).split_off(before),
        [
            "permission.create",
            "authorization.disconnect_role_and_permissions",
            "authorization.connect_role_and_permission",
        ]
    );
}

/// The events in the audit log, in the order in which they were written.
fn events(file: &std::path::Path) -> Vec<String> {
    let log = rusqlite::Connection::open(file).unwrap();
    let mut events = log
        .prepare("SELECT event FROM audit_log WHERE actor_type = 'key' ORDER BY number")
        .unwrap();
    let events = events.query_map([], |row| row.get(0)).unwrap();
    events.collect::<Result<_, _>>().unwrap()
}
