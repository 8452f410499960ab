//! Requests that end with something changed.

use serde_json::{Value, json};

use super::Workspace;
use crate::support::{Era, Session, Transport, failure, success};

#[tokio::test]
async fn a_key_for_a_new_customer_has_its_credits_limit_and_end() {
    let mut workspace = Workspace::seeded().await;
    let api = workspace
        .call("apis_create_api", json!({"name": "Atlas"}))
        .await;
    let made = workspace
        .envelope(
            "keys_create_key",
            json!({
                "apiId": api["apiId"], "prefix": "atlas_live", "externalId": "northwind",
                "credits": {"remaining": 10_000, "refill": {"interval": "monthly", "amount": 10_000, "refillDay": 1}},
                "ratelimits": [{"name": "requests", "limit": 100, "duration": 60_000, "autoApply": true}],
                "expiresAt": "2027-12-31",
            }),
        )
        .await;
    assert_eq!(workspace.calls, 2);
    let summary = made["summary"].as_str().unwrap();
    assert!(summary.contains("2027-12-31T23:59:59.999Z"), "{summary}");
    let key = made["data"]["key"].as_str().unwrap();
    assert!(key.starts_with("atlas_live_"), "{key}");
    let id = json!({"keyId": made["data"]["keyId"]});
    let found = workspace.look("keys_get_key", id).await;
    assert_eq!(found["expires"], 1_830_297_599_999_u64);
    assert_eq!(found["credits"]["refill"]["refillDay"], 1);
    assert_eq!(found["ratelimits"][0]["limit"], 100);
}

#[tokio::test]
async fn a_key_that_is_off_is_found_out_and_switched_on() {
    let mut workspace = Workspace::seeded().await;
    let key = workspace.keys["globex2"]["key"].clone();
    let cause = workspace.call("keys_explain", json!({"key": key})).await;
    assert_eq!(cause["code"], "DISABLED", "{cause}");
    let on = json!({"keyId": cause["key"]["keyId"], "enabled": true});
    workspace.call("keys_update_key", on).await;
    assert_eq!(workspace.calls, 2);
    let found = workspace.key("globex2").await;
    assert_eq!(found.get("lastUsedAt"), None, "{found}");
    assert_eq!(workspace.code(json!({"key": key})).await, "VALID");
}

#[tokio::test]
async fn an_expired_key_works_for_another_thirty_days() {
    let mut workspace = Workspace::seeded().await;
    let key = workspace.keys["initech0"]["key"].clone();
    let cause = workspace.call("keys_explain", json!({"key": key})).await;
    assert_eq!(cause["code"], "EXPIRED", "{cause}");
    let longer = json!({"keyId": cause["key"]["keyId"], "expiresAt": "30d"});
    let changed = workspace.envelope("keys_update_key", longer).await;
    assert_eq!(workspace.calls, 2);
    let summary = changed["summary"].as_str().unwrap();
    assert!(summary.contains("(in 30 days)"), "{summary}");
    assert_eq!(workspace.code(json!({"key": key})).await, "VALID");
}

#[tokio::test]
async fn a_leaked_key_is_replaced_by_one_like_it_and_ends_in_an_hour() {
    let mut workspace = Workspace::seeded().await;
    let leaked = workspace.keys["acme0"]["key"].clone();
    let whose = workspace.call("keys_explain", json!({"key": leaked})).await;
    assert_eq!(whose["key"]["externalId"], "acme");
    assert_eq!(
        whose["key"]["meta"]["contact"], "dev@acme.example",
        "{whose}"
    );
    assert_eq!(whose["outcomes"][0]["count"], 4, "{whose}");
    let applied = workspace
        .change(
            json!({"keyIds": [whose["key"]["keyId"]], "change": {"kind": "rotate", "grace": "1h"}}),
        )
        .await;
    assert_eq!(workspace.calls, 3);
    let made = &applied["made"][0];
    assert!(made["oldEnds"].is_string(), "{applied}");
    let new = made["key"].as_str().unwrap();
    assert!(new.starts_with("sk_live_"), "{new}");
    let ends = workspace.key("acme0").await["expires"].as_i64().unwrap();
    let left = ends - jiff::Timestamp::now().as_millisecond();
    assert!((3_500_000..=3_600_000).contains(&left), "{left}");
    assert_eq!(workspace.code(json!({"key": new})).await, "VALID");
}

#[tokio::test]
async fn three_plans_verify_for_what_they_may_and_for_no_more() {
    let mut workspace = Workspace::seeded().await;
    let both = json!({"name": "enterprise", "permissions": ["documents.read", "documents.write"]});
    workspace.call("permissions_create_role", both).await;
    let api = workspace.apis["search-prod"].clone();
    let mut keys = Vec::new();
    for (name, limit, grants) in [
        ("free", 10, json!({})),
        ("pro", 100, json!({"permissions": ["documents.read"]})),
        ("enterprise", 1_000, json!({"roles": ["enterprise"]})),
    ] {
        let mut key = json!({
            "apiId": api, "name": name,
            "ratelimits": [{"name": "requests", "limit": limit, "duration": 60_000, "autoApply": true}],
        });
        key.as_object_mut()
            .unwrap()
            .extend(grants.as_object().unwrap().clone());
        keys.push(workspace.call("keys_create_key", key).await["key"].take());
    }
    assert_eq!(workspace.calls, 4);
    let may = [[false, false], [true, false], [true, true]];
    for (key, may) in keys.iter().zip(may) {
        for (permission, may) in ["documents.read", "documents.write"].iter().zip(may) {
            let code = workspace
                .code(json!({"key": key, "permissions": permission}))
                .await;
            let expected = if may {
                "VALID"
            } else {
                "INSUFFICIENT_PERMISSIONS"
            };
            assert_eq!(code, expected, "{permission}");
        }
    }
}

#[tokio::test]
async fn exceptions_from_a_limit_are_set_and_shown() {
    let mut workspace = Workspace::seeded().await;
    for (identifier, limit) in [("acme", 100), ("trial_*", 2)] {
        let exception = json!({
            "namespace": "email.send", "identifier": identifier, "limit": limit, "duration": 60_000,
        });
        workspace.call("ratelimit_set_override", exception).await;
    }
    let all = json!({"namespace": "email.send"});
    let shown = workspace.call("ratelimit_list_overrides", all).await;
    assert_eq!(workspace.calls, 3);
    assert_eq!(shown.as_array().unwrap().len(), 2, "{shown}");
    let trial = json!({"namespace": "email.send", "identifier": "trial_7", "limit": 10, "duration": 60_000});
    assert_eq!(workspace.look("ratelimit_limit", trial).await["limit"], 2);
}

#[tokio::test]
async fn all_keys_of_a_customer_are_switched_off_and_that_can_be_undone() {
    let mut workspace = Workspace::seeded().await;
    let plan = json!({"externalId": "umbrella", "change": {"kind": "disable"}});
    let applied = workspace.change(plan).await;
    assert_eq!(workspace.calls, 2);
    assert_eq!(applied["keys"], json!({"done": 3}));
    for name in ["umbrella0", "umbrella1", "umbrella2"] {
        assert_eq!(workspace.key(name).await["enabled"], false);
    }
    let undo = json!({"planId": applied["undoPlanId"]});
    workspace.look("keys_apply", undo).await;
    assert_eq!(workspace.key("umbrella1").await["enabled"], true);
}

#[tokio::test]
async fn keys_of_an_older_system_move_in_and_go_on_working() {
    let mut workspace = Workspace::seeded().await;
    let rows = "hash,externalId\n\
                2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae,foo\n\
                fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9,bar\n\
                baa5a0964d3320fbc0c6a922140453c8513ea24ab8fd0577034804a967248096,baz\n";
    let change = json!({"kind": "import", "apiId": "legacy", "data": rows});
    workspace.change(json!({"change": change})).await;
    assert_eq!(workspace.calls, 2);
    for key in ["foo", "bar", "baz"] {
        let verified = workspace.look("keys_verify_key", json!({"key": key})).await;
        assert_eq!(verified["code"], "VALID", "{verified}");
        assert_eq!(verified["identity"]["externalId"], key, "{verified}");
    }
}

#[tokio::test]
async fn an_api_goes_after_a_person_was_told_what_would_break() {
    let folder = tempfile::tempdir().unwrap();
    let local = format!("--local={}", folder.path().join("unkey.db").display());
    let connect = async |flags: &[&str]| {
        let flags = [&[local.as_str()], flags].concat();
        Session::connect(Transport::Stdio, Era::Modern, &flags, None).await
    };
    let mut session = connect(&[]).await;
    success(
        &session
            .call("apis_create_api", json!({"name": "legacy"}))
            .await,
    );
    let key = json!({"apiId": "legacy"});
    success(&session.call("keys_create_key", key).await);
    drop(session);
    let mut session = connect(&["--confirm=always"]).await;
    let mut request = json!({"apiId": "legacy"});
    let response = session.call("apis_delete_api", request.clone()).await;
    let told = failure(&response);
    for fact in ["\"legacy\"", "It holds", "in the last 7 days"] {
        assert!(told.contains(fact), "{fact}: {told}");
    }
    let (_, rest) = told.split_once("`confirm`: \"").unwrap();
    request["confirm"] = rest.split('"').next().unwrap().into();
    success(&session.call("apis_delete_api", request).await);
    let left = session.call("workspace_overview", json!({})).await;
    assert_eq!(success(&left)["data"]["apis"], json!([]), "{left}");
}

#[tokio::test]
async fn the_limit_of_a_customer_is_found_and_doubled() {
    let mut workspace = Workspace::seeded().await;
    let hooli = json!({"identity": "hooli"});
    let found = workspace
        .call("identities_get_identity", hooli.clone())
        .await;
    let mut limit = found["ratelimits"][0].clone();
    assert_eq!(limit["limit"], 20, "{found}");
    limit["limit"] = 40.into();
    limit
        .as_object_mut()
        .unwrap()
        .retain(|field, _| field != "id");
    let more = json!({"identity": "hooli", "ratelimits": [limit]});
    workspace.call("identities_update_identity", more).await;
    assert_eq!(workspace.calls, 2);
    let found = workspace.look("identities_get_identity", hooli).await;
    assert_eq!(found["ratelimits"][0]["limit"], 40, "{found}");
    assert_eq!(found["ratelimits"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn five_keys_for_a_hackathon_are_one_plan() {
    let mut workspace = Workspace::seeded().await;
    workspace
        .call("apis_create_api", json!({"name": "hackathon"}))
        .await;
    let template = json!({"apiId": "hackathon", "expiresAt": "48h", "credits": {"remaining": 200}});
    let names: Vec<String> = (1..=5).map(|number| format!("hack-{number}")).collect();
    let change = json!({"kind": "create", "template": template, "names": names});
    let applied = workspace.change(json!({"change": change})).await;
    assert_eq!(workspace.calls, 3);
    let made: Vec<&Value> = applied["made"].as_array().unwrap().iter().collect();
    let named: Vec<&str> = made
        .iter()
        .map(|key| key["name"].as_str().unwrap())
        .collect();
    assert_eq!(named, names);
}

#[tokio::test]
async fn limits_in_tiers_are_three_overrides() {
    let mut workspace = Workspace::seeded().await;
    for (tier, limit) in [("free_*", 100), ("pro_*", 1_000), ("enterprise_*", 10_000)] {
        let tier = json!({
            "namespace": "requests", "identifier": tier, "limit": limit, "duration": 3_600_000,
        });
        // The namespace comes with the first request that is limited.
        let request =
            json!({"namespace": "requests", "identifier": "x", "limit": 1, "duration": 1_000});
        workspace.look("ratelimit_limit", request).await;
        workspace.call("ratelimit_set_override", tier).await;
    }
    assert_eq!(workspace.calls, 3);
    let request =
        json!({"namespace": "requests", "identifier": "pro_acme", "limit": 1, "duration": 1_000});
    assert_eq!(
        workspace.look("ratelimit_limit", request).await["limit"],
        1_000
    );
}

#[tokio::test]
async fn a_key_for_an_app_is_made_in_the_api_that_a_person_chose_among_the_known_ones() {
    let mut workspace = Workspace::seeded().await;
    let known = workspace.call("workspace_overview", json!({})).await;
    let names: Vec<&Value> = known["apis"]
        .as_array()
        .unwrap()
        .iter()
        .map(|api| &api["name"])
        .collect();
    assert!(names.contains(&&json!("payments-prod")), "{known}");
    let made = workspace
        .call(
            "keys_create_key",
            json!({
                "apiId": "payments-prod", "name": "Mobile App Production", "expiresAt": "90d",
                "meta": {"app": "mobile", "version": "1.0", "environment": "production"},
                "ratelimits": [{"name": "requests", "limit": 1_000, "duration": 3_600_000, "autoApply": true}],
            }),
        )
        .await;
    assert_eq!(workspace.calls, 2);
    let found = workspace
        .look("keys_get_key", json!({"keyId": made["keyId"]}))
        .await;
    assert_eq!(found["meta"]["app"], "mobile");
}
