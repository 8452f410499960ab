//! Each rule refuses before anything leaves, on both backends, and what keeps it goes through.

use serde_json::{Value, json};

use super::{refusal_by, serve, sessions};
use crate::support::{Answer, Cloud, KEY, failure, sample};

/// A call and whether the rule lets it pass.
pub(super) struct Try(pub(super) &'static str, pub(super) Value, pub(super) bool);

/// Tries calls under a rule: nothing that breaks it is sent.
pub(super) async fn under(rule: &str, tries: &[Try]) {
    let name = rule.split(" =").next().unwrap();
    let config = format!("[policy]\n{rule}\n");
    let cloud = Cloud::that_answers(Answer::data(&json!({}))).await;
    let server = serve(&cloud.flag(), &config).await;
    let endpoint = super::endpoint(&server);
    for Try(tool, arguments, passes) in tries {
        let before = cloud.requests();
        let response = endpoint.call(tool, arguments.clone()).await;
        if *passes {
            let error = &response["result"]["isError"];
            assert_ne!(*error, true, "{rule}: {tool} {arguments}: {response}");
            assert_eq!(cloud.requests(), before + 1, "{tool} {arguments}");
        } else {
            refusal_by(&response, name);
            assert_eq!(cloud.requests(), before, "{rule}: {tool} {arguments} left");
        }
    }
    // With the engine the same is refused: its owner may do everything.
    let server = serve("--local=:memory:", &config).await;
    for Try(tool, arguments, passes) in tries {
        if !passes {
            let response = server.mcp().call(tool, arguments.clone()).await;
            let text = failure(&response);
            let by_name = text.contains("no name of one");
            assert!(text.contains(name) || by_name, "{tool} {arguments}: {text}");
        }
    }
}

#[tokio::test]
async fn a_denied_tool_is_refused_under_every_name() {
    under(
        "deny-tools = [\"keys_delete_key\", \"apis.deleteApi\"]",
        &[
            Try("keys_delete_key", sample("keys_delete_key"), false),
            Try("keys.deleteKey", sample("keys_delete_key"), false),
            Try("unkey_keys_delete_key", sample("keys_delete_key"), false),
            Try("apis_delete_api", sample("apis_delete_api"), false),
            Try("keys_get_key", json!({"keyId": "key_1"}), true),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_denied_api_is_refused_wherever_it_is_named() {
    under(
        "deny-apis = [\"api_secret00\"]",
        &[
            Try("apis_get_api", json!({"apiId": "api_secret00"}), false),
            Try("apis_get_api", json!({"apiId": "API_SECRET00"}), false),
            Try("apis_list_keys", json!({"apiId": "api_secret00"}), false),
            Try("apis_list_keys", json!({"apiId": "api_secret00 "}), false),
            Try(
                "apis_list_keys",
                json!({"apiId": "\u{e0}pi_secret00"}),
                false,
            ),
            Try("apis_delete_api", json!({"apiId": "api_secret00"}), false),
            Try("keys_create_key", json!({"apiId": "api_secret00"}), false),
            Try(
                "keys_create_key",
                json!({"body": {"apiId": "api_secret00"}}),
                false,
            ),
            Try(
                "keys_migrate_keys",
                json!({"migrationId": "mig_1", "apiId": "api_secret00", "keys": [{"hash": "abc"}]}),
                false,
            ),
            Try(
                "keys_update_credits",
                json!({"keyId": "key\u{301}_1", "operation": "set", "value": 1}),
                false,
            ),
            Try("apis_get_api", json!({"apiId": "api_other000"}), true),
            Try("keys_create_key", json!({"apiId": "api_other000"}), true),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_denied_namespace_is_refused_wherever_it_is_named() {
    let of = |namespace: &str| json!({"namespace": namespace, "identifier": "u"});
    let limit = |namespace: &str| json!({"namespace": namespace, "identifier": "u", "limit": 1, "duration": 1000});
    under(
        "deny-namespaces = [\"Mail.Send\"]",
        &[
            Try("ratelimit_get_override", of("Mail.Send"), false),
            Try("ratelimit_get_override", of("mail.send "), false),
            Try("ratelimit_get_override", of("ma\u{ef}l.send"), false),
            Try("ratelimit_get_override", of("rlns_123"), false),
            Try("ratelimit_delete_override", of("mail.send"), false),
            Try("ratelimit_set_override", limit("mail.send"), false),
            Try("ratelimit_limit", limit("mail.send"), false),
            Try(
                "ratelimit_list_overrides",
                json!({"namespace": "mail.send"}),
                false,
            ),
            Try(
                "ratelimit_multi_limit",
                json!({"limits": [limit("ok"), limit("mail.send")]}),
                false,
            ),
            Try(
                "ratelimit_multi_limit",
                json!({"limits": [limit("ok"), limit("rlns_9")]}),
                false,
            ),
            Try("ratelimit_limit", limit("sms.send"), true),
            Try(
                "ratelimit_multi_limit",
                json!({"limits": [limit("ok")]}),
                true,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn no_override_with_a_star_is_set() {
    let of = |identifier: &str| json!({"namespace": "n", "identifier": identifier, "limit": 1, "duration": 1000});
    under(
        "deny-wildcard-overrides = true",
        &[
            Try("ratelimit_set_override", of("*"), false),
            Try("ratelimit_set_override", of("premium_*"), false),
            Try("ratelimit_set_override", of("ada"), true),
            Try(
                "ratelimit_delete_override",
                json!({"namespace": "n", "identifier": "*"}),
                true,
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_rule_holds_for_a_tool_that_another_runs() {
    let cloud = Cloud::start().await;
    let config = "[policy]\ndeny-tools = [\"apis_create_api\"]\n";
    let server = serve(&cloud.flag(), config).await;
    let run = json!({"name": "apis_create_api", "arguments": {"name": "abc"}});
    let dynamic = server.at("/mcp?mode=dynamic").with_key();
    refusal_by(&dynamic.call("run_write_tool", run).await, "deny-tools");
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn a_rule_holds_on_every_way_to_the_server() {
    let config = "[policy]\ndeny-tools = [\"apis_create_api\"]\n";
    let cloud = Cloud::start().await;
    for flag in [cloud.flag().as_str(), "--local=:memory:"] {
        let key = flag.contains("api-url").then_some(KEY);
        for mut session in sessions(flag, config, key).await {
            let response = session
                .call("apis_create_api", json!({"name": "abc"}))
                .await;
            refusal_by(&response, "deny-tools");
        }
    }
    assert_eq!(cloud.requests(), 0);
}
