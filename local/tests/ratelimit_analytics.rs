//! `analytics.getRatelimits`: who may ask, and that what was checked is there at once.

use unkey_local::Request;

use crate::support::*;

fn ask(world: &World, query: &str) -> Reply {
    world.call("analytics.getRatelimits", json!({"query": query}))
}

fn rows(world: &World, query: &str) -> Value {
    world.ok("analytics.getRatelimits", json!({"query": query}))
}

fn check(namespace: &str, identifier: &str) -> Value {
    json!({"namespace": namespace, "identifier": identifier, "limit": 2, "duration": MINUTE})
}

/// The id of the namespace of a check that was made before.
fn namespace_of(world: &World, identifier: &str) -> String {
    let query = format!("SELECT namespace_id FROM ratelimits_v1 WHERE identifier = '{identifier}'");
    text(&rows(world, &query)[0]["namespace_id"])
}

#[test]
fn every_check_that_was_answered_is_counted() {
    let world = World::new();
    let count = "SELECT passed, count() AS n FROM ratelimits_v1 GROUP BY passed ORDER BY passed";
    assert_eq!(rows(&world, count), json!([]));
    for _ in 0..3 {
        world.ok("ratelimit.limit", check("emails", "user_1"));
    }
    assert_eq!(
        rows(&world, count),
        json!([{"passed": false, "n": 1}, {"passed": true, "n": 2}])
    );
    world.ok(
        "ratelimit.setOverride",
        json!({"namespace": "emails", "identifier": "big_*", "limit": 9, "duration": MINUTE}),
    );
    let mut big = check("emails", "big_1");
    big["cost"] = json!(4);
    let answer = world.ok("ratelimit.limit", big);
    let query = "SELECT * FROM ratelimits_v1 WHERE override_id != ''";
    let row = &rows(&world, query)[0];
    assert_eq!(row["override_id"], answer["overrideId"]);
    assert_eq!(row["identifier"], "big_1");
    assert_eq!(row["time"], NOON);
    assert_eq!(row["reset_at"], answer["reset"]);
    let numbers = json!([row["limit"], row["remaining"], row["tokens"], row["passed"]]);
    assert_eq!(numbers, json!([9, 5, 4, true]));
    assert!(text(&row["request_id"]).starts_with("req_"));
}

#[test]
fn each_limit_of_several_is_a_check_of_its_own() {
    let world = World::new();
    let mut dear = check("emails", "user_1");
    dear["cost"] = json!(3);
    let both = json!([dear, check("sms", "user_1")]);
    let answer = world.ok("ratelimit.multiLimit", both);
    assert_eq!(answer["passed"], false);
    let query = "SELECT passed, tokens, remaining, limit FROM ratelimits_v1 ORDER BY tokens";
    assert_eq!(
        rows(&world, query),
        json!([
            {"passed": true, "tokens": 1, "remaining": 2, "limit": 2},
            {"passed": false, "tokens": 3, "remaining": 0, "limit": 2},
        ])
    );
    let same = "SELECT uniq(request_id) AS requests, uniq(namespace_id) AS namespaces \
                FROM ratelimits_v1";
    assert_eq!(
        rows(&world, same),
        json!([{"requests": 1, "namespaces": 2}])
    );
}

#[test]
fn the_days_are_counted_as_well() {
    let world = World::new();
    world.ok("ratelimit.limit", check("emails", "user_1"));
    world.clock.advance(DAY);
    for _ in 0..3 {
        world.ok("ratelimit.limit", check("emails", "user_1"));
    }
    let query = "SELECT time, SUM(total) AS total, SUM(passed) AS passed, \
                 SUM(total_tokens - passed_tokens) AS refused FROM ratelimits_per_day_v1 \
                 WHERE time >= now() - INTERVAL 7 DAY GROUP BY time ORDER BY time";
    assert_eq!(
        rows(&world, query),
        json!([
            {"time": "2026-03-10T00:00:00Z", "total": 1, "passed": 1, "refused": 0},
            {"time": "2026-03-11T00:00:00Z", "total": 3, "passed": 2, "refused": 1},
        ])
    );
}

#[test]
fn what_is_refused_limits_of_keys_and_what_asks_not_to_be_counted_leave_nothing() {
    let world = World::new();
    let refused = world
        .with_permissions(&["ratelimit.*.create_namespace"])
        .call("ratelimit.limit", check("emails", "user_1"));
    assert_eq!(refused.status, 403);
    let limits = json!([{"name": "all", "limit": 1, "duration": MINUTE, "autoApply": true}]);
    let key = world.key(&world.api(), json!({"ratelimits": limits}));
    world.verify(&key.key);
    let quiet = world.send(Request {
        is_recorded: false,
        abandoned: std::sync::Arc::default(),
        ..world.request("ratelimit.limit", &check("emails", "user_1"))
    });
    assert_eq!(quiet.body["data"]["remaining"], 1);
    assert_eq!(rows(&world, "SELECT * FROM ratelimits_v1"), json!([]));
}

#[test]
fn a_caller_sees_the_namespaces_it_may_read() {
    let world = World::new();
    world.ok("ratelimit.limit", check("emails", "user_1"));
    world.ok("ratelimit.limit", check("sms", "user_2"));
    let query = "SELECT identifier FROM ratelimits_v1 WHERE 1 = 1 OR 1 = 1";
    assert_eq!(rows(&world, query).as_array().unwrap().len(), 2);
    let sms = namespace_of(&world, "user_2");
    let reader = world.with_permissions(&[&format!("ratelimit.{sms}.read_analytics")]);
    assert_eq!(rows(&reader, query), json!([{"identifier": "user_2"}]));
    let blind = world.with_permissions(&["api.*.read_analytics", "ratelimit.*.limit"]);
    ask(&blind, query).is(
        403,
        "unkey/authorization/insufficient_permissions",
        "Missing permission: 'ratelimit.*.read_analytics'",
    );
    // Who may not ask learns nothing of what is wrong with the question.
    assert_eq!(ask(&blind, "SELECT").status, 403);
}

#[test]
fn each_question_has_its_own_tables() {
    let world = World::new();
    let checks = "SELECT 1 FROM ratelimits_v1";
    let verifications = "SELECT 1 FROM key_verifications_v1";
    assert_eq!(ask(&world, checks).status, 200);
    let kind = "https://unkey.com/docs/errors/user/bad_request/invalid_analytics_table";
    assert_eq!(ask(&world, verifications).body["error"]["type"], kind);
    let body = json!({"query": checks});
    let reply = world.call("analytics.getVerifications", body);
    assert_eq!(reply.body["error"]["type"], kind);
}

#[test]
fn checks_are_on_the_disk_after_a_flush_and_go_after_a_month() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    world.ok("ratelimit.limit", check("emails", "user_1"));
    world.engine.flush().unwrap();
    drop(world);
    let world = World::on_file(&file, NOON);
    let kept = || {
        let db = rusqlite::Connection::open(&file).unwrap();
        let count = "SELECT count(*) FROM analytics_ratelimit";
        let count: i64 = db.query_row(count, [], |row| row.get(0)).unwrap();
        count
    };
    assert_eq!(
        rows(&world, "SELECT 1 FROM ratelimits_v1")
            .as_array()
            .unwrap()
            .len(),
        1
    );
    for (days, left) in [(30, 2), (2, 2)] {
        world.clock.advance(days * DAY);
        world.ok("ratelimit.limit", check("emails", "user_1"));
        world.engine.flush().unwrap();
        assert_eq!(kept(), left);
    }
}
