//! What a write would send, in place of the write.

use serde_json::{Value, json};
use unkey_tools::{CATALOGUE, find};

use super::{FILE, refusal_by};
use crate::support::{Binary, Cloud, Era, KEY, Session, Transport, failure, samples, success};

#[tokio::test]
async fn every_write_is_shown_and_none_is_sent_and_reads_go_through() {
    let cloud = Cloud::start().await;
    let flag = cloud.flag();
    for era in Era::BOTH {
        for transport in Transport::BOTH {
            let flags = [flag.as_str(), "--dry-run", "--toolsets=all"];
            let mut session = Session::connect(transport, era, &flags, Some(KEY)).await;
            for sample in samples() {
                let entry = find(&sample.tool).unwrap();
                let before = cloud.requests();
                let response = session.call(&sample.tool, sample.arguments.clone()).await;
                let envelope = success(&response);
                if entry.effect.is_read_only() {
                    assert_eq!(cloud.requests(), before + 1, "{}", sample.tool);
                    continue;
                }
                assert_eq!(cloud.requests(), before, "{} was sent", sample.tool);
                let shown = &envelope["dryRun"];
                let path = format!("/v2/{}", entry.endpoint);
                assert_eq!(shown["request"]["path"], path, "{envelope}");
                assert_eq!(
                    shown["permissions"].as_array().unwrap().len(),
                    entry.grants.len()
                );
            }
        }
    }
}

#[tokio::test]
async fn with_the_engine_nothing_changes() {
    for era in Era::BOTH {
        for transport in Transport::BOTH {
            let flags = ["--local=:memory:", "--dry-run"];
            let mut session = Session::connect(transport, era, &flags, None).await;
            let made = session
                .call("identities_create_identity", json!({"externalId": "ada"}))
                .await;
            assert_eq!(
                success(&made)["dryRun"]["request"]["body"]["externalId"],
                "ada"
            );
            let all = session.call("identities_list_identities", json!({})).await;
            assert_eq!(success(&all)["data"], json!([]));
        }
    }
}

#[tokio::test]
async fn a_secret_is_not_shown() {
    let flags = ["serve", "--local=:memory:", "--dry-run"];
    let server = Binary::new(flags).serve().await;
    for (tool, arguments) in [
        (
            "keys_verify_key",
            json!({"key": "sk_hushhush", "tags": ["a=b"]}),
        ),
        ("portal_exchange_code", json!({"code": "sk_hushhush"})),
        (
            "portal_exchange_session",
            json!({"sessionId": "sk_hushhush"}),
        ),
        (
            "keys_migrate_keys",
            json!({"migrationId": "mig_1", "apiId": "api_1", "keys": [{"hash": "sk_hushhush"}]}),
        ),
    ] {
        let response = server.mcp().call(tool, arguments).await;
        let shown = success(&response).to_string();
        assert!(shown.contains("[secret]"), "{shown}");
        assert!(!shown.contains("hush"), "{shown}");
    }
}

#[tokio::test]
async fn mistakes_and_rules_come_before_what_would_be_sent() {
    let config = "[policy]\nrequire-owner = true\nmax-writes = 1\n";
    let flags = ["serve", "--local=:memory:", "--config=unkey.toml"];
    let binary = Binary::new(flags).file(FILE, config);
    let server = binary.env("UNKEY_MCP_DRY_RUN", "true").serve().await;
    let mcp = server.mcp();
    let lacking = mcp.call("keys_create_key", json!({"apiId": "api_1"})).await;
    refusal_by(&lacking, "require-owner");
    failure(&mcp.call("keys_create_key", json!({})).await);
    for _ in 0..3 {
        // What is not sent counts for no budget.
        success(&mcp.call("apis_create_api", json!({"name": "abc"})).await);
    }
}

#[test]
fn what_is_shown_suits_every_output_schema() {
    for entry in &CATALOGUE {
        let schema = Value::Object(entry.output_schema());
        assert_eq!(schema.get("required"), None, "{}", entry.name);
        assert_eq!(schema.get("additionalProperties"), None, "{}", entry.name);
        assert_eq!(schema["properties"].get("dryRun"), None, "{}", entry.name);
    }
}
