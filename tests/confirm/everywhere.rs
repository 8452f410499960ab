//! Both eras, both transports, both backends: a key that a person wants to keep, and one they do not.

use serde_json::{Value, json};

use super::client::{Client, ERAS, Person, can_be_asked};
use crate::support::{Answer, Cloud, Era, KEY, Transport, failure, success};

/// An Unkey with one key, which is gone once it was deleted.
async fn unkey() -> Cloud {
    Cloud::script(|seen, _| {
        let data = if seen.line.contains("keys.getKey") {
            json!({
                "keyId": "key_1", "start": "sk_live_3Z", "name": "prod billing", "enabled": true,
                "createdAt": 1, "identity": {"id": "id_1", "externalId": "acme"},
                "lastUsedAt": 1_700_000_000_000_u64,
            })
        } else if seen.line.contains("analytics.getVerifications") {
            json!([{"day": 12, "week": "1234", "keys": 1}])
        } else {
            json!({})
        };
        Answer::data(&data)
    })
    .await
}

#[tokio::test]
async fn a_question_has_the_facts_of_this_very_moment() {
    let cloud = unkey().await;
    let flag = cloud.flag();
    let person = Person::Agrees;
    let mut client =
        Client::connect(Transport::Http, Era::Modern, person, &[&flag], Some(KEY)).await;
    let params = json!({"name": "keys_delete_key", "arguments": {"keyId": "key_1"}});
    let response = client.request("tools/call", params).await;
    let (_, question) = super::client::question(&response).unwrap();
    let text = question["message"].as_str().unwrap();
    for fact in [
        "Delete key: the key \"prod billing\" (\"key_1\")",
        "stops working at once",
        "It starts with \"sk_live_3Z\"",
        "Its owner is \"acme\"",
        "It is switched on",
        "Last used 2023-11-14 22:13 UTC",
        "1,234 verifications in the last 7 days, 12 in the last 24 hours",
        "Type its name to agree: prod billing",
    ] {
        assert!(text.contains(fact), "{fact}: {text}");
    }
    for seen in cloud.seen() {
        assert_eq!(seen.header("authorization"), [format!("Bearer {KEY}")]);
    }
}

#[tokio::test]
async fn lookups_take_a_bounded_time_and_never_fail_the_call() {
    let cloud = Cloud::script(|seen, _| {
        if super::reads(&seen.line) {
            Answer::Hang
        } else {
            Answer::data(&json!({}))
        }
    })
    .await;
    let flag = cloud.flag();
    let person = Person::Agrees;
    let mut client =
        Client::connect(Transport::Stdio, Era::Modern, person, &[&flag], Some(KEY)).await;
    let (response, asked) = client
        .call("keys_delete_key", &json!({"keyId": "key_1"}))
        .await;
    success(&response);
    assert_eq!(asked, 1);
    assert_eq!(super::done(&cloud), 1);
}

/// Makes an API and a key, and verifies the key.
async fn key_in_use(client: &mut Client) -> String {
    let (api, _) = client
        .call("apis_create_api", &json!({"name": "payments"}))
        .await;
    let id = &success(&api)["data"]["apiId"];
    let made = json!({"apiId": id, "name": "prod billing"});
    let (made, _) = client.call("keys_create_key", &made).await;
    let made = success(&made)["data"].clone();
    let (verified, _) = client
        .call("keys_verify_key", &json!({"key": made["key"]}))
        .await;
    assert_eq!(success(&verified)["data"]["code"], "VALID");
    made["keyId"].as_str().unwrap().to_owned()
}

async fn is_there(client: &mut Client, key: &str) -> bool {
    let (found, _) = client.call("keys_get_key", &json!({"keyId": key})).await;
    found["result"]["isError"] != Value::Bool(true)
}

#[tokio::test]
async fn the_engines_keys_are_kept_or_deleted_as_a_person_says() {
    for transport in Transport::BOTH {
        for (_, era) in ERAS {
            for person in [
                Person::Agrees,
                Person::IsNotShown,
                Person::Refuses,
                Person::Absent,
            ] {
                let flags = ["--local=:memory:"];
                let mut client = Client::connect(transport, era, person, &flags, None).await;
                let key = key_in_use(&mut client).await;
                let arguments = json!({"keyId": key});
                let (response, asked) = client.call("keys_delete_key", &arguments).await;
                let shown = can_be_asked(transport, era, person);
                assert_eq!(
                    asked,
                    usize::from(shown),
                    "{transport:?} {era:?} {person:?}"
                );
                let deleted = !shown || person == Person::Agrees;
                assert_eq!(
                    is_there(&mut client, &key).await,
                    !deleted,
                    "{transport:?} {era:?} {person:?}: {response}"
                );
                if deleted {
                    success(&response);
                } else {
                    assert!(
                        failure(&response).starts_with("Nothing was done"),
                        "{response}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn unkeys_keys_are_kept_or_deleted_as_a_person_says() {
    for transport in Transport::BOTH {
        for (_, era) in ERAS {
            for person in [Person::Agrees, Person::IsNotShown, Person::Absent] {
                let cloud = unkey().await;
                let flag = cloud.flag();
                let mut client = Client::connect(transport, era, person, &[&flag], Some(KEY)).await;
                let arguments = json!({"keyId": "key_1"});
                client.call("keys_delete_key", &arguments).await;
                let shown = can_be_asked(transport, era, person);
                let deleted = !shown || person == Person::Agrees;
                assert_eq!(
                    super::done(&cloud),
                    usize::from(deleted),
                    "{transport:?} {era:?} {person:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_embedded_unkey_asks_nobody() {
    let server = crate::support::Binary::new(["serve", "--local=:memory:", "--confirm=always"])
        .serve()
        .await;
    let refused = server.request(reqwest::Method::POST, "/v2/keys.deleteKey");
    let refused = refused
        .json(&json!({"keyId": "key_1"}))
        .send()
        .await
        .unwrap();
    let told = refused.text().await.unwrap();
    assert!(!told.contains("agree"), "{told}");
}

/// The tool that stands for all that write has no word of its own in it.
#[tokio::test]
async fn what_one_tool_calls_for_all_is_asked_about_too() {
    let arguments = json!({"name": "keys_delete_key", "arguments": {"keyId": "key_1"}});
    for transport in Transport::BOTH {
        for (_, era) in ERAS {
            for person in [Person::Agrees, Person::IsNotShown] {
                if !can_be_asked(transport, era, person) {
                    continue;
                }
                let cloud = super::discreet().await;
                let flags = [&cloud.flag(), "--dynamic"];
                let mut client = Client::connect(transport, era, person, &flags, Some(KEY)).await;
                let (response, asked) = client.call("run_write_tool", &arguments).await;
                assert_eq!(asked, 1, "{transport:?} {era:?}: {response}");
                let agreed = usize::from(person == Person::Agrees);
                assert_eq!(
                    super::done(&cloud),
                    agreed,
                    "{transport:?} {era:?}: {response}"
                );
            }
        }
    }
    let cloud = super::discreet().await;
    let flags = [&cloud.flag(), "--dynamic", "--confirm=always"];
    let person = Person::Absent;
    let mut client =
        Client::connect(Transport::Stdio, Era::Modern, person, &flags, Some(KEY)).await;
    let (schema, _) = client
        .call("describe_tool", &json!({"name": "keys_delete_key"}))
        .await;
    assert!(schema.to_string().contains("\"confirm\""), "{schema}");
    let (first, _) = client.call("run_write_tool", &arguments).await;
    let mut again = arguments.clone();
    again["arguments"]["confirm"] = super::tokens::token(&first).into();
    success(&client.call("run_write_tool", &again).await.0);
    assert_eq!(super::done(&cloud), 1);
}
