//! Plans for many keys, which are asked about as a whole and not key by key.

use serde_json::{Value, json};

use super::client::{Client, ERAS, Person, can_be_asked};
use super::tokens::token;
use crate::support::{Transport, failure, success};

/// Calls a tool that must succeed, and returns its envelope.
async fn done(client: &mut Client, tool: &str, arguments: Value) -> Value {
    success(&client.call(tool, &arguments).await.0).clone()
}

/// A client of an engine with three keys of one API, one of them in use; returns their ids too.
async fn with_keys(
    transport: Transport,
    era: crate::support::Era,
    person: Person,
    flags: &[&str],
) -> (Client, Vec<Value>) {
    let flags: Vec<&str> = ["--local=:memory:"].iter().chain(flags).copied().collect();
    let mut client = Client::connect(transport, era, person, &flags, None).await;
    let made = done(&mut client, "apis_create_api", json!({"name": "payments"})).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let arguments = json!({"apiId": made["data"]["apiId"]});
        let key = done(&mut client, "keys_create_key", arguments).await;
        ids.push(key["data"]["keyId"].clone());
    }
    (client, ids)
}

async fn plan(client: &mut Client, ids: &[Value], kind: &str) -> Value {
    let request = json!({"change": {"kind": kind}, "keyIds": ids});
    let planned = done(client, "keys_plan", request).await;
    assert_eq!(planned["data"]["keys"], 3, "{planned}");
    json!({"planId": planned["data"]["planId"]})
}

async fn enabled(client: &mut Client, ids: &[Value]) -> usize {
    let mut enabled = 0;
    for id in ids {
        let key = done(client, "keys_get_key", json!({"keyId": id})).await;
        enabled += usize::from(key["data"]["enabled"] == true);
    }
    enabled
}

#[tokio::test]
async fn a_plan_that_a_person_agrees_to_is_asked_about_once_for_all_its_keys() {
    for transport in Transport::BOTH {
        for (_, era) in ERAS {
            let person = Person::Agrees;
            let (mut client, ids) = with_keys(transport, era, person, &[]).await;
            let request = plan(&mut client, &ids, "disable").await;
            let (response, asked) = client.call("keys_apply", &request).await;
            let applied = success(&response);
            assert_eq!(applied["data"]["keys"], json!({"done": 3}), "{applied}");
            let expected = usize::from(can_be_asked(transport, era, person));
            assert_eq!(asked, expected, "{transport:?} {era:?}");
            assert_eq!(enabled(&mut client, &ids).await, 0);
        }
    }
}

#[tokio::test]
async fn a_plan_that_nobody_agrees_to_changes_nothing() {
    let person = Person::IsNotShown;
    for (transport, era) in [(Transport::Stdio, ERAS[1].1), (Transport::Http, ERAS[0].1)] {
        let (mut client, ids) = with_keys(transport, era, person, &[]).await;
        let request = plan(&mut client, &ids, "disable").await;
        let (response, _) = client.call("keys_apply", &request).await;
        let told = failure(&response);
        assert!(told.contains("did not show the question"), "{told}");
        assert_eq!(enabled(&mut client, &ids).await, 3);
    }
}

#[tokio::test]
async fn a_token_is_asked_for_with_what_the_plan_would_do() {
    for (_, era) in ERAS {
        let flags = ["--confirm=always"];
        let (mut client, ids) = with_keys(Transport::Http, era, Person::Absent, &flags).await;
        let mut request = plan(&mut client, &ids, "disable").await;
        let (response, _) = client.call("keys_apply", &request).await;
        let told = failure(&response);
        assert!(told.contains("disable 3 keys (plan \"plan_"), "{told}");
        assert_eq!(enabled(&mut client, &ids).await, 3);
        request["confirm"] = token(&response).into();
        let applied = done(&mut client, "keys_apply", request.clone()).await;
        assert_eq!(applied["data"]["keys"], json!({"done": 3}), "{applied}");
        let (again, _) = client.call("keys_apply", &request).await;
        assert!(failure(&again).contains("was used before"), "{again}");
    }
}
