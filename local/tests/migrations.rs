//! Stories of keys that come from elsewhere.

use unkey_local::MigrationAlgorithm;

use crate::support::*;

const INVALID: &str = "unkey/application/invalid_input";

/// A key as `prefixed-api-key` makes them, and how it stores it.
const KEY: &str = "my_company_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG";
const HASH: &str = "d70d981d87b449c107327c2a2afbf00d4b58070d6ba571aac35d7ea3e7c79f37";

fn migration(world: &World, algorithm: MigrationAlgorithm) -> String {
    world.engine.create_migration(algorithm).unwrap()
}

fn body(migration_id: &str, api_id: &str, keys: &Value) -> Value {
    json!({"migrationId": migration_id, "apiId": api_id, "keys": keys})
}

/// Imports keys that must all arrive, and returns their ids.
fn import(world: &World, migration_id: &str, api_id: &str, keys: &Value) -> Vec<String> {
    let data = world.ok("keys.migrateKeys", body(migration_id, api_id, keys));
    assert_eq!(data["failed"], json!([]));
    let migrated = data["migrated"].as_array().unwrap().iter();
    migrated.map(|key| text(&key["keyId"])).collect()
}

#[test]
fn an_imported_key_is_all_that_it_was_said_to_be() {
    let world = World::new();
    let api = world.api();
    let id = migration(&world, MigrationAlgorithm::Sha256);
    // The hash of the key `unkey_lab_root_key_123`.
    let keys = json!([{
        "hash": "qqStnCSX7BV26G/vPEjeV6n1YrZMmslUJLvyqMHG0P0=",
        "name": "old",
        "externalId": "user 1",
        "meta": {"from": "elsewhere"},
        "roles": ["editor"],
        "permissions": ["docs.read", "docs.read"],
        "expires": NOON + DAY,
        "credits": {"remaining": 5, "refill": {"interval": "daily", "amount": 5}},
        "ratelimits": [{"name": "requests", "limit": 9, "duration": 1_000, "autoApply": true}],
    }]);
    let imported = import(&world, &id, &api, &keys);
    let shown = world.ok("keys.getKey", json!({"keyId": imported[0]}));
    assert_eq!(shown["start"], "");
    assert_eq!(shown["meta"], json!({"from": "elsewhere"}));
    assert_eq!(shown["identity"]["externalId"], "user 1");
    assert_eq!(
        shown["credits"]["refill"],
        json!({"interval": "daily", "amount": 5})
    );
    // Found by its own hash: the migration need not be named.
    let verified = world.verify("unkey_lab_root_key_123");
    assert_eq!(
        (&verified["code"], &verified["credits"]),
        (&json!("VALID"), &json!(4))
    );
    assert_eq!(verified["permissions"], json!(["docs.read"]));
    assert_eq!(verified["roles"], json!(["editor"]));
    assert_eq!(verified["ratelimits"][0]["remaining"], 8);
    world.ok("permissions.getRole", json!({"role": "editor"}));
}

#[test]
fn a_hash_that_exists_stays_behind() {
    let world = World::new();
    let api = world.api();
    let id = migration(&world, MigrationAlgorithm::Sha256);
    let first = import(
        &world,
        &id,
        &api,
        &json!([{"hash": "one"}, {"hash": "two"}]),
    );
    assert_eq!(first.len(), 2);
    // A deleted key keeps its hash.
    world.ok("keys.deleteKey", json!({"keyId": first[0]}));
    let keys = json!([{"hash": "two"}, {"hash": "three"}, {"hash": "one"}]);
    let data = world.ok("keys.migrateKeys", body(&id, &api, &keys));
    assert_eq!(data["failed"], json!(["two", "one"]));
    assert_eq!(data["migrated"].as_array().unwrap().len(), 1);
    assert_eq!(data["migrated"][0]["hash"], "three");
    let all = json!([{"hash": "two"}]);
    assert_eq!(
        world.ok("keys.migrateKeys", body(&id, &api, &all))["migrated"],
        json!([])
    );
}

#[test]
fn a_hash_has_up_to_256_letters() {
    let world = World::new();
    let api = world.api();
    let id = migration(&world, MigrationAlgorithm::Sha256);
    import(&world, &id, &api, &json!([{"hash": "x".repeat(256)}]));
    let keys = json!([{"hash": "x".repeat(257)}]);
    let reply = world.call("keys.migrateKeys", body(&id, &api, &keys));
    let message = &reply.body["error"]["errors"][0]["message"];
    assert_eq!(message, "maxLength: got 257, want 256");
}

#[test]
fn what_is_wrong_with_one_key_stops_them_all() {
    let world = World::new();
    let api = world.api();
    let id = migration(&world, MigrationAlgorithm::Sha256);
    let monthly = json!({"remaining": 1, "refill": {"interval": "monthly", "amount": 1}});
    let keys = json!([{"hash": "one"}, {"hash": "two", "credits": monthly}]);
    world.call("keys.migrateKeys", body(&id, &api, &keys)).is(
        400,
        INVALID,
        "`refillDay` must be provided when the refill interval is `monthly`.",
    );
    for keys in [
        json!([{"hash": "one"}, {"hash": "one"}]),
        json!([{"hash": "one"}, {"hash": "two", "roles": ["editor", "editor"]}]),
    ] {
        let reply = world.call("keys.migrateKeys", body(&id, &api, &keys));
        assert_eq!(reply.status, 500);
        let link = "https://unkey.com/docs/errors/unkey/application/unexpected_error";
        assert_eq!(reply.body["error"]["type"], link);
    }
    assert_eq!(world.ok("apis.listKeys", json!({"apiId": api})), json!([]));
}

#[test]
fn a_key_without_a_number_of_credits_is_unlimited() {
    let world = World::new();
    let api = world.api();
    let id = migration(&world, MigrationAlgorithm::Sha256);
    let imported = import(
        &world,
        &id,
        &api,
        &json!([{"hash": "one", "credits": {"remaining": null}}]),
    );
    let shown = world.ok("keys.getKey", json!({"keyId": imported[0]}));
    assert!(shown.get("credits").is_none());
    let refill = json!({"remaining": null, "refill": {"interval": "daily", "amount": 1}});
    let keys = json!([{"hash": "two", "credits": refill}]);
    world.call("keys.migrateKeys", body(&id, &api, &keys)).is(
        400,
        INVALID,
        "`credits.remaining` must be provided when `credits.refill` is set.",
    );
}

#[test]
fn the_caller_then_the_api_then_the_migration_is_looked_at() {
    let world = World::new();
    let api = world.api();
    let keys = json!([{"hash": "one"}]);
    let stranger = world.with_permissions(&["api.*.read_key"]);
    let reply = stranger.call("keys.migrateKeys", body("none", "api_none", &keys));
    assert_eq!(reply.status, 403);
    world
        .call("keys.migrateKeys", body("none", "api_none", &keys))
        .is(
            404,
            "unkey/data/api_not_found",
            "The requested API does not exist or has been deleted.",
        );
    world
        .call("keys.migrateKeys", body("none", &api, &keys))
        .is(
            404,
            "unkey/data/migration_not_found",
            "The requested Migration does not exist or has been deleted.",
        );
}

#[test]
fn a_prefixed_key_is_known_by_its_own_hash_from_its_first_use_on() {
    let world = World::new();
    let api = world.api();
    let id = migration(&world, MigrationAlgorithm::PrefixedApiKey);
    let imported = import(&world, &id, &api, &json!([{"hash": HASH}]));
    assert_eq!(world.code(KEY, json!({})), "NOT_FOUND");
    assert_eq!(world.call("keys.whoami", json!({"key": KEY})).status, 404);
    let used = world.ok("keys.verifyKey", json!({"key": KEY, "migrationId": id}));
    assert_eq!(
        (&used["code"], &used["keyId"]),
        (&json!("VALID"), &json!(imported[0]))
    );
    assert_eq!(world.code(KEY, json!({})), "VALID");
    let shown = world.ok("keys.whoami", json!({"key": KEY}));
    assert_eq!(shown["start"], "my_company_BRTR");
    assert_eq!(shown["updatedAt"], json!(NOON));
}

#[test]
fn a_migrating_key_is_judged_as_any_other() {
    let world = World::new();
    let api = world.api();
    let id = migration(&world, MigrationAlgorithm::PrefixedApiKey);
    let keys = json!([{"hash": HASH, "credits": {"remaining": 1}}]);
    import(&world, &id, &api, &keys);
    let used = world.ok("keys.verifyKey", json!({"key": KEY, "migrationId": id}));
    assert_eq!(
        (&used["code"], &used["credits"]),
        (&json!("VALID"), &json!(0))
    );
    let spent = world.ok("keys.verifyKey", json!({"key": KEY, "migrationId": id}));
    assert_eq!(spent["code"], "USAGE_EXCEEDED");
}

#[test]
fn only_the_right_migration_finds_a_migrating_key() {
    let world = World::new();
    let api = world.api();
    let id = migration(&world, MigrationAlgorithm::PrefixedApiKey);
    let same = migration(&world, MigrationAlgorithm::PrefixedApiKey);
    let other = migration(&world, MigrationAlgorithm::Sha256);
    import(&world, &id, &api, &json!([{"hash": HASH}]));
    for wrong in ["none", other.as_str()] {
        assert_eq!(world.code(KEY, json!({"migrationId": wrong})), "NOT_FOUND");
    }
    // One of the same kind finds it, and leaves it as it is.
    assert_eq!(world.code(KEY, json!({"migrationId": same})), "VALID");
    assert_eq!(world.code(KEY, json!({})), "NOT_FOUND");
    assert_eq!(world.code(KEY, json!({"migrationId": id})), "VALID");
    assert_eq!(world.code(KEY, json!({})), "VALID");
}

#[test]
fn a_key_of_another_form_is_malformed_only_where_the_form_matters() {
    let world = World::new();
    let id = migration(&world, MigrationAlgorithm::PrefixedApiKey);
    let reply = world.call("keys.verifyKey", json!({"key": "a_b", "migrationId": id}));
    reply.is(400, "unkey/authentication/malformed", "Invalid key format");
    assert_eq!(
        world.code("a_b", json!({"migrationId": "none"})),
        "NOT_FOUND"
    );
    assert_eq!(world.code("a_b_c", json!({"migrationId": id})), "NOT_FOUND");
}

#[test]
fn a_hash_is_one_text_and_nothing_else() {
    let world = World::new();
    let api = world.api();
    for key in [
        json!({"hash": {"value": "abc", "variant": "sha256_hex"}}),
        json!({"hash": "abc", "prefix": "sk"}),
        json!({"hash": "ab"}),
        json!({}),
    ] {
        let reply = world.call("keys.migrateKeys", body("mig_1", &api, &json!([key])));
        assert_eq!(reply.status, 400, "{}", reply.body);
    }
}

#[test]
fn a_key_stays_migrated_when_its_verification_fails() {
    let world = World::new();
    let id = migration(&world, MigrationAlgorithm::PrefixedApiKey);
    import(&world, &id, &world.api(), &json!([{"hash": HASH}]));
    let body = json!({"key": KEY, "migrationId": id, "permissions": "(a"});
    assert_eq!(world.call("keys.verifyKey", body).status, 400);
    assert_eq!(world.verify(KEY)["code"], "VALID");
}
