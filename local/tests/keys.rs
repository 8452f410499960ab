//! `keys.createKey`, `keys.getKey`, `keys.whoami` and `keys.deleteKey`.

use unkey_local::ApiSettings;

use crate::support::*;

const INVALID: &str = "unkey/application/invalid_input";
const NO_API: &str = "unkey/data/api_not_found";
const NO_KEY: &str = "unkey/data/key_not_found";
const FORBIDDEN: &str = "unkey/authorization/insufficient_permissions";
const PRECONDITION: &str = "unkey/application/precondition_failed";

fn show(world: &World, key: &NewKey) -> Value {
    world.ok("keys.getKey", json!({"keyId": key.id}))
}

fn recoverable() -> ApiSettings {
    ApiSettings {
        recoverable_keys: true,
        ..ApiSettings::default()
    }
}

#[test]
fn a_key_shows_what_it_was_made_with() {
    let world = World::new();
    let key = world.key(
        &world.api(),
        json!({
            "prefix": "sk_live", "name": "ci", "byteLength": 32, "externalId": "user_1",
            "meta": {"b": 1, "a": {"c": [1.5, null]}}, "permissions": ["b.read", "a.read"],
            "expires": NOON + DAY, "enabled": false,
            "credits": {
                "remaining": 7,
                "refill": {"interval": "monthly", "amount": 9, "refillDay": 31},
            },
            "ratelimits": [
                {"name": "uses", "limit": 1, "duration": 1_000, "autoApply": false},
                {"name": "uses", "limit": 2, "duration": 2_000, "autoApply": true},
            ],
        }),
    );
    let secret = key.key.strip_prefix("sk_live_").unwrap();
    assert!((42..=44).contains(&secret.len()), "{secret}");
    let mut seen = show(&world, &key);
    assert!(text(&seen["identity"]["id"].take()).starts_with("id_"));
    assert!(text(&seen["ratelimits"][0]["id"].take()).starts_with("rl_"));
    assert_eq!(
        seen,
        json!({
            "keyId": key.id, "start": format!("sk_live_{}", &secret[..4]), "enabled": false,
            "name": "ci", "meta": {"a": {"c": [1.5, null]}, "b": 1}, "createdAt": NOON,
            "expires": NOON + DAY, "permissions": ["a.read", "b.read"],
            "credits": {
                "remaining": 7,
                "refill": {"interval": "monthly", "amount": 9, "refillDay": 31},
            },
            "identity": {"id": null, "externalId": "user_1"},
            "ratelimits": [
                {"id": null, "name": "uses", "limit": 2, "duration": 2_000, "autoApply": true},
            ],
        })
    );
}

#[test]
fn a_key_made_with_nothing_shows_nothing() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"meta": {}, "expires": 0}));
    let start = &key.key[..4];
    let plain = json!({"keyId": key.id, "start": start, "enabled": true, "createdAt": NOON});
    assert_eq!(show(&world, &key), plain);
    assert_eq!(world.ok("keys.whoami", json!({"key": key.key})), plain);
}

#[test]
fn an_api_that_is_not_there_takes_no_keys() {
    let world = World::new();
    world
        .call("keys.createKey", json!({"apiId": "api_nothing12"}))
        .is(404, NO_API, "The specified API was not found.");
    // One that was deleted does, but nobody can use them.
    let api = world.api();
    world.ok("apis.deleteApi", json!({"apiId": api}));
    let key = world.key(&api, json!({}));
    assert_eq!(world.code(&key.key, json!({})), "NOT_FOUND");
}

#[test]
fn what_contradicts_itself_is_refused() {
    let world = World::new();
    let api = world.api();
    let refill = |interval: &str| json!({"interval": interval, "amount": 1});
    for (credits, detail) in [
        (
            json!({"remaining": null, "refill": refill("daily")}),
            "`credits.remaining` must be provided when `credits.refill` is set.",
        ),
        (
            json!({"remaining": 1, "refill": refill("monthly")}),
            "`refillDay` must be provided when the refill interval is `monthly`.",
        ),
    ] {
        let body = json!({"apiId": api, "credits": credits});
        world.call("keys.createKey", body).is(400, INVALID, detail);
    }
    let refill = json!({"interval": "daily", "amount": 1, "refillDay": 3});
    let key = world.key(&api, json!({"credits": {"remaining": 1, "refill": refill}}));
    assert_eq!(
        show(&world, &key)["credits"]["refill"],
        json!({"interval": "daily", "amount": 1})
    );
}

#[test]
fn a_key_with_an_unknown_role_is_not_made_at_all() {
    let world = World::new();
    let api = world.api();
    let body = json!({"apiId": api, "roles": ["admin"], "externalId": "user_1"});
    world.call("keys.createKey", body).is(
        404,
        "unkey/data/role_not_found",
        "Role 'admin' was not found.",
    );
    assert_eq!(world.ok("apis.listKeys", json!({"apiId": api})), json!([]));
}

#[test]
fn a_slug_named_twice_is_harmless_once_it_exists() {
    let world = World::new();
    let api = world.api();
    let twice = json!({"apiId": api, "permissions": ["a.read", "a.read"]});
    world.call("keys.createKey", twice.clone()).is(
        500,
        "unkey/application/service_unavailable",
        "The permission 'a.read' could not be created: the request names it twice, or it exists in \
         other letter case.",
    );
    world.key(&api, json!({"permissions": ["a.read"]}));
    world.ok("keys.createKey", twice);
    // A slug in other letters is the same to the database and another one to the handler.
    let other = json!({"apiId": api, "permissions": ["A.Read"]});
    assert_eq!(world.call("keys.createKey", other).status, 500);
}

#[test]
fn a_recoverable_key_can_be_read_again() {
    let world = World::new();
    let api = world.api();
    world
        .call("keys.createKey", json!({"apiId": api, "recoverable": true}))
        .is(
            412,
            PRECONDITION,
            "This API does not support key encryption.",
        );
    let unkept = world.key(&api, json!({}));
    let body = json!({"keyId": unkept.id, "decrypt": true});
    world.call("keys.getKey", body.clone()).is(
        412,
        PRECONDITION,
        "The API for this key does not support key encryption.",
    );
    world.engine.configure_api(&api, recoverable()).unwrap();
    assert_eq!(world.ok("keys.getKey", body).get("plaintext"), None);
    let kept = world.key(&api, json!({"recoverable": true}));
    assert_eq!(show(&world, &kept).get("plaintext"), None);
    let body = json!({"keyId": kept.id, "decrypt": true});
    assert_eq!(world.ok("keys.getKey", body.clone())["plaintext"], kept.key);
    let reader = world.with_permissions(&["api.*.read_key"]);
    reader.call("keys.getKey", body).is(
        403,
        FORBIDDEN,
        &format!(
            "Missing one of these permissions: api.*.decrypt_key or api.{api}.decrypt_key or \
             {}#decrypt_key",
            world.path_of(&kept.id)
        ),
    );
    let maker = world.with_permissions(&["api.*.create_key"]);
    let body = json!({"apiId": api, "recoverable": true});
    maker
        .call("keys.createKey", body)
        .is(404, NO_API, "The specified API was not found.");
}

#[test]
fn an_api_says_what_its_keys_look_like() {
    let world = World::new();
    let api = world.api();
    let settings = ApiSettings {
        default_prefix: Some("acme".to_owned()),
        default_bytes: Some(64),
        ..ApiSettings::default()
    };
    world.engine.configure_api(&api, settings).unwrap();
    let key = world.key(&api, json!({}));
    assert!(
        key.key.starts_with("acme_") && key.key.len() > 80,
        "{}",
        key.key
    );
    let own = world.key(&api, json!({"prefix": "own", "byteLength": 16}));
    assert!(
        own.key.starts_with("own_") && own.key.len() < 30,
        "{}",
        own.key
    );
}

#[test]
fn a_key_that_is_not_there_and_one_of_nobody_s_business_differ_in_their_texts() {
    let world = World::new();
    let absent = json!({"keyId": "key_nothing12"});
    let foreign = json!({"keyId": "key_owner"});
    for endpoint in ["keys.getKey", "keys.updateKey", "keys.deleteKey"] {
        let detail = "We could not find the requested key.";
        world.call(endpoint, absent.clone()).is(404, NO_KEY, detail);
        let detail = "The specified key was not found.";
        world
            .call(endpoint, foreign.clone())
            .is(404, NO_KEY, detail);
    }
    for id in ["key_nothing12", "key_owner"] {
        let body = json!({"keyId": id, "expiration": 0});
        world
            .call("keys.rerollKey", body)
            .is(404, NO_KEY, "The specified key was not found.");
    }
}

#[test]
fn existence_is_asked_for_before_permission() {
    let world = World::new();
    let api = world.api();
    let key = world.key(&api, json!({}));
    let nobody = world.with_permissions(&["api.*.verify_key"]);
    for (endpoint, action, extra) in [
        ("keys.getKey", "read_key", json!({})),
        ("keys.updateKey", "update_key", json!({})),
        (
            "keys.updateCredits",
            "update_key",
            json!({"operation": "set"}),
        ),
        ("keys.deleteKey", "delete_key", json!({})),
        ("keys.rerollKey", "create_key", json!({"expiration": 0})),
    ] {
        let path = world.path_of(&key.id);
        let detail = if action == "create_key" {
            let (key_space, _) = path.split_once("/keys/").unwrap();
            format!("api.{api}.{action} or api.*.{action} or {key_space}#{action}")
        } else {
            format!("api.*.{action} or api.{api}.{action} or {path}#{action}")
        };
        let detail = format!("Missing one of these permissions: {detail}");
        let mut body = extra;
        body["keyId"] = json!(key.id);
        nobody
            .call(endpoint, body.clone())
            .is(403, FORBIDDEN, &detail);
        body["keyId"] = json!("key_nothing12");
        assert_eq!(nobody.call(endpoint, body).status, 404);
    }
    let body = json!({"key": key.key});
    nobody.call("keys.whoami", body).is(
        404,
        NO_KEY,
        &format!(
            "The specified key was not found. Missing one of these permissions: \
             api.*.read_key or api.{api}.read_key or {}#read_key",
            world.path_of(&key.id)
        ),
    );
    assert_eq!(world.code(&key.key, json!({})), "VALID");
}

#[test]
fn a_deleted_key_is_gone_for_everyone() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    assert_eq!(
        world.ok("keys.deleteKey", json!({"keyId": key.id})),
        json!({})
    );
    let body = json!({"keyId": key.id, "permanent": true});
    let detail = "We could not find the requested key.";
    world.call("keys.deleteKey", body).is(404, NO_KEY, detail);
    world
        .call("keys.whoami", json!({"key": key.key}))
        .is(404, NO_KEY, detail);
}

#[test]
fn metadata_larger_than_its_column_is_an_error_that_says_so() {
    let world = World::new();
    let api = world.api();
    // `{"a":"…"}` is eight bytes longer than what it holds.
    let meta = |bytes: usize| json!({"a": "x".repeat(bytes - 8)});
    let fits = world.key(&api, json!({"meta": meta(65_535)}));
    for (done, body) in [
        ("created", json!({"apiId": api, "meta": meta(65_536)})),
        ("updated", json!({"keyId": fits.id, "meta": meta(65_536)})),
    ] {
        let endpoint = if done == "created" {
            "keys.createKey"
        } else {
            "keys.updateKey"
        };
        world.call(endpoint, body).is(
            500,
            "unkey/application/service_unavailable",
            &format!(
                "The key could not be {done}: its metadata is larger than 65,535 bytes. Store \
                 less in it."
            ),
        );
    }
    let shown = world.ok("keys.getKey", json!({"keyId": fits.id}));
    assert_eq!(shown["meta"], meta(65_535));
}
