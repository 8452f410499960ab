//! What comes back of a question: whole or altered, once or twice, from its caller or another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use super::client::{Client, Person, filled_in, message, post, question};
use super::{discreet, done};
use crate::support::{Answer, Cloud, Endpoint, Era, KEY, Transport, failure, success};

const OTHER_KEY: &str = "unkey_4YYYrootkeyyyy";

async fn connect(cloud: &Cloud) -> Client {
    let flag = cloud.flag();
    Client::connect(
        Transport::Http,
        Era::Modern,
        Person::Agrees,
        &[&flag],
        Some(KEY),
    )
    .await
}

async fn send(endpoint: &Endpoint, params: &Value) -> Value {
    let call = message(Era::Modern, Person::Agrees, 1, "tools/call", params.clone());
    post(endpoint, Era::Modern, &call).await
}

/// A deletion that a person agrees to.
async fn agreed(endpoint: &Endpoint) -> Value {
    let mut params = json!({"name": "keys_delete_key", "arguments": {"keyId": "key_1"}});
    let response = send(endpoint, &params).await;
    let (state, question) = question(&response).unwrap();
    let answer = json!({"action": "accept", "content": filled_in(&question)});
    params["requestState"] = state.into();
    params["inputResponses"] = json!({"confirm": answer});
    params
}

#[tokio::test]
async fn an_answer_is_taken_once() {
    let cloud = discreet().await;
    let client = connect(&cloud).await;
    let endpoint = client.as_caller(KEY);
    let params = agreed(&endpoint).await;
    // Together, so that none is first.
    let calls = (0..8).map(|_| send(&endpoint, &params));
    let responses = futures_util::future::join_all(calls).await;
    let errors = responses
        .iter()
        .filter(|response| response["result"]["isError"] == true);
    assert_eq!(errors.count(), 7);
    assert_eq!(done(&cloud), 1);
    let again = send(&endpoint, &params).await;
    assert!(failure(&again).contains("was used before"), "{again}");
    assert_eq!(done(&cloud), 1);
}

#[tokio::test]
async fn an_answer_is_taken_for_its_caller_its_tool_and_its_arguments_alone() {
    let cloud = discreet().await;
    let client = connect(&cloud).await;
    let endpoint = client.as_caller(KEY);
    let params = agreed(&endpoint).await;

    let of_another = send(&client.as_caller(OTHER_KEY), &params).await;
    assert!(
        failure(&of_another).contains("not for this call"),
        "{of_another}"
    );

    let mut altered = Vec::new();
    let mut one = params.clone();
    one["arguments"]["keyId"] = "key_2".into();
    altered.push(one);
    let mut one = params.clone();
    one["arguments"]["permanent"] = true.into();
    altered.push(one);
    let mut one = params.clone();
    one["name"] = "keys_reroll_key".into();
    one["arguments"]["expiration"] = 0.into();
    altered.push(one);
    let state = params["requestState"].as_str().unwrap();
    for state in [
        "",
        "x",
        &state[1..],
        &state.replace(&state[30..31], "_"),
        &state.repeat(1000),
    ] {
        let mut one = params.clone();
        one["requestState"] = state.into();
        if state != params["requestState"] {
            altered.push(one);
        }
    }
    for params in altered {
        let response = send(&endpoint, &params).await;
        assert!(
            failure(&response).contains("not for this call"),
            "{response}"
        );
    }
    assert_eq!(done(&cloud), 0);

    // None of that used it up.
    success(&send(&endpoint, &params).await);
    assert_eq!(done(&cloud), 1);
}

#[tokio::test]
async fn what_a_client_makes_up_is_no_answer() {
    let cloud = discreet().await;
    let client = connect(&cloud).await;
    let endpoint = client.as_caller(KEY);
    let yes = json!({"confirm": {"action": "accept", "content": {"confirm": true}}});
    for (state, responses) in [
        (Value::Null, yes.clone()),
        (json!(1), yes.clone()),
        (json!({}), yes),
        (Value::Null, json!([])),
        (Value::Null, json!({"confirm": true})),
    ] {
        let mut params = json!({"name": "keys_delete_key", "arguments": {"keyId": "key_1"}});
        params["requestState"] = state;
        params["inputResponses"] = responses;
        let response = send(&endpoint, &params).await;
        assert!(question(&response).is_some(), "{params}: {response}");
    }
    for extra in ["confirm", "confirmed", "yes"] {
        let arguments = json!({"keyId": "key_1", extra: true});
        let response = send(
            &endpoint,
            &json!({"name": "keys_delete_key", "arguments": arguments}),
        )
        .await;
        assert!(failure(&response).contains(extra), "{response}");
    }
    assert_eq!(done(&cloud), 0);
}

#[tokio::test]
async fn an_answer_to_another_process_is_not_taken() {
    let cloud = discreet().await;
    let (one, other) = (connect(&cloud).await, connect(&cloud).await);
    let params = agreed(&one.as_caller(KEY)).await;
    let response = send(&other.as_caller(KEY), &params).await;
    assert!(failure(&response).contains("restarted"), "{response}");
    assert_eq!(done(&cloud), 0);
}

#[tokio::test]
async fn a_target_that_changed_in_between_is_asked_about_again() {
    let given = Arc::new(AtomicBool::new(false));
    let owner = Arc::clone(&given);
    let cloud = Cloud::script(move |seen, _| {
        let owner = if owner.load(Ordering::SeqCst) {
            "globex"
        } else {
            "acme"
        };
        Answer::data(&if seen.line.contains("keys.getKey") {
            json!({
                "keyId": "key_1", "start": "sk", "enabled": true, "createdAt": 1,
                "identity": {"id": "id_1", "externalId": owner},
            })
        } else {
            json!([{"day": 0, "week": 0, "keys": 0}])
        })
    })
    .await;
    let client = connect(&cloud).await;
    let endpoint = client.as_caller(KEY);
    let params = agreed(&endpoint).await;
    given.store(true, Ordering::SeqCst);
    let response = send(&endpoint, &params).await;
    let (state, asked) = question(&response).unwrap();
    let text = asked["message"].as_str().unwrap();
    assert!(
        text.contains("changed since") && text.contains("\"globex\""),
        "{text}"
    );
    assert_eq!(done(&cloud), 0);
    let mut params = params;
    params["requestState"] = state.into();
    success(&send(&endpoint, &params).await);
    assert_eq!(done(&cloud), 1);
}

/// Arguments sent as text take another way through the server.
#[tokio::test]
async fn arguments_as_text_are_asked_about_too() {
    let cloud = discreet().await;
    let client = connect(&cloud).await;
    let endpoint = client.as_caller(KEY);
    let mut params = json!({"name": "keys_delete_key", "arguments": "{\"keyId\": \"key_1\"}"});
    let response = send(&endpoint, &params).await;
    let (state, asked) = question(&response).unwrap();
    assert_eq!(done(&cloud), 0);
    params["requestState"] = state.into();
    params["inputResponses"] =
        json!({"confirm": {"action": "accept", "content": filled_in(&asked)}});
    success(&send(&endpoint, &params).await);
    assert_eq!(done(&cloud), 1);
}
