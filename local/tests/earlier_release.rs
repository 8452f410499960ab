//! Databases that earlier releases wrote.

use rusqlite::Connection;

use crate::support::*;

/// When the file was written, a minute before: 2026-11-27, Unix ms.
const THEN: i64 = 1_795_748_800_000;

/// The API in the file.
const API: &str = "api_ZBqTD8gQc";

/// A copy of what the release wrote that answered as the server of June did, opened.
fn opened() -> (tempfile::TempDir, World) {
    opened_after(|_| {})
}

/// The same, after something was done to the copy.
fn opened_after(change: impl FnOnce(&Connection)) -> (tempfile::TempDir, World) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let written = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/fixtures/engine_of_june.db"
    );
    std::fs::copy(written, &file).unwrap();
    change(&Connection::open(&file).unwrap());
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

#[test]
fn a_migration_of_an_earlier_release_brings_keys_still() {
    let (_folder, world) = opened();
    // The hash of the key `late_of_before`.
    let key = json!({"hash": "JhhS8MRSnWaPbnFPF1HNileRuKm5aADIYZs2MbxIxhw="});
    let body = json!({"migrationId": "mig_Y7JIEf5zh", "apiId": API, "keys": [key]});
    let migrated = world.ok("keys.migrateKeys", body.clone());
    assert_eq!(migrated["failed"], json!([]));
    assert_eq!(world.code("late_of_before", json!({})), "VALID");
    // What it brought before is taken.
    assert_eq!(world.ok("keys.migrateKeys", body)["migrated"], json!([]));
}

/// The portal's links, and whom they let in. Their plain text is nowhere any more.
fn portal(db: &Connection) -> Vec<(String, String, Option<i64>)> {
    let rows = "SELECT id, external_id, exchanged_at FROM portal_session_tokens UNION ALL \
                SELECT id, external_id, expires_at FROM portal_sessions ORDER BY 1";
    let mut statement = db.prepare(rows).unwrap();
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    rows.unwrap().map(Result::unwrap).collect()
}

#[test]
fn links_and_sessions_of_an_earlier_releases_portal_stay() {
    let mut before = Vec::new();
    let (folder, world) = opened_after(|db| before = portal(db));
    assert_eq!(before.len(), 3);
    let session = json!({"portal": "local", "externalId": "user_1", "scopes": ["keys:read"]});
    world.ok("portal.createSession", session);
    let after = portal(&Connection::open(folder.path().join("unkey.db")).unwrap());
    assert_eq!(after.len(), 4);
    for row in before {
        assert!(after.contains(&row), "{row:?}");
    }
}

#[test]
fn what_a_role_granted_in_an_earlier_release_it_grants_still() {
    // The file's roles grant nothing, so one is given a permission in the tables of that release.
    let (_folder, world) = opened_after(|db| {
        let grant = "INSERT INTO roles_permissions SELECT roles.id, permissions.id FROM roles, permissions \
                     WHERE roles.name = 'editor' AND permissions.slug = 'docs.write'";
        assert_eq!(db.execute(grant, []).unwrap(), 1);
    });
    let role = world.ok("permissions.getRole", json!({"role": "editor"}));
    assert_eq!(role["permissions"][0]["slug"], "docs.write");
    assert_eq!(world.verify("rich_of_before")["code"], "VALID");
}
