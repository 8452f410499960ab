//! Names for ids: those of a profile, and those of the embedded engine's APIs.

use serde_json::{Value, json};

use super::FILE;
use crate::support::{Binary, Cloud, Era, KEY, Session, Transport, failure, success};

const CONFIG: &str = r#"
[profiles.p.apis]
billing = "api_12345678"
"my payments" = "api_87654321"

[profiles.p.namespaces]
mail = "rlns_123"
"#;

#[tokio::test]
async fn a_profiles_names_stand_for_ids_on_every_way() {
    let cloud = Cloud::start().await;
    for era in Era::BOTH {
        for transport in Transport::BOTH {
            let command = if transport == Transport::Http {
                "serve"
            } else {
                "stdio"
            };
            let flags = [command, &cloud.flag(), "--config=unkey.toml", "--profile=p"];
            let binary = Binary::new(flags).file(FILE, CONFIG);
            let mut session = Session::with(binary, transport, era, Some(KEY)).await;
            let limit = |namespace: &str| json!({"namespace": namespace, "identifier": "u", "limit": 1, "duration": 1000});
            for (tool, sent, meant) in [
                (
                    "apis_get_api",
                    json!({"apiId": "billing"}),
                    json!({"apiId": "api_12345678"}),
                ),
                (
                    "keys_create_key",
                    json!({"body": {"apiId": "my payments"}}),
                    json!({"apiId": "api_87654321"}),
                ),
                (
                    "apis_list_keys",
                    json!({"apiId": "api_other"}),
                    json!({"apiId": "api_other"}),
                ),
                ("ratelimit_limit", limit("mail"), limit("rlns_123")),
                ("ratelimit_limit", limit("sms"), limit("sms")),
                (
                    "ratelimit_multi_limit",
                    json!({"limits": [limit("mail"), limit("sms")]}),
                    json!([limit("rlns_123"), limit("sms")]),
                ),
            ] {
                session.call(tool, sent).await;
                assert_eq!(cloud.last().json(), meant, "{tool}");
            }
            let before = cloud.requests();
            let response = session
                .call("apis_get_api", json!({"apiId": "biling"}))
                .await;
            let text = failure(&response);
            assert!(text.contains("did you mean `billing`?"), "{text}");
            assert!(text.contains("my payments"), "{text}");
            assert_eq!(cloud.requests(), before);
        }
    }
}

#[tokio::test]
async fn without_names_unkey_says_what_it_thinks_of_one() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let sent = json!({"apiId": "billing"});
    success(
        &server
            .mcp()
            .with_key()
            .call("apis_list_keys", sent.clone())
            .await,
    );
    assert_eq!(cloud.last().json(), sent);
}

#[tokio::test]
async fn the_engine_knows_its_apis_by_name() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let mcp = server.mcp();
    let api = async |name: &str| {
        let made = mcp.call("apis_create_api", json!({"name": name})).await;
        success(&made)["data"]["apiId"].as_str().unwrap().to_owned()
    };
    let id = api("Payments, EU").await;
    let found = mcp
        .call("apis_get_api", json!({"apiId": "Payments, EU"}))
        .await;
    assert_eq!(success(&found)["data"]["id"], Value::from(id.clone()));
    success(
        &mcp.call("keys_create_key", json!({"apiId": "Payments, EU"}))
            .await,
    );
    let (one, two) = (api("twice").await, api("twice").await);
    let response = mcp.call("apis_get_api", json!({"apiId": "twice"})).await;
    let text = failure(&response);
    assert!(text.contains(&one) && text.contains(&two), "{text}");
    let response = mcp
        .call("apis_get_api", json!({"apiId": "payments eu"}))
        .await;
    let text = failure(&response);
    assert!(text.contains("Payments, EU"), "{text}");
    success(
        &mcp.call("apis_delete_api", json!({"apiId": "Payments, EU"}))
            .await,
    );
    failure(
        &mcp.call("apis_get_api", json!({"apiId": "Payments, EU"}))
            .await,
    );
}

#[tokio::test]
async fn a_list_of_known_names_is_short_and_for_the_owner_alone() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let mcp = server.mcp();
    for number in 0..60 {
        let name = format!("secret-plan-{number}");
        success(&mcp.call("apis_create_api", json!({"name": name})).await);
    }
    let response = mcp.call("apis_get_api", json!({"apiId": "zzz zzz"})).await;
    assert_eq!(failure(&response).matches("secret-plan").count(), 20);
    let stranger = mcp.with_key();
    let response = stranger
        .call("apis_get_api", json!({"apiId": "zzz zzz"}))
        .await;
    assert!(!failure(&response).contains("secret-plan"), "{response}");
}
