//! `keys_plan`.

use serde_json::{Value, json};

use super::Worker;
use crate::support::{DAY, NOON};

/// Three keys of `acme` in two APIs, one of them disabled, and one of somebody else.
fn filled(worker: &Worker) -> (String, Vec<String>) {
    let api = worker.world.api("payments");
    let other = worker.world.api("search");
    let key = |api: &str, settings: Value| worker.world.key(api, settings).0;
    let ids = vec![
        key(
            &api,
            json!({"externalId": "acme", "name": "one", "expires": NOON + DAY}),
        ),
        key(&other, json!({"externalId": "acme", "name": "two"})),
        key(&api, json!({"externalId": "acme", "enabled": false})),
        key(&api, json!({"externalId": "globex"})),
    ];
    (api, ids)
}

#[tokio::test]
async fn a_plan_says_what_it_would_do_and_does_nothing() {
    let worker = Worker::new();
    filled(&worker);
    let before = worker.called().len();
    let request = json!({"change": {"kind": "disable"}, "externalId": "acme"});
    let planned = worker.done("keys_plan", request).await;
    assert_eq!(planned["keys"], 2, "{planned}");
    assert_eq!(planned["unchanged"], json!({"disabled already": 1}));
    assert_eq!(planned["cost"], json!({"reads": 2, "writes": 2}));
    assert_eq!(planned["examples"].as_array().unwrap().len(), 2);
    let called = worker.called().split_off(before);
    let looks = |tool: &&str| unkey_tools::find(tool).unwrap().effect.is_read_only();
    assert!(called.iter().all(looks), "{called:?}");
}

#[tokio::test]
async fn a_plan_counts_the_keys_that_are_in_use() {
    let worker = Worker::new();
    let api = worker.world.api("payments");
    let keys: Vec<_> = (0..3)
        .map(|_| worker.world.key(&api, json!({})).1)
        .collect();
    for used in &keys[..2] {
        assert_eq!(worker.world.verify(used, json!({})), "VALID");
        // Uses are written down once a minute.
        worker.world.clock.advance(2 * 60_000);
        worker.world.engine.flush().unwrap();
        worker.world.clock.advance(4 * DAY);
    }
    let request = json!({"change": {"kind": "disable"}, "apis": [api]});
    let planned = worker.done("keys_plan", request).await;
    assert_eq!(planned["keys"], 3, "{planned}");
    assert_eq!(planned["usedLately"], 1, "{planned}");
}

#[tokio::test]
async fn where_there_is_nothing_to_do_no_plan_is_kept() {
    let worker = Worker::new();
    filled(&worker);
    let request = json!({"change": {"kind": "enable"}, "externalId": "globex"});
    let planned = worker.done("keys_plan", request).await;
    assert_eq!(planned.get("planId"), None, "{planned}");
    let plans = std::fs::read_dir(worker.folder.path().join("plans")).unwrap();
    assert_eq!(plans.count(), 0);
}

#[tokio::test]
async fn what_a_change_lacks_or_has_too_much_is_told_by_its_name() {
    let worker = Worker::new();
    let all = json!(["api_1"]);
    for (change, named) in [
        (json!({"kind": "extend"}), "one of by and until"),
        (json!({"kind": "extend", "by": "soon"}), "`change.by`"),
        (json!({"kind": "extend", "until": "2020-01-01"}), "is over"),
        (
            json!({"kind": "disable", "grace": "1h"}),
            "belongs to kind rotate",
        ),
        (json!({"kind": "rotate"}), "`change.grace`: is missing"),
        (json!({"kind": "credits"}), "remaining, add or refill"),
        (
            json!({"kind": "credits", "add": 1, "remaining": 1}),
            "one of remaining and add",
        ),
        (json!({"kind": "roles"}), "`change.roles`: is missing"),
    ] {
        let said = worker
            .mistakes("keys_plan", json!({"change": change, "apis": all}))
            .await;
        assert!(said.contains(named), "{change}: {said}");
    }
    let everything = json!({"change": {"kind": "delete"}});
    assert!(
        worker
            .mistakes("keys_plan", everything)
            .await
            .contains("which keys?")
    );
}

#[tokio::test]
async fn keys_that_are_named_are_looked_up_and_missing_ones_are_told() {
    let worker = Worker::new();
    let (_, ids) = filled(&worker);
    let request =
        json!({"change": {"kind": "extend", "by": "30d"}, "keyIds": [ids[0], ids[1], "key_none"]});
    let planned = worker.done("keys_plan", request).await;
    assert_eq!(planned["keys"], 1, "{planned}");
    assert_eq!(planned["unchanged"], json!({"never expires": 1}));
    assert_eq!(planned["cannot"][0]["keyId"], "key_none");
}

#[tokio::test]
async fn keys_that_are_named_can_be_replaced_though_nothing_tells_their_api() {
    let mut worker = Worker::new();
    let (_, ids) = filled(&worker);
    let change = json!({"kind": "rotate", "grace": "1h"});
    let plan = worker
        .plan(json!({"change": change, "keyIds": [ids[0], ids[1]]}))
        .await;
    let applied = worker.apply(&plan).await;
    assert_eq!(applied["keys"], json!({"done": 2}), "{applied}");
    let made = applied["made"].as_array().unwrap();
    let replaced: Vec<&str> = made
        .iter()
        .map(|key| key["replaces"].as_str().unwrap())
        .collect();
    assert!(replaced.contains(&&*ids[0]) && replaced.contains(&&*ids[1]));
}

#[tokio::test]
async fn a_plan_is_for_whoever_made_it_and_for_a_day() {
    let mut worker = Worker::new();
    filled(&worker);
    let request = json!({"change": {"kind": "disable"}, "externalId": "acme"});
    let plan = worker.plan(request).await;
    for unknown in ["plan_none", "plan_..", "../../etc"] {
        let entry = unkey_tools::find("keys_apply").unwrap();
        let asked = json!({"planId": unknown}).as_object().unwrap().clone();
        if entry.prepare(asked, jiff::Timestamp::UNIX_EPOCH).is_ok() {
            let said = worker
                .mistakes("keys_apply", json!({"planId": unknown}))
                .await;
            assert!(said.contains("no such plan"), "{said}");
        }
    }
    worker.world.clock.advance(DAY + 1);
    let said = worker.mistakes("keys_apply", json!({"planId": plan})).await;
    assert!(said.contains("too old"), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn plans_are_their_owners_alone_and_hold_no_plain_text() {
    use std::os::unix::fs::PermissionsExt as _;
    let mut worker = Worker::new();
    let (api, _) = filled(&worker);
    let change = json!({"kind": "create", "template": {"apiId": api}, "names": ["a", "b"]});
    let plan = worker.plan(json!({"change": change})).await;
    let applied = worker.apply(&plan).await;
    let made: Vec<&str> = applied["made"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["key"].as_str().unwrap())
        .collect();
    assert_eq!(made.len(), 2);
    let folder = worker.folder.path().join("plans");
    assert_eq!(
        folder.metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(
            path.metadata().unwrap().permissions().mode() & 0o777,
            0o600,
            "{path:?}"
        );
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(!made.iter().any(|key| text.contains(key)), "{path:?}");
    }
}
