//! Imports: every form in which keys come, and what is wrong with them.

use serde_json::{Value, json};

use super::Worker;
use crate::support::NOON;

/// The SHA-256 of `foo`, `bar` and `baz`.
const FOO: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
const BAR: &str = "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9";

async fn planned(worker: &Worker, api: &str, source: Value) -> Value {
    let mut change = json!({"kind": "import", "apiId": api});
    for (name, value) in source.as_object().unwrap() {
        change[name] = value.clone();
    }
    worker.done("keys_plan", json!({"change": change})).await
}

async fn imported(worker: &Worker, api: &str, source: Value) -> Vec<Value> {
    let planned = planned(worker, api, source).await;
    assert_eq!(planned["cannotCount"], 0, "{planned}");
    let applied = worker.apply(planned["planId"].as_str().unwrap()).await;
    assert_eq!(
        applied["keys"],
        json!({"done": planned["keys"]}),
        "{applied}"
    );
    worker.keys(api)
}

#[tokio::test]
async fn keys_keep_working_that_come_as_a_table() {
    let worker = Worker::new();
    let api = worker.world.api("legacy");
    let data = format!(
        "hash,externalId,name,expires,remaining,refillInterval,refillAmount,roles,permissions,meta.plan,enabled\n\
         {FOO},foo,\"Foo, Inc.\",2027-12-31,5,monthly,100,a;b,docs.read|docs.write,pro,yes\n\
         sha256:{BAR},bar,,,,,,,,,no\n"
    );
    let keys = imported(&worker, &api, json!({"data": data})).await;
    let foo = keys.iter().find(|key| key["name"] == "Foo, Inc.").unwrap();
    assert_eq!(foo["identity"]["externalId"], "foo");
    assert_eq!(foo["expires"], 1_830_297_599_999_i64);
    assert_eq!(
        foo["credits"],
        json!({"remaining": 5, "refill": {"interval": "monthly", "amount": 100, "refillDay": 1}})
    );
    assert_eq!(foo["meta"], json!({"plan": "pro"}));
    assert_eq!(worker.world.verify("foo", json!({})), "VALID");
    assert_eq!(worker.world.verify("bar", json!({})), "DISABLED");
}

#[tokio::test]
async fn a_dump_of_unkeys_first_api_is_read_as_it_is() {
    let worker = Worker::new();
    let api = worker.world.api("legacy");
    let dump = json!({"keys": [{
        "id": "key_old", "apiId": "api_old", "workspaceId": "ws_old", "start": "sk_3",
        "name": "Old", "ownerId": "foo", "meta": {"a": 1}, "createdAt": 1_600_000_000_000_i64,
        "expires": NOON + 1_000_000, "remaining": 12,
        "refill": {"interval": "daily", "amount": 50, "lastRefillAt": 1},
        "ratelimit": {"async": true, "type": "fast", "limit": 10, "duration": 60_000},
        "enabled": true, "environment": "production", "roles": ["admin"],
        "hash": FOO,
    }], "total": 1});
    let planned = planned(&worker, &api, json!({"data": dump.to_string()})).await;
    let behind: Vec<&str> = planned["unread"]
        .as_array()
        .unwrap()
        .iter()
        .map(|left| left["what"].as_str().unwrap())
        .collect();
    assert_eq!(behind, ["createdAt", "start"]);
    let applied = worker.apply(planned["planId"].as_str().unwrap()).await;
    assert_eq!(applied["keys"], json!({"done": 1}), "{applied}");
    let key = &worker.keys(&api)[0];
    assert_eq!(key["identity"]["externalId"], "foo");
    assert_eq!(key["meta"], json!({"a": 1, "environment": "production"}));
    assert_eq!(
        key["credits"]["refill"],
        json!({"interval": "daily", "amount": 50})
    );
    let limit = &key["ratelimits"][0];
    assert_eq!(
        (&limit["limit"], &limit["duration"]),
        (&json!(10), &json!(60_000))
    );
    assert_eq!(worker.world.verify("foo", json!({})), "VALID");
}

#[tokio::test]
async fn what_the_engine_exports_comes_back() {
    let worker = Worker::new();
    let api = worker.world.api("legacy");
    let lines = [FOO, BAR]
        .map(|hex| {
            let bytes: Vec<u8> = (0..32)
                .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
                .collect();
            let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, bytes);
            json!({"migrationId": "mig_x", "apiId": "api_old", "keys": [{"hash": hash}]})
                .to_string()
        })
        .join("\n");
    let keys = imported(&worker, &api, json!({"data": lines})).await;
    assert_eq!(keys.len(), 2);
    assert_eq!(worker.world.verify("bar", json!({})), "VALID");
}

#[tokio::test]
async fn plain_keys_are_hashed_from_a_file_and_refused_in_a_conversation() {
    let worker = Worker::new();
    let api = worker.world.api("legacy");
    let table = "key,owner\nfoo,one\nbar,two\n";
    let said = {
        let change = json!({"kind": "import", "apiId": api, "data": table});
        worker
            .mistakes("keys_plan", json!({"change": change}))
            .await
    };
    assert!(said.contains("secrets folder"), "{said}");
    std::fs::write(worker.folder.path().join("old.csv"), table).unwrap();
    let keys = imported(&worker, &api, json!({"file": "old.csv"})).await;
    assert_eq!(keys.len(), 2);
    assert_eq!(worker.world.verify("foo", json!({})), "VALID");
    for name in ["../old.csv", "none.csv", "/etc/passwd", "plans"] {
        let change = json!({"kind": "import", "apiId": api, "file": name});
        let said = worker
            .mistakes("keys_plan", json!({"change": change}))
            .await;
        assert!(said.contains("`change.file`"), "{name}: {said}");
    }
}

#[tokio::test]
async fn bad_rows_are_named_and_the_others_come() {
    let worker = Worker::new();
    let api = worker.world.api("legacy");
    let rows = json!([
        {"hash": FOO, "externalId": "foo"},
        {"hash": "$2b$10$N9qo8uLOickgx2ZMRZoMye", "externalId": "bcrypt"},
        {"externalId": "nothing"},
        {"hash": FOO, "externalId": "twice"},
        {"hash": BAR, "expires": "soon"},
        {"hash": BAR, "remaining": -1},
        {"hash": BAR, "permissions": ["white space"]},
        {"hash": BAR, "deletedAt": 5},
        "no object",
        {"hash": BAR, "externalId": "bar"},
    ]);
    let planned = planned(&worker, &api, json!({"data": rows.to_string()})).await;
    let named: Vec<(u64, &str)> = planned["cannot"]
        .as_array()
        .unwrap()
        .iter()
        .map(|bad| {
            (
                bad["row"].as_u64().unwrap(),
                bad["field"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        named,
        [
            (2, "hash"),
            (3, "hash"),
            (4, "hash"),
            (5, "expires"),
            (6, "remaining"),
            (7, "permissions[0]"),
            (8, "deletedAt"),
            (9, ""),
        ],
        "{planned}"
    );
    assert_eq!(planned["keys"], 2);
    worker.apply(planned["planId"].as_str().unwrap()).await;
    assert_eq!(worker.keys(&api).len(), 2);
}

#[tokio::test]
async fn a_hash_that_is_taken_is_told_and_the_others_come() {
    let worker = Worker::new();
    let api = worker.world.api("legacy");
    imported(
        &worker,
        &api,
        json!({"data": json!([{"hash": FOO}]).to_string()}),
    )
    .await;
    let rows = json!([{"hash": FOO}, {"hash": BAR}]).to_string();
    let planned = planned(&worker, &api, json!({"data": rows})).await;
    let applied = worker.apply(planned["planId"].as_str().unwrap()).await;
    assert_eq!(
        applied["keys"],
        json!({"already": 1, "done": 1}),
        "{applied}"
    );
    assert_eq!(applied["problems"][0]["row"], 1);
}
