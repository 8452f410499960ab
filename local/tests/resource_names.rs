//! Root keys whose permissions name resources by their paths.

use unkey_local::{NewRootKeySettings, OperatorError};

use crate::support::*;

const FORBIDDEN: &str = "unkey/authorization/insufficient_permissions";

/// What stands before the key in its path: its key space's path, and its workspace's.
fn above(path: &str) -> (&str, &str) {
    let (key_space, _) = path.split_once("/keys/").unwrap();
    let (workspace, _) = path.split_once(":keyspaces").unwrap();
    (key_space, workspace)
}

#[test]
fn a_refusal_names_every_form_that_would_do() {
    let world = World::new();
    let api = world.api();
    let key = world.key(&api, json!({}));
    let path = world.path_of(&key.id);
    let body = json!({"keyId": key.id, "permissions": ["docs.read"]});
    let stranger = world.with_permissions(&["api.*.update_key"]);
    stranger.call("keys.addPermissions", body).is(
        403,
        FORBIDDEN,
        &format!(
            "Missing one of these permissions: api.*.update_key or api.{api}.update_key and \
             rbac.*.add_permission_to_key or {path}#update_key"
        ),
    );
}

#[test]
fn who_may_verify_one_key_by_its_path_verifies_that_one() {
    let world = World::new();
    let api = world.api();
    let (key, other) = (world.key(&api, json!({})), world.key(&api, json!({})));
    let path = world.path_of(&key.id);
    let holder = world.with_permissions(&[&format!("{path}#verify_key")]);
    assert_eq!(holder.code(&key.key, json!({})), "VALID");
    assert_eq!(holder.code(&other.key, json!({})), "NOT_FOUND");
    assert_eq!(
        holder.call("keys.getKey", json!({"keyId": key.id})).status,
        403
    );
}

#[test]
fn a_path_stands_for_all_that_an_operation_asks_of_a_key() {
    let world = World::new();
    let api = world.api();
    let key = world.key(&api, json!({}));
    world.ok("permissions.createRole", json!({"name": "editor"}));
    let path = world.path_of(&key.id);
    let holder = world.with_permissions(&[&format!("{path}#update_key")]);
    for (endpoint, list) in [
        ("keys.addRoles", "roles"),
        ("keys.setRoles", "roles"),
        ("keys.removeRoles", "roles"),
        ("keys.setPermissions", "permissions"),
    ] {
        let wanted = if list == "roles" {
            json!(["editor"])
        } else {
            json!([])
        };
        holder.ok(endpoint, json!({"keyId": key.id, list: wanted}));
    }
    // A permission that does not exist takes one more.
    let body = json!({"keyId": key.id, "permissions": ["docs.new"]});
    let (_, workspace) = above(&path);
    let create = format!("{workspace}:rbac/permissions/*#create_permission");
    holder.call("keys.addPermissions", body.clone()).is(
        403,
        FORBIDDEN,
        &format!("Missing one of these permissions: rbac.*.create_permission or {create}"),
    );
    let holder = world.with_permissions(&[&format!("{path}#update_key"), &create]);
    holder.ok("keys.addPermissions", body);
}

#[test]
fn a_path_of_a_key_space_makes_and_lists_its_keys() {
    let world = World::new();
    let (api, other) = (world.api(), world.api());
    let path = world.path_of(&world.key(&api, json!({})).id);
    let (key_space, _) = above(&path);
    let holder = world.with_permissions(&[
        &format!("{key_space}#create_key"),
        &format!("{key_space}/keys/*#read_key"),
        &format!("{key_space}#read_keyspace"),
    ]);
    let made = holder.key(&api, json!({}));
    let listed = holder.ok("apis.listKeys", json!({"apiId": api}));
    assert_eq!(listed.as_array().unwrap().len(), 2);
    for endpoint in ["keys.createKey", "apis.listKeys"] {
        let reply = holder.call(endpoint, json!({"apiId": other}));
        assert_eq!(reply.status, 404, "{endpoint}");
    }
    let reroll = json!({"keyId": made.id, "expiration": 0});
    holder.ok("keys.rerollKey", reroll);
}

#[test]
fn identities_are_reached_through_any_project() {
    let world = World::new();
    let path = world.path_of(&world.key(&world.api(), json!({})).id);
    let (_, workspace) = above(&path);
    let holder = world.with_permissions(&[
        &format!("{workspace}:projects/*/identities/*#create_identity"),
        &format!("{workspace}:projects/**#read_identity"),
    ]);
    let made = holder.ok("identities.createIdentity", json!({"externalId": "user_1"}));
    let shown = holder.ok("identities.listIdentities", json!({}));
    assert_eq!(shown[0]["id"], made["identityId"]);
    let one = world.with_permissions(&[&format!(
        "{workspace}:projects/proj_1/identities/*#read_identity"
    )]);
    let reply = one.call("identities.getIdentity", json!({"identity": "user_1"}));
    assert_eq!(reply.status, 403);
}

#[test]
fn a_permission_on_another_workspace_is_not_handed_out() {
    let world = World::new();
    let settings = NewRootKeySettings {
        permissions: vec!["unkey:v1:ws_other:**#*".to_owned()],
        ..NewRootKeySettings::default()
    };
    let refusal = world.engine.create_root_key(settings).unwrap_err();
    assert!(matches!(refusal, OperatorError::OtherWorkspace { .. }));
}
