//! Numbers on their way from a client to Unkey: as they are written, or refused.

use serde_json::{Value, json};

use crate::support::{
    Answer, Binary, Cloud, Endpoint, Era, KEY, Reply, Session, Stdio, Transport, failure, refusal,
    success,
};

/// The message of a call that makes a key with `number` in its metadata, as text: a value would have
/// changed the number before it is sent.
fn message(era: Era, id: u64, number: &str) -> String {
    let arguments = json!({"apiId": "api_12345678", "meta": {"n": 4_711}});
    let params = json!({"name": "keys_create_key", "arguments": arguments});
    let message = era.request(id, "tools/call", params).to_string();
    message.replace("4711", number)
}

/// Numbers that nothing on the way holds.
const LOST: [&str; 6] = [
    "18446744073709551616",
    "18446744073709551617",
    "-9223372036854775809",
    "3.14159265358979323846",
    "1e-400",
    "1e400",
];

/// Numbers, and what Unkey gets.
const KEPT: [(&str, &str); 8] = [
    ("-0", "-0"),
    ("18446744073709551615", "18446744073709551615"),
    ("12345678901234567000", "12345678901234567000"),
    ("100000000000000000000", "100000000000000000000"),
    ("-9223372036854775808", "-9223372036854775808"),
    ("0.30000000000000004", "0.30000000000000004"),
    ("1.0", "1.0"),
    // A reader in a hurry takes seventeen digits for their neighbour.
    ("0.12345678901234568", "0.12345678901234568"),
];

/// The answer to such a message over HTTP.
async fn posted(endpoint: &Endpoint, message: String) -> Value {
    let params = json!({"name": "keys_create_key", "arguments": {}});
    Reply::to(endpoint.message("tools/call", params).body(message))
        .await
        .json()
}

#[track_caller]
fn assert_refused(answer: &Value, number: &str) {
    let (code, message) = refusal(answer);
    assert!([-32602, -32700].contains(&code), "{answer}");
    assert!(message.contains(number), "{answer}");
    assert!(message.contains("send it as text"), "{answer}");
}

#[tokio::test]
async fn a_number_arrives_as_it_is_written_or_is_refused() {
    for era in Era::BOTH {
        let cloud = Cloud::that_answers(Answer::data(&json!({"keyId": "key_1", "key": "x"}))).await;
        let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
        let mut stdio = Stdio::connect(binary, era).await;
        let server = Binary::new(["serve", &cloud.flag()]).serve().await;
        let endpoint = server.mcp().with_key().era(era);
        for (number, sent) in KEPT {
            stdio.write(&message(era, 900, number)).await;
            success(&stdio.answer(900).await);
            let over_stdio = cloud.last().body;
            success(&posted(&endpoint, message(era, 900, number)).await);
            for body in [over_stdio, cloud.last().body] {
                assert!(body.ends_with(&format!("{{\"n\":{sent}}}}}")), "{body}");
            }
        }
        let asked = cloud.requests();
        for number in LOST {
            stdio.write(&message(era, 901, number)).await;
            assert_refused(&stdio.answer(901).await, number);
            let answer = posted(&endpoint, message(era, 901, number)).await;
            assert_refused(&answer, number);
        }
        assert_eq!(cloud.requests(), asked);
    }
}

#[tokio::test]
async fn a_number_in_arguments_that_are_sent_as_text_is_no_exception() {
    let cloud = Cloud::start().await;
    let flags = [&*cloud.flag()];
    for transport in Transport::BOTH {
        let mut session = Session::connect(transport, Era::Modern, &flags, Some(KEY)).await;
        for number in LOST {
            let meta = format!("{{\"n\": {number}}}");
            let arguments = json!({"apiId": "api_12345678", "meta": meta.clone()});
            let text = failure(&session.call("keys_create_key", arguments).await).to_owned();
            // What is beyond all doubles is no JSON, and so no object.
            let words = if number == "1e400" {
                "must be an object"
            } else {
                number
            };
            assert!(text.contains(words), "{text}");
            let whole = format!("{{\"apiId\": \"api_12345678\", \"meta\": {meta}}}");
            let params = json!({"name": "keys_create_key", "arguments": whole});
            assert_refused(&session.request("tools/call", params).await, number);
        }
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn a_number_that_is_not_in_the_arguments_is_nobodys_concern() {
    let cloud = Cloud::start().await;
    let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, Era::Modern).await;
    let mut request = Era::Modern.request(
        7,
        "tools/call",
        json!({
            "name": "keys_get_key", "arguments": {"keyId": "key_1"},
        }),
    );
    request["params"]["_meta"]["example.com/n"] = json!(4_711);
    let text = request
        .to_string()
        .replace("4711", "3.14159265358979323846");
    session.write(&text).await;
    success(&session.answer(7).await);
}
