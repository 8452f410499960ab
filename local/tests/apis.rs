//! The `apis` service.

use unkey_local::ApiSettings;

use crate::support::*;

const NO_API: &str = "The requested API does not exist or has been deleted.";
const NOT_FOUND: &str = "unkey/data/api_not_found";
const FORBIDDEN: &str = "unkey/authorization/insufficient_permissions";

#[test]
fn an_api_is_made_found_and_deleted() {
    let world = World::new();
    let made = world.ok("apis.createApi", json!({"name": "payments-prod"}));
    let id = text(&made["apiId"]);
    assert!(id.starts_with("api_") && id.len() == 13, "{id}");
    let found = world.ok("apis.getApi", json!({"apiId": id}));
    assert_eq!(found, json!({"id": id, "name": "payments-prod"}));
    assert_eq!(world.ok("apis.deleteApi", json!({"apiId": id})), json!({}));
    for endpoint in ["apis.getApi", "apis.deleteApi", "apis.listKeys"] {
        world
            .call(endpoint, json!({"apiId": id}))
            .is(404, NOT_FOUND, NO_API);
    }
}

#[test]
fn names_need_not_be_unique() {
    let world = World::new();
    assert_ne!(world.api(), world.api());
}

#[test]
fn a_protected_api_is_not_deleted() {
    let world = World::new();
    let id = world.api();
    let protect = |delete_protection| ApiSettings {
        delete_protection,
        ..ApiSettings::default()
    };
    world.engine.configure_api(&id, protect(true)).unwrap();
    world.call("apis.deleteApi", json!({"apiId": id})).is(
        412,
        "unkey/application/protected_resource",
        "This API has delete protection enabled. Disable it before attempting to delete.",
    );
    world.engine.configure_api(&id, protect(false)).unwrap();
    world.ok("apis.deleteApi", json!({"apiId": id}));
}

#[test]
fn permission_is_asked_for_before_existence() {
    let world = World::new();
    let id = world.api();
    let nobody = world.with_permissions(&[]);
    let one = "Missing permission: 'api.*.create_api'";
    nobody
        .call("apis.createApi", json!({"name": "abc"}))
        .is(403, FORBIDDEN, one);
    for (endpoint, action) in [
        ("apis.getApi", "read_api"),
        ("apis.deleteApi", "delete_api"),
    ] {
        for id in [&id, "api_nothing12"] {
            let detail =
                format!("Missing one of these permissions: api.*.{action} or api.{id}.{action}");
            nobody
                .call(endpoint, json!({"apiId": id}))
                .is(403, FORBIDDEN, &detail);
        }
    }
    let reader = world.with_permissions(&[&format!("api.{id}.read_api")]);
    reader.ok("apis.getApi", json!({"apiId": id}));
}

#[test]
fn who_may_not_use_an_api_is_not_told_that_there_is_one() {
    let world = World::new();
    let id = world.api();
    for (endpoint, held, detail) in [
        ("apis.listKeys", "api.*.read_key", NO_API),
        ("apis.listKeys", "api.*.read_api", NO_API),
        (
            "keys.createKey",
            "api.*.read_key",
            "The specified API was not found.",
        ),
    ] {
        let stranger = world.with_permissions(&[held]);
        for id in [&id, "api_nothing12"] {
            let reply = stranger.call(endpoint, json!({"apiId": id}));
            reply.is(404, NOT_FOUND, detail);
        }
    }
    let reader = world.with_permissions(&["api.*.read_key", &format!("api.{id}.read_api")]);
    reader.ok("apis.listKeys", json!({"apiId": id}));
}

#[test]
fn a_name_is_any_text_of_up_to_256_letters() {
    let world = World::new();
    for name in ["1. Überweisungen!".to_owned(), "x".repeat(256)] {
        world.ok("apis.createApi", json!({"name": name}));
    }
    for (name, message) in [
        ("ab".to_owned(), "minLength: got 2, want 3"),
        ("x".repeat(257), "maxLength: got 257, want 256"),
    ] {
        let reply = world.call("apis.createApi", json!({"name": name}));
        assert_eq!(reply.body["error"]["errors"][0]["message"], message);
    }
}

#[test]
fn keys_are_listed_page_by_page_in_the_order_of_their_ids() {
    let world = World::new();
    let api = world.api();
    let mut ids: Vec<String> = (0..7).map(|_| world.key(&api, json!({})).id).collect();
    world.key(&world.api(), json!({}));
    ids.sort();
    let mut seen = Vec::new();
    let mut cursor = None;
    loop {
        let mut body = json!({"apiId": api, "limit": 3});
        if let Some(cursor) = &cursor {
            body["cursor"] = json!(cursor);
        }
        let page = world.call("apis.listKeys", body).body;
        for key in page["data"].as_array().unwrap() {
            seen.push(text(&key["keyId"]));
        }
        if page["pagination"]["hasMore"] == false {
            assert_eq!(page["pagination"], json!({"hasMore": false}));
            break;
        }
        // The cursor is the first key of the next page.
        cursor = Some(text(&page["pagination"]["cursor"]));
        assert_eq!(cursor.as_ref(), ids.get(seen.len()));
    }
    assert_eq!(seen, ids);
}

#[test]
fn deleted_keys_are_not_listed_and_disabled_ones_are() {
    let world = World::new();
    let api = world.api();
    let disabled = world.key(&api, json!({"enabled": false}));
    let expired = world.key(&api, json!({"expires": 0}));
    let deleted = world.key(&api, json!({}));
    world.ok("keys.deleteKey", json!({"keyId": deleted.id}));
    let listed = world.ok(
        "apis.listKeys",
        json!({"apiId": api, "revalidateKeysCache": true}),
    );
    let mut ids: Vec<String> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|key| text(&key["keyId"]))
        .collect();
    let mut expected = vec![disabled.id, expired.id];
    ids.sort();
    expected.sort();
    assert_eq!(ids, expected);
}

#[test]
fn keys_of_one_owner_can_be_listed_alone() {
    let world = World::new();
    let api = world.api();
    let owned = world.key(&api, json!({"externalId": "user_1"}));
    world.key(&api, json!({}));
    let list = |owner: &str| world.ok("apis.listKeys", json!({"apiId": api, "externalId": owner}));
    let listed = list("user_1");
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["keyId"], owned.id);
    assert_eq!(listed[0]["identity"]["externalId"], "user_1");
    assert_eq!(list("nobody"), json!([]));
}

#[test]
fn plain_texts_are_listed_where_they_were_kept_and_may_be_read() {
    let world = World::new();
    let api = world.api();
    let body = json!({"apiId": api, "decrypt": true});
    world.call("apis.listKeys", body.clone()).is(
        412,
        "unkey/application/precondition_failed",
        "The requested API does not support key encryption.",
    );
    let settings = ApiSettings {
        recoverable_keys: true,
        ..ApiSettings::default()
    };
    world.engine.configure_api(&api, settings).unwrap();
    let kept = world.key(&api, json!({"recoverable": true}));
    let listed = world.ok("apis.listKeys", body.clone());
    assert_eq!(listed[0]["plaintext"], kept.key);
    assert_eq!(
        world.ok("apis.listKeys", json!({"apiId": api}))[0].get("plaintext"),
        None
    );
    let reader = world.with_permissions(&["api.*.read_key", "api.*.read_api"]);
    assert_eq!(reader.call("apis.listKeys", body).status, 403);
}
