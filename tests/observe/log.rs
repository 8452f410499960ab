//! The log: what a line says, where it goes, and that nobody waits for it.

use std::time::Duration;

use serde_json::json;

use super::{json_lines, line_of};
use crate::support::{Answer, Binary, Cloud, Era, KEY, Reply, Session, Stdio, Transport, within};

const FLAGS: [&str; 3] = ["--log=info", "--log-format=json", "--log-file=the.log"];

#[tokio::test]
async fn a_call_is_one_line_that_says_who_what_and_how_it_ended() {
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let cloud = Cloud::start().await;
            let flags = [vec![cloud.flag()], FLAGS.map(str::to_owned).to_vec()].concat();
            let call = json!({"apiId": "api_secret_argument"});
            let (path, _running): (_, Box<dyn std::any::Any>) = match transport {
                Transport::Stdio => {
                    let binary = Binary::new([vec!["stdio".to_owned()], flags].concat())
                        .env("UNKEY_ROOT_KEY", KEY);
                    let path = binary.home().join("the.log");
                    let mut session = Stdio::connect(binary, era).await;
                    session.call("apis_get_api", call).await;
                    (path, Box::new(session))
                }
                Transport::Http => {
                    let server = Binary::new([vec!["serve".to_owned()], flags].concat())
                        .serve()
                        .await;
                    let endpoint = server.mcp().with_key().era(era);
                    let endpoint = endpoint.header("User-Agent", "tests/1");
                    endpoint.call("apis_get_api", call).await;
                    (server.home().join("the.log"), Box::new(server))
                }
            };
            until(|| {
                std::fs::read_to_string(&path).is_ok_and(|text| text.contains("apis_get_api"))
            })
            .await;
            let line = line_of(&path, "apis_get_api");
            assert_eq!(line["level"], "INFO", "{line}");
            assert_eq!(line["transport"], format!("{transport:?}").to_lowercase());
            assert_eq!(line["era"], era.version(), "{line}");
            assert_eq!(line["client"], "tests/1", "{line}");
            assert_eq!(line["method"], "tools/call", "{line}");
            assert_eq!(line["outcome"], "ok", "{line}");
            assert_eq!(line["status"], 200, "{line}");
            assert_eq!(line["unkey_request_id"], "req_1", "{line}");
            assert_eq!(line["root_key"].as_str().unwrap().len(), 12, "{line}");
            assert_eq!(line["request_id"].as_str().unwrap().len(), 32, "{line}");
            assert!(line["duration_ms"].as_f64().unwrap() > 0.0, "{line}");
            let text = std::fs::read_to_string(&path).unwrap();
            assert!(!text.contains("api_secret_argument"), "{text}");
            assert!(!text.contains("3ZZZ"), "{text}");
        }
    }
}

#[tokio::test]
async fn every_way_in_which_a_call_ends_has_a_word() {
    let cloud = Cloud::script(|seen, _| match seen.line.as_str() {
        line if line.contains("apis.getApi") => Answer::problem(404, "Not Found", "no such API"),
        line if line.contains("keys.deleteKey") => Answer::raw(502, "text/html", "<html>"),
        line if line.contains("keys.createKey") => Answer::Reset,
        _ => Answer::Hang,
    })
    .await;
    let server = Binary::new(["serve", &cloud.flag(), "--timeout=0.3"])
        .env("UNKEY_MCP_LOG", "info")
        .env("UNKEY_MCP_LOG_FORMAT", "json")
        .env("UNKEY_MCP_LOG_FILE", "the.log")
        .serve()
        .await;
    let path = server.home().join("the.log");
    let endpoint = server.mcp().with_key();
    endpoint
        .call("apis_get_api", json!({"apiId": "api_12345678"}))
        .await;
    endpoint
        .call("keys_delete_key", json!({"keyId": "key_1"}))
        .await;
    endpoint
        .call("keys_create_key", json!({"apiId": "api_12345678"}))
        .await;
    endpoint
        .call("keys_update_key", json!({"keyId": "key_1"}))
        .await;
    endpoint.call("keys_get_key", json!({"keyID": 1})).await;
    endpoint.call("keys_make_tea", json!({})).await;
    server
        .mcp()
        .call("keys_whoami", json!({"key": "sk_1"}))
        .await;
    endpoint.request("tools/list", json!({})).await;
    let foreign = server.mcp().header("Origin", "https://evil.example");
    Reply::to(foreign.message("tools/list", json!({}))).await;
    until(|| std::fs::read_to_string(&path).is_ok_and(|text| text.contains("denied"))).await;
    let ends = json_lines(&path)
        .into_iter()
        .filter(|line| line["message"] == "call")
        .map(|line| {
            let tool = line["tool"].as_str().or(line["method"].as_str()).unwrap();
            let status = line["status"].as_u64().unwrap_or(0);
            format!("{tool} {} {status}", line["outcome"].as_str().unwrap())
        });
    assert_eq!(
        ends.collect::<Vec<_>>(),
        [
            "apis_get_api refused 404",
            "keys_delete_key garbled 502",
            "keys_create_key broken 0",
            "keys_update_key timed_out 0",
            "keys_get_key mistake 0",
            "unknown unknown_tool 0",
            "keys_whoami mistake 0",
            "tools/list ok 0",
            "http denied 403",
        ]
    );
}

#[tokio::test]
async fn calls_of_unkeys_own_api_are_lines_too() {
    let flags = ["serve", "--local=:memory:"].iter().chain(&FLAGS);
    let server = Binary::new(flags).serve().await;
    let path = server.home().join("the.log");
    let request = server
        .request(reqwest::Method::POST, "/v2/apis.getApi")
        .bearer_auth(KEY)
        .header("User-Agent", "curl/8.9.1")
        .json(&json!({"apiId": "api_1234abcd"}));
    assert_eq!(Reply::to(request).await.status, 401);
    until(|| std::fs::read_to_string(&path).is_ok_and(|text| text.contains("v2"))).await;
    let line = line_of(&path, "apis_get_api");
    assert_eq!(line["method"], "v2", "{line}");
    assert_eq!(line["outcome"], "refused", "{line}");
    assert_eq!(line["status"], 401, "{line}");
    assert_eq!(line["client"], "curl/8.9.1", "{line}");
    let unkeys = line["unkey_request_id"].as_str().unwrap();
    assert!(unkeys.starts_with("req_"), "{line}");
    assert_eq!(line["root_key"].as_str().unwrap().len(), 12, "{line}");
}

#[tokio::test]
async fn a_call_that_its_client_gave_up_is_no_error() {
    let cloud = Cloud::that_answers(Answer::Hang).await;
    let server = Binary::new(["serve", &cloud.flag(), "--log=info"])
        .serve()
        .await;
    let call = json!({"name": "apis_get_api", "arguments": {"apiId": "api_12345678"}});
    let request = server.mcp().with_key().message("tools/call", call);
    let hanging = tokio::spawn(request.send());
    cloud.asked(1).await;
    hanging.abort();
    cloud.given_up(1).await;
    let ended = server.stop().await;
    assert!(
        ended.stderr.contains("outcome=\"cancelled\""),
        "{}",
        ended.stderr
    );
    assert!(!ended.stderr.contains("ERROR"), "{}", ended.stderr);
}

#[tokio::test]
async fn a_stderr_that_nobody_reads_stops_nobody() {
    let cloud = Cloud::start().await;
    for transport in Transport::BOTH {
        let arguments = match transport {
            Transport::Stdio => vec!["stdio"],
            Transport::Http => vec!["serve"],
        };
        let flag = cloud.flag();
        let binary = Binary::new(arguments.into_iter().chain([flag.as_str(), "--log=debug"]))
            .env("UNKEY_ROOT_KEY", KEY)
            .unread_stderr();
        // Some 300 bytes for each call: several times what a pipe holds.
        match transport {
            Transport::Stdio => {
                let mut session = Stdio::connect(binary, Era::Modern).await;
                for _ in 0..1000 {
                    session
                        .call("apis_get_api", json!({"apiId": "api_12345678"}))
                        .await;
                }
                let ended = session.end().await;
                assert!(ended.status.success(), "{ended:?}");
            }
            Transport::Http => {
                let server = binary.serve().await;
                let endpoint = server.mcp().with_key();
                for _ in 0..1000 {
                    endpoint
                        .call("apis_get_api", json!({"apiId": "api_12345678"}))
                        .await;
                }
            }
        }
    }
}

#[tokio::test]
async fn refusals_that_repeat_are_counted_and_their_names_cut() {
    let server = Binary::new(["serve"]).serve().await;
    let host = format!("{}.example", "a".repeat(5000));
    for _ in 0..50 {
        let foreign = server.request(reqwest::Method::GET, "/mcp");
        let reply = Reply::to(foreign.header("Origin", format!("https://{host}"))).await;
        assert_eq!(reply.status, 403);
    }
    let ended = server.stop().await;
    let lines: Vec<&str> = ended.stderr.lines().collect();
    assert_eq!(lines.len(), 11, "{}", ended.stderr);
    assert!(lines[10].contains("40 lines more"), "{}", ended.stderr);
    assert!(
        lines.iter().all(|line| line.len() < 400),
        "{}",
        ended.stderr
    );
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_opened_anew_when_log_rotation_has_moved_them() {
    let cloud = Cloud::start().await;
    let flag = cloud.flag();
    let flags = ["serve", &flag, "--audit=the.audit"];
    let server = Binary::new(flags.iter().chain(&FLAGS)).serve().await;
    let endpoint = server.mcp().with_key();
    let at = |name: &str| server.home().join(name);
    endpoint
        .call("apis_get_api", json!({"apiId": "api_12345678"}))
        .await;
    until(|| {
        std::fs::read_to_string(at("the.log"))
            .unwrap()
            .contains("apis_get_api")
    })
    .await;
    for name in ["the.log", "the.audit"] {
        std::fs::rename(at(name), at(&format!("{name}.1"))).unwrap();
    }
    server.hang_up().await;
    until(|| at("the.log").exists() && at("the.audit").exists()).await;
    endpoint.call("keys_whoami", json!({"key": "sk_1"})).await;
    until(|| {
        std::fs::read_to_string(at("the.log"))
            .unwrap()
            .contains("keys_whoami")
    })
    .await;
    for name in ["the.log", "the.audit"] {
        line_of(&at(&format!("{name}.1")), "apis_get_api");
        line_of(&at(name), "keys_whoami");
        let mode = at(name).metadata().unwrap().permissions();
        let mode = std::os::unix::fs::PermissionsExt::mode(&mode);
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

#[tokio::test]
async fn a_log_file_that_cannot_be_written_stops_the_start() {
    for flag in ["--log-file=no/such/folder", "--audit=no/such/folder"] {
        for command in ["stdio", "serve"] {
            let ended = Binary::new([command, flag]).run("").await;
            assert_eq!(ended.status.code(), Some(1), "{ended:?}");
            let (name, _) = flag.split_once('=').unwrap();
            assert!(ended.stderr.contains(name), "{ended:?}");
            assert_eq!(ended.stdout, "", "{ended:?}");
        }
    }
}

#[tokio::test]
async fn a_stdout_that_is_closed_does_not_keep_a_server_from_its_work() {
    let cloud = Cloud::start().await;
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = port.local_addr().unwrap();
    drop(port);
    let bind = format!("--bind={address}");
    let mut running = Binary::new(["serve", &cloud.flag(), &bind]).start();
    running.close_stdout();
    let url = format!("http://{address}/healthz");
    let healthy = async {
        while reqwest::get(&url).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within("a healthy server", healthy).await;
}

#[tokio::test]
async fn handshakes_pings_and_refusals_are_lines_too() {
    for transport in Transport::BOTH {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("the.log");
        let file = format!("--log-file={}", path.display());
        let flags = ["--log=info", "--log-format=json", &file];
        let mut session = Session::connect(transport, Era::BOTH[0], &flags, None).await;
        session.request("ping", json!({})).await;
        session.request("prompts/list", json!({})).await;
        session.request("no/such", json!({})).await;
        until(|| std::fs::read_to_string(&path).is_ok_and(|text| text.contains("denied"))).await;
        let first = &json_lines(&path)[0];
        assert_eq!(first["era"], Era::BOTH[0].version(), "{first}");
        let ends: Vec<String> = json_lines(&path)
            .into_iter()
            .filter(|line| line["message"] == "call")
            .map(|line| {
                let (method, outcome) = (&line["method"], &line["outcome"]);
                format!("{} {}", method.as_str().unwrap(), outcome.as_str().unwrap())
            })
            .collect();
        let refused = match transport {
            Transport::Stdio => "message denied",
            Transport::Http => "http denied",
        };
        assert_eq!(
            ends,
            ["initialize ok", "ping ok", "prompts/list ok", refused]
        );
    }
}

#[tokio::test]
async fn a_refusal_says_how_long_it_took() {
    let flags = ["serve", "--body-timeout=0.3"].iter().chain(&FLAGS);
    let server = Binary::new(flags).serve().await;
    let path = server.home().join("the.log");
    let head = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n";
    server.raw(head).await;
    until(|| std::fs::read_to_string(&path).is_ok_and(|text| text.contains("denied"))).await;
    let lines = json_lines(&path);
    let line = lines
        .iter()
        .find(|line| line["outcome"] == "denied")
        .unwrap();
    assert!(line["duration_ms"].as_f64().unwrap() >= 300.0, "{line}");
}

/// Waits until `reached` is true.
async fn until(reached: impl Fn() -> bool) {
    let reached = async {
        while !reached() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within("a line in a file", reached).await;
}
