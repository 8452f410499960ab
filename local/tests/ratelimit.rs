//! The `ratelimit` service.

use std::thread;

use crate::support::*;

fn limit(world: &World, fields: &Value) -> Value {
    let mut body =
        json!({"namespace": "email", "identifier": "user_1", "limit": 10, "duration": 60_000});
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    world.ok("ratelimit.limit", body)
}

#[test]
fn a_limit_is_counted_until_it_is_reached() {
    let world = World::new();
    let reset = NOON + MINUTE;
    assert_eq!(
        limit(&world, &json!({})),
        json!({"limit": 10, "remaining": 9, "reset": reset, "success": true})
    );
    assert_eq!(limit(&world, &json!({"cost": 9}))["remaining"], 0);
    assert_eq!(
        limit(&world, &json!({})),
        json!({"limit": 10, "remaining": 0, "reset": reset, "success": false})
    );
    assert_eq!(limit(&world, &json!({"cost": 0}))["success"], true);
    assert_eq!(
        limit(&world, &json!({"identifier": "user_2"}))["remaining"],
        9
    );
    assert_eq!(limit(&world, &json!({"namespace": "sms"}))["remaining"], 9);
    assert_eq!(limit(&world, &json!({"duration": 30_000}))["remaining"], 9);
    // The limit is not part of what is counted.
    assert_eq!(limit(&world, &json!({"limit": 12}))["remaining"], 1);
}

#[test]
fn a_window_weighs_on_the_next_one() {
    let world = World::new();
    assert_eq!(limit(&world, &json!({"cost": 10}))["remaining"], 0);
    world.clock.advance(MINUTE);
    assert_eq!(limit(&world, &json!({}))["success"], false);
    world.clock.advance(6_001);
    assert_eq!(limit(&world, &json!({}))["remaining"], 1);
    world.clock.advance(2 * MINUTE);
    assert_eq!(limit(&world, &json!({}))["remaining"], 9);
}

#[test]
fn names_have_up_to_512_letters() {
    let world = World::new();
    let body = |name: &str, identifier: &str| json!({"namespace": name, "identifier": identifier, "limit": 1, "duration": 1_000});
    let (fits, long) = ("x".repeat(512), "x".repeat(513));
    for endpoint in ["ratelimit.limit", "ratelimit.setOverride"] {
        world.ok(endpoint, body(&fits, &fits));
        for body in [body(&fits, &long), body(&long, &fits)] {
            let reply = world.call(endpoint, body);
            let message = &reply.body["error"]["errors"][0]["message"];
            assert_eq!(message, "maxLength: got 513, want 512");
        }
    }
}

#[test]
fn a_new_namespace_needs_a_permission_of_its_own() {
    let world = World::new();
    let limiter = world.with_permissions(&["ratelimit.*.limit"]);
    let body = json!({"namespace": "email", "identifier": "x", "limit": 1, "duration": 1_000});
    limiter.call("ratelimit.limit", body.clone()).is(
        403,
        "unkey/authorization/insufficient_permissions",
        "Missing permission: 'ratelimit.*.create_namespace'",
    );
    // Whoever may only make it makes it, and is refused all the same.
    let maker = world.with_permissions(&["ratelimit.*.create_namespace"]);
    assert_eq!(maker.call("ratelimit.limit", body.clone()).status, 403);
    limiter.ok("ratelimit.limit", body);
}

#[test]
fn a_limit_holds_against_many_at_once() {
    let world = World::new();
    let passed: usize = thread::scope(|scope| {
        let ask = || {
            let fields = json!({"limit": 100, "namespace": "many"});
            (0..25)
                .filter(|_| limit(&world, &fields)["success"] == true)
                .count()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(passed, 100);
}

#[test]
fn limits_of_keys_and_of_namespaces_share_nothing() {
    let world = World::new();
    let limits = json!([{"name": "email", "limit": 10, "duration": 60_000, "autoApply": true}]);
    let key = world.key(&world.api(), json!({"ratelimits": limits}));
    world.verify(&key.key);
    assert_eq!(
        limit(&world, &json!({"identifier": key.id}))["remaining"],
        9
    );
}
