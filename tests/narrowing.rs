//! Fewer tools: by the operator's flags and variables, and by a client for itself.

use serde_json::json;
use unkey_tools::{CATALOGUE, Entry, find, listed};

use crate::support::{
    Binary, Cloud, Endpoint, Era, KEY, Reply, Session, Stdio, Transport, offered, refusal, sample,
    success,
};

/// The names of the tools that `wanted` says yes to.
pub(crate) fn tools(wanted: impl Fn(&Entry) -> bool) -> Vec<&'static str> {
    let entries = listed().filter(|entry| wanted(entry));
    entries.map(|entry| entry.name).collect()
}

pub(crate) fn of_toolset(name: &str) -> Vec<&'static str> {
    tools(|entry| entry.toolset.name() == name)
}

fn read_only() -> Vec<&'static str> {
    tools(|entry| entry.effect.is_read_only() && entry.toolset.is_default())
}

#[tokio::test]
async fn an_empty_local_flag_is_a_mistake_and_not_the_cloud() {
    let ended = Binary::new(["stdio", "--local="]).run("").await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.stderr.contains("--local"), "{ended:?}");
}

#[tokio::test]
async fn flags_narrow_what_is_listed_and_what_can_be_called() {
    let cloud = Cloud::start().await;
    let cases: [(&[&str], Vec<&str>); 7] = [
        (&["--toolsets=keys"], of_toolset("keys")),
        (
            &["--toolsets", "apis, ratelimit"],
            [of_toolset("apis"), of_toolset("ratelimit")].concat(),
        ),
        (
            &["--tools=keys_get_key,apis.getApi"],
            vec!["apis_get_api", "keys_get_key"],
        ),
        (&["--read-only"], read_only()),
        (
            &["--toolsets=apis", "--exclude-tools=apis_delete_api"],
            vec!["apis_create_api", "apis_get_api", "apis_list_keys"],
        ),
        (
            &["--tools=apis_delete_api,apis_get_api", "--read-only"],
            vec!["apis_get_api"],
        ),
        (
            &[
                "--tools=apis_get_api,apis_list_keys",
                "--exclude-tools=apis_list_keys",
            ],
            vec!["apis_get_api"],
        ),
    ];
    let flag = cloud.flag();
    for transport in Transport::BOTH {
        for (flags, expected) in &cases {
            let flags = [&[flag.as_str()], *flags].concat();
            let mut session = Session::connect(transport, Era::Modern, &flags, Some(KEY)).await;
            assert_eq!(session.names().await, *expected, "{flags:?}");
            let before = cloud.requests();
            for entry in &CATALOGUE {
                let response = session.call(entry.name, sample(entry.name)).await;
                if expected.contains(&entry.name) {
                    success(&response);
                } else {
                    assert_eq!(refusal(&response).0, -32602, "{}", entry.name);
                }
            }
            let operations = |name: &&&str| !find(name).unwrap().is_workflow();
            let operations = expected.iter().filter(operations).count();
            assert_eq!(cloud.requests() - before, operations, "{flags:?}");
        }
    }
}

#[tokio::test]
async fn a_filtered_tool_is_not_callable_under_its_other_names_either() {
    let server = Binary::new(["serve", "--toolsets=apis"]).serve().await;
    let endpoint = server.mcp().with_key();
    for name in [
        "keys.deleteKey",
        "unkey_keys_delete_key",
        "unkey_v2_keys_delete_key",
    ] {
        let response = endpoint.call(name, sample("keys_delete_key")).await;
        assert_eq!(refusal(&response).0, -32602, "{name}");
    }
}

#[tokio::test]
async fn variables_do_what_flags_do_and_a_flag_wins() {
    let binary = || Binary::new(["stdio"]);
    let apis = || binary().env("UNKEY_MCP_TOOLSETS", "apis");
    let cases = [
        (apis(), of_toolset("apis")),
        (apis().arg("--toolsets=keys"), of_toolset("keys")),
        (
            binary().env("UNKEY_MCP_TOOLS", "keys_get_key"),
            vec!["keys_get_key"],
        ),
        (
            binary()
                .env("UNKEY_MCP_TOOLS", "keys_get_key")
                .arg("--tools=apis_get_api"),
            vec!["apis_get_api"],
        ),
        (
            apis().env("UNKEY_MCP_EXCLUDE_TOOLS", "apis_create_api,apis_delete_api"),
            vec!["apis_get_api", "apis_list_keys"],
        ),
        (
            apis().env("UNKEY_MCP_READ_ONLY", "true"),
            vec!["apis_get_api", "apis_list_keys"],
        ),
        (
            apis().env("UNKEY_MCP_READ_ONLY", "1"),
            vec!["apis_get_api", "apis_list_keys"],
        ),
        (
            apis().env("UNKEY_MCP_READ_ONLY", "false"),
            of_toolset("apis"),
        ),
        (apis().env("UNKEY_MCP_READ_ONLY", "0"), of_toolset("apis")),
        (apis().env("UNKEY_MCP_READ_ONLY", ""), of_toolset("apis")),
        (
            apis()
                .env("UNKEY_MCP_READ_ONLY", "true")
                .arg("--read-only=false"),
            of_toolset("apis"),
        ),
        (
            apis().arg("--read-only"),
            vec!["apis_get_api", "apis_list_keys"],
        ),
        (apis().env("UNKEY_MCP_TOOLS", ""), of_toolset("apis")),
        (
            binary().env("UNKEY_MCP_SERVER", "ratelimit"),
            of_toolset("ratelimit"),
        ),
        (binary().arg("--server=ratelimit"), of_toolset("ratelimit")),
        (
            Binary::new::<&str>([]).env("UNKEY_MCP_TOOLSETS", "apis"),
            of_toolset("apis"),
        ),
    ];
    for (binary, expected) in cases {
        let mut session = Stdio::connect(binary, Era::Modern).await;
        let list = session.request("tools/list", json!({})).await;
        assert_eq!(crate::support::names(&list), expected);
    }
}

#[tokio::test]
async fn an_empty_variable_is_as_good_as_none() {
    let mut binary = Binary::new(["stdio"]);
    for flag in ["SERVER", "TIMEOUT", "LOG", "LOCAL", "API_URL", "TOOLSETS"] {
        binary = binary.env(&format!("UNKEY_MCP_{flag}"), "");
    }
    let mut session = Stdio::connect(binary, Era::Modern).await;
    let list = session.request("tools/list", json!({})).await;
    assert_eq!(crate::support::names(&list), offered());

    let garbage = Binary::new(["stdio"]).env("UNKEY_MCP_READ_ONLY", "perhaps");
    let ended = garbage.run("").await;
    assert_eq!(ended.status.code(), Some(2), "{ended:?}");
    assert!(ended.stderr.contains("'perhaps'"), "{ended:?}");
}

#[tokio::test]
async fn the_api_url_comes_from_either_variable_and_a_flag_wins() {
    let cloud = Cloud::start().await;
    let nowhere = "http://127.0.0.1:9";
    let cases = [
        Binary::new(["stdio"]).env("UNKEY_API_URL", &cloud.url),
        Binary::new(["stdio"])
            .env("UNKEY_MCP_API_URL", &cloud.url)
            .env("UNKEY_API_URL", nowhere),
        Binary::new(["stdio"])
            .env("UNKEY_MCP_API_URL", "")
            .env("UNKEY_API_URL", &cloud.url),
        Binary::new(["stdio", &cloud.flag()])
            .env("UNKEY_MCP_API_URL", nowhere)
            .env("UNKEY_API_URL", nowhere),
        Binary::new(["stdio", &format!("{}/v2/", cloud.flag())]),
    ];
    for (call, binary) in (1..).zip(cases) {
        let mut session = Stdio::connect(binary.env("UNKEY_ROOT_KEY", KEY), Era::Modern).await;
        success(
            &session
                .call("apis_create_api", json!({"name": "abc"}))
                .await,
        );
        assert_eq!(cloud.requests(), call);
    }
}

#[tokio::test]
async fn a_name_that_does_not_exist_stops_the_start_with_the_nearest() {
    let cases = [
        ("--toolsets", "ratelimits", "`ratelimit`"),
        ("--toolsets", "weather", "apis, apps, deploy"),
        ("--tools", "keys_creat_key", "`keys_create_key`"),
        ("--exclude-tools", "apis_delet_api", "`apis_delete_api`"),
    ];
    for command in ["stdio", "serve", "tools"] {
        for (flag, value, expected) in cases {
            let ended = Binary::new([command, flag, value]).run("").await;
            assert_eq!(ended.status.code(), Some(2), "{command} {flag}: {ended:?}");
            assert!(
                ended.stderr.contains(expected),
                "{command} {flag}: {ended:?}"
            );
            assert_eq!(ended.stdout, "");

            let variable = format!("UNKEY_MCP_{}", flag[2..].to_uppercase().replace('-', "_"));
            let ended = Binary::new([command]).env(&variable, value).run("").await;
            assert_eq!(
                ended.status.code(),
                Some(2),
                "{command} {variable}: {ended:?}"
            );
            assert!(
                ended.stderr.contains(expected),
                "{command} {variable}: {ended:?}"
            );
        }
    }
}

#[tokio::test]
async fn flags_that_leave_nothing_stop_the_start() {
    for command in ["stdio", "serve", "tools"] {
        let ended = Binary::new([command, "--read-only", "--tools=keys_delete_key"])
            .run("")
            .await;
        assert_eq!(ended.status.code(), Some(2), "{ended:?}");
        assert!(ended.stderr.contains("leave no tool"), "{ended:?}");
    }
}

/// The operator allows these; a client may ask for less and gets no more.
async fn two_toolsets() -> crate::support::Server {
    Binary::new(["serve", "--toolsets=apis,ratelimit"])
        .serve()
        .await
}

#[tokio::test]
async fn a_client_narrows_its_own_list_in_the_url_and_in_headers() {
    let server = two_toolsets().await;
    let apis = of_toolset("apis");
    let reads = vec!["apis_get_api", "apis_list_keys"];
    let cases: [(Endpoint, Vec<&str>); 11] = [
        (server.at("/mcp/v2?toolsets=apis"), apis.clone()),
        (server.at("/mcp?toolsets=apis%2Ckeys"), apis.clone()),
        (
            server.at("/mcp/v2?tools=apis_get_api,keys_get_key"),
            vec!["apis_get_api"],
        ),
        (
            server.at("/mcp/v2/?toolsets=apis&readonly=true"),
            reads.clone(),
        ),
        (server.at("/mcp/v2?toolsets=apis&readonly"), reads.clone()),
        (
            server.at("/mcp/v2?toolsets=apis&readonly=false"),
            apis.clone(),
        ),
        (server.mcp().header("X-MCP-Toolsets", "apis"), apis),
        (
            server
                .mcp()
                .header("X-MCP-Tools", "apis_get_api, keys_get_key"),
            vec!["apis_get_api"],
        ),
        (
            server
                .mcp()
                .header("x-mcp-toolsets", "apis")
                .header("X-MCP-Readonly", "true"),
            reads.clone(),
        ),
        (
            server
                .at("/mcp/v2?toolsets=apis")
                .header("X-MCP-Readonly", "1"),
            reads,
        ),
        (
            server
                .at("/mcp/v2?toolsets=apis")
                .header("X-MCP-Toolsets", "ratelimit"),
            vec![],
        ),
    ];
    for (endpoint, expected) in cases {
        assert_eq!(endpoint.names().await, expected);
    }
    // One client's wish is that client's alone.
    assert_eq!(server.mcp().names().await.len(), 4 + 6);
}

#[tokio::test]
async fn a_client_cannot_widen_what_the_operator_allowed() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", "--read-only", "--toolsets=apis", &cloud.flag()])
        .serve()
        .await;
    let endpoints = [
        server
            .at("/mcp/v2?readonly=false&toolsets=keys,apis&tools=keys_delete_key,apis_delete_api"),
        server
            .mcp()
            .header("X-MCP-Readonly", "false")
            .header("X-MCP-Tools", "apis_delete_api"),
    ];
    for endpoint in endpoints {
        let endpoint = endpoint.with_key();
        assert_eq!(endpoint.names().await, [""; 0]);
        for tool in ["apis_delete_api", "keys_delete_key"] {
            let response = endpoint.call(tool, sample(tool)).await;
            assert_eq!(refusal(&response).0, -32602);
        }
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn a_tool_that_a_client_filtered_out_cannot_be_called() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", &cloud.flag()]).serve().await;
    let endpoint = server.at("/mcp/v2?readonly=true").with_key();
    let response = endpoint
        .call("apis_delete_api", sample("apis_delete_api"))
        .await;
    let (code, message) = refusal(&response);
    assert_eq!(code, -32602);
    assert!(message.contains("not offered here"), "{message}");
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn a_wish_that_makes_no_sense_is_a_400() {
    let server = two_toolsets().await;
    let cases = [
        (server.at("/mcp/v2?toolsets=ratelimits"), "`ratelimit`"),
        (
            server.at("/mcp/v2?tools=keys_creat_key"),
            "`keys_create_key`",
        ),
        (server.at("/mcp/v2?readonly=perhaps"), "`perhaps`"),
        (server.at("/mcp/v2?toolset=apis"), "`toolsets`"),
        (server.at("/mcp/v2?read-only=true"), "`readonly`"),
        (server.mcp().header("X-MCP-Toolsets", "key"), "`keys`"),
        (
            server.mcp().header("X-MCP-Tools", "apis_get_apis"),
            "`apis_get_api`",
        ),
        (server.mcp().header("X-MCP-Readonly", "maybe"), "`maybe`"),
    ];
    for (endpoint, expected) in cases {
        let reply = Reply::to(endpoint.message("tools/list", json!({}))).await;
        assert_eq!(reply.status, 400, "{reply:?}");
        let answer = reply.json();
        assert!(refusal(&answer).1.contains(expected), "{answer}");
    }
}

#[tokio::test]
async fn the_rate_limit_server_offers_rate_limits_alone() {
    let server = Binary::new(["serve"]).serve().await;
    for path in ["/mcp/ratelimits", "/mcp/ratelimits/"] {
        assert_eq!(server.at(path).names().await, of_toolset("ratelimit"));
        let response = server
            .at(path)
            .with_key()
            .call("keys_get_key", sample("keys_get_key"))
            .await;
        assert_eq!(refusal(&response).0, -32602);
    }
    for path in ["/mcp", "/mcp/", "/mcp/v2", "/mcp/v2/"] {
        assert_eq!(server.at(path).names().await, offered());
    }
}
