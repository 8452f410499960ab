//! What `/readyz` says of Unkey.

use std::time::Duration;

use reqwest::Method;

use crate::support::{Answer, Binary, Cloud, Reply, Server};

async fn probe(flags: &[&str]) -> (Server, Reply) {
    let server = Binary::new(["serve"]).args(flags).serve().await;
    let reply = Reply::to(server.request(Method::GET, "/readyz")).await;
    (server, reply)
}

#[tokio::test]
async fn readiness_follows_unkey_where_that_is_asked_for() {
    let cloud = Cloud::start().await;
    let (server, up) = probe(&["--upstream-ready", &cloud.flag()]).await;
    assert_eq!(up.status, 200, "{up:?}");
    assert!(cloud.last().line.starts_with("GET /v2/liveness "));
    assert!(
        cloud
            .last()
            .headers
            .iter()
            .all(|(name, _)| name != "authorization")
    );
    // Probes that come together ask once.
    for _ in 0..5 {
        Reply::to(server.request(Method::GET, "/readyz")).await;
    }
    assert_eq!(cloud.requests(), 1);

    let (_, ill) = probe(&[
        "--upstream-ready=true",
        &Cloud::that_answers(Answer::problem(500, "Internal", "ill"))
            .await
            .flag(),
    ])
    .await;
    assert_eq!(ill.status, 503, "{ill:?}");
    assert!(ill.body.contains("500"), "{ill:?}");
}

#[tokio::test]
async fn an_unkey_that_does_not_answer_makes_the_server_alive_and_not_ready() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let down = format!("--api-url=http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    let hanging = Cloud::that_answers(Answer::Hang).await;
    for (flag, why) in [(&down, "refused"), (&hanging.flag(), "no answer within")] {
        let (server, reply) = probe(&["--upstream-ready", flag]).await;
        assert_eq!(reply.status, 503, "{flag}: {reply:?}");
        assert!(reply.body.contains("Unkey is not reachable"), "{reply:?}");
        assert!(reply.body.contains(why), "{reply:?}");
        let alive = Reply::to(server.request(Method::GET, "/healthz")).await;
        assert_eq!(alive.status, 200, "{alive:?}");
        let (_, unasked) = probe(&[flag]).await;
        assert_eq!(unasked.status, 200, "{unasked:?}");
    }
}

#[tokio::test]
async fn readiness_comes_back_with_unkey() {
    let cloud = Cloud::script(|_, before| match before {
        0 => Answer::problem(503, "Unavailable", "later"),
        _ => Answer::data(&serde_json::json!({})),
    })
    .await;
    let (server, first) = probe(&["--upstream-ready", &cloud.flag()]).await;
    assert_eq!(first.status, 503, "{first:?}");
    let back = async {
        loop {
            let reply = Reply::to(server.request(Method::GET, "/readyz")).await;
            if reply.status == 200 {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    crate::support::within("readiness", back).await;
    assert_eq!(cloud.requests(), 2);
}
