//! Stories of rate-limit overrides, and of several limits in one call.

use crate::support::*;

const NO_NAMESPACE: &str = "unkey/data/ratelimit_namespace_not_found";
const NO_OVERRIDE: &str = "unkey/data/ratelimit_override_not_found";
const FORBIDDEN: &str = "unkey/authorization/insufficient_permissions";

/// A namespace, made by its first use.
fn namespace(world: &World) {
    limit(world, "someone");
}

fn limit(world: &World, identifier: &str) -> Value {
    let mut body = one(identifier);
    body["namespace"] = json!("emails");
    world.ok("ratelimit.limit", body)
}

/// A limit of 10 a minute.
fn one(identifier: &str) -> Value {
    json!({"namespace": "emails", "identifier": identifier, "limit": 10, "duration": MINUTE})
}

fn set(world: &World, identifier: &str, limit: i64) -> String {
    let body = json!({
        "namespace": "emails", "identifier": identifier, "limit": limit, "duration": MINUTE
    });
    text(&world.ok("ratelimit.setOverride", body)["overrideId"])
}

fn named(identifier: &str) -> Value {
    json!({"namespace": "emails", "identifier": identifier})
}

#[test]
fn an_override_takes_the_place_of_what_the_request_says() {
    let world = World::new();
    namespace(&world);
    let id = set(&world, "vip", 3);
    assert!(id.starts_with("rlor_"));
    for left in [2, 1, 0] {
        let seen = limit(&world, "vip");
        assert_eq!(seen["success"], true);
        assert_eq!(
            (&seen["limit"], &seen["remaining"]),
            (&json!(3), &json!(left))
        );
        assert_eq!(seen["overrideId"], json!(id));
    }
    assert_eq!(limit(&world, "vip")["success"], false);
    assert!(limit(&world, "other").get("overrideId").is_none());
}

#[test]
fn an_override_replaces_the_duration_but_not_the_cost() {
    let world = World::new();
    namespace(&world);
    let mut body = named("vip");
    body["limit"] = json!(100);
    body["duration"] = json!(HOUR);
    world.ok("ratelimit.setOverride", body);
    let mut dear = one("vip");
    dear["cost"] = json!(7);
    let seen = world.ok("ratelimit.limit", dear);
    assert_eq!(seen["remaining"], 93);
    assert_eq!(seen["reset"], json!(NOON + HOUR));
}

#[test]
fn setting_an_override_again_keeps_its_id() {
    let world = World::new();
    namespace(&world);
    let id = set(&world, "vip", 3);
    assert_eq!(set(&world, "vip", 30), id);
    let shown = world.ok("ratelimit.getOverride", named("vip"));
    assert_eq!(
        shown,
        json!({"overrideId": id, "duration": MINUTE, "identifier": "vip", "limit": 30})
    );
}

#[test]
fn a_pattern_goes_for_all_it_matches() {
    let world = World::new();
    namespace(&world);
    set(&world, "user_*", 5);
    assert_eq!(limit(&world, "user_größe")["limit"], 5);
    assert_eq!(limit(&world, "a_user_1")["limit"], 10);
    assert_eq!(limit(&world, "User_1")["limit"], 10);
    let shown = world.ok("ratelimit.getOverride", named("user_123"));
    assert_eq!(shown["identifier"], "user_*");
    set(&world, "größe_*", 6);
    assert_eq!(limit(&world, "größe_ü")["limit"], 6);
}

#[test]
fn the_exact_override_wins_and_then_the_oldest_pattern() {
    let world = World::new();
    namespace(&world);
    set(&world, "*_admin", 1);
    set(&world, "user_*", 2);
    set(&world, "user_7_admin", 3);
    assert_eq!(limit(&world, "user_7_admin")["limit"], 3);
    assert_eq!(limit(&world, "user_8_admin")["limit"], 1);
    assert_eq!(limit(&world, "user_8")["limit"], 2);
    // Setting it again does not make it younger.
    set(&world, "*_admin", 4);
    assert_eq!(limit(&world, "user_9_admin")["limit"], 4);
}

#[test]
fn a_limit_of_0_refuses_everything() {
    let world = World::new();
    namespace(&world);
    set(&world, "banned", 0);
    let mut look = one("banned");
    look["cost"] = json!(0);
    for body in [one("banned"), look] {
        let seen = world.ok("ratelimit.limit", body);
        assert_eq!(
            (&seen["success"], &seen["limit"]),
            (&json!(false), &json!(0))
        );
        assert_eq!(seen["remaining"], 0);
    }
}

#[test]
fn a_deleted_override_no_longer_counts_and_can_be_set_again() {
    let world = World::new();
    namespace(&world);
    let id = set(&world, "user_*", 5);
    assert_eq!(limit(&world, "user_1")["limit"], 5);
    // By the pattern itself, not by what it matches.
    let missing = world.call("ratelimit.deleteOverride", named("user_1"));
    missing.is(404, NO_OVERRIDE, "This override does not exist.");
    assert_eq!(
        world.ok("ratelimit.deleteOverride", named("user_*")),
        json!({})
    );
    assert_eq!(limit(&world, "user_1")["limit"], 10);
    for endpoint in ["ratelimit.getOverride", "ratelimit.deleteOverride"] {
        let reply = world.call(endpoint, named("user_*"));
        reply.is(404, NO_OVERRIDE, "This override does not exist.");
    }
    assert_eq!(set(&world, "user_*", 6), id);
    assert_eq!(limit(&world, "user_1")["limit"], 6);
}

#[test]
fn overrides_are_listed_in_pages_in_the_order_of_their_ids() {
    let world = World::new();
    namespace(&world);
    let list = |body: Value| world.call("ratelimit.listOverrides", body).body;
    let empty = list(json!({"namespace": "emails"}));
    assert_eq!(
        (&empty["data"], &empty["pagination"]),
        (&json!([]), &json!({"hasMore": false}))
    );
    let mut ids: Vec<String> = (0..51)
        .map(|number| set(&world, &format!("user_{number}"), 5))
        .collect();
    ids.sort_unstable();
    let first = list(json!({"namespace": "emails"}));
    assert_eq!(first["data"].as_array().unwrap().len(), 50);
    assert_eq!(first["data"][0]["overrideId"], json!(ids[0]));
    assert_eq!(
        first["pagination"],
        json!({"hasMore": true, "cursor": ids[50]})
    );
    let second = list(json!({"namespace": "emails", "cursor": ids[50], "limit": 1}));
    assert_eq!(second["data"][0]["overrideId"], json!(ids[50]));
    assert_eq!(second["pagination"], json!({"hasMore": false}));
    world.ok("ratelimit.deleteOverride", named("user_0"));
    let left = list(json!({"namespace": "emails", "limit": 100}));
    assert_eq!(left["data"].as_array().unwrap().len(), 50);
}

#[test]
fn a_namespace_that_does_not_exist_is_not_made() {
    let world = World::new();
    let mut body = named("vip");
    for endpoint in [
        "getOverride",
        "deleteOverride",
        "listOverrides",
        "setOverride",
    ] {
        if endpoint == "setOverride" {
            body["limit"] = json!(1);
            body["duration"] = json!(1_000);
        }
        if endpoint == "listOverrides" {
            body = json!({"namespace": "emails"});
        } else {
            body["identifier"] = json!("vip");
        }
        let reply = world.call(&format!("ratelimit.{endpoint}"), body.clone());
        reply.is(404, NO_NAMESPACE, "This namespace does not exist.");
    }
}

#[test]
fn each_operation_wants_its_permission_for_that_namespace() {
    let world = World::new();
    namespace(&world);
    set(&world, "vip", 3);
    let stranger = world.with_permissions(&["ratelimit.*.limit"]);
    let mut body = named("vip");
    for (endpoint, action) in [
        ("ratelimit.getOverride", "read_override"),
        ("ratelimit.deleteOverride", "delete_override"),
        ("ratelimit.setOverride", "set_override"),
    ] {
        if action == "set_override" {
            body["limit"] = json!(1);
            body["duration"] = json!(1_000);
        }
        let reply = stranger.call(endpoint, body.clone());
        if action == "read_override" {
            // Who may not read overrides is not told whether there is one.
            reply.is(
                404,
                "unkey/data/ratelimit_override_not_found",
                "This override does not exist.",
            );
        } else {
            assert_eq!(reply.status, 403);
            let detail = text(&reply.body["error"]["detail"]);
            let end = format!(".{action} or ratelimit.*.{action}");
            assert!(detail.ends_with(&end), "{detail}");
        }
        let friend = world.with_permissions(&[&format!("ratelimit.*.{action}")]);
        friend.ok(endpoint, body.clone());
    }
    let list = json!({"namespace": "emails"});
    assert_eq!(
        stranger
            .call("ratelimit.listOverrides", list.clone())
            .status,
        403
    );
    let friend = world.with_permissions(&["ratelimit.*.read_override"]);
    friend.ok("ratelimit.listOverrides", list);
}

#[test]
fn several_limits_pass_together_or_not_at_all() {
    let world = World::new();
    let mut dear = one("b");
    dear["cost"] = json!(9);
    let both = world.ok("ratelimit.multiLimit", json!([one("a"), dear]));
    assert_eq!(both["passed"], true);
    assert_eq!(
        both["limits"][1],
        json!({
            "namespace": "emails", "identifier": "b", "limit": 10, "remaining": 1,
            "reset": NOON + MINUTE, "passed": true
        })
    );
    let refused = world.ok("ratelimit.multiLimit", json!([one("a"), dear]));
    assert_eq!(refused["passed"], false);
    // The first one passes for itself, and nothing was counted.
    let verdicts = |seen: &Value| -> Vec<(Value, Value)> {
        let limits = seen["limits"].as_array().unwrap().iter();
        limits
            .map(|limit| (limit["passed"].clone(), limit["remaining"].clone()))
            .collect()
    };
    assert_eq!(
        verdicts(&refused),
        [(json!(true), json!(9)), (json!(false), json!(0))]
    );
    let mut look = one("a");
    look["cost"] = json!(0);
    assert_eq!(world.ok("ratelimit.limit", look)["remaining"], 9);
    let mut six = one("c");
    six["cost"] = json!(6);
    let twice = world.ok("ratelimit.multiLimit", json!([six, six]));
    assert_eq!(
        verdicts(&twice),
        [(json!(true), json!(10)), (json!(false), json!(0))]
    );
}

#[test]
fn several_limits_go_by_overrides_too() {
    let world = World::new();
    namespace(&world);
    let id = set(&world, "banned", 0);
    let seen = world.ok("ratelimit.multiLimit", json!([one("banned"), one("a")]));
    assert_eq!(seen["passed"], false);
    assert_eq!(seen["limits"][0]["overrideId"], json!(id));
    assert_eq!(seen["limits"][0]["limit"], 0);
}

#[test]
fn several_limits_make_the_namespaces_they_need() {
    let world = World::new();
    let mut other = one("a");
    other["namespace"] = json!("uploads");
    let body = json!([one("a"), other]);
    let poor = world.with_permissions(&["ratelimit.*.limit"]);
    poor.call("ratelimit.multiLimit", body.clone()).is(
        403,
        FORBIDDEN,
        "Missing permission: 'ratelimit.*.create_namespace'",
    );
    // Who may make them but not use them leaves them behind.
    let maker = world.with_permissions(&["ratelimit.*.create_namespace"]);
    assert_eq!(maker.call("ratelimit.multiLimit", body.clone()).status, 403);
    assert_eq!(poor.ok("ratelimit.multiLimit", body)["passed"], true);
}

#[test]
fn between_one_and_a_hundred_limits_are_checked_at_once() {
    let world = World::new();
    for (body, message) in [
        (json!([]), "minItems: got 0, want 1"),
        (
            Value::from(vec![one("a"); 101]),
            "maxItems: got 101, want 100",
        ),
        (json!({}), "got object, want array"),
        (
            json!([{"namespace": "emails"}]),
            "missing properties 'identifier', 'limit', 'duration'",
        ),
    ] {
        let reply = world.call("ratelimit.multiLimit", body);
        assert_eq!(reply.status, 400);
        assert_eq!(reply.body["error"]["errors"][0]["message"], message);
    }
    let reply = world.call("ratelimit.multiLimit", Value::from(vec![one("a"); 100]));
    assert_eq!(reply.body["data"]["passed"], false);
}
