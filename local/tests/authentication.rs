//! Root keys: who may call at all.

use unkey_local::{NewRootKeySettings, OperatorError};

use crate::support::*;

fn with_header(world: &World, header: Option<&str>) -> Reply {
    let mut request = world.request("apis.createApi", &json!({"name": "abc"}));
    request.authorization = header.map(str::to_owned);
    world.send(request)
}

#[test]
fn a_missing_header_is_found_before_a_bad_body() {
    let world = World::new();
    for header in [None, Some(""), Some("  ")] {
        let mut request = world.request("apis.createApi", &json!({}));
        request.authorization = header.map(str::to_owned);
        request.content_type = None;
        let reply = world.send(request);
        reply.is(
            400,
            "unkey/application/invalid_input",
            "Authorization header for 'bearer' scheme",
        );
        assert_eq!(
            reply.body["error"]["errors"],
            json!([{
                "location": "security",
                "message": "Authorization header was not found",
                "fix": "Add an 'Authorization' header to this request",
            }])
        );
    }
}

#[test]
fn a_header_of_another_form_is_malformed() {
    let world = World::new();
    let key = world.engine.root_key();
    for header in [
        "Basic abc",
        &format!("bearer {}", key.reveal()),
        key.reveal(),
        "Bearer ",
    ] {
        let reply = with_header(&world, Some(header));
        reply.is(
            400,
            "unkey/authentication/malformed",
            "You must provide a valid root key in the Authorization header in the format 'Bearer \
             ROOT_KEY'. Your authorization header is missing the 'Bearer ' prefix.",
        );
        assert_eq!(reply.body["error"]["errors"], json!([]));
    }
    let padded = format!("  Bearer   {}  ", key.reveal());
    assert_eq!(with_header(&world, Some(&padded)).status, 200);
}

#[test]
fn a_key_that_is_no_root_key_is_refused() {
    let world = World::new();
    let kind = "unkey/authentication/key_not_found";
    with_header(&world, Some("Bearer unkey_nobody_knows_it")).is(
        401,
        kind,
        "The provided root key is invalid. We could not find the requested key.",
    );
    let key = world.key(&world.api(), json!({}));
    let header = format!("Bearer {}", key.key);
    with_header(&world, Some(&header)).is(401, kind, "The provided root key is invalid.");
}

#[test]
fn a_bad_body_is_found_before_a_bad_root_key() {
    let world = World::new().with_root_key("unkey_nobody_knows_it");
    assert_eq!(world.call("apis.createApi", json!({})).status, 400);
    assert_eq!(
        world.call("apis.createApi", json!({"name": "abc"})).status,
        401
    );
}

#[test]
fn a_root_key_expires() {
    let world = World::new();
    let settings = NewRootKeySettings {
        permissions: vec!["api.*.create_api".to_owned()],
        expires: Some(NOON + SECOND),
        ..NewRootKeySettings::default()
    };
    let (_, key) = world.engine.create_root_key(settings).unwrap();
    let holder = world.with_root_key(key.reveal());
    holder.ok("apis.createApi", json!({"name": "abc"}));
    world.clock.advance(SECOND);
    holder.call("apis.createApi", json!({"name": "abc"})).is(
        403,
        "unkey/authorization/forbidden",
        "The provided root key is invalid. the key has expired on 2026-03-10T12:00:01Z",
    );
}

#[test]
fn a_deleted_root_key_is_forgotten_at_once() {
    let world = World::new();
    let settings = NewRootKeySettings {
        name: "ci".to_owned(),
        permissions: vec!["api.*.create_api".to_owned()],
        expires: None,
    };
    let (id, key) = world.engine.create_root_key(settings).unwrap();
    let holder = world.with_root_key(key.reveal());
    holder.ok("apis.createApi", json!({"name": "abc"}));
    let listed = world.engine.root_keys().unwrap();
    let shown = listed.iter().find(|shown| shown.id == id).unwrap();
    assert_eq!(shown.name.as_deref(), Some("ci"));
    assert_eq!(shown.permissions, ["api.*.create_api"]);
    world.engine.delete_root_key(&id).unwrap();
    assert_eq!(
        holder.call("apis.createApi", json!({"name": "abc"})).status,
        401
    );
    let again = world.engine.delete_root_key(&id);
    assert!(matches!(again, Err(OperatorError::NotFound(_))));
}
