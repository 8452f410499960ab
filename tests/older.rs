//! A self-hosted Unkey of June 2026, or one that is newer than an operation.

use serde_json::{Value, json};
use unkey_tools::{Newer, listed};

use crate::support::{
    Answer, Binary, Cloud, Era, KEY, Session, Transport, failure, sample, success,
};

/// What Unkey answers to a path that it does not know.
fn no_such_path() -> Answer {
    Answer::raw(404, "text/plain; charset=utf-8", "404 page not found\n")
}

/// An Unkey of June 2026: it knows neither the operations nor the fields that came later.
async fn unkey_of_june() -> Cloud {
    Cloud::script(|seen, _| {
        let newer = listed().find(|entry| seen.line.contains(&format!("/{} ", entry.endpoint)));
        let newer = newer.map_or(&[][..], |entry| entry.newer);
        if newer.iter().any(|newer| newer.of().is_none()) {
            return no_such_path();
        }
        let sent = seen.json();
        let unknown: Vec<&str> = newer
            .iter()
            .filter_map(Newer::of)
            .filter(|field| sent.get(field).is_some())
            .collect();
        if unknown.is_empty() {
            return Answer::data(&json!({}));
        }
        let list = unknown.iter().map(|name| format!("'{name}'"));
        let list = list.collect::<Vec<_>>().join(", ");
        invalid(
            &format!("additional properties {list} not allowed"),
            "/additionalProperties",
        )
    })
    .await
}

/// Unkey's refusal of a body that does not have the form it asks for.
fn invalid(message: &str, location: &str) -> Answer {
    Answer::json(
        400,
        &json!({
            "meta": {"requestId": "req_1"},
            "error": {
                "title": "Bad Request",
                "detail": "POST request body failed to validate schema",
                "status": 400,
                "type": "https://unkey.com/docs/errors/unkey/application/invalid_input",
                "errors": [{"message": message, "location": location}],
            },
        }),
    )
}

/// What an error says to do next.
fn next_step(response: &Value) -> String {
    let text = failure(response);
    let (_, next) = text.rsplit_once("Next: ").unwrap();
    next.to_owned()
}

#[tokio::test]
async fn all_tools_work_on_an_unkey_of_june_or_say_what_to_do_instead() {
    let cloud = unkey_of_june().await;
    let flags = [&*cloud.flag(), "--toolsets=all"];
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &flags, Some(KEY)).await;
    for entry in listed() {
        let mut arguments = sample(entry.name);
        if let Some(newer) = entry.newer.iter().find(|newer| newer.of().is_none()) {
            let next = next_step(&session.call(entry.name, arguments).await);
            assert!(next.contains("this Unkey is older than"), "{next}");
            assert!(next.contains(newer.instead()), "{next}");
            continue;
        }
        for newer in entry.newer {
            let field = newer.of().unwrap();
            arguments[field] = filled_field(entry.name, field);
            let next = next_step(&session.call(entry.name, arguments.clone()).await);
            assert!(next.contains("this Unkey is older than"), "{next}");
            assert!(next.contains(&format!("`{field}`")), "{next}");
            assert!(next.contains(entry.newer[0].instead()), "{next}");
        }
        // Without what is newer it works, where it can be left out.
        for field in entry.newer.iter().filter_map(Newer::of) {
            arguments.as_object_mut().unwrap().remove(field);
        }
        let required = entry.input().full_schema["required"].as_array();
        let missing = entry
            .newer
            .iter()
            .filter_map(Newer::of)
            .any(|field| required.is_some_and(|required| required.contains(&json!(field))));
        if !missing {
            success(&session.call(entry.name, arguments).await);
        }
    }
}

fn filled_field(tool: &str, field: &str) -> Value {
    let entry = unkey_tools::find(tool).unwrap();
    crate::support::filled(&entry.input().full_schema["properties"][field], true)
}

#[tokio::test]
async fn a_form_that_is_narrower_than_todays_is_told_as_one() {
    let refusal = invalid(
        "'My API' does not match pattern '^[a-z]+$'",
        "/properties/name/pattern",
    );
    let cloud = Cloud::that_answers(refusal).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key();
    let response = endpoint
        .call("apis_create_api", json!({"name": "My API"}))
        .await;
    let next = next_step(&response);
    for part in ["correct the arguments", "since August 2026", "older"] {
        assert!(next.contains(part), "{part}: {next}");
    }
}

#[tokio::test]
async fn an_operation_that_a_newer_unkey_has_no_longer_says_what_it_has_instead() {
    let cloud = Cloud::that_answers(no_such_path()).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key();
    let arguments = json!({"sessionId": "pst_1"});
    let next = next_step(&endpoint.call("portal_exchange_session", arguments).await);
    assert!(next.contains("this Unkey is newer"), "{next}");
    assert!(next.contains("portal_exchange_code"), "{next}");
    // What every Unkey has is missing for another reason.
    let response = endpoint
        .call("keys_get_key", json!({"keyId": "key_1"}))
        .await;
    assert!(next_step(&response).contains("--api-url"));
}
