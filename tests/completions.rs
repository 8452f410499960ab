//! What a client may offer while a person types an id or a name.

use serde_json::{Value, json};

use crate::support::{Answer, Binary, Cloud, Era, KEY, Session, Transport, sessions, success};

/// What is offered for an argument of a prompt.
async fn offered(session: &mut Session, argument: &str, typed: &str) -> Value {
    let prompt = json!({"type": "ref/prompt", "name": "issue_key"});
    offered_for(session, prompt, argument, typed).await
}

async fn offered_for(session: &mut Session, of: Value, argument: &str, typed: &str) -> Value {
    let params = json!({"ref": of, "argument": {"name": argument, "value": typed}});
    let answer = session.request("completion/complete", params).await;
    answer["result"]["completion"].clone()
}

#[tokio::test]
async fn names_and_ids_of_the_engine_are_offered() {
    for mut session in sessions(&["--local=:memory:"], None).await {
        let made = session
            .call("apis_create_api", json!({"name": "Payments"}))
            .await;
        let id = success(&made)["data"]["apiId"].clone();
        success(
            &session
                .call("apis_create_api", json!({"name": "search"}))
                .await,
        );
        let role = json!({"name": "billing-admin", "permissions": ["invoices.read"]});
        success(&session.call("permissions_create_role", role).await);
        let limit =
            json!({"namespace": "email.send", "identifier": "a", "limit": 1, "duration": 1000});
        success(&session.call("ratelimit_limit", limit).await);
        for (argument, typed, expected) in [
            ("apiId", "pay", json!(["Payments"])),
            ("apiId", id.as_str().unwrap(), json!([id])),
            ("namespace", "email", json!(["email.send"])),
            ("role", "Bill", json!(["billing-admin"])),
            ("permission", "", json!(["invoices.read"])),
            ("apiId", "no such", json!([])),
            ("wishes", "", json!([])),
        ] {
            let told = offered(&mut session, argument, typed).await;
            assert_eq!(told["values"], expected, "{argument}: {told}");
            assert_eq!(told["hasMore"], false, "{told}");
        }
        let all = offered(&mut session, "apiId", "").await;
        assert_eq!(all["values"].as_array().unwrap().len(), 4, "{all}");
    }
}

#[tokio::test]
async fn no_more_than_a_hundred_are_offered() {
    let flags = ["--local=:memory:"];
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &flags, None).await;
    for number in 0..101 {
        let slug = format!("documents.action{number}");
        let made = json!({"name": slug, "slug": slug});
        success(&session.call("permissions_create_permission", made).await);
    }
    let told = offered(&mut session, "permission", "documents").await;
    assert_eq!(told["values"].as_array().unwrap().len(), 100, "{told}");
    assert_eq!(told["hasMore"], true, "{told}");
    let told = offered(&mut session, "permission", "documents.action100").await;
    assert_eq!(told["values"], json!(["documents.action100"]), "{told}");
}

#[tokio::test]
async fn at_unkey_names_of_the_profile_and_of_one_page_are_offered() {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("config.toml");
    let profile = "[profiles.prod.apis]\npayments = \"api_12345678\"\n\
                   [profiles.prod.namespaces]\nmails = \"email.send\"\n";
    std::fs::write(&config, profile).unwrap();
    let cloud = Cloud::script(|seen, _| {
        if seen.line.contains("permissions.listRoles") {
            Answer::data(&json!([{"id": "role_1", "name": "support", "permissions": []}]))
        } else {
            Answer::Hang
        }
    })
    .await;
    let config = format!("--config={}", config.display());
    let flags = [&*cloud.flag(), &config, "--profile=prod"];
    for key in [Some(KEY), None] {
        for mut session in sessions(&flags, key).await {
            let told = offered(&mut session, "apiId", "p").await;
            assert_eq!(told["values"], json!(["payments"]), "{told}");
            let told = offered(&mut session, "namespace", "").await;
            assert_eq!(told["values"], json!(["mails"]), "{told}");
            let told = offered(&mut session, "role", "sup").await;
            let expected = if key.is_some() {
                json!(["support"])
            } else {
                json!([])
            };
            assert_eq!(told["values"], expected, "{told}");
            // Unkey does not answer: nobody waits for it, and nothing has gone wrong.
            let told = offered(&mut session, "permission", "a").await;
            assert_eq!(told["values"], json!([]), "{told}");
        }
    }
}

#[tokio::test]
async fn what_the_caller_may_not_read_is_not_offered() {
    let flags = ["--local=:memory:", "--toolsets=apis"];
    for mut session in sessions(&flags, None).await {
        let told = offered(&mut session, "role", "").await;
        assert_eq!(told["values"], json!([]), "{told}");
    }
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let owner = server.mcp().era(Era::Modern);
    let limit = json!({"namespace": "email.send", "identifier": "a", "limit": 1, "duration": 1000});
    let call = |name: &str, arguments: Value| {
        let params = json!({"name": name, "arguments": arguments});
        owner.request("tools/call", params)
    };
    call("ratelimit_limit", limit).await;
    call("apis_create_api", json!({"name": "payments"})).await;
    let stranger = server
        .mcp()
        .era(Era::Modern)
        .header("MCP-UNKEY-BEARER-AUTH", "unkey_3ZZZstrangerstranger");
    for argument in ["apiId", "namespace", "role", "permission"] {
        let params = json!({
            "ref": {"type": "ref/prompt", "name": "issue_key"},
            "argument": {"name": argument, "value": ""},
        });
        let answer = stranger.request("completion/complete", params).await;
        let values = &answer["result"]["completion"]["values"];
        assert_eq!(values, &json!([]), "{argument}: {answer}");
    }
}

#[tokio::test]
async fn a_client_that_probes_gets_an_empty_list() {
    for mut session in sessions(&["--local=:memory:"], None).await {
        for (of, argument) in [
            (json!({"type": "ref/prompt", "name": "no_such"}), "x"),
            (json!({"type": "ref/resource", "uri": "x://{y}"}), "y"),
            (json!({"type": "ref/resource", "uri": ""}), ""),
        ] {
            let told = offered_for(&mut session, of, argument, &"\u{0}".repeat(9_000)).await;
            assert_eq!(told["values"], json!([]), "{told}");
        }
    }
}
