//! `--confirm always` with clients that cannot ask.

use serde_json::{Value, json};

use super::client::{Client, ERAS, Person};
use super::{destructive, discreet, done};
use crate::support::{Era, KEY, Transport, failure, success};

/// The token that an answer holds.
pub(super) fn token(response: &Value) -> String {
    let told = failure(response);
    let (_, rest) = told.split_once("`confirm`: \"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_second_call_with_the_token_does_it_once() {
    for transport in Transport::BOTH {
        for (_, era) in ERAS {
            let cloud = discreet().await;
            let flags = [&cloud.flag(), "--toolsets=all", "--confirm=always"];
            let person = Person::Absent;
            let mut client = Client::connect(transport, era, person, &flags, Some(KEY)).await;
            for (count, (tool, mut arguments)) in (1..).zip(destructive()) {
                let (first, _) = client.call(tool, &arguments).await;
                arguments["confirm"] = token(&first).into();
                success(&client.call(tool, &arguments).await.0);
                assert_eq!(done(&cloud), count, "{tool}");
                let (again, _) = client.call(tool, &arguments).await;
                assert!(failure(&again).contains("was used before"), "{again}");
                assert_eq!(done(&cloud), count, "{tool}");
            }
        }
    }
}

#[tokio::test]
async fn a_token_is_good_for_its_call_alone() {
    let cloud = discreet().await;
    let flag = cloud.flag();
    let flags = [flag.as_str(), "--confirm=always"];
    let person = Person::Absent;
    let mut client =
        Client::connect(Transport::Stdio, Era::Modern, person, &flags, Some(KEY)).await;
    let (first, _) = client
        .call("keys_delete_key", &json!({"keyId": "key_1"}))
        .await;
    let token = token(&first);
    for (tool, arguments) in [
        (
            "keys_delete_key",
            json!({"keyId": "key_2", "confirm": token}),
        ),
        (
            "keys_delete_key",
            json!({"keyId": "key_1", "permanent": true, "confirm": token}),
        ),
        (
            "apis_delete_api",
            json!({"apiId": "api_12345", "confirm": token}),
        ),
        (
            "keys_delete_key",
            json!({"keyId": "key_1", "confirm": "yes"}),
        ),
        (
            "keys_delete_key",
            json!({"keyId": "key_1", "confirm": format!("{token}A")}),
        ),
    ] {
        let (response, _) = client.call(tool, &arguments).await;
        assert!(
            failure(&response).contains("not for this call"),
            "{response}"
        );
    }
    for made_up in [json!(true), json!(null), json!({"yes": true})] {
        let arguments = json!({"keyId": "key_1", "confirm": made_up});
        let (response, _) = client.call("keys_delete_key", &arguments).await;
        assert!(
            failure(&response).contains("a person has to agree"),
            "{response}"
        );
    }
    assert_eq!(done(&cloud), 0);
}

#[tokio::test]
async fn the_argument_is_listed_where_it_is_taken_alone() {
    for (mode, listed) in [("auto", false), ("never", false), ("always", true)] {
        let flags = [&format!("--confirm={mode}"), "--toolsets=all"];
        let person = Person::Absent;
        let mut client =
            Client::connect(Transport::Stdio, Era::Modern, person, &flags, Some(KEY)).await;
        let list = client.request("tools/list", json!({})).await;
        for tool in list["result"]["tools"].as_array().unwrap() {
            let takes = tool["inputSchema"]["properties"].get("confirm").is_some();
            let destroys = tool["annotations"]["destructiveHint"] == true;
            assert_eq!(takes, listed && destroys, "{mode} {}", tool["name"]);
            let required = tool["inputSchema"]["required"].to_string();
            assert!(!required.contains("\"confirm\""), "{}", tool["name"]);
        }
    }
}
