//! `keys_apply`.

use serde_json::{Value, json};
use unkey_workflows::{CallError, Handover};

use super::Worker;
use crate::support::{DAY, NOON};

fn key(worker: &Worker, api: &str, settings: Value) -> String {
    worker.world.key(api, settings).0
}

fn look(worker: &Worker, key_id: &str) -> Value {
    worker.world.ok("keys.getKey", json!({"keyId": key_id}))
}

#[tokio::test]
async fn a_plan_is_carried_out_once() {
    let mut worker = Worker::new();
    let api = worker.world.api("payments");
    let one = key(&worker, &api, json!({"credits": {"remaining": 5}}));
    let change = json!({"kind": "credits", "add": 10});
    let plan = worker
        .plan(json!({"change": change, "keyIds": [one]}))
        .await;
    for _ in 0..3 {
        let applied = worker.apply(&plan).await;
        assert_eq!(applied["keys"], json!({"done": 1}), "{applied}");
        assert_eq!(applied["finished"], true);
        assert_eq!(look(&worker, &one)["credits"]["remaining"], 15);
    }
}

#[tokio::test]
async fn what_changed_since_the_plan_was_made_is_left_alone_and_told() {
    let mut worker = Worker::new();
    let api = worker.world.api("payments");
    let ids: Vec<String> = (0..4)
        .map(|_| key(&worker, &api, json!({"externalId": "acme"})))
        .collect();
    let request = json!({"change": {"kind": "delete"}, "apis": [api]});
    let plan = worker.plan(request).await;
    let change = |id: &str, field: &str, value: Value| {
        worker
            .world
            .ok("keys.updateKey", json!({"keyId": id, (field): value}));
    };
    change(&ids[0], "externalId", json!("globex"));
    change(&ids[1], "enabled", json!(false));
    worker.world.ok("keys.deleteKey", json!({"keyId": ids[2]}));
    let applied = worker.apply(&plan).await;
    assert_eq!(
        applied["keys"],
        json!({"changed": 3, "done": 1}),
        "{applied}"
    );
    let why: Vec<&str> = applied["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|problem| problem["why"].as_str().unwrap())
        .collect();
    assert!(
        why.contains(&"it has another owner since the plan was made"),
        "{why:?}"
    );
    assert!(why.contains(&"the key is gone"), "{why:?}");
    assert_eq!(look(&worker, &ids[0])["identity"]["externalId"], "globex");
}

#[tokio::test]
async fn a_key_that_was_used_since_is_no_longer_an_unused_one() {
    let mut worker = Worker::new();
    let api = worker.world.api("payments");
    let (used, secret) = worker.world.key(&api, json!({}));
    key(&worker, &api, json!({}));
    let request = json!({"change": {"kind": "disable"}, "apis": [api], "neverUsed": true});
    let plan = worker.plan(request).await;
    assert_eq!(worker.world.verify(&secret, json!({})), "VALID");
    // Uses are noted in the background.
    for _ in 0..1_000 {
        worker.world.clock.advance(60_000);
        if !look(&worker, &used)["lastUsedAt"].is_null() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let applied = worker.apply(&plan).await;
    assert_eq!(
        applied["keys"],
        json!({"changed": 1, "done": 1}),
        "{applied}"
    );
    assert_eq!(look(&worker, &used)["enabled"], true);
}

#[tokio::test]
async fn a_budget_stops_the_run_and_the_next_call_goes_on() {
    let mut worker = Worker::new();
    let api = worker.world.api("payments");
    for _ in 0..5 {
        key(&worker, &api, json!({}));
    }
    let plan = worker
        .plan(json!({"change": {"kind": "disable"}, "apis": [api]}))
        .await;
    let request = json!({"planId": plan, "maxWrites": 3});
    let applied = worker.done("keys_apply", request).await;
    assert_eq!(applied["keys"], json!({"done": 3, "left": 2}), "{applied}");
    assert_eq!(applied["finished"], false);
    assert!(applied["stopped"].as_str().unwrap().contains("writes"));
    let applied = worker.apply(&plan).await;
    assert_eq!(applied["keys"], json!({"done": 5}), "{applied}");
}

#[tokio::test]
async fn every_kind_of_edit_can_be_taken_back() {
    let world = Worker::new();
    drop(world);
    let limit = |limit: i64| json!([{"name": "requests", "limit": limit, "duration": 60_000, "autoApply": true}]);
    for change in [
        json!({"kind": "disable"}),
        json!({"kind": "extend", "by": "30d"}),
        json!({"kind": "extend", "until": "never"}),
        json!({"kind": "credits", "remaining": 700}),
        json!({"kind": "credits", "add": 7}),
        json!({"kind": "credits", "remaining": 9, "refill": {"interval": "daily", "amount": 9}}),
        json!({"kind": "ratelimits", "ratelimits": limit(99)}),
        json!({"kind": "ratelimits", "ratelimits": []}),
        json!({"kind": "roles", "roles": ["viewer"]}),
        json!({"kind": "roles", "roles": ["editor"], "mode": "remove"}),
        json!({"kind": "roles", "roles": ["viewer"], "mode": "set"}),
        json!({"kind": "permissions", "permissions": ["docs.write"]}),
        json!({"kind": "permissions", "permissions": ["docs.read"], "mode": "remove"}),
        json!({"kind": "permissions", "permissions": ["docs.write"], "mode": "set"}),
    ] {
        let mut worker = Worker::new();
        let api = worker.world.api("payments");
        let role = worker.world.ok(
            "permissions.createRole",
            json!({"name": "editor", "permissions": ["docs.edit"]}),
        );
        assert!(role["roleId"].is_string());
        worker
            .world
            .ok("permissions.createRole", json!({"name": "viewer"}));
        let one = key(
            &worker,
            &api,
            json!({
                "externalId": "acme", "expires": NOON + DAY, "credits": {"remaining": 50},
                "ratelimits": limit(10), "roles": ["editor"], "permissions": ["docs.read"],
            }),
        );
        let sorted = |mut key: Value| {
            key["updatedAt"] = Value::Null;
            for list in ["permissions", "roles"] {
                if let Some(list) = key[list].as_array_mut() {
                    list.sort_by_key(ToString::to_string);
                }
            }
            for limit in key["ratelimits"].as_array_mut().into_iter().flatten() {
                limit["id"] = Value::Null;
            }
            key
        };
        let before = sorted(look(&worker, &one));
        let plan = worker
            .plan(json!({"change": change, "keyIds": [one]}))
            .await;
        let applied = worker.apply(&plan).await;
        assert_eq!(applied["keys"], json!({"done": 1}), "{change}: {applied}");
        assert_ne!(sorted(look(&worker, &one)), before, "{change}");
        let undo = applied["undoPlanId"].as_str().unwrap();
        let undone = worker.apply(undo).await;
        assert_eq!(undone["keys"], json!({"done": 1}), "{change}: {undone}");
        assert_eq!(sorted(look(&worker, &one)), before, "{change}");
    }
}

#[tokio::test]
async fn many_plain_texts_do_not_fit_into_an_answer() {
    let mut worker = Worker::new();
    let api = worker.world.api("payments");
    let names: Vec<String> = (0..11).map(|n| format!("key {n}")).collect();
    let change = json!({"kind": "create", "template": {"apiId": api}, "names": names});
    let plan = worker.plan(json!({"change": change})).await;
    let said = worker.mistakes("keys_apply", json!({"planId": plan})).await;
    assert!(said.contains("--secrets file"), "{said}");
    assert!(worker.keys(&api).is_empty());
    assert_eq!(worker.secrets, Handover::Answer);
}

#[tokio::test]
async fn a_root_key_that_may_not_is_not_asked_for_every_key() {
    let mut worker = Worker::new();
    let api = worker.world.api("payments");
    for _ in 0..50 {
        key(&worker, &api, json!({}));
    }
    let plan = worker
        .plan(json!({"change": {"kind": "disable"}, "apis": [api]}))
        .await;
    worker.world = worker
        .world
        .with_permissions(&["api.*.read_key", "api.*.read_api"]);
    let before = worker.called().len();
    let applied = worker.apply(&plan).await;
    assert_eq!(applied["finished"], false, "{applied}");
    let writes = worker.called().split_off(before);
    let writes = writes
        .iter()
        .filter(|tool| **tool == "keys_update_key")
        .count();
    assert!(writes <= 16, "{writes}");
}

#[tokio::test]
async fn a_tool_that_the_caller_does_not_have_is_not_called_for_it() {
    let mut worker = Worker::new();
    let api = worker.world.api("payments");
    key(&worker, &api, json!({}));
    let plan = worker
        .plan(json!({"change": {"kind": "delete"}, "apis": [api]}))
        .await;
    worker.world.without = vec!["keys_delete_key"];
    let attempt = worker.attempt("keys_apply", json!({"planId": plan})).await;
    let failed = attempt.unwrap().unwrap_err();
    let said = format!("{failed:?}");
    assert!(
        said.contains(&CallError::not_offered("keys_delete_key").detail),
        "{said}"
    );
    assert_eq!(worker.keys(&api).len(), 1);
}
