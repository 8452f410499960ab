//! Operations that are to go.

use serde_json::{Value, json};

use super::{compared, todays};

#[tokio::test]
async fn an_operation_that_is_to_go_is_told() {
    let mut document = todays();
    document["paths"]["/v2/keys.getKey"]["post"]["deprecated"] = json!(true);
    let ended = compared(&document, &[]).await;
    assert_eq!(ended.status.code(), Some(3));
    assert!(
        ended
            .stdout
            .contains("keys.getKey (keys_get_key)\n    deprecated"),
        "{}",
        ended.stdout
    );
    document["paths"]["/v2/deploy.getDeployment"]["post"]["deprecated"] = json!(false);
    let ended = compared(&document, &["--json"]).await;
    let printed: Value = serde_json::from_str(&ended.stdout).unwrap();
    let changed = printed["changed"].as_array().unwrap();
    let told: Vec<_> = changed
        .iter()
        .map(|one| (&one["tool"], &one["deprecated"]))
        .collect();
    let expected = [("deploy_get_deployment", false), ("keys_get_key", true)];
    assert_eq!(json!(told), json!(expected));
}
