//! What a start touches before it knows that it can serve.

use super::assert_well;
use crate::support::Binary;

#[tokio::test]
async fn a_second_server_on_a_taken_port_makes_and_changes_nothing() {
    let server = Binary::new(["serve"]).serve().await;
    let address = server.url.strip_prefix("http://").unwrap();
    let home = tempfile::tempdir().unwrap();
    let database = home.path().join("new").join("unkey.db");
    let mut local = std::ffi::OsString::from("--local=");
    local.push(&database);
    let second = Binary::new(["serve", "--bind", address]).arg(local);
    let ended = second.run("").await;
    assert_eq!(ended.status.code(), Some(1), "{ended:?}");
    assert!(ended.stderr.contains("--bind"), "{ended:?}");
    assert!(!database.parent().unwrap().exists(), "it made files");
    assert_well(&server).await;
}

#[tokio::test]
async fn a_limit_that_makes_no_sense_stops_the_start() {
    for (flag, value) in [
        ("--max-connections", "0"),
        ("--max-connections", "-1"),
        ("--max-connections", "many"),
        ("--max-connections", "99999999999"),
        ("--max-body", "0"),
        ("--max-body", "4 bananas"),
        ("--max-body", "999GiB"),
        ("--max-body-memory", "1KiB"),
        ("--head-timeout", "0"),
        ("--body-timeout", "-1"),
        ("--idle-timeout", "1e18"),
        ("--answer-timeout", "NaN"),
    ] {
        let argument = format!("{flag}={value}");
        let ended = Binary::new(["serve", "--bind=127.0.0.1:0", &argument])
            .run("")
            .await;
        assert_eq!(ended.status.code(), Some(2), "{argument}: {ended:?}");
        assert!(ended.stderr.contains(flag), "{argument}: {ended:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn the_banner_has_the_servers_that_offer_something() {
    for (flags, expected) in [
        (&[][..], &["ratelimits", "deploy"][..]),
        (&["--local=:memory:"], &["ratelimits"]),
        (&["--toolsets=keys"], &[]),
        (&["--toolsets=apps"], &["deploy"]),
        (&["--tools=ratelimit_limit"], &["ratelimits"]),
    ] {
        // The line of the first server was read to find the port.
        let server = Binary::new(["serve"]).args(flags).serve().await;
        let ended = server.stop().await;
        let paths = ended.stdout.lines().filter(|line| line.starts_with("MCP"));
        let paths = paths.filter_map(|line| Some(line.rsplit_once("/mcp/")?.1));
        assert_eq!(paths.collect::<Vec<_>>(), expected, "{flags:?}");
    }
}
