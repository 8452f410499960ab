//! `keys.updateKey`, `keys.updateCredits` and `keys.rerollKey`.

use unkey_local::ApiSettings;

use crate::support::*;

const INVALID: &str = "unkey/application/invalid_input";

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
fn an_update_changes_what_was_sent_and_nothing_else() {
    let world = World::new();
    let key = world.key(
        &world.api(),
        json!({
            "name": "ci", "externalId": "user_1", "meta": {"a": 1}, "expires": NOON + DAY,
            "credits": {"remaining": 3}, "permissions": ["a.read"],
            "ratelimits": [{"name": "uses", "limit": 1, "duration": 1_000, "autoApply": true}],
        }),
    );
    let before = show(&world, &key);
    world.clock.advance(SECOND);
    let update = |fields: Value| {
        let mut body = fields;
        body["keyId"] = json!(key.id);
        assert_eq!(world.ok("keys.updateKey", body), json!({}));
        show(&world, &key)
    };
    let mut expected = before;
    expected["updatedAt"] = json!(NOON + SECOND);
    assert_eq!(update(json!({})), expected);
    let set = json!({"name": "cd", "meta": {"b": 2}, "expires": NOON + 2 * DAY, "enabled": false});
    expected["name"] = json!("cd");
    expected["meta"] = json!({"b": 2});
    expected["expires"] = json!(NOON + 2 * DAY);
    expected["enabled"] = json!(false);
    assert_eq!(update(set), expected);
    let clear = json!({
        "name": null, "meta": null, "expires": null, "externalId": null, "credits": null,
        "permissions": [], "roles": [], "ratelimits": [],
    });
    assert_eq!(
        update(clear),
        json!({
            "keyId": key.id, "start": expected["start"], "enabled": false, "createdAt": NOON,
            "updatedAt": NOON + SECOND,
        })
    );
}

#[test]
fn limits_and_permissions_are_replaced_as_a_whole() {
    let world = World::new();
    let limit = |name: &str, limit: i64| json!({"name": name, "limit": limit, "duration": 1_000, "autoApply": true});
    let fields = json!({
        "ratelimits": [limit("kept", 1), limit("gone", 1)],
        "permissions": ["kept", "gone"],
    });
    let key = world.key(&world.api(), fields);
    let before = show(&world, &key);
    let body = json!({
        "keyId": key.id,
        "ratelimits": [limit("kept", 5), limit("new", 1)],
        "permissions": ["kept", "new.one"],
    });
    world.ok("keys.updateKey", body);
    let after = show(&world, &key);
    assert_eq!(after["permissions"], json!(["kept", "new.one"]));
    let names: Vec<String> = after["ratelimits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|limit| text(&limit["name"]))
        .collect();
    assert_eq!(names, ["kept", "new"]);
    let kept = |seen: &Value| {
        let limits = seen["ratelimits"].as_array().unwrap();
        limits
            .iter()
            .find(|limit| limit["name"] == "kept")
            .unwrap()
            .clone()
    };
    assert_eq!(kept(&before)["id"], kept(&after)["id"]);
    assert_eq!(kept(&after)["limit"], 5);
}

#[test]
fn credits_and_their_refill_are_updated_one_by_one() {
    let world = World::new();
    let daily = json!({"interval": "daily", "amount": 9});
    let key = world.key(
        &world.api(),
        json!({"credits": {"remaining": 3, "refill": daily}}),
    );
    let update = |credits: Value| {
        world.ok(
            "keys.updateKey",
            json!({"keyId": key.id, "credits": credits}),
        );
        show(&world, &key).get("credits").cloned()
    };
    let both = |remaining: i64| Some(json!({"remaining": remaining, "refill": daily}));
    assert_eq!(update(json!({})), both(3));
    assert_eq!(update(json!({"remaining": 4})), both(4));
    assert_eq!(
        update(json!({"refill": null})),
        Some(json!({"remaining": 4}))
    );
    assert_eq!(update(json!({"refill": daily})), both(4));
    assert_eq!(update(json!({"remaining": null})), None);
    assert_eq!(
        update(json!({"remaining": 5})),
        Some(json!({"remaining": 5}))
    );
    // Unlimited, but with a refill: from the next midnight on it is limited.
    assert_eq!(update(json!({"remaining": null, "refill": daily})), None);
    world.clock.advance(DAY);
    assert_eq!(show(&world, &key).get("credits").cloned(), both(9));
}

#[test]
fn an_update_is_stricter_about_refill_days() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    for (refill, detail) in [
        (
            json!({"interval": "monthly", "amount": 1}),
            "`refillDay` must be provided when the refill interval is `monthly`.",
        ),
        (
            json!({"interval": "daily", "amount": 1, "refillDay": 1}),
            "`refillDay` must not be provided when the refill interval is `daily`.",
        ),
    ] {
        let body = json!({"keyId": key.id, "credits": {"refill": refill}});
        world.call("keys.updateKey", body).is(400, INVALID, detail);
    }
}

#[test]
fn a_balance_is_set_raised_and_lowered() {
    let world = World::new();
    let daily = json!({"interval": "daily", "amount": 9});
    let key = world.key(
        &world.api(),
        json!({"credits": {"remaining": 3, "refill": daily}}),
    );
    let change = |operation: &str, value: Option<Value>| {
        let mut body = json!({"keyId": key.id, "operation": operation});
        if let Some(value) = value {
            body["value"] = value;
        }
        world.call("keys.updateCredits", body)
    };
    let both = |remaining: Value| json!({"remaining": remaining, "refill": daily});
    assert_eq!(
        change("increment", Some(json!(4))).body["data"],
        both(json!(7))
    );
    assert_eq!(
        change("decrement", Some(json!(9))).body["data"],
        both(json!(0))
    );
    assert_eq!(change("set", Some(json!(2))).body["data"], both(json!(2)));
    assert_eq!(world.verify(&key.key)["credits"], 1);
    assert_eq!(change("set", None).body["data"], both(json!(null)));
    assert_eq!(world.verify(&key.key).get("credits"), None);
    change("increment", Some(json!(1))).is(
        400,
        INVALID,
        "You cannot increment or decrement a key with unlimited credits.",
    );
    for value in [None, Some(json!(null))] {
        change("decrement", value).is(
            400,
            INVALID,
            "When specifying an increment or decrement operation, a value must be provided.",
        );
    }
    assert_eq!(
        change("set", Some(json!(null))).body["data"],
        json!({"remaining": null})
    );
    assert_eq!(
        change("set", Some(json!(1))).body["data"],
        json!({"remaining": 1})
    );
    assert_eq!(show(&world, &key).get("updatedAt"), None);
}

#[test]
fn a_rerolled_key_takes_everything_with_it() {
    let world = World::new();
    let api = world.api();
    let old = world.key(
        &api,
        json!({
            "prefix": "sk_live", "name": "ci", "externalId": "user_1", "meta": {"a": 1},
            "expires": NOON + DAY, "credits": {"remaining": 3}, "permissions": ["a.read"],
            "ratelimits": [{"name": "uses", "limit": 9, "duration": 60_000, "autoApply": true}],
        }),
    );
    world.clock.advance(SECOND);
    let body = json!({"keyId": old.id, "expiration": MINUTE, "unknown": 1});
    let made = world.ok("keys.rerollKey", body);
    let new = NewKey {
        id: text(&made["keyId"]),
        key: text(&made["key"]),
    };
    assert_ne!(new.id, old.id);
    // Of a prefix with underscores its first part is left.
    assert!(
        new.key.starts_with("sk_") && !new.key.starts_with("sk_live"),
        "{}",
        new.key
    );
    let (before, mut after) = (show(&world, &old), show(&world, &new));
    assert_ne!(before["ratelimits"][0]["id"], after["ratelimits"][0]["id"]);
    after["ratelimits"][0]["id"] = before["ratelimits"][0]["id"].clone();
    for field in [
        "name",
        "meta",
        "identity",
        "credits",
        "permissions",
        "ratelimits",
        "enabled",
    ] {
        assert_eq!(before[field], after[field], "{field}");
    }
    assert_eq!(after["expires"], NOON + DAY);
    assert_eq!(after["createdAt"], NOON + SECOND);
    // The grace of the old one ends at a whole minute.
    assert_eq!(before["expires"], NOON + 2 * MINUTE);
    world.ok("keys.rerollKey", json!({"keyId": new.id, "expiration": 0}));
    // In the same millisecond.
    assert_eq!(world.code(&new.key, json!({})), "EXPIRED");
    assert_eq!(world.code(&old.key, json!({})), "VALID");
}

#[test]
fn a_rerolled_key_stays_recoverable() {
    let world = World::new();
    let api = world.api();
    world.engine.configure_api(&api, recoverable()).unwrap();
    let old = world.key(&api, json!({"recoverable": true}));
    let body = json!({"keyId": old.id, "expiration": 0});
    let maker = world.with_permissions(&["api.*.create_key"]);
    assert_eq!(maker.call("keys.rerollKey", body.clone()).status, 403);
    let made = world.ok("keys.rerollKey", body);
    let body = json!({"keyId": made["keyId"], "decrypt": true});
    assert_eq!(world.ok("keys.getKey", body)["plaintext"], made["key"]);
}
