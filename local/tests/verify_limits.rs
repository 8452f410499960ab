//! `keys.verifyKey`: the rate limits of keys and identities.

use crate::support::*;

#[test]
fn lacking_permissions_cost_neither_limits_nor_credits() {
    let world = World::new();
    let limits = json!([{"name": "uses", "limit": 1, "duration": 60_000, "autoApply": true}]);
    let fields = json!({"credits": {"remaining": 1}, "ratelimits": limits});
    let key = world.key(&world.api(), fields);
    for _ in 0..3 {
        let code = world.code(&key.key, json!({"permissions": "none"}));
        assert_eq!(code, "INSUFFICIENT_PERMISSIONS");
    }
    assert_eq!(world.code(&key.key, json!({})), "VALID");
}

#[test]
fn a_limit_refuses_before_credits_are_spent_and_a_spent_key_still_counts() {
    let world = World::new();
    let limits = json!([{"name": "uses", "limit": 2, "duration": 60_000, "autoApply": true}]);
    let fields = json!({"credits": {"remaining": 1}, "ratelimits": limits});
    let key = world.key(&world.api(), fields);
    assert_eq!(world.code(&key.key, json!({})), "VALID");
    let spent = world.verify(&key.key);
    assert_eq!(spent["code"], "USAGE_EXCEEDED");
    assert_eq!(spent["ratelimits"][0]["remaining"], 0);
    let limited = world.verify(&key.key);
    assert_eq!(limited["code"], "RATE_LIMITED");
    assert_eq!(limited["ratelimits"][0]["exceeded"], true);
    assert_eq!(limited["credits"], 0);
}

#[test]
fn a_limit_comes_back_as_its_window_passes() {
    let world = World::new();
    let limits = json!([{"name": "uses", "limit": 10, "duration": 60_000, "autoApply": true}]);
    let key = world.key(&world.api(), json!({"ratelimits": limits}));
    for _ in 0..10 {
        assert_eq!(world.code(&key.key, json!({})), "VALID");
    }
    assert_eq!(world.code(&key.key, json!({})), "RATE_LIMITED");
    // What was counted in the last window still weighs on the start of this one.
    world.clock.advance(MINUTE);
    assert_eq!(world.code(&key.key, json!({})), "RATE_LIMITED");
    world.clock.advance(MINUTE / 2);
    let seen = world.verify(&key.key);
    assert_eq!(
        (&seen["code"], &seen["ratelimits"][0]["remaining"]),
        (&json!("VALID"), &json!(4))
    );
}

#[test]
fn limits_are_checked_when_named_or_applied_automatically() {
    let world = World::new();
    let limits = json!([
        {"name": "always", "limit": 9, "duration": 60_000, "autoApply": true},
        {"name": "asked", "limit": 9, "duration": 60_000, "autoApply": false},
    ]);
    let key = world.key(&world.api(), json!({"ratelimits": limits}));
    let checked = |requested: Value| {
        let body = json!({"key": key.key, "ratelimits": requested});
        let seen = world.ok("keys.verifyKey", body);
        let limits = seen["ratelimits"].as_array().cloned().unwrap_or_default();
        let show = |limit: &Value| {
            let (limits, left) = (&limit["limit"], &limit["remaining"]);
            format!("{}: {left} of {limits}", text(&limit["name"]))
        };
        limits.iter().map(show).collect::<Vec<_>>()
    };
    assert_eq!(checked(json!([])), ["always: 8 of 9"]);
    let asked = checked(json!([{"name": "asked", "cost": 4}]));
    assert_eq!(asked, ["always: 7 of 9", "asked: 5 of 9"]);
    // A limit or a duration alone says nothing; of one name asked for twice the last one counts.
    let asked = checked(json!([{"name": "asked", "cost": 5}, {"name": "asked", "limit": 1}]));
    assert_eq!(asked, ["always: 6 of 9", "asked: 4 of 9"]);
    // Both make a limit for this request alone, on the counter of that name and duration.
    let own = checked(json!([{"name": "always", "limit": 100, "duration": 60_000}]));
    assert_eq!(own, ["always: 96 of 100"]);
    assert_eq!(checked(json!([])), ["always: 4 of 9"]);
}

#[test]
fn a_limit_that_nobody_knows_is_a_failed_precondition() {
    let world = World::new();
    let limits = json!([{"name": "known", "limit": 1, "duration": 60_000, "autoApply": true}]);
    let key = world.key(&world.api(), json!({"ratelimits": limits}));
    let ask = |key: &NewKey| {
        let body = json!({"key": key.key, "ratelimits": [{"name": "unknown"}]});
        world.call("keys.verifyKey", body)
    };
    ask(&key).is(
        412,
        "unkey/application/precondition_failed",
        &format!(
            "ratelimit 'unknown' was requested but does not exist for key '{}' and there is no \
             identity connected.",
            key.id
        ),
    );
    assert_eq!(
        world.code(&key.key, json!({})),
        "VALID",
        "nothing was counted"
    );
    let owned = world.key(&world.api(), json!({"externalId": "user_1"}));
    let identity = text(&world.verify(&owned.key)["identity"]["id"]);
    ask(&owned).is(
        412,
        "unkey/application/precondition_failed",
        &format!(
            "ratelimit 'unknown' was requested but does not exist for key '{}' nor identity: \
             '{identity}' external ID: 'user_1'",
            owned.id
        ),
    );
}

#[test]
fn limits_that_no_limiter_takes_let_the_key_pass() {
    let world = World::new();
    let limits = json!([{"name": "uses", "limit": 1, "duration": 60_000, "autoApply": true}]);
    let key = world.key(&world.api(), json!({"ratelimits": limits}));
    for odd in [
        json!({"name": "odd", "limit": 0, "duration": 60_000}),
        json!({"name": "odd", "limit": 5, "duration": 999}),
    ] {
        for _ in 0..2 {
            let body = json!({"key": key.key, "ratelimits": [odd]});
            let seen = world.ok("keys.verifyKey", body);
            assert_eq!(seen["code"], "VALID");
            assert_eq!(seen.get("ratelimits"), None);
        }
    }
}

#[test]
fn one_exceeded_limit_leaves_the_others_uncounted() {
    let world = World::new();
    let limits = json!([
        {"name": "narrow", "limit": 1, "duration": 60_000, "autoApply": true},
        {"name": "wide", "limit": 10, "duration": 60_000, "autoApply": true},
    ]);
    let key = world.key(&world.api(), json!({"ratelimits": limits}));
    assert_eq!(world.code(&key.key, json!({})), "VALID");
    for _ in 0..3 {
        let seen = world.verify(&key.key);
        assert_eq!(seen["code"], "RATE_LIMITED");
        let [narrow, wide] = [&seen["ratelimits"][0], &seen["ratelimits"][1]];
        assert_eq!(
            (&narrow["exceeded"], &narrow["remaining"]),
            (&json!(true), &json!(0))
        );
        assert_eq!(
            (&wide["exceeded"], &wide["remaining"]),
            (&json!(false), &json!(9))
        );
    }
}

#[test]
fn a_verification_that_costs_nothing_counts_once_against_the_limits_of_a_key_with_credits() {
    let world = World::new();
    let limits = json!([{"name": "one", "limit": 3, "duration": MINUTE, "autoApply": true}]);
    let fields = json!({"credits": {"remaining": 5}, "ratelimits": limits});
    let key = world.key(&world.api(), fields);
    // What was answered a moment ago lets the next one go by what is in memory.
    world.verify("nobody_knows_it");
    for left in [2, 1, 0] {
        let body = json!({"key": key.key, "credits": {"cost": 0}});
        let seen = world.ok("keys.verifyKey", body);
        assert_eq!(
            (
                &seen["code"],
                &seen["credits"],
                &seen["ratelimits"][0]["remaining"]
            ),
            (&json!("VALID"), &json!(5), &json!(left))
        );
    }
}

#[test]
fn no_cost_is_so_large_that_a_limit_forgets_it() {
    let world = World::new();
    let limits = json!([{"name": "all", "limit": 2, "duration": MINUTE, "autoApply": true}]);
    let key = world.key(&world.api(), json!({"ratelimits": limits}));
    let huge = |cost: i64| {
        let limit = json!({"name": "all", "limit": i64::MAX, "duration": MINUTE, "cost": cost});
        world.code(&key.key, json!({"ratelimits": [limit]}))
    };
    assert_eq!(huge(i64::MAX), "VALID");
    assert_eq!(huge(1), "RATE_LIMITED");
    assert_eq!(huge(i64::MAX), "RATE_LIMITED");
    assert_eq!(world.code(&key.key, json!({})), "RATE_LIMITED");
}
