//! So many writes in an hour, of all callers together.

use serde_json::json;

use super::{endpoint, refusal_by, serve, sessions};
use crate::support::{Answer, Cloud, KEY, read, success, write};

#[tokio::test]
async fn a_process_makes_so_many_writes_in_an_hour_and_reads_on() {
    let cloud = Cloud::start().await;
    let config = "[policy]\nmax-writes = 2\n";
    for flag in [cloud.flag().as_str(), "--local=:memory:"] {
        let key = flag.contains("api-url").then_some(KEY);
        for mut session in sessions(flag, config, key).await {
            for _ in 0..2 {
                success(
                    &session
                        .call("apis_create_api", json!({"name": "abc"}))
                        .await,
                );
            }
            let response = session
                .call("apis_create_api", json!({"name": "abc"}))
                .await;
            let text = refusal_by(&response, "max-writes = 2");
            assert!(text.contains("60 minutes"), "{text}");
            let reading = session.call("identities_list_identities", json!({})).await;
            assert_ne!(reading["result"]["isError"], true, "{reading}");
        }
    }
}

#[tokio::test]
async fn each_item_of_a_bulk_counts() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud.flag(), "[policy]\nmax-writes = 3\n").await;
    let endpoint = endpoint(&server);
    let limit = json!({"namespace": "n", "identifier": "u", "limit": 1, "duration": 1000});
    let limits = |count: usize| json!({"limits": vec![limit.clone(); count]});
    let refused = endpoint.call("ratelimit_multi_limit", limits(4)).await;
    refusal_by(&refused, "3 items at most");
    success(&endpoint.call("ratelimit_multi_limit", limits(2)).await);
    let refused = endpoint.call("ratelimit_multi_limit", limits(2)).await;
    refusal_by(&refused, "this call is 2");
    success(&write(&endpoint).await);
    refusal_by(&write(&endpoint).await, "max-writes");
    assert_eq!(cloud.requests(), 2);
}

#[tokio::test]
async fn what_is_refused_before_it_is_sent_costs_nothing_and_the_rest_does() {
    let cloud = Cloud::script(|_, before| match before {
        0 => Answer::problem(400, "Bad Request", "no"),
        _ => Answer::data(&json!({})),
    })
    .await;
    let config = "[policy]\nmax-writes = 1\ndeny-tools = [\"keys_delete_key\"]\n";
    let server = serve(&cloud.flag(), config).await;
    let endpoint = endpoint(&server);
    for _ in 0..3 {
        let denied = endpoint
            .call("keys_delete_key", json!({"keyId": "key_1"}))
            .await;
        refusal_by(&denied, "deny-tools");
        crate::support::failure(&endpoint.call("apis_create_api", json!({})).await);
    }
    // Unkey refuses it, and it was sent.
    crate::support::failure(&write(&endpoint).await);
    refusal_by(&write(&endpoint).await, "max-writes");
    success(&read(&endpoint).await);
}

#[tokio::test]
async fn a_larger_budget_counts_what_was_made_under_the_smaller_one() {
    let cloud = Cloud::start().await;
    let server = serve(&cloud.flag(), "[policy]\nmax-writes = 1\n").await;
    let endpoint = endpoint(&server);
    success(&write(&endpoint).await);
    refusal_by(&write(&endpoint).await, "max-writes");
    super::rewrite(&server, "[policy]\nmax-writes = 2 # more\n");
    success(&write(&endpoint).await);
    refusal_by(&write(&endpoint).await, "max-writes");
}
