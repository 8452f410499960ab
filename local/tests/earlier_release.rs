//! Databases that earlier releases wrote.

use crate::support::*;

/// When the file was written, a minute before: 2026-11-27, Unix ms.
const THEN: i64 = 1_795_748_800_000;

/// The API in the file.
const API: &str = "api_ZBqTD8gQc";

/// A copy of what the release wrote that answered as the server of June did, opened.
fn opened() -> (tempfile::TempDir, World) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let written = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/engine_of_june.db"
    );
    std::fs::copy(written, &file).unwrap();
    let world = World::on_file(&file, THEN);
    (folder, world)
}

#[test]
fn keys_of_an_earlier_release_have_all_that_they_had() {
    let (_folder, world) = opened();
    let rich = world.verify("rich_of_before");
    assert_eq!(rich["code"], "VALID");
    assert_eq!(rich["credits"], 47);
    assert_eq!(rich["permissions"], json!(["docs.read", "docs.write"]));
    assert_eq!(rich["roles"], json!(["Chief of staff", "editor"]));
    assert_eq!(rich["identity"]["externalId"], "user_1");
    assert_eq!(rich["identity"]["meta"], json!({"plan": "pro"}));
    assert_eq!(rich["ratelimits"][0]["limit"], 9);
    for (key, code) in [
        ("plain_of_before", "VALID"),
        ("disabled_of_before", "DISABLED"),
        ("expired_of_before", "EXPIRED"),
    ] {
        assert_eq!(world.code(key, json!({})), code);
    }
    let refill = json!({"interval": "monthly", "amount": 100, "refillDay": 15});
    let shown = world.ok("keys.whoami", json!({"key": "rich_of_before"}));
    assert_eq!(shown["credits"]["refill"], refill);
    assert_eq!(
        shown["meta"],
        json!({"big": 12_345_678_901_234_567_000_u64, "tier": 3})
    );
    let keys = world.ok("apis.listKeys", json!({"apiId": API}));
    assert_eq!(keys.as_array().unwrap().len(), 5);
}

#[test]
fn what_stands_beside_the_keys_is_there_too() {
    let (_folder, world) = opened();
    let api = world.ok("apis.getApi", json!({"apiId": API}));
    assert_eq!(api["name"], "payments");
    let role = world.ok("permissions.getRole", json!({"role": "editor"}));
    assert_eq!(role["description"], "Edits");
    let permission = json!({"permission": "docs.read"});
    let permission = world.ok("permissions.getPermission", permission);
    assert_eq!(permission["description"], "All of them");
    let identities = world.ok("identities.listIdentities", json!({}));
    assert_eq!(identities.as_array().unwrap().len(), 1);
    let overrides = world.ok("ratelimit.listOverrides", json!({"namespace": "emails"}));
    assert_eq!(overrides.as_array().unwrap().len(), 2);
    let limit = json!({
        "namespace": "emails", "identifier": "user_1", "limit": 10, "duration": MINUTE
    });
    assert_eq!(world.ok("ratelimit.limit", limit)["limit"], 3);
    let root_keys = world.engine.root_keys().unwrap();
    let limited = root_keys
        .iter()
        .find(|key| key.name.as_deref() == Some("ci"));
    assert_eq!(
        limited.unwrap().permissions,
        ["api.*.read_key", "api.*.verify_key"]
    );
    let by_outcome = "SELECT outcome, count() AS n FROM key_verifications_v1 \
                      GROUP BY outcome ORDER BY outcome";
    assert_eq!(
        world.ok("analytics.getVerifications", json!({"query": by_outcome})),
        json!([
            {"outcome": "DISABLED", "n": 1},
            {"outcome": "EXPIRED", "n": 1},
            {"outcome": "VALID", "n": 5},
        ])
    );
}
