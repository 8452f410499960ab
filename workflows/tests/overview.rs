//! `workspace_overview` on the engine.

use serde_json::json;

use crate::support::{World, data, ran};

const TOOL: &str = "workspace_overview";

#[tokio::test]
async fn it_says_what_there_is() {
    let world = World::new();
    let one = world.api("one");
    world.api("two");
    world.key(&one, json!({"externalId": "acme"}));
    world.key(&one, json!({"enabled": false}));
    world.ok("permissions.createRole", json!({"name": "editor"}));
    world.ok(
        "permissions.createPermission",
        json!({"name": "Read", "slug": "docs.read"}),
    );
    let check = json!({"namespace": "email.send", "identifier": "a", "limit": 1, "duration": 1000});
    world.ok("ratelimit.limit", check);
    let report = ran(&world, TOOL, json!({})).await;
    let told = data(&report);
    let apis = told["apis"].as_array().unwrap();
    assert_eq!(apis.len(), 2);
    assert_eq!(told["apisAreAll"], true);
    let first = apis.iter().find(|api| api["name"] == "one").unwrap();
    assert_eq!(first["keys"], 2);
    assert_eq!(first["byState"]["DISABLED"], 1);
    assert!(first["keySpaceId"].as_str().unwrap().starts_with("ks_"));
    assert_eq!(
        told["roles"],
        json!({"count": 1, "more": false, "first": ["editor"]})
    );
    assert_eq!(told["permissions"]["first"], json!(["docs.read"]));
    assert_eq!(told["identities"]["first"], json!(["acme"]));
    assert_eq!(told["namespaces"]["first"], json!(["email.send"]));
    assert_eq!(told.get("unread"), None);
    assert_eq!(
        report.summary,
        [
            "2 APIs with 2 keys: 1 VALID, 1 DISABLED.",
            "1 role, 1 permission, 1 owner, 1 namespace."
        ]
    );
    let report = ran(&world, TOOL, json!({"countKeys": false})).await;
    assert_eq!(data(&report)["apis"][0].get("keys"), None);
}

#[tokio::test]
async fn what_the_root_key_may_not_read_is_said() {
    let world = World::new();
    world.api("one");
    let limited = world.with_permissions(&["api.*.read_api", "api.*.read_key"]);
    let report = ran(&limited, TOOL, json!({})).await;
    let unread = data(&report)["unread"].as_array().unwrap().clone();
    let mut parts: Vec<&str> = unread
        .iter()
        .map(|part| part["what"].as_str().unwrap())
        .collect();
    parts.sort_unstable();
    assert_eq!(
        parts,
        ["namespaces", "permissions", "roles", "verifications"]
    );
    assert!(
        unread
            .iter()
            .all(|part| part["why"] == "the root key may not read it")
    );
}
