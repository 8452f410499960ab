//! Rules that a call alone does not tell: the API of a key, what a role or an old key holds. What is
//! looked up is only read, and what cannot be looked up is refused.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::{FILE, endpoint, refusal_by, serve};
use crate::support::{Answer, Binary, Cloud, Seen, success};

/// The keys of which `api_denied00` has `key_in`.
fn unkey(seen: &Seen) -> Answer {
    let endpoint = seen.line.split(['.', ' ']).nth(2).unwrap();
    let body = seen.json();
    match endpoint {
        "listKeys" => {
            // A page begins at the cursor, or behind where it would be.
            let cursor = body["cursor"].as_str().unwrap_or_default();
            let all = ["key_in", "key_zzz"];
            let keys = all.iter().filter(|id| **id >= cursor).take(1);
            let keys: Vec<Value> = keys.map(|id| json!({"keyId": id})).collect();
            Answer::json(
                200,
                &json!({"meta": {"requestId": "r"}, "data": keys, "pagination": {"hasMore": false}}),
            )
        }
        "whoami" if body["key"] == "sk_in" => Answer::data(&json!({"keyId": "key_in"})),
        "whoami" if body["key"] == "sk_out" => Answer::data(&json!({"keyId": "key_out"})),
        "whoami" => Answer::problem(404, "Not Found", "no key"),
        _ => Answer::data(&json!({})),
    }
}

/// The requests but for those that only look something up.
fn others(cloud: &Cloud, lookups: &[&str]) -> usize {
    let seen = cloud.seen();
    let is_other = |seen: &&Seen| !lookups.iter().any(|name| seen.line.contains(name));
    seen.iter().filter(is_other).count()
}

#[tokio::test]
async fn a_key_of_a_denied_api_is_refused_by_whatever_names_it() {
    let cloud = Cloud::script(|seen, _| unkey(seen)).await;
    let server = serve(&cloud.flag(), "[policy]\ndeny-apis = [\"api_denied00\"]\n").await;
    let endpoint = endpoint(&server);
    let calls = |id: &str, key: &str| {
        [
            ("keys_get_key", json!({"keyId": id})),
            ("keys_delete_key", json!({"keyId": id})),
            ("keys_update_key", json!({"keyId": id, "enabled": false})),
            ("keys_reroll_key", json!({"keyId": id, "expiration": 0})),
            (
                "keys_update_credits",
                json!({"keyId": id, "operation": "set", "value": 1}),
            ),
            ("keys_set_roles", json!({"keyId": id, "roles": []})),
            (
                "keys_add_permissions",
                json!({"keyId": id, "permissions": ["a"]}),
            ),
            ("keys_verify_key", json!({"key": key})),
        ]
    };
    for (tool, arguments) in calls("key_in", "sk_in") {
        refusal_by(&endpoint.call(tool, arguments).await, "deny-apis");
    }
    assert_eq!(others(&cloud, &["listKeys", "whoami"]), 0);
    for (tool, arguments) in calls("key_out", "sk_out") {
        success(&endpoint.call(tool, arguments).await);
    }
    let unknown = endpoint
        .call("keys_verify_key", json!({"key": "sk_nobody"}))
        .await;
    let text = refusal_by(&unknown, "deny-apis");
    assert!(!text.contains("sk_nobody"), "{text}");
}

#[tokio::test]
async fn a_key_whose_api_cannot_be_looked_up_is_refused() {
    for answer in [
        Answer::problem(403, "Forbidden", "no"),
        Answer::problem(404, "Not Found", "no"),
        Answer::problem(500, "Internal Server Error", "no"),
        Answer::Close,
        Answer::raw(200, "text/html", "<html>"),
        Answer::data(&json!({"keyId": "key_1"})),
    ] {
        let cloud = Cloud::that_answers(answer).await;
        let server = serve(&cloud.flag(), "[policy]\ndeny-apis = [\"api_denied00\"]\n").await;
        let response = endpoint(&server)
            .call("keys_delete_key", json!({"keyId": "key_1"}))
            .await;
        refusal_by(&response, "deny-apis");
        assert_eq!(others(&cloud, &["listKeys"]), 0);
    }
}

#[tokio::test]
async fn a_name_in_the_rule_stands_for_the_api_that_a_profile_gives_it() {
    let cloud = Cloud::script(|seen, _| unkey(seen)).await;
    let config =
        "[profiles.p.apis]\nbilling = \"api_denied00\"\n[policy]\ndeny-apis = [\"billing\"]\n";
    let server = serve(&cloud.flag(), config).await;
    for api in ["api_denied00", "billing"] {
        let call = server.at("/mcp?profile=p").with_key();
        let response = call.call("apis_get_api", json!({"apiId": api})).await;
        refusal_by(&response, "deny-apis");
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn the_engine_knows_its_apis_by_name_and_its_keys_by_api() {
    let flags = ["serve", "--local=:memory:", "--config=unkey.toml"];
    let server = Binary::new(flags).file(FILE, "").serve().await;
    let mcp = server.mcp();
    let api = async |name: &str| {
        let made = mcp.call("apis_create_api", json!({"name": name})).await;
        success(&made)["data"]["apiId"].as_str().unwrap().to_owned()
    };
    let key = async |api: &str| {
        let made = mcp.call("keys_create_key", json!({"apiId": api})).await;
        success(&made)["data"].clone()
    };
    let (billing, other) = (api("billing").await, api("other").await);
    let (inside, outside) = (key(&billing).await, key(&other).await);
    super::rewrite(&server, "[policy]\ndeny-apis = [\"billing\"]\n");
    for arguments in [json!({"apiId": billing}), json!({"apiId": "billing"})] {
        refusal_by(&mcp.call("apis_get_api", arguments).await, "deny-apis");
    }
    for (tool, field) in [("keys_verify_key", "key"), ("keys_delete_key", "keyId")] {
        let refused = mcp.call(tool, json!({(field): inside[field]})).await;
        refusal_by(&refused, "deny-apis");
        success(&mcp.call(tool, json!({(field): outside[field]})).await);
    }
}

#[tokio::test]
async fn a_reroll_is_judged_by_the_old_key() {
    let now = Timestamp::now().as_millisecond();
    let good = json!({
        "keyId": "key_1", "start": "", "enabled": true, "createdAt": 1, "expires": now + 86_400_000,
        "identity": {"id": "id_1", "externalId": "ada"}, "meta": {"team": "a"},
        "credits": {"remaining": 5}, "permissions": ["a.read"],
    });
    let rules = [
        ("max-expiry-days = 30", "expires"),
        ("require-owner = true", "identity"),
        ("require-meta = [\"team\"]", "meta"),
        ("max-credits = 10", "credits"),
    ];
    let reroll = json!({"keyId": "key_1", "expiration": 0});
    for (rule, field) in rules {
        let mut lacking = good.clone();
        lacking.as_object_mut().unwrap().remove(field);
        for (key, passes) in [(&good, true), (&lacking, false)] {
            let cloud = Cloud::that_answers(Answer::data(key)).await;
            let server = serve(&cloud.flag(), &format!("[policy]\n{rule}\n")).await;
            let response = endpoint(&server)
                .call("keys_reroll_key", reroll.clone())
                .await;
            if passes {
                success(&response);
            } else {
                refusal_by(&response, rule.split(" =").next().unwrap());
            }
            assert_eq!(others(&cloud, &["getKey"]), usize::from(passes), "{rule}");
        }
    }
    let mut wild = good.clone();
    wild["permissions"] = json!(["a.read", "b.*"]);
    for answer in [Answer::data(&wild), Answer::problem(403, "Forbidden", "no")] {
        let cloud = Cloud::that_answers(answer).await;
        let config = "[policy]\ndeny-wildcard-permissions = true\n";
        let server = serve(&cloud.flag(), config).await;
        let response = endpoint(&server)
            .call("keys_reroll_key", reroll.clone())
            .await;
        refusal_by(&response, "deny-wildcard-permissions");
        assert_eq!(others(&cloud, &["getKey"]), 0);
    }
}

#[tokio::test]
async fn credits_are_added_up_to_the_limit() {
    let add = json!({"keyId": "key_1", "operation": "increment", "value": 10});
    for (data, passes) in [
        (json!({"credits": {"remaining": 90}}), true),
        (json!({"credits": {"remaining": 91}}), false),
        (json!({}), false),
    ] {
        let cloud = Cloud::that_answers(Answer::data(&data)).await;
        let server = serve(&cloud.flag(), "[policy]\nmax-credits = 100\n").await;
        let response = endpoint(&server)
            .call("keys_update_credits", add.clone())
            .await;
        if passes {
            success(&response);
        } else {
            refusal_by(&response, "max-credits");
        }
        assert_eq!(others(&cloud, &["getKey"]), usize::from(passes));
    }
}

#[tokio::test]
async fn a_role_that_holds_a_star_is_not_given() {
    let cloud = Cloud::script(|seen, _| match seen.json()["role"].as_str() {
        Some("admin") => Answer::data(&json!({"id": "role_1", "name": "admin", "permissions": [
            {"id": "p", "name": "x", "slug": "documents.*"}]})),
        Some("reader") => Answer::data(&json!({"id": "role_2", "name": "reader", "permissions": [
            {"id": "p", "name": "x", "slug": "documents.read"}]})),
        Some("empty") => Answer::data(&json!({"id": "role_3", "name": "empty"})),
        Some(_) => Answer::problem(404, "Not Found", "no role"),
        None => Answer::data(&json!({})),
    })
    .await;
    let config = "[policy]\ndeny-wildcard-permissions = true\n";
    let server = serve(&cloud.flag(), config).await;
    let endpoint = endpoint(&server);
    let calls = |roles: Value| {
        [
            (
                "keys_create_key",
                json!({"apiId": "api_12345678", "roles": roles}),
            ),
            ("keys_update_key", json!({"keyId": "key_1", "roles": roles})),
            ("keys_add_roles", json!({"keyId": "key_1", "roles": roles})),
            ("keys_set_roles", json!({"keyId": "key_1", "roles": roles})),
            (
                "keys_migrate_keys",
                json!({"migrationId": "mig_1", "apiId": "api_12345678", "keys": [{"hash": "abc", "roles": roles}]}),
            ),
        ]
    };
    for roles in [json!(["reader", "admin"]), json!(["gone"])] {
        for (tool, arguments) in calls(roles.clone()) {
            let response = endpoint.call(tool, arguments).await;
            refusal_by(&response, "deny-wildcard-permissions");
        }
    }
    assert_eq!(others(&cloud, &["getRole"]), 0);
    for (tool, arguments) in calls(json!(["reader", "empty"])) {
        success(&endpoint.call(tool, arguments).await);
    }
}
