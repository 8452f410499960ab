//! What is set and cannot count is said, and the address for SDKs is one that works.

use reqwest::Method;

use crate::support::{Binary, Reply, Server};

/// What `serve` prints when it stops.
#[cfg(unix)]
async fn banner(server: Server) -> String {
    // It listens to signals once it answers.
    let answer = Reply::to(server.request(Method::GET, "/healthz")).await;
    assert_eq!(answer.status, 200);
    server.stop().await.stdout
}

#[cfg(unix)]
#[tokio::test]
async fn serve_says_that_it_does_not_use_its_own_root_key() {
    let variables = [
        ("UNKEY_ROOT_KEY", "unkey_3Zhush"),
        ("UNKEY_ROOT_KEY_FILE", "3Zhush.txt"),
    ];
    for flags in [&["serve"][..], &["serve", "--local=:memory:"]] {
        for (name, value) in variables {
            let text = banner(Binary::new(flags).env(name, value).serve().await).await;
            assert!(text.contains("Set but not used   UNKEY_ROOT_KEY"), "{text}");
            assert!(!text.contains("hush"), "{text}");
            let text = banner(Binary::new(flags).env(name, "").serve().await).await;
            assert!(!text.contains("not used"), "{text}");
        }
    }
}

#[tokio::test]
async fn an_api_address_beside_the_engine_is_a_mistake() {
    let flag = "--api-url=http://127.0.0.1:1";
    for command in ["stdio", "serve"] {
        for binary in [
            Binary::new([command, flag, "--local=:memory:"]),
            Binary::new([command, flag]).env("UNKEY_MCP_LOCAL", ":memory:"),
        ] {
            let ended = binary.run("").await;
            assert_eq!(ended.status.code(), Some(2), "{ended:?}");
            assert!(ended.stderr.contains("exclude each other"), "{ended:?}");
        }
    }
}

#[tokio::test]
async fn a_variable_with_an_api_address_beside_the_engine_is_told_and_not_used() {
    for variable in ["UNKEY_API_URL", "UNKEY_MCP_API_URL"] {
        let binary = Binary::new(["stdio", "--local=:memory:"]);
        let ended = binary.env(variable, "http://127.0.0.1:1").run("").await;
        assert!(ended.status.success(), "{ended:?}");
        assert!(ended.stderr.contains("not used"), "{ended:?}");
    }
    let binary = Binary::new(["stdio", "--local=off", "--api-url=http://127.0.0.1:1"]);
    let ended = binary.run("").await;
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(ended.stderr, "");
}

#[cfg(unix)]
#[tokio::test]
async fn the_banners_address_for_sdks_is_the_one_they_take() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    let url = server.url.clone();
    let liveness = Reply::to(server.request(Method::GET, "/v2/liveness")).await;
    assert_eq!(liveness.status, 200);
    let text = banner(server).await;
    let line = text.lines().find(|line| line.starts_with("Unkey's SDKs"));
    let address = line.unwrap().split_whitespace().next_back();
    assert_eq!(address, Some(url.as_str()), "{text}");
}

#[tokio::test]
async fn an_sdk_whose_address_ends_in_v2_is_told_so() {
    let server = Binary::new(["serve", "--local=:memory:"]).serve().await;
    for (method, path) in [(Method::POST, "apis.createApi"), (Method::GET, "liveness")] {
        let reply = Reply::to(server.request(method, &format!("/v2/v2/{path}"))).await;
        assert_eq!(reply.status, 404);
        assert!(reply.body.contains("without /v2"), "{reply:?}");
    }
}

#[tokio::test]
async fn a_path_that_stands_apart_from_local_is_told_where_to_go() {
    for command in [
        &["stdio"][..],
        &["serve"],
        &["root-key", "list"],
        &["export"],
    ] {
        let words = [command, &["--local", "./unkey.db"]].concat();
        let ended = Binary::new(words).run("").await;
        assert_eq!(ended.status.code(), Some(2), "{ended:?}");
        assert!(ended.stderr.contains("write --local=PATH"), "{ended:?}");
    }
    let ended = Binary::new(["serve", "unkey.db"]).run("").await;
    assert!(!ended.stderr.contains("--local=PATH"), "{ended:?}");
}

#[tokio::test]
async fn spaces_around_a_variable_do_not_count() {
    let plain = Binary::new(["tools"]).run("").await.stdout;
    let narrow = Binary::new(["tools", "--read-only"]).run("").await.stdout;
    for (value, expected) in [(" true ", &narrow), ("\tFALSE\n", &plain), ("  ", &plain)] {
        let ended = Binary::new(["tools"])
            .env("UNKEY_MCP_READ_ONLY", value)
            .run("")
            .await;
        assert_eq!(&ended.stdout, expected, "{value:?}: {}", ended.stderr);
    }
    for (name, value) in [
        ("UNKEY_MCP_TIMEOUT", " 30 "),
        ("UNKEY_MCP_LOG", " info "),
        ("UNKEY_MCP_LOG_FORMAT", " json"),
        ("UNKEY_MCP_SERVER", "ratelimit\n"),
        ("UNKEY_MCP_MAX_CALLS", " 10 "),
        ("UNKEY_MCP_TOOLSETS", " keys , ratelimit "),
    ] {
        let ended = Binary::new(["stdio"]).env(name, value).run("").await;
        assert!(ended.status.success(), "{name}: {ended:?}");
    }
    let flag = Binary::new(["tools", "--read-only=false"]);
    let ended = flag.env("UNKEY_MCP_READ_ONLY", " true ").run("").await;
    assert_eq!(ended.stdout, plain, "a flag wins over its variable");
}
