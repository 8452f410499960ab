//! Where a root key may come from, which one counts, and that it goes nowhere but to Unkey.

use serde_json::json;

use crate::support::{
    Answer, Binary, Cloud, Endpoint, Era, KEY, Reply, Server, Stdio, failure, offered, success,
};

const HEADERS: [&str; 3] = [
    "MCP-UNKEY-BEARER-AUTH",
    "MCP-UNKEY-V2-ROOT-KEY",
    "Authorization",
];

/// A call that every endpoint offers.
async fn call(endpoint: &Endpoint) -> serde_json::Value {
    let arguments = json!({"namespace": "n", "identifier": "i"});
    endpoint.call("ratelimit_get_override", arguments).await
}

async fn serve(cloud: &Cloud) -> Server {
    Binary::new(["serve", &cloud.flag()]).serve().await
}

/// The key that Unkey was sent last.
fn sent(cloud: &Cloud) -> String {
    let seen = cloud.last();
    let values = seen.header("authorization");
    assert_eq!(values.len(), 1, "{values:?}");
    values[0].strip_prefix("Bearer ").unwrap().to_owned()
}

#[tokio::test]
async fn all_three_headers_work_on_all_paths() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud).await;
    let paths = [
        "/mcp",
        "/mcp/",
        "/mcp/v2",
        "/mcp/v2/",
        "/mcp/ratelimits",
        "/mcp/ratelimits/",
    ];
    for path in paths {
        for name in HEADERS {
            let key = format!("unkey_{}", name.replace('-', ""));
            success(&call(&server.at(path).header(name, &key)).await);
            assert_eq!(sent(&cloud), key, "{name} on {path}");
        }
    }
}

#[tokio::test]
async fn a_header_may_be_of_any_case_and_with_or_without_bearer() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud).await;
    for name in HEADERS {
        for name in [name.to_lowercase(), name.to_uppercase()] {
            for value in [
                "Bearer unkey_x",
                "bearer  unkey_x ",
                "BEARER unkey_x",
                "unkey_x",
            ] {
                success(&call(&server.mcp().header(&name, value)).await);
                assert_eq!(sent(&cloud), "unkey_x", "{name}: {value}");
            }
        }
    }
}

#[tokio::test]
async fn the_first_header_that_is_not_empty_counts() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud).await;
    let cases = [
        (["unkey_a", "unkey_b", "unkey_c"], "unkey_a"),
        (["", "unkey_b", "unkey_c"], "unkey_b"),
        (["Bearer ", "Bearer", "Bearer unkey_c"], "unkey_c"),
        (["  ", "", "unkey_c"], "unkey_c"),
    ];
    for (values, counts) in cases {
        let endpoint = HEADERS
            .into_iter()
            .zip(values)
            .fold(server.mcp(), |endpoint, (name, value)| {
                endpoint.header(name, value)
            });
        success(&call(&endpoint).await);
        assert_eq!(sent(&cloud), counts, "{values:?}");
    }
}

#[tokio::test]
async fn a_call_without_a_usable_key_says_what_is_wrong_and_is_no_401() {
    let cloud = Cloud::start().await;
    let server = Binary::new(["serve", &cloud.flag()])
        .env("UNKEY_ROOT_KEY", "unkey_of_the_server")
        .env("UNKEY_ROOT_KEY_FILE", "key.txt")
        .file("key.txt", "unkey_of_the_server")
        .file(".unkey/config.toml", "root_key = \"unkey_of_the_server\"")
        .serve()
        .await;
    let cases = [
        (None, "No root key came"),
        (Some(""), "is empty"),
        (Some("Bearer "), "is empty"),
        (Some("${UNKEY_ROOT_KEY}"), "placeholder"),
        (Some("Bearer ${UNKEY_ROOT_KEY}"), "placeholder"),
        (Some("${env:UNKEY_ROOT_KEY}"), "placeholder"),
        (Some("Basic dXNlcjpwYXNz"), "no root key"),
        (Some("two words"), "no root key"),
    ];
    for (value, expected) in cases {
        for name in HEADERS {
            let mut endpoint = server.mcp();
            if let Some(value) = value {
                endpoint = endpoint.header(name, value);
            }
            let params = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
            let reply = Reply::to(endpoint.message("tools/call", params)).await;
            assert_eq!(reply.status, 200, "{reply:?}");
            assert_eq!(reply.headers.get("www-authenticate"), None);
            let answer = reply.json();
            let text = failure(&answer);
            assert!(text.contains(expected), "{value:?}: {text}");
            if value.is_some() {
                assert!(text.contains(&name.to_uppercase()), "{value:?}: {text}");
            }
        }
    }
    assert_eq!(cloud.requests(), 0, "the server lent its own key");
}

#[tokio::test]
async fn lists_and_handshakes_need_no_key() {
    let server = Binary::new(["serve"]).serve().await;
    for endpoint in [
        server.mcp(),
        server.mcp().header("Authorization", "Basic dXNlcjpwYXNz"),
        server
            .mcp()
            .header("MCP-UNKEY-BEARER-AUTH", "${UNKEY_ROOT_KEY}"),
    ] {
        for era in Era::BOTH {
            assert_eq!(
                endpoint.clone().era(era).names().await.len(),
                offered().len()
            );
        }
        let legacy = endpoint.clone().era(Era::BOTH[0]);
        let answer = legacy.request("initialize", Era::BOTH[0].handshake()).await;
        assert!(answer["result"]["capabilities"]["tools"].is_object());
        let answer = endpoint.request("server/discover", json!({})).await;
        assert!(answer["result"]["capabilities"]["tools"].is_object());
    }
}

/// `stdio` with a home folder that holds what these say.
fn stdio(
    cloud: &Cloud,
    variable: Option<&str>,
    file: Option<&str>,
    config: Option<&str>,
) -> Binary {
    let mut binary = Binary::new(["stdio", &cloud.flag()]);
    if let Some(key) = variable {
        binary = binary.env("UNKEY_ROOT_KEY", key);
    }
    if let Some(text) = file {
        binary = binary
            .env("UNKEY_ROOT_KEY_FILE", "key.txt")
            .file("key.txt", text);
    }
    if let Some(text) = config {
        binary = binary.file(".unkey/config.toml", text);
    }
    binary
}

#[tokio::test]
async fn stdio_takes_the_variable_then_the_file_then_the_unkey_clis() {
    let cloud = Cloud::start().await;
    let config = Some("workspace = 1\nroot_key = \"unkey_config\"\n");
    let cases = [
        (
            Some("Bearer unkey_variable"),
            Some("unkey_file"),
            config,
            "unkey_variable",
        ),
        (None, Some("\n unkey_file \n"), config, "unkey_file"),
        (Some(""), Some("unkey_file"), None, "unkey_file"),
        (Some(" "), None, config, "unkey_config"),
        (None, Some(""), config, "unkey_config"),
        (None, None, config, "unkey_config"),
        // What is plainly meant is understood, as in the files of the embedded engine.
        (Some("\"Bearer unkey_quoted\""), None, None, "unkey_quoted"),
        (
            None,
            Some("export UNKEY_ROOT_KEY='unkey_line'\n"),
            None,
            "unkey_line",
        ),
        (
            None,
            Some("\u{feff}Authorization: Bearer unkey_head"),
            None,
            "unkey_head",
        ),
    ];
    for (variable, file, config, counts) in cases {
        let binary = stdio(&cloud, variable, file, config);
        let mut session = Stdio::connect(binary, Era::Modern).await;
        success(
            &session
                .call("apis_create_api", json!({"name": "abc"}))
                .await,
        );
        assert_eq!(sent(&cloud), counts);
    }
}

#[tokio::test]
async fn stdio_without_a_usable_key_says_where_it_looked() {
    let cloud = Cloud::start().await;
    let broken = Some("root_key = unkey_not_quoted");
    let cases = [
        (None, None, None, "Set UNKEY_ROOT_KEY"),
        (Some(""), None, None, "UNKEY_ROOT_KEY is empty"),
        (Some("${UNKEY_ROOT_KEY}"), None, None, "placeholder"),
        (None, None, Some("other = 1"), "Set UNKEY_ROOT_KEY"),
        (None, None, broken, "config.toml"),
    ];
    for (variable, file, config, expected) in cases {
        let binary = stdio(&cloud, variable, file, config);
        let mut session = Stdio::connect(binary, Era::Modern).await;
        let response = session
            .call("apis_create_api", json!({"name": "abc"}))
            .await;
        let text = failure(&response);
        assert!(text.contains(expected), "{text}");
        assert!(!text.contains("not_quoted"), "{text}");
    }
    let binary = stdio(&cloud, None, None, None).env("UNKEY_ROOT_KEY_FILE", "nowhere.txt");
    let mut session = Stdio::connect(binary, Era::Modern).await;
    let response = session
        .call("apis_create_api", json!({"name": "abc"}))
        .await;
    assert!(failure(&response).contains("nowhere.txt"));
    assert_eq!(cloud.requests(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_no_short_file_holds_no_root_key_and_keeps_nobody_waiting() {
    let cloud = Cloud::start().await;
    let home = tempfile::tempdir().unwrap();
    let pipe = home.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let long = home.path().join("long");
    std::fs::write(&long, "unkey_".repeat(2_000)).unwrap();
    let paths = [
        (pipe.to_str().unwrap(), "no regular file"),
        ("/dev/zero", "no regular file"),
        ("/dev/stdin", "no regular file"),
        (long.to_str().unwrap(), "too much"),
    ];
    for (path, expected) in paths {
        let named = stdio(&cloud, None, None, None).env("UNKEY_ROOT_KEY_FILE", path);
        let config = stdio(&cloud, None, None, Some(""));
        let file = config.home().join(".unkey/config.toml");
        std::fs::remove_file(&file).unwrap();
        std::os::unix::fs::symlink(path, &file).unwrap();
        for binary in [named, config] {
            let mut session = Stdio::connect(binary, Era::Modern).await;
            let response = session
                .call("apis_create_api", json!({"name": "abc"}))
                .await;
            let text = failure(&response);
            assert!(text.contains(expected), "{path}: {text}");
            assert!(text.contains("set UNKEY_ROOT_KEY"), "{path}: {text}");
        }
    }
    assert_eq!(cloud.requests(), 0);
}

/// Unkey, or what stands for it, that says back what it was sent.
async fn echo() -> Cloud {
    Cloud::script(|seen, before| {
        let said = format!(
            "{} {}",
            seen.headers
                .iter()
                .map(|(_, value)| value.as_str())
                .collect::<Vec<_>>()
                .join(" "),
            seen.body
        );
        match before % 3 {
            0 => Answer::problem(400, &said, &said),
            1 => Answer::problem(500, &said, &said),
            _ => Answer::raw(502, "text/html", said),
        }
    })
    .await
}

#[tokio::test]
async fn the_key_is_in_no_log_and_no_error() {
    let cloud = echo().await;
    let flags = [&cloud.flag(), "--log=debug"];

    let server = Binary::new(["serve"].iter().chain(&flags)).serve().await;
    for _ in 0..3 {
        let response = server
            .mcp()
            .with_key()
            .call("apis_create_api", json!({"name": "abc"}))
            .await;
        assert!(!failure(&response).contains(KEY), "{response}");
    }
    #[cfg(unix)]
    {
        let ended = server.stop().await;
        assert!(
            ended.stderr.contains("apis_create_api"),
            "nothing was logged"
        );
        assert!(!format!("{ended:?}").contains(KEY), "{ended:?}");
    }

    let binary = Binary::new(["stdio"].iter().chain(&flags)).env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
    for _ in 0..3 {
        let response = session
            .call("apis_create_api", json!({"name": "abc"}))
            .await;
        assert!(!failure(&response).contains(KEY), "{response}");
    }
    let ended = session.end().await;
    assert!(
        ended.stderr.contains("apis_create_api"),
        "nothing was logged"
    );
    assert!(!format!("{ended:?}").contains(KEY), "{ended:?}");
}

#[tokio::test]
async fn keys_in_arguments_and_results_are_in_no_log() {
    let secret = json!({"keyId": "key_1", "key": "live_plaintext_secret"});
    let cloud = Cloud::that_answers(Answer::data(&secret)).await;
    let binary = Binary::new(["stdio", "--log=debug", &cloud.flag()])
        .env("UNKEY_ROOT_KEY", KEY)
        // The variable that other programs log by must not open what the flag keeps shut.
        .env("RUST_LOG", "trace");
    let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
    success(
        &session
            .call("keys_create_key", json!({"apiId": "api_12345678"}))
            .await,
    );
    success(
        &session
            .call("keys_whoami", json!({"key": "live_plaintext_secret"}))
            .await,
    );
    session
        .call("keys_whoami", json!({"kee": "live_plaintext_secret"}))
        .await;
    let ended = session.end().await;
    assert!(ended.stderr.contains("keys_whoami"), "nothing was logged");
    assert!(
        !ended.stderr.contains("plaintext_secret"),
        "{}",
        ended.stderr
    );
}
