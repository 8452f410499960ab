//! A self-hosted Unkey of June 2026, or one that is newer than an operation.

mod forms;

use serde_json::{Value, json};
use unkey_tools::{Entry, Newer, listed};

use crate::support::{
    Answer, Binary, Cloud, Era, Facts, KEY, Session, Transport, failure, filled, invalid,
    no_such_path, sample, success,
};

/// A refusal for one mistake.
fn refused(message: &str, location: &str) -> Answer {
    invalid(&[(message.to_owned(), location.to_owned())])
}

/// What an error says to do next.
fn next_step(response: &Value) -> String {
    let text = failure(response);
    let (_, next) = text.rsplit_once("Next: ").unwrap();
    next.to_owned()
}

/// The part of arguments that is the body.
fn body_of<'a>(entry: &Entry, arguments: &'a Value) -> &'a Value {
    if entry.input().array_body {
        &arguments["limits"]
    } else {
        arguments
    }
}

#[tokio::test]
async fn all_tools_work_on_an_unkey_of_june_or_say_what_to_do_instead() {
    let june = Facts::of_june();
    let cloud = Facts::of_june().cloud().await;
    let flags = [&*cloud.flag(), "--toolsets=all"];
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &flags, Some(KEY)).await;
    for entry in listed().filter(|entry| !entry.is_workflow()) {
        let input = entry.input();
        let mut arguments = filled(&input.full_schema, true);
        if !june.knows(entry.endpoint) {
            let response = session.call(entry.name, arguments).await;
            let next = next_step(&response);
            let instead = entry.newer_operation().map(Newer::instead);
            assert!(next.contains("this Unkey is older than"), "{next}");
            assert!(next.contains(instead.expect(entry.name)), "{next}");
            // It does not say beside this that it is no Unkey.
            let told = failure(&response);
            assert!(
                told.starts_with("HTTP 404: the server has no such operation."),
                "{told}"
            );
            continue;
        }
        let refused = june.unknown(entry.endpoint, body_of(entry, &arguments));
        if !refused.is_empty() {
            let next = next_step(&session.call(entry.name, arguments.clone()).await);
            assert!(next.contains("this Unkey is older than"), "{next}");
            for newer in entry.newer {
                assert!(next.contains(newer.instead()), "{next}");
            }
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
async fn workflows_on_an_unkey_of_june_do_what_it_can_and_name_what_came_later() {
    let cloud = Facts::of_june().cloud().await;
    let older = "this Unkey is older than analytics.getRatelimits";
    let names_it = |told: &Value| told.to_string().contains(older);
    for transport in Transport::BOTH {
        let flags = [&*cloud.flag()];
        let mut session = Session::connect(transport, Era::Modern, &flags, Some(KEY)).await;
        let overview = session.call("workspace_overview", json!({})).await;
        assert!(
            names_it(&success(&overview)["data"]["unread"]),
            "{overview}"
        );
        let arguments = json!({"namespace": "email", "identifier": "acme"});
        let told = session.call("keys_explain", arguments).await;
        let data = &success(&told)["data"];
        assert!(names_it(&data["unread"]), "{told}");
        // Nothing is known of the limit, so nothing is promised.
        assert_eq!(data["code"], "UNKNOWN");
        assert!(
            !data["forCustomer"].to_string().contains("within"),
            "{told}"
        );
        for (tool, arguments) in [
            ("keys_find", json!({"apis": ["api_12345678"]})),
            ("keys_explain", json!({"keyId": "key_1"})),
            ("usage_report", json!({})),
        ] {
            let response = session.call(tool, arguments).await;
            assert!(!response.to_string().contains("older"), "{response}");
        }
    }
    let run = Binary::new(["overview", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
    let ended = run.run("").await;
    assert!(ended.stdout.contains(older), "{}", ended.stdout);
}

#[tokio::test]
async fn a_query_with_what_came_after_june_is_told_as_one() {
    for (kind, detail, query, newer) in [
        (
            "invalid_analytics_query",
            "Unknown expression identifier `source` in scope SELECT source FROM \
             default.key_verifications_raw_v2 WHERE workspace_id = 'ws_1'",
            "SELECT source FROM key_verifications_v1",
            "the column `source`",
        ),
        (
            "invalid_analytics_function",
            "Function 'jsonextractstring' is not allowed",
            "SELECT JSONExtractString(region, 'a') FROM key_verifications_v1",
            "the function `JSONExtractString`",
        ),
    ] {
        let answer = json!({
            "meta": {"requestId": "req_1"},
            "error": {
                "title": "Bad Request", "detail": detail, "status": 400, "errors": [],
                "type": format!("https://unkey.com/docs/errors/user/bad_request/{kind}"),
            },
        });
        let cloud = Cloud::that_answers(Answer::json(400, &answer)).await;
        let server = Binary::new(["serve", &cloud.flag()]).serve().await;
        let endpoint = server.mcp().with_key();
        let arguments = json!({"query": query});
        let response = endpoint
            .call("analytics_get_verifications", arguments)
            .await;
        let next = next_step(&response);
        assert!(
            next.contains(&format!("this Unkey is older than {newer}")),
            "{next}"
        );
    }
}

#[tokio::test]
async fn of_several_fields_that_are_refused_each_is_named() {
    let message = "additional properties 'search', 'limit' not allowed".to_owned();
    let refused = invalid(&[(message, "/additionalProperties".to_owned())]);
    let cloud = Cloud::that_answers(refused).await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key();
    let arguments = json!({"search": "a", "limit": 5});
    let next = next_step(&endpoint.call("permissions_list_roles", arguments).await);
    for part in ["older than `search`", "`limit`: leave it out"] {
        assert!(next.contains(part), "{part}: {next}");
    }
}

#[tokio::test]
async fn what_is_no_unkey_is_not_said_to_be_an_old_one_for_certain() {
    for (kind, body) in [("text/html", "<html>not found</html>"), ("text/plain", "")] {
        let cloud = Cloud::that_answers(Answer::raw(404, kind, body)).await;
        let server = Binary::new(["serve", &cloud.flag()]).serve().await;
        let endpoint = server.mcp().with_key();
        let arguments = json!({"roleId": "role_1", "permissions": []});
        let response = endpoint
            .call("permissions_set_role_permissions", arguments)
            .await;
        let next = next_step(&response);
        assert!(
            next.starts_with("if it was Unkey that answered, this Unkey is older"),
            "{next}"
        );
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

#[tokio::test]
async fn nobody_is_asked_to_agree_to_what_the_server_cannot_do() {
    let cloud = Facts::of_june().cloud().await;
    let flags = [&*cloud.flag(), "--toolsets=all", "--confirm=always"];
    for transport in Transport::BOTH {
        let mut session = Session::connect(transport, Era::Modern, &flags, Some(KEY)).await;
        let newer = listed().filter(|entry| entry.effect.is_destructive());
        for entry in newer.filter(|entry| entry.newer_operation().is_some()) {
            let response = session.call(entry.name, sample(entry.name)).await;
            let text = failure(&response);
            let older = format!("this Unkey is older than {}", entry.endpoint);
            assert!(text.contains(&older), "{text}");
            assert!(!text.contains("Only if they agree"), "{text}");
        }
        // What it can do is asked about.
        let response = session
            .call("apis_delete_api", json!({"apiId": "api_12345678"}))
            .await;
        let text = failure(&response);
        assert!(text.contains("Only if they agree"), "{text}");
    }
}
