//! Every operation, over both transports, byte for byte as Unkey must see it.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use unkey_tools::{CATALOGUE, Entry};

use crate::support::{
    Binary, Cloud, Era, KEY, Seen, Session, Transport, each_filled, filled, samples, success,
    without_summary,
};

#[test]
fn every_tool_has_a_sample() {
    let mut sampled: Vec<String> = samples().into_iter().map(|sample| sample.tool).collect();
    sampled.dedup();
    let known: Vec<&str> = CATALOGUE.iter().map(|entry| entry.name).collect();
    assert_eq!(sampled, known);
}

#[tokio::test]
async fn every_operation_arrives_as_it_was_meant_over_stdio() {
    every_operation_arrives_over(Transport::Stdio).await;
}

#[tokio::test]
async fn every_operation_arrives_as_it_was_meant_over_http() {
    every_operation_arrives_over(Transport::Http).await;
}

async fn every_operation_arrives_over(transport: Transport) {
    let cloud = Cloud::start().await;
    let flag = cloud.flag();
    let flags = [&*flag, "--toolsets=all"];
    let mut session = Session::connect(transport, Era::Modern, &flags, Some(KEY)).await;
    for sample in samples() {
        let response = session.call(&sample.tool, sample.arguments.clone()).await;
        let envelope = success(&response);
        assert_eq!(envelope["meta"]["requestId"], "req_1", "{}", sample.tool);
        let seen = cloud.last();
        let entry = unkey_tools::find(&sample.tool).unwrap();
        assert_forwarded(&seen, entry, sample.body());
    }
    assert_eq!(cloud.requests(), samples().len());
}

#[tokio::test]
async fn every_operation_arrives_with_every_optional_field_and_with_none() {
    let cloud = Cloud::start().await;
    let flags = [&*cloud.flag(), "--toolsets=all"];
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &flags, Some(KEY)).await;
    let mut sent = 0;
    for entry in &CATALOGUE {
        let input = entry.input();
        let mut samples = each_filled(&input.full_schema);
        samples.push(filled(&input.full_schema, false));
        let mut places = BTreeSet::new();
        for arguments in samples {
            success(&session.call(entry.name, arguments.clone()).await);
            let body = if input.array_body {
                &arguments["limits"]
            } else {
                &arguments
            };
            assert_forwarded(&cloud.last(), entry, body);
            collect(body, String::new(), &mut places);
            sent += 1;
        }
        let mut fields = BTreeSet::new();
        list(input.body_schema(), String::new(), &mut fields);
        let missing: Vec<_> = fields.difference(&places).collect();
        assert!(missing.is_empty(), "{}: {missing:?}", entry.name);
    }
    assert_eq!(cloud.requests(), sent);
}

/// The places of the fields in a value.
fn collect(value: &Value, at: String, places: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => {
            for item in items {
                collect(item, format!("{at}[]"), places);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                collect(field, format!("{at}.{name}"), places);
            }
        }
        _ => {}
    }
    places.insert(at);
}

/// The places of the fields in a schema.
fn list(schema: &Value, at: String, places: &mut BTreeSet<String>) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        list(field, format!("{at}.{name}"), places);
    }
    if schema["items"].is_object() {
        list(&schema["items"], format!("{at}[]"), places);
    }
    places.insert(at);
}

/// What Unkey saw of a call is its path, the root key, the body, and nothing else.
#[track_caller]
fn assert_forwarded(seen: &Seen, entry: &Entry, body: &Value) {
    assert_eq!(seen.line, format!("POST /v2/{} HTTP/1.1", entry.endpoint));
    assert_eq!(seen.json(), *body, "{}", entry.name);
    assert_eq!(seen.header("authorization"), [format!("Bearer {KEY}")]);
    assert_eq!(seen.header("content-type"), ["application/json"]);
    let mut names: Vec<&str> = seen.headers.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    assert_eq!(names, HEADERS, "{}", entry.name);
}

/// Every header that Unkey gets.
const HEADERS: [&str; 6] = [
    "accept",
    "authorization",
    "content-length",
    "content-type",
    "host",
    "user-agent",
];

#[tokio::test]
async fn big_integers_arrive_digit_by_digit() {
    let cloud = Cloud::start().await;
    let flag = cloud.flag();
    let mut session = Session::connect(Transport::Http, Era::Modern, &[&flag], Some(KEY)).await;
    let meta = json!({"big": 18_446_744_073_709_551_615_u64, "small": -9_007_199_254_740_993_i64});
    let arguments = json!({"apiId": "api_12345678", "meta": meta});
    success(&session.call("keys_create_key", arguments).await);
    let body = cloud.last().body;
    assert!(body.contains("18446744073709551615"), "{body}");
    assert!(body.contains("-9007199254740993"), "{body}");
}

#[tokio::test]
async fn nothing_of_the_client_but_its_key_reaches_unkey() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server
        .mcp()
        .with_key()
        .header("MCP-UNKEY-V2-ROOT-KEY", "unkey_another")
        .header("Authorization", "Bearer unkey_third")
        .header("Cookie", "session=1")
        .header("X-Forwarded-For", "10.0.0.1")
        .header("X-MCP-Tools", "keys_get_key")
        .header("User-Agent", "some-client/1.0")
        .header("Accept-Language", "de");
    success(
        &endpoint
            .call("keys_get_key", json!({"keyId": "key_1"}))
            .await,
    );
    let Seen { headers, body, .. } = cloud.last();
    let mut names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, HEADERS);
    let all = format!("{headers:?}{body}");
    for stranger in ["another", "third", "some-client", "io.modelcontextprotocol"] {
        assert!(!all.contains(stranger), "{stranger} in {all}");
    }
}

#[tokio::test]
async fn what_unkey_adds_tomorrow_passes_through() {
    let envelope = json!({
        "meta": {"requestId": "req_2", "region": "fra"},
        "data": {"keyId": "key_1", "newField": [1, {"a": null}], "big": 9_007_199_254_740_993_u64},
        "pagination": {"hasMore": false},
        "warnings": ["soon"],
    });
    let cloud = Cloud::that_answers(crate::support::Answer::json(200, &envelope)).await;
    let flag = cloud.flag();
    for transport in Transport::BOTH {
        let mut session = Session::connect(transport, Era::Modern, &[&flag], Some(KEY)).await;
        let response = session
            .call("keys_get_key", json!({"keyId": "key_1"}))
            .await;
        let mut expected = envelope.clone();
        // What the types do not know may be anybody's words.
        expected["untrusted"] = json!(["data.newField", "meta.region", "pagination", "warnings"]);
        assert_eq!(without_summary(&response), expected);
    }
}
