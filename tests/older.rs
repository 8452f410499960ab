//! A self-hosted Unkey of June 2026, or one that is newer than an operation.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use unkey_tools::{Newer, listed};

use crate::support::{
    Answer, Binary, Cloud, Era, KEY, Session, Transport, failure, filled, success,
};

/// What Unkey answers to a path that it does not know.
fn no_such_path() -> Answer {
    Answer::raw(404, "text/plain; charset=utf-8", "404 page not found\n")
}

/// What Unkey took in June 2026: of each operation the fields of its request.
type Known = BTreeMap<String, BTreeSet<String>>;

fn known_in_june() -> Known {
    let mut known = Known::new();
    for line in include_str!("facts/unkey-2026-06-01.txt").lines() {
        let endpoint = line.split(' ').next().unwrap().to_owned();
        let fields = known.entry(endpoint).or_default();
        if let Some((_, field)) = line.split_once(" <- ") {
            let (place, _) = field.split_once(':').unwrap();
            fields.insert(place.to_owned());
        }
    }
    known
}

/// The fields of `body` that are not among `fields`. What has no fields of its own takes any.
fn unknown(body: &Value, at: &str, fields: &BTreeSet<String>) -> Vec<String> {
    match body {
        Value::Array(items) => {
            let at = format!("{at}[]");
            let unknown = items.iter().map(|item| unknown(item, &at, fields));
            unknown.flatten().collect()
        }
        Value::Object(members) => {
            let before = if at.is_empty() {
                String::new()
            } else {
                format!("{at}.")
            };
            if !fields.iter().any(|field| field.starts_with(&before)) {
                return Vec::new();
            }
            let unknown = members.iter().map(|(name, value)| {
                let place = format!("{before}{name}");
                if fields.contains(&place) {
                    unknown(value, &place, fields)
                } else {
                    vec![name.clone()]
                }
            });
            unknown.flatten().collect()
        }
        _ => Vec::new(),
    }
}

/// An Unkey of June 2026: it knows neither the operations nor the fields that came later.
async fn unkey_of_june() -> Cloud {
    let known = known_in_june();
    Cloud::script(move |seen, _| {
        let endpoint = seen.line.split(['/', ' ']).nth(3).unwrap();
        let Some(fields) = known.get(endpoint) else {
            return no_such_path();
        };
        let unknown = unknown(&seen.json(), "", fields);
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
    let known = known_in_june();
    let flags = [&*cloud.flag(), "--toolsets=all"];
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &flags, Some(KEY)).await;
    for entry in listed().filter(|entry| !entry.is_workflow()) {
        let input = entry.input();
        let mut arguments = filled(&input.full_schema, true);
        let Some(fields) = known.get(entry.endpoint) else {
            let next = next_step(&session.call(entry.name, arguments).await);
            let instead = entry.newer.iter().find(|newer| newer.of().is_none());
            let instead = instead.map(Newer::instead).expect(entry.name);
            assert!(next.contains("this Unkey is older than"), "{next}");
            assert!(next.contains(instead), "{next}");
            continue;
        };
        let body = if input.array_body {
            &arguments["limits"]
        } else {
            &arguments
        };
        let refused = unknown(body, "", fields);
        if !refused.is_empty() {
            let next = next_step(&session.call(entry.name, arguments.clone()).await);
            assert!(next.contains("this Unkey is older than"), "{next}");
            assert!(next.contains(entry.newer[0].instead()), "{next}");
            for field in &refused {
                assert!(next.contains(&format!("`{field}`")), "{next}");
            }
        }
        // Without what is newer it works, where it can be left out.
        for field in &refused {
            arguments.as_object_mut().unwrap().remove(field);
        }
        let required = input.full_schema["required"].as_array();
        let is_required = |field: &String| required.is_some_and(|all| all.contains(&json!(field)));
        if !refused.iter().any(is_required) {
            success(&session.call(entry.name, arguments).await);
        }
    }
}

#[tokio::test]
async fn a_form_that_is_narrower_than_todays_is_told_as_one() {
    let long = "x".repeat(300);
    for (tool, arguments, message, location, more) in [
        (
            "apis_create_api",
            json!({"name": "My API"}),
            "'My API' does not match pattern '^[a-z]+$'",
            "/properties/name/pattern",
            "a letter, then letters, digits",
        ),
        (
            "ratelimit_limit",
            json!({"namespace": long, "identifier": "a", "limit": 1, "duration": 1000}),
            "maxLength: got 300, want 255",
            "/properties/namespace/maxLength",
            "at most 255 for namespaces",
        ),
        (
            "keys_add_permissions",
            json!({"keyId": "key_1", "permissions": ["a"]}),
            "minLength: got 1, want 3",
            "/properties/permissions/items/minLength",
            "at least 3 letters",
        ),
    ] {
        let cloud = Cloud::that_answers(invalid(message, location)).await;
        let server = Binary::new(["serve", &cloud.flag()]).serve().await;
        let endpoint = server.mcp().with_key();
        let next = next_step(&endpoint.call(tool, arguments).await);
        for part in ["correct the arguments", "since August 2026", "older", more] {
            assert!(next.contains(part), "{part}: {next}");
        }
    }
}

#[tokio::test]
async fn a_refusal_that_no_older_form_explains_says_nothing_of_one() {
    for (tool, arguments, message, location) in [
        (
            "keys_create_key",
            json!({"apiId": "api_12345678"}),
            "maximum: got 5, want 4",
            "/properties/byteLength/maximum",
        ),
        (
            "keys_create_key",
            json!({"apiId": "api_12345678", "name": "x"}),
            "missing property 'externalId'",
            "/required",
        ),
        (
            "keys_add_roles",
            json!({"keyId": "key_1", "roles": ["x"]}),
            "minItems: got 1, want 2",
            "/properties/roles/minItems",
        ),
        (
            "analytics_get_verifications",
            json!({"query": "SELECT 1"}),
            "maxLength: got 8, want 7",
            "/properties/query/maxLength",
        ),
        (
            "ratelimit_limit",
            json!({"namespace": "a", "identifier": "a", "limit": 1, "duration": 1000}),
            "'a' does not match pattern '^b$'",
            "/properties/namespace/pattern",
        ),
    ] {
        let cloud = Cloud::that_answers(invalid(message, location)).await;
        let server = Binary::new(["serve", &cloud.flag()]).serve().await;
        let next = next_step(&server.mcp().with_key().call(tool, arguments).await);
        let plain = "correct the arguments as the message says and call again.";
        assert_eq!(next.trim_end(), plain, "{location}");
    }
}

#[tokio::test]
async fn a_refusal_is_explained_by_the_forms_that_it_breaks_alone() {
    let long = "x".repeat(300);
    let message = "maxLength: got 300, want 255";
    let location = "/items/properties/identifier/maxLength";
    let cloud = Cloud::that_answers(invalid(message, location)).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let limit = json!({"namespace": "a", "identifier": long, "limit": 1, "duration": 1000});
    let endpoint = server.mcp().with_key();
    let next = next_step(
        &endpoint
            .call("ratelimit_multi_limit", json!({"limits": [limit]}))
            .await,
    );
    assert!(
        next.contains("at most 255 for namespaces and identifiers."),
        "{next}"
    );
    assert!(
        !next.contains("3 letters") && !next.contains("`._-`"),
        "{next}"
    );
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
