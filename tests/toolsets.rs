//! Which toolsets are on by default, and how the others are asked for.

use serde_json::json;

use crate::narrowing::{of_toolset, tools};
use crate::support::{
    Binary, Cloud, Era, KEY, Session, Stdio, Transport, offered, refusal, sample, success,
};

#[tokio::test]
async fn what_is_about_deploying_has_to_be_asked_for() {
    let deploy = tools(|entry| !entry.toolset.is_default());
    let every = tools(|_| true);
    let apps: Vec<&str> =
        tools(|entry| entry.toolset.is_default() || entry.toolset.name() == "apps");
    let cases: [(&[&str], &[&str]); 6] = [
        (&["--toolsets=all"], &every),
        (&["--toolsets=default,apps"], &apps),
        (&["--toolsets=default"], &offered()),
        (&["--tools=apps_get_app"], &["apps_get_app"]),
        (&["--server=deploy"], &deploy),
        (&["--server=deploy", "--toolsets=all"], &deploy),
    ];
    for (flags, expected) in cases {
        let binary = Binary::new(["stdio"].iter().chain(flags));
        let mut session = Stdio::connect(binary, Era::Modern).await;
        let list = session.request("tools/list", json!({})).await;
        assert_eq!(crate::support::names(&list), expected, "{flags:?}");
    }
    let server = Binary::new(["serve"]).serve().await;
    for path in ["/mcp/deploy", "/mcp/deploy/", "/mcp/deploy?toolsets=all"] {
        assert_eq!(server.at(path).names().await, deploy, "{path}");
    }
    // A client narrows what the server has, and widens nothing.
    for path in ["/mcp/v2?toolsets=all", "/mcp/v2?toolsets=default,apps"] {
        assert_eq!(server.at(path).names().await, offered(), "{path}");
    }
    let server = Binary::new(["serve", "--toolsets=keys,apps"]).serve().await;
    assert_eq!(server.at("/mcp/deploy").names().await, of_toolset("apps"));
}

#[tokio::test]
async fn an_operation_that_unkey_has_no_longer_is_not_listed_and_can_be_called() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.mcp().with_key();
    let tool = "portal_exchange_session";
    assert!(!endpoint.names().await.iter().any(|name| name == tool));
    success(&endpoint.call(tool, sample(tool)).await);
    assert_eq!(cloud.requests(), 1);
    let narrowed = server.at("/mcp/v2?toolsets=keys").with_key();
    assert_eq!(refusal(&narrowed.call(tool, sample(tool)).await).0, -32602);
}

#[tokio::test]
async fn a_tool_that_only_a_user_of_the_portal_could_call_says_so() {
    let server = Binary::new(["serve"]).serve().await;
    for name in ["portal_list_keys", "portal.getVerifications"] {
        let response = server.mcp().call(name, json!({})).await;
        let (code, message) = refusal(&response);
        assert_eq!(code, -32602);
        assert!(
            message.contains("signed in to the customer portal"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_tool_that_lists_no_longer_show_can_be_all_that_is_offered() {
    let tool = "portal_exchange_session";
    let cloud = Cloud::start().await;
    let named = [&*cloud.flag(), "--tools=portal_exchange_session"];
    let left = [
        &*cloud.flag(),
        "--toolsets=portal",
        "--exclude-tools=portal_create_session,portal_exchange_code",
    ];
    for flags in [&named[..], &left] {
        for transport in Transport::BOTH {
            let mut session = Session::connect(transport, Era::Modern, flags, Some(KEY)).await;
            assert_eq!(session.names().await, [""; 0]);
            success(&session.call(tool, sample(tool)).await);
            let other = session
                .call("keys_get_key", json!({"keyId": "key_1"}))
                .await;
            assert_eq!(refusal(&other).0, -32602);
        }
        let ended = Binary::new(["stdio"].iter().chain(flags)).run("").await;
        assert!(ended.stderr.contains("tools/list is empty"), "{ended:?}");
    }
    // On the embedded engine, and left out.
    let local = ["--local=:memory:", "--tools=portal_exchange_session"];
    let ended = Binary::new(["stdio"].iter().chain(&local)).run("").await;
    assert!(ended.status.success(), "{ended:?}");
    let without = ["--exclude-tools=portal_exchange_session", &*cloud.flag()];
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &without, Some(KEY)).await;
    assert_eq!(session.names().await, offered());
    assert_eq!(refusal(&session.call(tool, sample(tool)).await).0, -32602);
}

#[tokio::test]
async fn each_server_tells_what_its_own_tools_are_for() {
    let instructions = |answer: &serde_json::Value| {
        let text = answer["result"]["instructions"].as_str().unwrap();
        assert!(text.len() <= 2_000, "{}", text.len());
        text.to_owned()
    };
    let server = Binary::new(["serve"]).serve().await;
    let mut told = Vec::new();
    for (name, path, word, foreign) in [
        ("keys", "/mcp/v2", "keys_create_key", "deployments_"),
        ("ratelimit", "/mcp/ratelimits", "ratelimit_limit", "keys_"),
        (
            "deploy",
            "/mcp/deploy",
            "deployments_get_deployment",
            "keys_",
        ),
    ] {
        for era in Era::BOTH {
            let (method, params) = match era {
                Era::Modern => ("server/discover", json!({})),
                Era::Legacy(_) => ("initialize", era.handshake()),
            };
            let endpoint = server.at(path).era(era);
            let over_http = instructions(&endpoint.request(method, params.clone()).await);
            let binary = Binary::new(["stdio", "--server", name]);
            let mut stdio = Stdio::silent(binary, era);
            let over_stdio = instructions(&stdio.request(method, params).await);
            assert_eq!(over_http, over_stdio);
            assert!(over_http.contains(word), "{over_http}");
            assert!(!over_http.contains(foreign), "{over_http}");
            told.push(over_http);
        }
    }
    told.dedup();
    assert_eq!(told.len(), 3);
}

#[tokio::test]
async fn a_tool_of_a_toolset_that_is_off_says_which_and_how_to_have_it() {
    for (flag, key) in [
        ("--api-url=http://127.0.0.1:1", Some(KEY)),
        ("--local=:memory:", None),
    ] {
        let mut session = Session::connect(Transport::Stdio, Era::Modern, &[flag], key).await;
        for (tool, toolset) in [
            ("apps_get_app", "apps"),
            ("environments.removeEnvironmentVariables", "environments"),
        ] {
            let response = session.call(tool, json!({})).await;
            let (code, message) = refusal(&response);
            assert_eq!(code, -32602);
            let flag = format!("`--toolsets default,{toolset}`");
            for part in [tool, "not offered here", &flag, "--local"] {
                assert!(message.contains(part), "{part}: {message}");
            }
        }
    }
}
