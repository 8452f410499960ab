//! Stories of what is written down about changes.

use rusqlite::Connection;

use crate::support::*;

/// The events in the log, in the order in which they were written.
fn events(file: &std::path::Path) -> Vec<String> {
    let log = Connection::open(file).unwrap();
    let mut events = log
        .prepare("SELECT event FROM audit_log WHERE actor_type = 'key' ORDER BY number")
        .unwrap();
    let events = events.query_map([], |row| row.get(0)).unwrap();
    events.collect::<Result<_, _>>().unwrap()
}

#[test]
fn every_change_is_written_down() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    let key = world.key(&world.api(), json!({}));
    let before = events(&file).len();
    let limits =
        |name: &str| json!([{"name": name, "limit": 1, "duration": 1_000, "autoApply": false}]);
    let role = json!({"role": "editor"});
    for (endpoint, body) in [
        ("permissions.createRole", json!({"name": "editor"})),
        (
            "keys.addRoles",
            json!({"keyId": key.id, "roles": ["editor"]}),
        ),
        (
            "keys.setPermissions",
            json!({"keyId": key.id, "permissions": ["docs.read"]}),
        ),
        (
            "keys.setPermissions",
            json!({"keyId": key.id, "permissions": ["docs.read"]}),
        ),
        (
            "keys.removePermissions",
            json!({"keyId": key.id, "permissions": ["docs.read"]}),
        ),
        ("keys.setRoles", json!({"keyId": key.id, "roles": []})),
        ("permissions.deleteRole", role),
        (
            "identities.createIdentity",
            json!({"externalId": "user_1", "ratelimits": limits("requests")}),
        ),
        (
            "identities.updateIdentity",
            json!({"identity": "user_1", "ratelimits": limits("tokens")}),
        ),
        (
            "ratelimit.limit",
            json!({"namespace": "emails", "identifier": "a", "limit": 1, "duration": 1_000}),
        ),
        (
            "ratelimit.setOverride",
            json!({"namespace": "emails", "identifier": "a", "limit": 1, "duration": 1_000}),
        ),
        (
            "ratelimit.deleteOverride",
            json!({"namespace": "emails", "identifier": "a"}),
        ),
    ] {
        world.ok(endpoint, body);
    }
    let refused = world.call("permissions.deleteRole", json!({"role": "editor"}));
    assert_eq!(refused.status, 404);
    world.call("identities.deleteIdentity", json!({"identity": "user_1"}));
    assert_eq!(
        events(&file).split_off(before),
        [
            "role.create",
            "authorization.connect_role_and_key",
            "permission.create",
            "authorization.connect_permission_and_key",
            "authorization.disconnect_permission_and_key",
            "authorization.disconnect_role_and_key",
            "role.delete",
            "identity.create",
            "ratelimit.create",
            "ratelimit.delete",
            "ratelimit.create",
            "identity.update",
            "ratelimitNamespace.create",
            "ratelimit.set_override",
            "ratelimit.delete_override",
            "identity.delete",
            "ratelimit.delete",
        ]
    );
}

#[test]
fn a_change_names_the_root_key_that_made_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    world.ok("permissions.createRole", json!({"name": "editor"}));
    let limited = world.with_permissions(&["rbac.*.create_role"]);
    limited.ok("permissions.createRole", json!({"name": "author"}));
    let log = Connection::open(&file).unwrap();
    let mut names = log
        .prepare(
            "SELECT actor_name, actor_id LIKE 'key_%' FROM audit_log \
             WHERE event = 'role.create' ORDER BY number",
        )
        .unwrap();
    let names = names.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    let names: Vec<(String, bool)> = names.unwrap().map(Result::unwrap).collect();
    let named = |name: &str| (name.to_owned(), true);
    assert_eq!(names, [named("owner"), named("limited")]);
}
