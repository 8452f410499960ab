//! `keys.verifyKey`: every outcome, and the order in which things are looked at.

use std::thread;

use unkey_local::ApiSettings;

use crate::support::*;

#[test]
fn a_fresh_key_is_valid() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    assert_eq!(
        world.verify(&key.key),
        json!({"valid": true, "code": "VALID", "keyId": key.id, "enabled": true})
    );
}

#[test]
fn a_verification_tells_all_that_is_known_of_the_key() {
    let world = World::new();
    let key = world.key(
        &world.api(),
        json!({
            "name": "ci", "externalId": "user_1", "meta": {"plan": "pro", "a": 1.0},
            "expires": NOON + HOUR, "credits": {"remaining": 5},
            "permissions": ["b.read", "a.read"],
            "ratelimits": [{"name": "requests", "limit": 3, "duration": 60_000, "autoApply": true}],
        }),
    );
    let mut seen = world.verify(&key.key);
    let identity = seen["identity"].take();
    assert!(text(&identity["id"]).starts_with("id_"));
    assert_eq!(identity["externalId"], "user_1");
    assert_eq!(identity.as_object().unwrap().len(), 2);
    let limit = &mut seen["ratelimits"][0];
    assert!(text(&limit["id"].take()).starts_with("rl_"));
    assert_eq!(
        seen,
        json!({
            "valid": true, "code": "VALID", "keyId": key.id, "name": "ci",
            "meta": {"a": 1, "plan": "pro"}, "expires": NOON + HOUR, "credits": 4,
            "enabled": true, "permissions": ["a.read", "b.read"], "identity": null,
            "ratelimits": [{
                "exceeded": false, "id": null, "name": "requests", "limit": 3,
                "duration": 60_000, "reset": NOON + MINUTE, "remaining": 2, "autoApply": true,
            }],
        })
    );
}

#[test]
fn an_unknown_key_is_told_nothing_but_that() {
    let world = World::new();
    let nothing = json!({"valid": false, "code": "NOT_FOUND"});
    assert_eq!(world.verify("nobody_knows_it"), nothing);
    // Not even that its query is wrong.
    let body = json!({"key": "nobody_knows_it", "permissions": "AND"});
    assert_eq!(world.ok("keys.verifyKey", body), nothing);
}

#[test]
fn a_deleted_key_and_a_key_of_a_deleted_api_are_not_found() {
    let world = World::new();
    for permanent in [false, true] {
        let key = world.key(&world.api(), json!({}));
        assert_eq!(world.code(&key.key, json!({})), "VALID");
        world.ok(
            "keys.deleteKey",
            json!({"keyId": key.id, "permanent": permanent}),
        );
        assert_eq!(world.code(&key.key, json!({})), "NOT_FOUND");
    }
    let api = world.api();
    let key = world.key(&api, json!({}));
    assert_eq!(world.code(&key.key, json!({})), "VALID");
    world.ok("apis.deleteApi", json!({"apiId": api}));
    assert_eq!(world.code(&key.key, json!({})), "NOT_FOUND");
}

#[test]
fn a_disabled_key_is_disabled_even_when_it_expired() {
    let world = World::new();
    let fields = json!({"enabled": false, "expires": NOON - 1, "credits": {"remaining": 0}});
    let key = world.key(&world.api(), fields);
    let seen = world.verify(&key.key);
    assert_eq!(seen["code"], "DISABLED");
    assert_eq!(seen["enabled"], false);
    assert_eq!(seen["credits"], 0);
    assert_eq!(seen.get("ratelimits"), None);
}

#[test]
fn a_key_has_expired_in_the_millisecond_that_it_names() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"expires": NOON + 10}));
    world.clock.advance(9);
    assert_eq!(world.code(&key.key, json!({})), "VALID");
    world.clock.advance(1);
    assert_eq!(world.code(&key.key, json!({})), "EXPIRED");
}

#[test]
fn a_wrong_query_is_refused_for_a_disabled_key_as_well() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"enabled": false}));
    let body = json!({"key": key.key, "permissions": "a AND"});
    world.call("keys.verifyKey", body).is(
        400,
        "user/bad_request/permissions_query_syntax_error",
        "Unexpected end of query. Expected a permission identifier or opening parenthesis.",
    );
}

#[test]
fn addresses_that_are_not_allowed_are_forbidden() {
    let world = World::new();
    let api = world.api();
    let key = world.key(&api, json!({"credits": {"remaining": 1}}));
    let only = |address: &str| ApiSettings {
        allowed_addresses: vec!["198.51.100.7".to_owned(), address.to_owned()],
        ..ApiSettings::default()
    };
    world.engine.configure_api(&api, only("192.0.2.9")).unwrap();
    let seen = world.verify(&key.key);
    assert_eq!(
        (&seen["code"], &seen["credits"]),
        (&json!("FORBIDDEN"), &json!(1))
    );
    world.engine.configure_api(&api, only("192.0.2.1")).unwrap();
    assert_eq!(world.code(&key.key, json!({})), "VALID");
}

#[test]
fn permissions_are_compared_letter_by_letter() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"permissions": ["documents.*", "a"]}));
    for (query, code) in [
        ("a", "VALID"),
        ("A", "INSUFFICIENT_PERMISSIONS"),
        ("documents.*", "VALID"),
        ("documents.read", "INSUFFICIENT_PERMISSIONS"),
        ("documents.read or a", "VALID"),
        ("b AND (a OR documents.*)", "INSUFFICIENT_PERMISSIONS"),
    ] {
        assert_eq!(
            world.code(&key.key, json!({"permissions": query})),
            code,
            "{query}"
        );
    }
}

#[test]
fn a_spent_key_is_refused() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"credits": {"remaining": 2}}));
    assert_eq!(world.verify(&key.key)["credits"], 1);
    assert_eq!(world.verify(&key.key)["credits"], 0);
    let spent = world.verify(&key.key);
    assert_eq!(spent["code"], "USAGE_EXCEEDED");
    assert_eq!(spent["valid"], false);
    assert_eq!(spent["credits"], 0);
}

#[test]
fn a_cost_is_taken_whole_or_not_at_all() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"credits": {"remaining": 5}}));
    let spend = |cost: i64| {
        let seen = world.ok(
            "keys.verifyKey",
            json!({"key": key.key, "credits": {"cost": cost}}),
        );
        (text(&seen["code"]), seen["credits"].as_i64().unwrap())
    };
    assert_eq!(spend(6), ("USAGE_EXCEEDED".to_owned(), 5));
    assert_eq!(spend(0), ("VALID".to_owned(), 5));
    assert_eq!(spend(5), ("VALID".to_owned(), 0));
    assert_eq!(spend(0), ("VALID".to_owned(), 0));
    assert_eq!(spend(1), ("USAGE_EXCEEDED".to_owned(), 0));
}

#[test]
fn a_cost_means_nothing_to_an_unlimited_key() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"credits": {"remaining": null}}));
    let seen = world.ok(
        "keys.verifyKey",
        json!({"key": key.key, "credits": {"cost": 9}}),
    );
    assert_eq!(seen["code"], "VALID");
    assert_eq!(seen.get("credits"), None);
}

#[test]
fn a_root_key_that_may_verify_nothing_finds_no_key() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    let stranger = world.with_permissions(&["api.*.read_key"]);
    let nothing = json!({"valid": false, "code": "NOT_FOUND"});
    assert_eq!(stranger.verify(&key.key), nothing);
    assert_eq!(stranger.verify("nobody_knows_it"), nothing);
}

#[test]
fn a_root_key_of_another_api_cannot_tell_a_key_from_none() {
    let world = World::new();
    let (mine, other) = (world.api(), world.api());
    let key = world.key(&mine, json!({}));
    let stranger = world.with_permissions(&[&format!("api.{other}.verify_key")]);
    assert_eq!(
        stranger.verify(&key.key),
        stranger.verify("nobody_knows_it")
    );
    let friend = world.with_permissions(&[&format!("api.{mine}.verify_key")]);
    assert_eq!(friend.code(&key.key, json!({})), "VALID");
    // The engine's own keys are nobody's to verify.
    let root_key = world.engine.root_key();
    assert_eq!(world.code(root_key.reveal(), json!({})), "NOT_FOUND");
}

#[test]
fn credits_are_neither_lost_nor_overspent_by_many_at_once() {
    let world = World::new();
    let key = world.key(&world.api(), json!({"credits": {"remaining": 100}}));
    let valid: usize = thread::scope(|scope| {
        let verify = || {
            (0..25)
                .filter(|_| world.verify(&key.key)["valid"] == true)
                .count()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(verify)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(valid, 100);
    assert_eq!(world.verify(&key.key)["credits"], 0);
}

#[test]
fn a_verification_sees_what_was_acknowledged_before_it() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    for round in 0..50 {
        let enabled = round % 2 == 1;
        world.ok(
            "keys.updateKey",
            json!({"keyId": key.id, "enabled": enabled}),
        );
        let code = if enabled { "VALID" } else { "DISABLED" };
        assert_eq!(world.code(&key.key, json!({})), code);
    }
}

#[test]
fn the_last_use_is_known_once_it_was_written_down() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    let seen = || world.ok("keys.getKey", json!({"keyId": key.id}));
    assert_eq!(seen().get("lastUsedAt"), None);
    world.clock.advance(SECOND);
    world.verify(&key.key);
    world.engine.flush().unwrap();
    assert_eq!(seen()["lastUsedAt"], NOON + SECOND);
}
