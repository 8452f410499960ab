//! `analytics.getVerifications`: who may ask, and that what was verified is there at once.

use crate::support::*;

const COUNT: &str = "SELECT outcome, count() AS n FROM key_verifications_v1 GROUP BY outcome \
                     ORDER BY outcome";

fn ask(world: &World, query: &str) -> Reply {
    world.call("analytics.getVerifications", json!({"query": query}))
}

fn rows(world: &World, query: &str) -> Value {
    world.ok("analytics.getVerifications", json!({"query": query}))
}

#[test]
fn every_verification_that_was_answered_is_counted() {
    let world = World::new();
    assert_eq!(rows(&world, COUNT), json!([]));
    let api = world.api();
    let key = world.key(
        &api,
        json!({"credits": {"remaining": 2}, "externalId": "user_1"}),
    );
    let disabled = world.key(&api, json!({"enabled": false}));
    for _ in 0..3 {
        world.ok(
            "keys.verifyKey",
            json!({"key": key.key, "tags": ["path=/v1"]}),
        );
    }
    world.ok(
        "keys.verifyKey",
        json!({"key": disabled.key, "tags": ["path=/v1"]}),
    );
    // An unknown key leaves nothing behind.
    world.verify("nobody_knows_it");
    assert_eq!(
        rows(&world, COUNT),
        json!([
            {"outcome": "DISABLED", "n": 1},
            {"outcome": "USAGE_EXCEEDED", "n": 1},
            {"outcome": "VALID", "n": 2},
        ])
    );
    let query = "SELECT key_id, external_id, tags, sum(spent_credits) AS spent, min(time) AS at \
                 FROM key_verifications_v1 GROUP BY key_id, external_id, tags ORDER BY spent";
    assert_eq!(
        rows(&world, query),
        json!([
            {"key_id": disabled.id, "external_id": "", "tags": [], "spent": 0, "at": NOON},
            {"key_id": key.id, "external_id": "user_1", "tags": ["path=/v1"], "spent": 2, "at": NOON},
        ])
    );
}

#[test]
fn the_days_are_counted_as_well() {
    let world = World::new();
    let key = world.key(&world.api(), json!({}));
    world.verify(&key.key);
    world.clock.advance(DAY);
    world.verify(&key.key);
    let query = "SELECT time, SUM(count) AS n FROM key_verifications_per_day_v1 \
                 WHERE time >= now() - INTERVAL 7 DAY GROUP BY time ORDER BY time";
    assert_eq!(
        rows(&world, query),
        json!([
            {"time": "2026-03-10T00:00:00Z", "n": 1},
            {"time": "2026-03-11T00:00:00Z", "n": 1},
        ])
    );
}

#[test]
fn a_wrong_query_is_refused_with_its_kind() {
    let world = World::new();
    for (query, kind) in [
        ("SELECT", "invalid_analytics_query"),
        (
            "DROP TABLE key_verifications_v1",
            "invalid_analytics_query_type",
        ),
        ("SELECT 1 FROM keys", "invalid_analytics_table"),
        (
            "SELECT sleep(1) FROM key_verifications_v1",
            "invalid_analytics_function",
        ),
        (
            "SELECT 1 FROM key_verifications_per_day_v1 WHERE time >= now() - INTERVAL 60 DAY",
            "query_range_exceeds_retention",
        ),
    ] {
        let reply = ask(&world, query);
        assert_eq!(reply.status, 400, "{query}: {}", reply.body);
        let link = format!("https://unkey.com/docs/errors/user/bad_request/{kind}");
        assert_eq!(reply.body["error"]["type"], link, "{query}");
    }
}

#[test]
fn a_caller_sees_the_apis_it_may_read() {
    let world = World::new();
    let (mine, other) = (world.api(), world.api());
    let key = world.key(&mine, json!({}));
    world.verify(&key.key);
    world.verify(&world.key(&other, json!({})).key);
    let query = "SELECT key_id FROM key_verifications_v1 WHERE 1 = 1 OR 1 = 1";
    assert_eq!(rows(&world, query).as_array().unwrap().len(), 2);
    let reader = world.with_permissions(&[&format!("api.{mine}.read_analytics")]);
    assert_eq!(rows(&reader, query), json!([{"key_id": key.id}]));
    let spaces = "SELECT key_id, key_space_id FROM key_verifications_v1";
    let spaces = rows(&world, spaces);
    let space_of = |mine: bool| {
        let rows = spaces.as_array().unwrap();
        let row = rows
            .iter()
            .find(|row| (row["key_id"] == key.id) == mine)
            .unwrap();
        text(&row["key_space_id"])
    };
    let of = |space: &str| {
        format!("SELECT key_id FROM key_verifications_v1 WHERE key_space_id = '{space}'")
    };
    assert_eq!(
        rows(&reader, &of(&space_of(true))),
        json!([{"key_id": key.id}])
    );
    // What a caller may not see, and what does not exist, looks the same.
    for space in [&space_of(false), "ks_nothing12"] {
        assert_eq!(rows(&reader, &of(space)), json!([]), "{space}");
    }
    let nobody = world.with_permissions(&["api.*.read_key"]);
    for query in [query, "SELECT"] {
        ask(&nobody, query).is(
            403,
            "unkey/authorization/insufficient_permissions",
            "Missing permission: 'api.*.read_analytics'",
        );
    }
}

#[test]
fn verifications_are_deleted_when_they_are_too_old() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    let key = world.key(&world.api(), json!({}));
    for _ in 0..20 {
        world.verify(&key.key);
    }
    world.engine.flush().unwrap();
    let are_kept = || -> bool {
        let database = rusqlite::Connection::open(&file).unwrap();
        let sql = "SELECT EXISTS (SELECT 1 FROM analytics_event)";
        database.query_row(sql, [], |row| row.get(0)).unwrap()
    };
    assert!(are_kept());
    for (days, kept) in [(89, true), (2, false)] {
        world.clock.advance(days * DAY);
        world.ok("keys.getKey", json!({"keyId": key.id}));
        assert_eq!(are_kept(), kept);
    }
}

/// The file of a release that packed its events: 4,113 of them, and 187 that waited for it.
#[test]
fn a_database_whose_events_are_packed_opens_without_loss() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let packed = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/packed_events.db"
    );
    std::fs::copy(packed, &file).unwrap();
    // The afternoon of 2026-11-26, when it was made.
    let world = World::on_file(&file, 1_795_737_600_000);
    let by_outcome = "SELECT outcome, count() AS n, sum(spent_credits) AS c \
                      FROM key_verifications_v1 GROUP BY outcome ORDER BY outcome";
    assert_eq!(
        rows(&world, by_outcome),
        json!([
            {"outcome": "DISABLED", "n": 1433, "c": 0},
            {"outcome": "VALID", "n": 2867, "c": 2151},
        ])
    );
    let by_owner = "SELECT external_id, tags, sum(count) AS n FROM key_verifications_per_day_v1 \
                    WHERE external_id = 'user_0' GROUP BY external_id, tags ORDER BY tags LIMIT 2";
    assert_eq!(
        rows(&world, by_owner),
        json!([
            {"external_id": "user_0", "tags": [], "n": 717},
            {"external_id": "user_0", "tags": ["path=/0"], "n": 143},
        ])
    );
    let requests = "SELECT uniq(request_id) AS n, min(region) AS region FROM key_verifications_v1";
    assert_eq!(
        rows(&world, requests),
        json!([{"n": 4300, "region": "local"}])
    );
}
