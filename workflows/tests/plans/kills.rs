//! A process that is killed at any moment, on a network that fails, leaves neither a doubled write
//! nor a forgotten one.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Worker;
use crate::support::{DAY, NOON};

/// How many lives each kind of plan gets here.
const SEEDS: u64 = 12;

/// An API with so many keys of `acme`, the nth with n credits.
fn filled(worker: &Worker, keys: usize) -> String {
    let api = worker.world.api("payments");
    for n in 0..keys {
        let settings = json!({
            "externalId": "acme", "name": format!("key {n}"), "prefix": "sk_live",
            "credits": {"remaining": n}, "meta": {"plan": "pro"},
            "ratelimits": [{"name": "requests", "limit": 9, "duration": 60_000, "autoApply": true}],
        });
        worker.world.key(&api, settings);
    }
    api
}

/// The number of credits of each key, by its name.
fn credits(worker: &Worker, api: &str) -> BTreeMap<String, i64> {
    let keys = worker.keys(api).into_iter();
    keys.map(|key| {
        let name = key["name"].as_str().unwrap().to_owned();
        (name, key["credits"]["remaining"].as_i64().unwrap())
    })
    .collect()
}

#[tokio::test]
async fn credits_are_added_to_each_key_once() {
    let mut kills = 0;
    for seed in 0..SEEDS {
        let mut worker = Worker::with_seed(seed).troubled();
        let api = filled(&worker, 40);
        let before = credits(&worker, &api);
        let change = json!({"kind": "credits", "add": 1000});
        let plan = worker.plan(json!({"change": change, "apis": [api]})).await;
        let (applied, killed) = worker.apply_to_the_end(&plan).await;
        kills += killed;
        assert_eq!(
            applied["keys"],
            json!({"done": 40}),
            "seed {seed}: {applied}"
        );
        for (name, after) in credits(&worker, &api) {
            assert_eq!(after, before[&name] + 1000, "seed {seed}, {name}");
        }
    }
    assert!(kills > 0, "nobody was killed");
}

#[tokio::test]
async fn keys_are_switched_off_and_on_again() {
    for seed in 0..SEEDS {
        let mut worker = Worker::with_seed(seed).troubled();
        let api = filled(&worker, 40);
        let request = json!({"change": {"kind": "disable"}, "externalId": "acme"});
        let plan = worker.plan(request).await;
        let (applied, _) = worker.apply_to_the_end(&plan).await;
        assert!(worker.keys(&api).iter().all(|key| key["enabled"] == false));
        let undo = applied["undoPlanId"].as_str().unwrap();
        worker.apply_to_the_end(undo).await;
        assert!(worker.keys(&api).iter().all(|key| key["enabled"] == true));
    }
}

#[tokio::test]
async fn of_each_key_that_is_to_be_made_there_is_one_and_somebody_has_it() {
    let mut kills = 0;
    for seed in 0..SEEDS {
        let mut worker = Worker::with_seed(seed).troubled();
        let api = filled(&worker, 3);
        for owned in [true, false] {
            let names: Vec<String> = (0..8).map(|n| format!("new {n}")).collect();
            let mut template = json!({"apiId": api, "meta": {"a": 1}, "prefix": "x"});
            if owned {
                template["externalId"] = json!("globex");
            }
            let change = json!({"kind": "create", "template": template, "names": names});
            let plan = worker.plan(json!({"change": change})).await;
            let (applied, killed) = worker.apply_to_the_end(&plan).await;
            kills += killed;
            check_made(&worker, &api, owned, &applied, seed);
        }
    }
    assert!(kills > 0, "nobody was killed");
}

/// Of each name there is one key, without a mark; what was told of them in the end works.
fn check_made(worker: &Worker, api: &str, owned: bool, applied: &Value, seed: u64) {
    let keys: Vec<Value> = worker
        .keys(api)
        .into_iter()
        .filter(|key| key["name"].as_str().unwrap().starts_with("new "))
        .filter(|key| key["identity"].is_object() == owned)
        .collect();
    let names: BTreeSet<&str> = keys
        .iter()
        .map(|key| key["name"].as_str().unwrap())
        .collect();
    assert_eq!((keys.len(), names.len()), (8, 8), "seed {seed}: {keys:?}");
    for key in &keys {
        assert_eq!(key["meta"], json!({"a": 1}), "seed {seed}");
    }
    for made in applied["made"].as_array().into_iter().flatten() {
        let code = worker
            .world
            .verify(made["key"].as_str().unwrap(), json!({}));
        assert_eq!(code, "VALID", "seed {seed}: {made}");
    }
}

#[tokio::test]
async fn each_key_is_replaced_once_by_one_like_it() {
    for seed in 0..SEEDS {
        let mut worker = Worker::with_seed(seed).troubled();
        let api = filled(&worker, 8);
        let old: BTreeSet<String> = worker
            .keys(&api)
            .iter()
            .map(|key| key["keyId"].to_string())
            .collect();
        let change = json!({"kind": "rotate", "grace": "1h"});
        let plan = worker.plan(json!({"change": change, "apis": [api]})).await;
        let (applied, _) = worker.apply_to_the_end(&plan).await;
        assert_eq!(applied["keys"]["done"], 8, "seed {seed}: {applied}");
        let keys = worker.keys(&api);
        assert_eq!(keys.len(), 16, "seed {seed}");
        for key in keys {
            let is_old = old.contains(&key["keyId"].to_string());
            assert_eq!(key["expires"].is_null(), !is_old, "seed {seed}: {key}");
            assert_eq!(key["meta"], json!({"plan": "pro"}), "seed {seed}");
            assert!(key["start"].as_str().unwrap().starts_with("sk_live_"));
            assert_eq!(key["ratelimits"][0]["name"], "requests");
            if is_old {
                assert!(key["expires"].as_i64().unwrap() < NOON + DAY);
            }
        }
    }
}

#[tokio::test]
async fn each_key_is_imported_once() {
    for seed in 0..SEEDS {
        let mut worker = Worker::with_seed(seed).troubled();
        let api = filled(&worker, 1);
        let rows: Vec<Value> = (0..250)
            .map(|n| json!({"hash": format!("{n:064x}"), "externalId": format!("owner_{n}")}))
            .collect();
        let change = json!({"kind": "import", "apiId": api, "data": json!(rows).to_string()});
        let plan = worker.plan(json!({"change": change})).await;
        let (applied, _) = worker.apply_to_the_end(&plan).await;
        assert_eq!(
            applied["keys"],
            json!({"done": 250}),
            "seed {seed}: {applied}"
        );
        let keys = worker.keys(&api);
        let owners: BTreeSet<String> = keys
            .iter()
            .map(|key| key["identity"]["externalId"].to_string())
            .collect();
        assert_eq!((keys.len(), owners.len()), (251, 251), "seed {seed}");
    }
}

#[tokio::test]
async fn keys_are_deleted_once() {
    for seed in 0..SEEDS {
        let mut worker = Worker::with_seed(seed).troubled();
        let api = filled(&worker, 30);
        let change = json!({"kind": "delete"});
        let plan = worker.plan(json!({"change": change, "apis": [api]})).await;
        let (applied, _) = worker.apply_to_the_end(&plan).await;
        assert_eq!(
            applied["keys"],
            json!({"done": 30}),
            "seed {seed}: {applied}"
        );
        assert!(worker.keys(&api).is_empty());
    }
}
