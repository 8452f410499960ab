//! stdin and stdout: nothing but MCP on the one, and no trouble with whatever comes on the other.

use serde_json::{Value, json};

use crate::support::{
    Answer, Binary, Cloud, Ended, Era, KEY, LEGACY, Stdio, half_asleep, sleeper, success,
};

/// The messages on stdout; every line must be one.
fn messages(ended: &Ended) -> Vec<Value> {
    let lines = ended.stdout.lines();
    lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no message: {line}")))
        .inspect(|message: &Value| assert_eq!(message["jsonrpc"], "2.0", "{message}"))
        .collect()
}

#[tokio::test]
async fn stdin_that_ends_at_once_is_a_clean_end() {
    for arguments in [&["stdio"][..], &[], &["stdio", "--log=debug"]] {
        let ended = Binary::new(arguments).run("").await;
        assert!(ended.status.success(), "{arguments:?}: {ended:?}");
        assert_eq!(ended.stdout, "", "{arguments:?}");
    }
}

#[tokio::test]
async fn a_whole_session_in_one_pipe_is_answered_to_its_end() {
    let cloud = Cloud::start().await;
    let era = Era::BOTH[0];
    let call = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
    let lines = [
        era.request(1, "initialize", era.handshake()).to_string(),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string(),
        era.request(2, "tools/list", json!({})).to_string(),
        era.request(3, "tools/call", call).to_string(),
    ];
    for log in ["off", "debug"] {
        let flags = [cloud.flag(), format!("--log={log}")];
        // No command: stdin is no terminal, so it is `stdio`. Its flags have variables.
        let binary = Binary::new::<&str>([])
            .env("UNKEY_MCP_API_URL", &cloud.url)
            .env("UNKEY_MCP_LOG", log)
            .env("UNKEY_ROOT_KEY", KEY);
        let explicit = Binary::new(["stdio"]).env("UNKEY_ROOT_KEY", KEY);
        let explicit = flags.iter().fold(explicit, Binary::arg);
        for binary in [binary, explicit] {
            let ended = binary.run(&(lines.join("\n") + "\n")).await;
            assert!(ended.status.success(), "{ended:?}");
            let mut ids: Vec<u64> = messages(&ended)
                .iter()
                .map(|message| message["id"].as_u64().unwrap())
                .collect();
            ids.sort_unstable();
            assert_eq!(ids, [1, 2, 3]);
        }
    }
}

#[tokio::test]
async fn lines_that_are_no_messages_do_no_harm() {
    let cloud = Cloud::start().await;
    let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
    let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
    for line in [
        "",
        "   ",
        "nonsense",
        "{",
        "[]",
        "42",
        "{\"jsonrpc\": \"2.0\"}",
        "\u{feff}",
        "{\"id\": 1}",
        "null",
    ] {
        session.write(line).await;
    }
    session.write(&"x".repeat(1 << 20)).await;
    success(
        &session
            .call("apis_create_api", json!({"name": "abc"}))
            .await,
    );
    let ended = session.end().await;
    assert!(ended.status.success(), "{ended:?}");
}

#[tokio::test]
async fn carriage_returns_before_the_line_feed_do_no_harm() {
    let mut session = Stdio::silent(Binary::new(["stdio"]), Era::Modern);
    let request = Era::Modern.request(1, "tools/list", json!({}));
    session.write(&format!("{request}\r")).await;
    assert!(session.answer(1).await["result"]["tools"].is_array());
}

#[tokio::test]
async fn every_older_client_gets_the_version_it_speaks() {
    for version in LEGACY {
        // `connect` holds the answer to the version.
        let session = Stdio::connect(Binary::new(["stdio"]), Era::Legacy(version)).await;
        assert!(session.end().await.status.success());
    }
}

#[tokio::test]
async fn the_log_level_decides_what_stderr_gets() {
    let cloud = Cloud::that_answers(Answer::problem(404, "Not Found", "x")).await;
    for (level, lines) in [
        ("off", false),
        ("error", false),
        ("warn", false),
        ("info", true),
        ("debug", true),
    ] {
        let binary =
            Binary::new(["stdio", &cloud.flag(), "--log", level]).env("UNKEY_ROOT_KEY", KEY);
        let mut session = Stdio::connect(binary, Era::BOTH[0]).await;
        session
            .call("apis_get_api", json!({"apiId": "api_12345678"}))
            .await;
        let ended = session.end().await;
        assert_eq!(
            ended.stderr.contains("apis_get_api"),
            lines,
            "{level}: {}",
            ended.stderr
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_server_that_is_told_to_stop_ends_though_stdin_is_open() {
    for flags in [&[][..], &["--local=:memory:"]] {
        let binary = Binary::new(["stdio"].iter().chain(flags));
        let session = Stdio::connect(binary, Era::BOTH[0]).await;
        let ended = session.stop().await;
        assert!(ended.status.success(), "{flags:?}: {ended:?}");
    }
}

#[tokio::test]
async fn a_request_may_have_text_for_an_id() {
    let mut session = Stdio::silent(Binary::new(["stdio"]), Era::Modern);
    let mut request = Era::Modern.request(1, "tools/list", json!({}));
    request["id"] = "one".into();
    session.write(&request.to_string()).await;
    let ended = session.end().await;
    assert_eq!(messages(&ended)[0]["id"], "one");
}

#[cfg(unix)]
#[tokio::test]
async fn a_client_that_closes_stdout_ends_the_process_and_its_calls_at_once() {
    for era in Era::BOTH {
        let cloud = half_asleep().await;
        let binary = Binary::new(["stdio", &cloud.flag()]).env("UNKEY_ROOT_KEY", KEY);
        let mut session = Stdio::connect(binary, era).await;
        session.send("tools/call", sleeper()).await;
        cloud.asked(1).await;
        session.close_stdout();
        cloud.given_up(1).await;
        assert!(session.ended().await.status.success());
    }
}
