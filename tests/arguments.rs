//! Arguments as models really send them: straightened where their meaning is plain, refused with
//! the field's name where it is not.

use serde_json::{Value, json};
use unkey_tools::CATALOGUE;

use crate::support::{
    Binary, Cloud, Endpoint, Era, KEY, Server, Session, Transport, failure, refusal, sample,
    success,
};

async fn serve(cloud: &Cloud) -> (Server, Endpoint) {
    let server = Binary::new(["serve", &cloud.flag(), "--toolsets=all"])
        .serve()
        .await;
    let endpoint = server.mcp().with_key();
    (server, endpoint)
}

#[tokio::test]
async fn arguments_that_are_text_as_a_whole_are_straightened_too() {
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let cloud = Cloud::start().await;
            let flag = cloud.flag();
            let mut session = Session::connect(transport, era, &[&flag], Some(KEY)).await;
            let params =
                json!({"name": "apis_get_api", "arguments": "{\"apiId\": \"api_12345678\"}"});
            let answer = session.request("tools/call", params).await;
            success(&answer);
            assert_eq!(cloud.last().json(), json!({"apiId": "api_12345678"}));
            let answer = session
                .request(
                    "tools/call",
                    json!({"name": "apis_get_api", "arguments": [1]}),
                )
                .await;
            assert_eq!(answer["error"]["code"], -32602, "{answer}");
        }
    }
}

#[tokio::test]
async fn bent_arguments_arrive_straight() {
    let cloud = Cloud::start().await;
    let (_server, endpoint) = serve(&cloud).await;
    let key = json!({"apiId": "api_1", "meta": {"a": 1}, "byteLength": 24, "enabled": true, "roles": ["x"]});
    let limits = json!([{"namespace": "n", "identifier": "i", "limit": 1, "duration": 1000}]);
    let cases = [
        (
            "keys_create_key",
            json!({"apiId": "api_1", "meta": "{\"a\": 1}", "byteLength": "24", "enabled": "true", "roles": "[\"x\"]"}),
            key.clone(),
        ),
        ("keys_create_key", json!({"body": key}), key.clone()),
        (
            "keys_create_key",
            json!({"body": key.to_string()}),
            key.clone(),
        ),
        (
            "keys_create_key",
            json!({"apiId": "api_1", "name": null, "byteLength": 24.0}),
            json!({"apiId": "api_1", "byteLength": 24}),
        ),
        (
            "ratelimit_multi_limit",
            json!({"limits": limits.to_string()}),
            limits.clone(),
        ),
        (
            "ratelimit_multi_limit",
            json!({"body": limits}),
            limits.clone(),
        ),
        (
            "ratelimit_multi_limit",
            json!({"body": {"limits": limits}}),
            limits,
        ),
        // A whole number is sent as one, however it is written.
        (
            "keys_update_credits",
            json!({"keyId": "key_1", "operation": "set", "value": 1e18}),
            json!({"keyId": "key_1", "operation": "set", "value": 1_000_000_000_000_000_000_i64}),
        ),
        (
            "keys_update_credits",
            json!({"keyId": "key_1", "operation": "set", "value": "1e3"}),
            json!({"keyId": "key_1", "operation": "set", "value": 1000}),
        ),
        (
            "keys_update_credits",
            json!({"keyId": "key_1", "operation": "set", "value": -0.0}),
            json!({"keyId": "key_1", "operation": "set", "value": 0}),
        ),
        // What looks like a number and is asked for as text stays text.
        (
            "keys_create_key",
            json!({"apiId": "api_1", "name": "24"}),
            json!({"apiId": "api_1", "name": "24"}),
        ),
        // What a caller keeps in meta is nobody's to straighten.
        (
            "keys_create_key",
            json!({"apiId": "api_1", "meta": {"n": "24", "o": "{}", "x": null}}),
            json!({"apiId": "api_1", "meta": {"n": "24", "o": "{}", "x": null}}),
        ),
    ];
    for (tool, arguments, body) in cases {
        success(&endpoint.call(tool, arguments.clone()).await);
        assert_eq!(cloud.last().json(), body, "{tool} {arguments}");
    }
}

#[tokio::test]
async fn a_number_beyond_what_a_field_takes_is_told_with_the_bound_and_never_sent() {
    let cloud = Cloud::start().await;
    let (_server, endpoint) = serve(&cloud).await;
    let credits = |value: Value| json!({"keyId": "key_1", "operation": "set", "value": value});
    let override_of = |limit: Value| json!({"namespace": "n", "identifier": "i", "limit": limit, "duration": 1000});
    for (tool, arguments, said) in [
        (
            "keys_update_credits",
            credits(json!(1e300)),
            "`value`: must be at most 9",
        ),
        (
            "keys_update_credits",
            credits(json!(u64::MAX)),
            "`value`: must be at most 9",
        ),
        (
            "keys_update_credits",
            credits(json!(1.5)),
            "`value`: must be an integer",
        ),
        (
            "keys_update_credits",
            credits(json!("1e99")),
            "`value`: must be at most 9",
        ),
        (
            "ratelimit_set_override",
            override_of(json!(1e300)),
            "`limit`: must be at most ",
        ),
        (
            "ratelimit_set_override",
            override_of(json!(-1e300)),
            "`limit`: must be at least ",
        ),
    ] {
        let response = endpoint.call(tool, arguments.clone()).await;
        assert!(failure(&response).contains(said), "{arguments}: {response}");
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn a_call_may_leave_its_arguments_out() {
    let cloud = Cloud::start().await;
    let flag = cloud.flag();
    for transport in Transport::BOTH {
        let mut session = Session::connect(transport, Era::Modern, &[&flag], Some(KEY)).await;
        let params = json!({"name": "identities_list_identities"});
        success(&session.request("tools/call", params).await);
        assert_eq!(cloud.last().json(), json!({}));
    }
}

#[tokio::test]
async fn a_tool_answers_to_its_other_names() {
    let cloud = Cloud::start().await;
    let (_server, endpoint) = serve(&cloud).await;
    for entry in &CATALOGUE {
        let others = [
            entry.endpoint.to_owned(),
            format!("unkey_{}", entry.name),
            format!("unkey_v2_{}", entry.name),
        ];
        for name in others {
            success(&endpoint.call(&name, sample(entry.name)).await);
            let line = format!("POST /v2/{} HTTP/1.1", entry.endpoint);
            assert_eq!(cloud.last().line, line, "{name}");
        }
    }
}

/// What each of these says of itself; nothing may be sent for any of them.
#[tokio::test]
async fn a_mistake_names_the_field_and_what_would_be_right() {
    let cloud = Cloud::start().await;
    let (_server, endpoint) = serve(&cloud).await;
    let cases: [(&str, Value, &[&str]); 13] = [
        ("keys_create_key", json!({}), &["`apiId`: is required"]),
        (
            "keys_create_key",
            json!({"apiId": "api_1", "api_id": "x"}),
            &["`api_id`: unknown field; did you mean `apiId`?"],
        ),
        (
            "keys_create_key",
            json!({"apiId": "api_1", "colour": 1}),
            &["`colour`: unknown field; expected one of", "`prefix`"],
        ),
        (
            "keys_create_key",
            json!({"apiId": 1}),
            &["`apiId`: must be a string, got"],
        ),
        (
            "keys_create_key",
            json!({"apiId": "api_1", "byteLength": "many"}),
            &["`byteLength`: must be an integer"],
        ),
        (
            "keys_create_key",
            json!({"apiId": "api_1", "byteLength": 24.5}),
            &["`byteLength`: must be an integer"],
        ),
        (
            "keys_create_key",
            json!({"apiId": "api_1", "byteLength": 3}),
            &["`byteLength`: must be at least 16, got 3"],
        ),
        (
            "keys_create_key",
            json!({"apiId": "api_1", "ratelimits": [{"name": "abc", "limit": 1, "duration": 1000, "autoaply": true}]}),
            &["`ratelimits[0].autoaply`", "`autoApply`"],
        ),
        (
            "keys_create_key",
            json!({"apiId": "api_1", "meta": "no object"}),
            &["`meta`: must be an object"],
        ),
        (
            "keys_update_credits",
            json!({"keyId": "key_1", "operation": "add", "value": 1}),
            &["`operation`: must be one of", "`increment`"],
        ),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "clear": ["nme"]}),
            &["`clear`", "did you mean `name`?"],
        ),
        (
            "keys_update_key",
            json!({"keyId": "key_1", "name": "x", "clear": ["name"]}),
            &["`name`: is set and cleared at once"],
        ),
        (
            "ratelimit_multi_limit",
            json!({"limits": [{"namespace": "n"}]}),
            &[
                "`limits[0].identifier`: is required",
                "`limits[0].limit`",
                "`limits[0].duration`",
            ],
        ),
    ];
    for (tool, arguments, parts) in cases {
        let response = endpoint.call(tool, arguments.clone()).await;
        let text = failure(&response);
        for part in [&["nothing was sent", tool], parts].concat() {
            assert!(text.contains(part), "{tool} {arguments}, {part}: {text}");
        }
    }
    assert_eq!(cloud.requests(), 0);
}

#[tokio::test]
async fn several_mistakes_are_told_at_once_and_the_missing_key_with_them() {
    let server = Binary::new(["serve"]).serve().await;
    let arguments = json!({"byteLength": "x", "colour": 1});
    let response = server.mcp().call("keys_create_key", arguments).await;
    let text = failure(&response);
    for part in ["No root key", "`apiId`", "`byteLength`", "`colour`"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test]
async fn an_unknown_tool_is_answered_with_the_nearest_there_is() {
    let flags = ["--toolsets=keys"];
    for transport in Transport::BOTH {
        for era in Era::BOTH {
            let mut session = Session::connect(transport, era, &flags, Some(KEY)).await;
            for (name, expected) in [
                ("keys_creat_key", Some("`keys_create_key`")),
                ("KeysCreateKey", Some("`keys_create_key`")),
                ("weather", None),
                ("", None),
            ] {
                let response = session.call(name, json!({})).await;
                let (code, message) = refusal(&response);
                assert_eq!(code, -32602, "{message}");
                match expected {
                    Some(nearest) => assert!(message.contains(nearest), "{message}"),
                    None => assert!(message.contains("tools/list"), "{message}"),
                }
            }
        }
    }
}
