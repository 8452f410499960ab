//! `keys_find` on the engine.

use serde_json::{Value, json};
use unkey_workflows::Report;

use crate::support::{DAY, NOON, World, attempt, data, mistakes, ran};

const TOOL: &str = "keys_find";

/// The names of the keys that were found.
fn names(report: &Report) -> Vec<String> {
    let keys = data(report)["keys"].as_array().unwrap();
    let mut names: Vec<String> = keys
        .iter()
        .map(|key| key["name"].as_str().unwrap().to_owned())
        .collect();
    names.sort_unstable();
    names
}

/// A workspace with a key for each condition.
fn workspace() -> World {
    let world = World::new();
    let (one, two) = (world.api("one"), world.api("two"));
    world.ok("permissions.createRole", json!({"name": "editor"}));
    let (_, used) = world.key(
        &one,
        json!({"name": "used", "externalId": "acme", "prefix": "sk_live"}),
    );
    assert_eq!(world.verify(&used, json!({})), "VALID");
    world.key(
        &one,
        json!({"name": "off", "externalId": "acme", "enabled": false}),
    );
    world.key(
        &two,
        json!({"name": "soon", "externalId": "globex", "expires": NOON + 3 * DAY}),
    );
    world.key(&two, json!({"name": "over", "expires": NOON - DAY}));
    world.key(&two, json!({"name": "empty", "credits": {"remaining": 0}}));
    world.key(
        &two,
        json!({"name": "Editors", "roles": ["editor"], "permissions": ["docs.read"],
               "meta": {"plan": "pro", "seats": 3}}),
    );
    // Uses are written down once a minute.
    world.clock.advance(2 * 60_000);
    world.engine.flush().unwrap();
    world
}

#[tokio::test]
async fn each_condition_finds_its_key() {
    let world = workspace();
    for (conditions, expected) in [
        (json!({"externalId": "acme"}), &["off", "used"][..]),
        (json!({"name": "EDIT"}), &["Editors"]),
        (json!({"start": "sk_live_"}), &["used"]),
        (json!({"state": "DISABLED"}), &["off"]),
        (json!({"state": "EXPIRED"}), &["over"]),
        (json!({"state": "USAGE_EXCEEDED"}), &["empty"]),
        (json!({"outOfCredits": true}), &["empty"]),
        (json!({"role": "editor"}), &["Editors"]),
        (json!({"permission": "docs.read"}), &["Editors"]),
        (json!({"meta": {"plan": "pro", "seats": "3"}}), &["Editors"]),
        (json!({"meta": {"plan": "free"}}), &[]),
        (json!({"expiringInDays": 7}), &["soon"]),
        (json!({"expiringInDays": 2}), &[]),
        (
            json!({"neverUsed": true, "withoutOwner": true}),
            &["Editors", "empty", "over"],
        ),
        (
            json!({"withoutOwner": false, "externalId": "globex"}),
            &["soon"],
        ),
        (json!({"apis": ["one"]}), &["off", "used"]),
        (json!({"unusedForDays": 1}), &[]),
    ] {
        let report = ran(&world, TOOL, conditions.clone()).await;
        assert_eq!(names(&report), expected, "{conditions}");
        assert_eq!(data(&report)["found"], expected.len(), "{conditions}");
    }
    world.clock.advance(2 * DAY);
    let report = ran(&world, TOOL, json!({"unusedForDays": 1, "apis": ["one"]})).await;
    assert_eq!(names(&report), ["off", "used"]);
}

#[tokio::test]
async fn whoever_has_a_whole_key_finds_it_by_its_beginning() {
    let world = World::new();
    let api = world.api("one");
    let (key_id, key) = world.key(&api, json!({"prefix": "sk"}));
    world.key(&api, json!({"prefix": "sk"}));
    let report = ran(&world, TOOL, json!({"start": key})).await;
    assert_eq!(data(&report)["keys"][0]["keyId"], key_id);
}

#[tokio::test]
async fn totals_are_of_all_that_was_looked_at_and_of_what_fits() {
    let world = workspace();
    let report = ran(&world, TOOL, json!({"countOnly": true})).await;
    let found = data(&report);
    assert_eq!(
        (&found["found"], &found["lookedAt"]),
        (&json!(6), &json!(6))
    );
    let states = json!({"VALID": 3, "DISABLED": 1, "EXPIRED": 1, "USAGE_EXCEEDED": 1});
    assert_eq!(found["byState"], states);
    assert_eq!(
        found["byApi"],
        json!([{"of": "two", "count": 4}, {"of": "one", "count": 2}])
    );
    assert_eq!(
        found["byOwner"],
        json!([{"of": "acme", "count": 2}, {"of": "globex", "count": 1}])
    );
    assert_eq!(found.get("keys"), None);
    assert!(
        report.summary[0].starts_with("6 of 6 keys in 2 APIs fit: 3 VALID"),
        "{:?}",
        report.summary
    );
    let report = ran(&world, TOOL, json!({"neverUsed": true})).await;
    assert_eq!(data(&report)["statesOfAll"], states);
    assert_eq!(data(&report)["byState"]["VALID"], 2);
}

#[tokio::test]
async fn pages_hold_every_key_once() {
    let world = World::new();
    let apis = ["one", "two", "three"].map(|name| world.api(name));
    for n in 0..230 {
        world.key(&apis[n % 3], json!({"name": format!("key {n:03}")}));
    }
    let mut seen = Vec::new();
    let mut cursor = Value::Null;
    loop {
        let mut arguments = json!({"limit": 37, "fields": ["name"]});
        if !cursor.is_null() {
            arguments["cursor"] = cursor;
        }
        let report = ran(&world, TOOL, arguments).await;
        seen.extend(names(&report));
        cursor = report.answer["pagination"]["cursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    seen.sort_unstable();
    let expected: Vec<String> = (0..230).map(|n| format!("key {n:03}")).collect();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn fields_are_those_that_were_asked_for() {
    let world = workspace();
    let arguments = json!({"name": "Editors", "fields": ["name", "meta", "roles", "createdAt"]});
    let report = ran(&world, TOOL, arguments).await;
    assert_eq!(
        data(&report)["keys"],
        json!([{"name": "Editors", "createdAt": "2026-03-10T12:00:00Z", "roles": ["editor"],
                "meta": {"plan": "pro", "seats": 3}}])
    );
}

#[tokio::test]
async fn a_name_that_is_not_known_is_a_mistake_that_says_which_are() {
    let world = workspace();
    let told = mistakes(&world, TOOL, json!({"apis": ["three"]})).await;
    assert!(
        told.contains("`three`") && told.contains("`one`, `two`"),
        "{told}"
    );
    let other = world.api("one");
    let told = mistakes(&world, TOOL, json!({"apis": ["one"]})).await;
    assert!(
        told.contains("2 APIs are called that") && told.contains(&other),
        "{told}"
    );
    let told = mistakes(&world, TOOL, json!({"cursor": "key_1"})).await;
    assert!(told.contains("`cursor`"), "{told}");
}

#[tokio::test]
async fn what_the_root_key_may_not_read_is_said() {
    let world = workspace();
    let apis = world.engine.known_apis().unwrap();
    let one = apis.iter().find(|api| api.name == "one").unwrap();
    let permissions = ["read_key", "read_api"].map(|action| format!("api.{}.{action}", one.id));
    let limited = world.with_permissions(&permissions.each_ref().map(String::as_str));
    let report = ran(&limited, TOOL, json!({})).await;
    assert_eq!(names(&report), ["off", "used"]);
    assert_eq!(data(&report)["unread"][0]["what"], "two");
    assert!(report.summary.join(" ").contains("1 API could not be read"));

    let nobody = world.with_permissions(&["api.*.create_key"]);
    attempt(&nobody, TOOL, json!({})).await.unwrap_err();
    let mut world = world;
    world.without = vec!["apis_list_keys"];
    attempt(&world, TOOL, json!({})).await.unwrap_err();
}
