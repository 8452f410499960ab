//! Forms that were narrower in June 2026.

use serde_json::{Value, json};
use unkey_tools::find;

use super::{next_step, refused};
use crate::support::{Binary, Cloud, Era, Facts, Field, KEY, Session, Transport, filled};

/// A value that August takes for a field and June does not, where there is one.
fn too_new(june: &Field, august: &Field) -> Option<String> {
    if june.kind != "string" {
        return None;
    }
    let letters = |count: i64| "a".repeat(usize::try_from(count).unwrap());
    let longest = august.most.unwrap_or(512);
    if june.most.is_some_and(|most| most < longest) {
        return june.most.map(|most| letters(most + 1));
    }
    let shortest = august.least.unwrap_or_default();
    if june.least.is_some_and(|least| shortest < least) {
        return Some(letters(shortest));
    }
    let odd = ["9:a", "a b"].into_iter();
    let mut odd = odd.filter(|text| august.pattern.as_ref().is_none_or(|it| it.is_match(text)));
    let june = june.pattern.as_ref()?;
    odd.find(|text| !june.is_match(text)).map(str::to_owned)
}

/// Puts a text at a place of a body, in arrays as the only item.
fn put(body: &mut Value, place: &str, text: &str) {
    let Some((name, rest)) = place.split_once(['.', '[']) else {
        body[place] = json!(text);
        return;
    };
    match rest.strip_prefix(']') {
        Some("") => body[name] = json!([text]),
        // An array's first item.
        Some(rest) => {
            let array = if name.is_empty() {
                body
            } else {
                &mut body[name]
            };
            put(&mut array[0], rest.trim_start_matches('.'), text);
        }
        None => put(&mut body[name], rest, text),
    }
}

#[tokio::test]
async fn each_form_that_was_narrower_in_june_is_told_as_one() {
    let june = Facts::of_june();
    let cloud = Facts::of_june().cloud().await;
    let flags = [&*cloud.flag(), "--toolsets=all"];
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &flags, Some(KEY)).await;
    let mut narrower = 0;
    for (endpoint, place, today) in Facts::of_august().fields() {
        let Some(text) = june
            .field(endpoint, place)
            .and_then(|field| too_new(field, today))
        else {
            continue;
        };
        let entry = find(endpoint).unwrap();
        let mut arguments = filled(&entry.input().full_schema, false);
        let array = if entry.input().array_body {
            "limits"
        } else {
            ""
        };
        put(&mut arguments, &format!("{array}{place}"), &text);
        let next = next_step(&session.call(entry.name, arguments).await);
        for part in ["since August 2026", "older"] {
            assert!(next.contains(part), "{endpoint} {place}: {next}");
        }
        narrower += 1;
    }
    assert_eq!(narrower, 30);
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
        let cloud = Cloud::that_answers(refused(message, location)).await;
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
        let cloud = Cloud::that_answers(refused(message, location)).await;
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
    let cloud = Cloud::that_answers(refused(message, location)).await;
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
