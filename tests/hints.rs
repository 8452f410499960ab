//! Advice that fits the case: what this very call lacks, and what an id is that is none.

use serde_json::{Value, json};
use unkey_local::{Engine, Location, NewRootKeySettings, Options};

use crate::support::{Answer, Binary, Cloud, Era, KEY, Session, Transport, failure};

/// A refusal of Unkey's.
fn refused(status: u16, kind: &str, detail: &str) -> Answer {
    let kind = format!("https://unkey.com/docs/errors/unkey/{kind}");
    let error = json!({"title": "No", "detail": detail, "status": status, "type": kind});
    Answer::json(
        status,
        &json!({"meta": {"requestId": "req_1"}, "error": error}),
    )
}

/// What is advised on every transport and in every era, where Unkey answers so.
async fn advice(answer: Answer, tool: &str, arguments: &Value) -> Vec<String> {
    let cloud = Cloud::that_answers(answer).await;
    let mut texts = Vec::new();
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let flag = cloud.flag();
            let mut session = Session::connect(transport, era, &[&*flag], Some(KEY)).await;
            let response = session.call(tool, arguments.clone()).await;
            texts.push(failure(&response).to_owned());
        }
    }
    texts
}

const LACKING: &str = "authorization/insufficient_permissions";

#[tokio::test]
async fn only_what_a_call_asks_for_and_lacks_is_advised() {
    let detail = "Missing one of these permissions: api.*.read_key or api.api_1.read_key";
    let key = json!({"keyId": "key_1"});
    for text in advice(refused(403, LACKING, detail), "keys_get_key", &key).await {
        let (_, next) = text.split_once("Next: ").unwrap();
        assert!(
            next.ends_with("this call asks for api.*.read_key."),
            "{next}"
        );
    }
    let session = json!({"portal": "main", "externalId": "ada", "scopes": ["analytics:read"]});
    let detail = "Missing permission: 'api.*.read_analytics'";
    for text in advice(
        refused(403, LACKING, detail),
        "portal_create_session",
        &session,
    )
    .await
    {
        let (_, next) = text.split_once("Next: ").unwrap();
        assert!(
            next.ends_with("this call asks for api.*.read_analytics."),
            "{next}"
        );
    }
    // Where Unkey does not say what is missing, all that the call needs may be.
    for text in advice(
        refused(403, LACKING, "No."),
        "portal_create_session",
        &session,
    )
    .await
    {
        let all = "portal.*.create_portal_session, api.*.read_analytics.";
        assert!(text.ends_with(all), "{text}");
    }
}

#[tokio::test]
async fn the_engines_advice_makes_a_root_key_for_the_call() {
    let home = Binary::new(["serve", "--local=unkey.db"]).serve().await;
    let engine = Engine::open(Options::new(Location::File(home.home().join("unkey.db")))).unwrap();
    let settings = NewRootKeySettings {
        name: "limited".to_owned(),
        permissions: vec!["api.*.create_api".to_owned(), "api.*.create_key".to_owned()],
        expires: None,
    };
    let (_, root_key) = engine.create_root_key(settings).unwrap();
    let endpoint = home.mcp().header("Authorization", root_key.reveal());
    let made = endpoint
        .call("apis_create_api", json!({"name": "payments"}))
        .await;
    let api = &crate::support::success(&made)["data"]["apiId"];
    let made = endpoint
        .call("keys_create_key", json!({"apiId": api}))
        .await;
    let key = &crate::support::success(&made)["data"]["keyId"];
    let advice = async |arguments: Value| {
        let response = endpoint.call("keys_get_key", arguments).await;
        let (_, next) = failure(&response).split_once("--permissions ").unwrap();
        next.split(',').take(2).collect::<Vec<_>>().join(",")
    };
    let plain = advice(json!({"keyId": key})).await;
    assert!(plain.starts_with("'api.*.read_key'`"), "{plain}");
    let decrypted = advice(json!({"keyId": key, "decrypt": true})).await;
    assert!(
        decrypted.starts_with("'api.*.read_key,api.*.decrypt_key'`"),
        "{decrypted}"
    );
}

#[tokio::test]
async fn an_id_of_another_kind_of_thing_is_called_what_it_is() {
    for (tool, arguments, kind, said) in [
        (
            "apis_get_api",
            json!({"apiId": "ks_12345678"}),
            "data/api_not_found",
            "a key space's id",
        ),
        (
            "apis_list_keys",
            json!({"apiId": "key_1"}),
            "data/api_not_found",
            "keys_get_key takes it",
        ),
        (
            "keys_get_key",
            json!({"keyId": "api_1"}),
            "data/key_not_found",
            "apis_list_keys lists its keys",
        ),
        (
            "keys_get_key",
            json!({"keyId": "sk_live_3ZZ"}),
            "data/key_not_found",
            "keys_whoami tells its id",
        ),
    ] {
        for text in advice(refused(404, kind, "It was not found."), tool, &arguments).await {
            assert!(text.contains(said), "{text}");
            assert!(!text.contains("Documentation:"), "{text}");
            assert!(!text.contains("3ZZ"), "{text}");
        }
    }
    let key = json!({"keyId": "key_1"});
    for text in advice(
        refused(404, "data/key_not_found", "No."),
        "keys_get_key",
        &key,
    )
    .await
    {
        assert!(
            text.contains("Documentation: ") && text.contains("Next: check the id"),
            "{text}"
        );
    }
}
