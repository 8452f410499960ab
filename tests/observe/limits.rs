//! Limits and what is held, as metrics.

use serde_json::json;

use crate::support::{Binary, Reply, Server, within};

/// Waits until the metrics have a line.
async fn until(metrics: &str, line: &str) {
    let asked = async {
        loop {
            let text = Reply::to(reqwest::Client::new().get(metrics)).await.body;
            if text.lines().any(|own| own == line) {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    within(line, asked).await;
}

async fn serve(flags: &[&str]) -> (Server, String) {
    let binary = Binary::new(["serve", "--metrics=127.0.0.1:0"]).args(flags);
    binary.serve_with_metrics().await
}

fn upload(length: usize) -> String {
    format!(
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n"
    )
}

#[tokio::test]
async fn a_limit_that_is_reached_is_counted_by_its_name() {
    let (server, metrics) = serve(&["--max-body=1024", "--body-timeout=0.2"]).await;
    for _ in 0..3 {
        let answer = server.raw(&upload(1025)).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    }
    let answer = server.raw(&upload(1024)).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    until(
        &metrics,
        r#"unkey_mcp_limit_hits_total{limit="body_size"} 3"#,
    )
    .await;
    until(
        &metrics,
        r#"unkey_mcp_limit_hits_total{limit="body_timeout"} 1"#,
    )
    .await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_counted_and_logged() {
    let (server, metrics) = serve(&[]).await;
    let get = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n";
    for head in [
        format!("{get}X-Long: {}\r\n\r\n", "x".repeat(70_000)),
        format!("{get}{}\r\n", "X-Many: x\r\n".repeat(101)),
    ] {
        let answer = server.raw(&head).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
    until(
        &metrics,
        r#"unkey_mcp_limit_hits_total{limit="head_size"} 2"#,
    )
    .await;
    #[cfg(unix)]
    {
        let log = server.stop().await.stderr;
        assert!(log.contains("head_size"), "{log}");
    }
}

#[tokio::test]
async fn bodies_that_are_small_and_many_are_bounded_together_too() {
    let (server, metrics) = serve(&["--max-body=1MiB", "--max-body-memory=1MiB"]).await;
    let mut sending = Vec::new();
    for _ in 0..60 {
        let mut socket = server.connect(upload(60_000)).await;
        let body = " ".repeat(59_000);
        // It may have been refused by then.
        let _ = tokio::io::AsyncWriteExt::write_all(&mut socket, body.as_bytes()).await;
        sending.push(socket);
    }
    let counted = "unkey_mcp_limit_hits_total{limit=\"body_memory\"} ";
    let held = async {
        loop {
            let text = Reply::to(reqwest::Client::new().get(&metrics)).await.body;
            let value = |name: &str| -> usize {
                let line = text.lines().find_map(|line| line.strip_prefix(name));
                line.unwrap().parse().unwrap()
            };
            if value(counted) > 0 {
                return value("unkey_mcp_body_bytes ");
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    let held = within("the limit", held).await;
    assert!(held <= (1 << 20) + 60 * 8 * 1024, "{held}");
    // Whoever asks for little is served all the same.
    assert!(!server.mcp().names().await.is_empty());
}

#[tokio::test]
async fn connections_and_bodies_are_counted_while_they_are_held() {
    let (server, metrics) = serve(&[]).await;
    until(&metrics, "unkey_mcp_connections_open 0").await;
    let silent = server.connect("").await;
    let sending = server.connect(upload(5000) + &" ".repeat(700)).await;
    until(&metrics, "unkey_mcp_connections_open 2").await;
    until(&metrics, "unkey_mcp_body_bytes 700").await;
    drop((silent, sending));
    until(&metrics, "unkey_mcp_connections_open 0").await;
    until(&metrics, "unkey_mcp_body_bytes 0").await;
    let list = server.mcp().request("tools/list", json!({})).await;
    assert!(list["result"]["tools"].is_array());
    until(&metrics, "unkey_mcp_body_bytes 0").await;
}

#[tokio::test]
async fn every_metric_that_the_documentation_names_is_told() {
    let (server, metrics) = serve(&["--max-body=1024"]).await;
    server.raw(&upload(1025)).await;
    server.mcp().names().await;
    let text = Reply::to(reqwest::Client::new().get(&metrics)).await.body;
    let documented = include_str!("../../docs/operating.md");
    let names = documented.lines().filter_map(|line| {
        let name = line.strip_prefix("| `")?.split('`').next()?;
        (name.starts_with("unkey_mcp_") || name.starts_with("process_")).then_some(name)
    });
    let names: Vec<&str> = names.collect();
    assert!(names.len() > 8, "{names:?}");
    for name in &names {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    for line in text.lines().filter_map(|line| line.strip_prefix("# TYPE ")) {
        let name = line.split(' ').next().unwrap();
        let is_it = |known: &&str| known.starts_with(name);
        assert!(names.iter().any(is_it), "{name} is not documented");
    }
}

#[tokio::test]
async fn every_limit_has_a_series_before_it_is_reached() {
    let (_server, metrics) = serve(&[]).await;
    let text = Reply::to(reqwest::Client::new().get(&metrics)).await.body;
    for limit in [
        "connections",
        "connections_refused",
        "connections_dropped",
        "descriptors",
        "head_size",
        "head_timeout",
        "body_timeout",
        "answer_timeout",
        "body_size",
        "body_memory",
        "calls",
        "calls_per_caller",
    ] {
        let line = format!("unkey_mcp_limit_hits_total{{limit=\"{limit}\"}} 0");
        assert!(
            text.lines().any(|own| own == line),
            "{line} is not in\n{text}"
        );
    }
}
