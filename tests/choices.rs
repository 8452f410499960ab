//! Fields of which only one may be sent.

use serde_json::{Value, json};
use unkey_tools::find;

use crate::support::{Cloud, Era, KEY, Session, Transport, excluding, failure, filled, success};

#[tokio::test]
async fn fields_that_exclude_each_other_are_told_before_anything_is_sent() {
    let place = json!({"project": "shop", "app": "api", "environment": "production"});
    let with = |more: Value| {
        let mut arguments = place.clone();
        let more = more.as_object().unwrap().clone();
        arguments.as_object_mut().unwrap().extend(more);
        arguments
    };
    let policy = |more: Value| {
        let mut policy = json!({"name": "a", "enabled": true});
        let more = more.as_object().unwrap().clone();
        policy.as_object_mut().unwrap().extend(more);
        with(json!({"policies": [policy]}))
    };
    let kinds = "one of `keyauth`, `ratelimit`, `firewall`, `openapi`, `logging`; got";
    let deny = json!({"action": "ACTION_DENY"});
    let limit = json!({"limit": 1, "windowMs": 1000});
    let condition = json!([{"path": {"path": {"exact": "/a", "prefix": "/"}}}]);
    for (tool, arguments, said) in [
        (
            "deployments_create_deployment",
            place.clone(),
            "`arguments`: send exactly one of `image`, `git`, `deployment`; got none".to_owned(),
        ),
        (
            "deployments_create_deployment",
            with(json!({"git": {}, "deployment": {"deploymentId": "d_123"}})),
            "exactly one of `image`, `git`, `deployment`; got `git`, `deployment`".to_owned(),
        ),
        (
            "gateway_set_policies",
            policy(json!({})),
            format!("`policies[0]`: send exactly {kinds} none"),
        ),
        (
            "gateway_set_policies",
            policy(json!({"openapi": {}, "firewall": deny})),
            format!("`policies[0]`: send exactly {kinds} `firewall`, `openapi`"),
        ),
        (
            "gateway_set_policies",
            policy(json!({"ratelimit": limit})),
            "`policies[0].ratelimit`: send exactly one of `identifiers`, `identifier`; got none"
                .to_owned(),
        ),
        (
            "gateway_set_policies",
            policy(json!({"openapi": {}, "match": condition})),
            "`policies[0].match[0].path.path`: send exactly one of `exact`, `prefix`, `regex`; got \
             `exact`, `prefix`"
                .to_owned(),
        ),
        (
            "gateway_update_policy",
            with(json!({"policyId": "p_1", "openapi": {}, "firewall": deny})),
            format!("send at most {kinds} `firewall`, `openapi`"),
        ),
        (
            "gateway_update_policy",
            with(json!({"policyId": "p_1"})),
            "`arguments`: send at least one of `name`, `enabled`, `match`, `keyauth`".to_owned(),
        ),
    ] {
        let cloud = Cloud::start().await;
        let flags = [&*cloud.flag(), "--toolsets=all"];
        let mut session = Session::connect(Transport::Http, Era::Modern, &flags, Some(KEY)).await;
        let response = session.call(tool, arguments).await;
        let text = failure(&response);
        assert!(text.contains(&said), "{said}\n{text}");
        assert_eq!(cloud.requests(), 0, "{tool}");
    }
}

#[tokio::test]
async fn each_of_fields_that_exclude_each_other_is_sent_alone() {
    let cloud = Cloud::start().await;
    let flags = [&*cloud.flag(), "--toolsets=all"];
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &flags, Some(KEY)).await;
    let tool = "deployments_create_deployment";
    let schema = &find(tool).unwrap().input().full_schema;
    let choices = excluding(schema);
    assert_eq!(choices, ["image", "git", "deployment"]);
    for choice in choices {
        let mut arguments = filled(schema, false);
        arguments.as_object_mut().unwrap().remove("image");
        arguments[&choice] = filled(&schema["properties"][&choice], true);
        success(&session.call(tool, arguments.clone()).await);
        assert_eq!(cloud.last().json(), arguments);
    }
    let nothing_else = json!({
        "project": "shop", "app": "api", "environment": "production", "policyId": "p_1", "enabled": false,
    });
    success(&session.call("gateway_update_policy", nothing_else).await);
    let cleared = json!({
        "project": "shop", "app": "api", "environment": "production", "policyId": "p_1", "clear": ["match"],
    });
    success(&session.call("gateway_update_policy", cleared).await);
    assert_eq!(cloud.last().json()["match"], Value::Null);
}

#[tokio::test]
async fn what_is_all_said_by_being_there_takes_no_fields_and_no_other_value() {
    let cloud = Cloud::start().await;
    let flags = [&*cloud.flag(), "--toolsets=all"];
    let mut session = Session::connect(Transport::Stdio, Era::Modern, &flags, Some(KEY)).await;
    let limit = |identifier: Value| json!({"ratelimit": {"limit": 1, "windowMs": 1000, "identifiers": [identifier]}});
    for (more, said) in [
        (
            json!({"openapi": {"spec": "https://x"}}),
            "`openapi.spec`: unknown field; send {}",
        ),
        (
            json!({"keyauth": {"keyspaces": ["ks_1"], "locations": [{"bearer": {"name": "X-Key"}}]}}),
            "`keyauth.locations[0].bearer.name`: unknown field",
        ),
        (
            limit(json!({"remoteIp": {"header": "X"}})),
            "remoteIp.header`: unknown field",
        ),
        (limit(json!({"path": {"a": 1}})), "path.a`: unknown field"),
        (
            json!({"match": [{"header": {"name": "X-A", "present": false}}]}),
            "`match[0].header.present`: must be one of `true`",
        ),
    ] {
        let mut arguments = json!({"project": "shop", "app": "api", "environment": "production", "policyId": "p_1"});
        let more = more.as_object().unwrap().clone();
        arguments.as_object_mut().unwrap().extend(more);
        let response = session.call("gateway_update_policy", arguments).await;
        let text = failure(&response);
        assert!(text.contains(said), "{said}\n{text}");
    }
    assert_eq!(cloud.requests(), 0);
}
