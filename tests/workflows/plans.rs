//! `keys_plan` and `keys_apply`.

use serde_json::{Value, json};

use super::unkey::Unkey;
use super::{done, on_engines};
use crate::support::{Binary, Era, KEY, Session, Transport, failure, success};

#[tokio::test]
async fn everything_of_an_owner_is_switched_off_and_on_again_on_the_engine() {
    for mut session in on_engines().await {
        let mut keys = Vec::new();
        for name in ["one", "two"] {
            let made = done(&mut session, "apis_create_api", json!({"name": name})).await;
            let arguments = json!({"apiId": made["data"]["apiId"], "externalId": "umbrella"});
            let made = done(&mut session, "keys_create_key", arguments).await;
            keys.push(made["data"]["keyId"].clone());
        }
        let request = json!({"change": {"kind": "disable"}, "externalId": "umbrella"});
        let planned = done(&mut session, "keys_plan", request).await;
        assert_eq!(planned["data"]["keys"], 2, "{planned}");
        let request = json!({"planId": planned["data"]["planId"]});
        let applied = done(&mut session, "keys_apply", request).await;
        assert_eq!(applied["data"]["keys"], json!({"done": 2}), "{applied}");
        for (undo, enabled) in [(false, false), (true, true)] {
            if undo {
                let request = json!({"planId": applied["data"]["undoPlanId"]});
                done(&mut session, "keys_apply", request).await;
            }
            for id in &keys {
                let found = done(&mut session, "keys_get_key", json!({"keyId": id})).await;
                assert_eq!(found["data"]["enabled"], enabled, "{found}");
            }
        }
    }
}

#[tokio::test]
async fn keys_for_a_hackathon_are_made_by_one_plan_and_work() {
    for mut session in on_engines().await {
        let made = done(
            &mut session,
            "apis_create_api",
            json!({"name": "hackathon"}),
        )
        .await;
        let names: Vec<String> = (1..=5).map(|n| format!("hack-{n}")).collect();
        let template =
            json!({"apiId": "hackathon", "expiresAt": "48h", "credits": {"remaining": 200}});
        let change = json!({"kind": "create", "template": template, "names": names});
        let planned = done(&mut session, "keys_plan", json!({"change": change})).await;
        let request = json!({"planId": planned["data"]["planId"]});
        let applied = done(&mut session, "keys_apply", request).await;
        let keys = applied["data"]["made"].as_array().unwrap();
        assert_eq!(keys.len(), 5, "{applied}");
        for key in keys {
            let request = json!({"key": key["key"]});
            let verified = done(&mut session, "keys_verify_key", request).await;
            assert_eq!(verified["data"]["code"], "VALID", "{verified}");
            assert_eq!(verified["data"]["credits"], 199);
            assert_eq!(verified["data"].get("meta"), None, "{verified}");
        }
        assert!(made["data"]["apiId"].is_string());
    }
}

#[tokio::test]
async fn old_keys_move_in_by_their_hashes() {
    let foo = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
    for mut session in on_engines().await {
        done(&mut session, "apis_create_api", json!({"name": "legacy"})).await;
        let data = format!("externalId,hash\nfoo,{foo}\n");
        let change = json!({"kind": "import", "apiId": "legacy", "data": data});
        let planned = done(&mut session, "keys_plan", json!({"change": change})).await;
        let request = json!({"planId": planned["data"]["planId"]});
        let applied = done(&mut session, "keys_apply", request).await;
        assert_eq!(applied["data"]["keys"], json!({"done": 1}), "{applied}");
        let verified = done(&mut session, "keys_verify_key", json!({"key": "foo"})).await;
        assert_eq!(verified["data"]["identity"]["externalId"], "foo");
    }
}

#[tokio::test]
async fn keys_at_unkey_are_looked_at_before_they_are_changed() {
    let unkey = Unkey::start(0).await;
    let api = unkey.api("payments");
    for mut session in unkey.sessions().await {
        let ids = [(); 2].map(|()| unkey.key(&api, json!({"externalId": "acme"})));
        let request = json!({"change": {"kind": "disable"}, "keyIds": ids});
        let planned = done(&mut session, "keys_plan", request).await;
        assert_eq!(planned["data"]["keys"], 2, "{planned}");
        let untrusted = planned["untrusted"].as_array().unwrap();
        let owner = json!("data.examples[].externalId");
        assert!(untrusted.contains(&owner), "{planned}");
        unkey.ok(
            "keys.updateKey",
            &json!({"keyId": ids[1], "enabled": false}),
        );
        let request = json!({"planId": planned["data"]["planId"]});
        let applied = done(&mut session, "keys_apply", request).await;
        let counts = json!({"already": 1, "done": 1});
        assert_eq!(applied["data"]["keys"], counts, "{applied}");
        let summary = applied["summary"].as_str().unwrap();
        assert!(summary.starts_with("1 key done."), "{summary}");
    }
}

#[tokio::test]
async fn a_plan_is_made_and_applied_at_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let flag = format!("--local={}", folder.path().join("unkey.db").display());
    let data = folder.path().join("data");
    let run = async |arguments: &[&str]| {
        let binary = Binary::new(arguments).arg(&flag).arg("--json");
        let ended = binary.env("XDG_DATA_HOME", &data).run("").await;
        assert!(ended.status.success(), "{ended:?}");
        serde_json::from_str::<Value>(&ended.stdout).unwrap()["data"].take()
    };
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &[&flag], None).await;
    done(&mut session, "apis_create_api", json!({"name": "legacy"})).await;
    drop(session);
    let table = folder.path().join("old.csv");
    std::fs::write(&table, "key,ownerId\nfoo,one\nbar,two\n").unwrap();
    let table = table.to_str().unwrap();
    let planned = run(&["plan", "import", "--into", "legacy", "--file", table]).await;
    let plan = planned["planId"].as_str().unwrap();
    // Nobody is there to be asked.
    let refused = Binary::new(["apply", plan])
        .arg(&flag)
        .env("XDG_DATA_HOME", &data)
        .run("")
        .await;
    assert!(
        refused.stderr.contains("no terminal to ask one on"),
        "{refused:?}"
    );
    assert!(refused.stderr.contains("import 2 keys"), "{refused:?}");
    let applied = run(&["apply", plan, "--confirm=never"]).await;
    assert_eq!(applied["keys"], json!({"done": 2}), "{applied}");
    let planned = run(&[
        "plan",
        "credits",
        "--remaining",
        "5",
        "--external-id",
        "one",
    ])
    .await;
    let applied = run(&[
        "apply",
        planned["planId"].as_str().unwrap(),
        "--max-writes",
        "1",
        "--confirm=never",
    ])
    .await;
    assert_eq!(applied["keys"], json!({"done": 1}), "{applied}");
    let left = run(&["find", "--external-id", "one", "--fields", "remaining"]).await;
    assert_eq!(left["keys"], json!([{"remaining": 5}]), "{left}");
}

#[tokio::test]
async fn a_plan_is_nothing_to_the_holder_of_another_root_key() {
    let unkey = Unkey::start(0).await;
    let api = unkey.api("payments");
    let id = unkey.key(&api, json!({}));
    let server = Binary::new(["serve", &unkey.cloud.flag()]).serve().await;
    let holder = |key: &str| server.mcp().header("MCP-UNKEY-BEARER-AUTH", key);
    let request = json!({"change": {"kind": "disable"}, "keyIds": [id]});
    let planned = holder(&unkey.root_key).call("keys_plan", request).await;
    let request = json!({"planId": success(&planned)["data"]["planId"]});
    let response = holder(KEY).call("keys_apply", request).await;
    assert!(failure(&response).contains("no such plan"), "{response}");
}
