//! The real process is killed while it carries a plan out, again and again, on a network that fails:
//! each key ends as planned, once.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::unkey::Unkey;
use crate::support::{Binary, Era, Stdio, success};

/// How long a process is waited for that is not killed.
const PATIENCE: Duration = Duration::from_mins(1);

/// What became of a run with kills.
struct Survived {
    applied: Value,
    kills: u32,
    /// The most memory that was seen.
    memory_kib: usize,
}

async fn connect(unkey: &Unkey, data: &std::path::Path) -> Stdio {
    let binary = Binary::new(["stdio", &unkey.cloud.flag()])
        .env("UNKEY_ROOT_KEY", &unkey.root_key)
        .env("XDG_DATA_HOME", data);
    Stdio::connect(binary, Era::Modern).await
}

/// Applies a plan in processes of which `kills` are killed after a time of chance, at most `most` ms.
async fn apply(
    unkey: &Unkey,
    data: &std::path::Path,
    plan: &str,
    kills: u32,
    most: u64,
) -> Survived {
    let mut random = fastrand::Rng::with_seed(3);
    let mut survived = Survived {
        applied: Value::Null,
        kills: 0,
        memory_kib: 0,
    };
    for _ in 0..1_000 {
        let mut session = connect(unkey, data).await;
        let request =
            json!({"name": "keys_apply", "arguments": {"planId": plan, "maxWrites": 300}});
        let id = session.send("tools/call", request).await;
        let life = if survived.kills < kills {
            Duration::from_millis(random.u64(1..most))
        } else {
            PATIENCE
        };
        let answer = tokio::time::timeout(life, session.answer(id)).await;
        survived.memory_kib = survived.memory_kib.max(session.resident_kib());
        match answer {
            // It is killed as it stands.
            Err(_) => survived.kills += 1,
            Ok(answer) => {
                let data = &success(&answer)["data"];
                if data["finished"] == true {
                    survived.applied = data.clone();
                    return survived;
                }
            }
        }
    }
    panic!("it came to no end");
}

/// The credits of each key, by its id.
fn credits(unkey: &Unkey, api: &str) -> BTreeMap<String, i64> {
    let keys = unkey.keys(api).into_iter();
    keys.map(|key| {
        let id = key["keyId"].as_str().unwrap().to_owned();
        (id, key["credits"]["remaining"].as_i64().unwrap())
    })
    .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn credits_are_added_once_whatever_happens() {
    let unkey = Unkey::start(5).await;
    let api = unkey.api("payments");
    for n in 0..150 {
        unkey.key(
            &api,
            json!({"externalId": "acme", "credits": {"remaining": n}}),
        );
    }
    let before = credits(&unkey, &api);
    let data = tempfile::tempdir().unwrap();
    let mut session = connect(&unkey, data.path()).await;
    let change = json!({"kind": "credits", "add": 1000});
    let request = json!({"change": change, "apis": [api], "externalId": "acme"});
    let planned = session.call("keys_plan", request).await;
    let plan = success(&planned)["data"]["planId"]
        .as_str()
        .unwrap()
        .to_owned();
    let survived = apply(&unkey, data.path(), &plan, 15, 120).await;
    assert_eq!(
        survived.applied["keys"],
        json!({"done": 150}),
        "{}",
        survived.applied
    );
    assert!(survived.kills > 0);
    for (id, after) in credits(&unkey, &api) {
        assert_eq!(after, before[&id] + 1000, "{id}");
    }
}

/// Minutes: run it with `--ignored`, and in a release build for figures.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes"]
async fn ten_thousand_of_a_hundred_thousand_keys_survive_fifty_kills() {
    let unkey = Unkey::start(3).await;
    let apis: Vec<String> = (0..20)
        .map(|n| unkey.api(&format!("api number {n}")))
        .collect();
    for n in 0..100_000 {
        let owner = if n % 10 == 0 {
            "acme".to_owned()
        } else {
            format!("owner_{}", n % 977)
        };
        let settings = json!({"externalId": owner, "credits": {"remaining": n}});
        unkey.key(&apis[n / 10 % 20], settings);
    }
    let before: BTreeMap<_, _> = apis.iter().flat_map(|api| credits(&unkey, api)).collect();
    let data = tempfile::tempdir().unwrap();
    let mut session = connect(&unkey, data.path()).await;
    let change = json!({"kind": "credits", "add": 1_000_000});
    let request = json!({"change": change, "apis": apis, "externalId": "acme"});
    let planned = session.call("keys_plan", request).await;
    let planned = success(&planned)["data"].clone();
    assert!(session.resident_kib() < 64 * 1_024);
    assert_eq!(planned["keys"], 10_000);
    let plan = planned["planId"].as_str().unwrap();
    let survived = apply(&unkey, data.path(), plan, 50, 2_000).await;
    assert_eq!(survived.kills, 50);
    assert_eq!(
        survived.applied["keys"],
        json!({"done": 10_000}),
        "{}",
        survived.applied
    );
    assert!(survived.memory_kib < 64 * 1_024);
    let after = apis.iter().flat_map(|api| credits(&unkey, api));
    for (id, after) in after {
        let added = after - before[&id];
        assert!(added == 0 || added == 1_000_000, "{id}: {added}");
    }
}
