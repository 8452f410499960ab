//! Which toolsets are on by default, and how the others are asked for.

use serde_json::json;

use crate::narrowing::{of_toolset, tools};
use crate::support::{Binary, Cloud, Era, Stdio, offered, refusal, sample, success};

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
