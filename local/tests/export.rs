//! Stories of keys that move on to another Unkey.

use std::collections::BTreeMap;

use unkey_local::{Export, ExportError, Exported, MigrationAlgorithm, Summary};

use crate::support::*;

/// What came out of an engine.
struct Cargo {
    bodies: Vec<Value>,
    left_out: Vec<(String, String)>,
    summary: Summary,
}

/// Exports keys, with that id for the API of that id.
fn export(world: &World, settings: &Export) -> Cargo {
    let mut bodies = Vec::new();
    let mut left_out = Vec::new();
    let summary = world.engine.export(settings, |exported| {
        match exported {
            Exported::Body(body) => bodies.push(serde_json::from_slice(body)?),
            Exported::LeftOut { key_id, why } => left_out.push((key_id.to_owned(), why.to_owned())),
        }
        Ok(())
    });
    Cargo {
        bodies,
        left_out,
        summary: summary.unwrap(),
    }
}

fn settings(migration_id: &str, apis: &[(&str, &str)]) -> Export {
    let owned = |&(old, new): &(&str, &str)| (old.to_owned(), new.to_owned());
    Export {
        migration_id: migration_id.to_owned(),
        algorithm: MigrationAlgorithm::Sha256,
        apis: apis.iter().map(owned).collect(),
    }
}

/// Another engine, with an API and a migration to take keys in.
fn elsewhere() -> (World, String, String) {
    let world = World::new();
    let api = world.api();
    let algorithm = MigrationAlgorithm::Sha256;
    let migration = world.engine.create_migration(algorithm).unwrap();
    (world, api, migration)
}

/// What is shown of a key, less what an import makes anew.
fn portrait(world: &World, key: &str) -> Value {
    let mut shown = world.ok("keys.whoami", json!({"key": key}));
    let fields = shown.as_object_mut().unwrap();
    for made_anew in ["keyId", "start", "createdAt", "updatedAt", "lastUsedAt"] {
        fields.remove(made_anew);
    }
    for limit in fields["ratelimits"].as_array_mut().into_iter().flatten() {
        limit.as_object_mut().unwrap().remove("id");
    }
    if let Some(identity) = fields.get_mut("identity") {
        identity.as_object_mut().unwrap().remove("id");
    }
    shown
}

#[test]
fn the_same_keys_work_where_they_were_imported() {
    let here = World::new();
    let api = here.api();
    here.ok("permissions.createRole", json!({"name": "editor"}));
    let rich = here.key(
        &api,
        json!({
            "name": "rich",
            "externalId": "ada",
            "meta": {"plan": "pro", "seats": 3},
            "roles": ["editor"],
            "permissions": ["docs.read", "docs.write"],
            "expires": NOON + DAY,
            "credits": {
                "remaining": 7,
                "refill": {"interval": "monthly", "amount": 9, "refillDay": 15},
            },
            "ratelimits": [{"name": "requests", "limit": 9, "duration": 60_000, "autoApply": true}],
        }),
    );
    let plain = here.key(&api, json!({"ratelimits": [], "enabled": true}));
    let off = here.key(&api, json!({"enabled": false}));
    assert_eq!(here.verify(&rich.key)["code"], "VALID");

    let (there, target, migration) = elsewhere();
    let cargo = export(&here, &settings(&migration, &[(&api, &target)]));
    assert_eq!(cargo.bodies.len(), 1);
    let data = there.ok("keys.migrateKeys", cargo.bodies[0].clone());
    assert_eq!(data["failed"], json!([]));
    assert_eq!(data["migrated"].as_array().unwrap().len(), 3);

    let before = portrait_of_rich(&here, &rich.key);
    assert_eq!(before["credits"]["remaining"], 6);
    let after = portrait_of_rich(&there, &rich.key);
    assert_eq!(before, after);
    assert_eq!(there.verify(&rich.key)["credits"], 5);
    let unlimited = there.verify(&plain.key);
    assert_eq!(unlimited["code"], "VALID");
    assert_eq!(unlimited.get("credits"), None);
    assert_eq!(there.code(&off.key, json!({})), "DISABLED");
    let query = json!({"permissions": "docs.read AND docs.write"});
    assert_eq!(there.code(&rich.key, query), "VALID");
}

fn portrait_of_rich(world: &World, key: &str) -> Value {
    let shown = portrait(world, key);
    assert_eq!(shown["roles"], json!(["editor"]));
    assert_eq!(shown["permissions"], json!(["docs.read", "docs.write"]));
    assert_eq!(shown["identity"]["externalId"], "ada");
    shown
}

#[test]
fn what_a_body_says_is_what_an_import_takes_and_no_key() {
    let world = World::new();
    let api = world.api();
    let key = world.key(&api, json!({}));
    let cargo = export(&world, &settings("mig_1", &[]));
    let [body] = cargo.bodies.as_slice() else {
        panic!("{:?}", cargo.bodies);
    };
    assert_eq!(
        (&body["apiId"], &body["migrationId"]),
        (&json!(api), &json!("mig_1"))
    );
    let fields = body["keys"][0].as_object().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["hash", "enabled"]);
    assert!(!body.to_string().contains(&key.key));
}

#[test]
fn thousands_of_keys_come_in_bodies_of_a_thousand_and_all_of_them() {
    let here = World::new();
    let api = here.api();
    let migration = here.engine.create_migration(MigrationAlgorithm::Sha256);
    let keys: Vec<Value> = (0..2_300)
        .map(|number| json!({"hash": format!("hash {number}")}))
        .collect();
    let body = json!({"migrationId": migration.unwrap(), "apiId": api, "keys": keys});
    here.ok("keys.migrateKeys", body);
    here.key(&here.api(), json!({}));

    let cargo = export(&here, &settings("mig_1", &[]));
    let count = |body: &Value| body["keys"].as_array().unwrap().len();
    let mut counts: Vec<usize> = cargo.bodies.iter().map(count).collect();
    counts.sort_unstable();
    assert_eq!(counts, [1, 300, 1_000, 1_000]);
    assert_eq!(cargo.summary.bodies, 4);
    let hashes = cargo.bodies.iter().flat_map(|body| {
        let keys = body["keys"].as_array().unwrap().iter();
        keys.map(|key| text(&key["hash"]))
    });
    let hashes: std::collections::BTreeSet<String> = hashes.collect();
    assert_eq!(hashes.len(), 2_301);
}

#[test]
fn deleted_keys_and_keys_of_deleted_apis_stay() {
    let world = World::new();
    let (api, gone) = (world.api(), world.api());
    let deleted = world.key(&api, json!({}));
    world.ok("keys.deleteKey", json!({"keyId": deleted.id}));
    world.key(&gone, json!({}));
    world.ok("apis.deleteApi", json!({"apiId": gone}));
    let cargo = export(&world, &settings("mig_1", &[]));
    assert!(cargo.bodies.is_empty(), "{:?}", cargo.bodies);
    let [listed] = cargo.summary.apis.as_slice() else {
        panic!("{:?}", cargo.summary);
    };
    assert_eq!((listed.id.as_str(), listed.keys), (api.as_str(), 0));
}

#[test]
fn credits_that_came_back_at_midnight_are_there() {
    let world = World::new();
    let refill = json!({"interval": "daily", "amount": 10});
    let api = world.api();
    world.key(&api, json!({"credits": {"remaining": 1, "refill": refill}}));
    world.clock.advance(DAY);
    let cargo = export(&world, &settings("mig_1", &[]));
    assert_eq!(cargo.bodies[0]["keys"][0]["credits"]["remaining"], 10);
}

#[test]
fn a_key_that_an_import_would_refuse_is_left_out_and_named() {
    let world = World::new();
    let api = world.api();
    let key = world.key(&api, json!({}));
    world.key(&api, json!({}));
    for half in 0..2 {
        let names: Vec<String> = (0..51).map(|n| format!("role{half}.{n}")).collect();
        for name in &names {
            world.ok("permissions.createRole", json!({"name": name}));
        }
        let more = json!({"keyId": key.id, "roles": names});
        world.ok("keys.addRoles", more);
    }
    let cargo = export(&world, &settings("mig_1", &[]));
    let why = "more than 100 roles".to_owned();
    assert_eq!(cargo.left_out, [(key.id, why)]);
    assert_eq!(cargo.bodies[0]["keys"].as_array().unwrap().len(), 1);
    assert_eq!((cargo.summary.left_out, cargo.summary.apis[0].keys), (1, 1));
}

#[test]
fn keys_that_wait_for_a_migration_go_with_those_of_its_kind() {
    let world = World::new();
    let api = world.api();
    world.key(&api, json!({}));
    let algorithm = MigrationAlgorithm::PrefixedApiKey;
    let migration = world.engine.create_migration(algorithm).unwrap();
    let keys = json!([{"hash": "of its last part"}]);
    let body = json!({"migrationId": migration, "apiId": api, "keys": keys});
    world.ok("keys.migrateKeys", body);
    for algorithm in [
        MigrationAlgorithm::Sha256,
        MigrationAlgorithm::PrefixedApiKey,
    ] {
        let settings = Export {
            algorithm,
            ..settings("mig_1", &[])
        };
        let cargo = export(&world, &settings);
        assert_eq!(cargo.summary.apis[0].keys, 1);
        assert_eq!(cargo.summary.hashed_otherwise, 1);
        let waits = cargo.bodies[0]["keys"][0]["hash"] == "of its last part";
        assert_eq!(waits, algorithm == MigrationAlgorithm::PrefixedApiKey);
    }
}

#[test]
fn what_stays_is_counted() {
    let world = World::new();
    let api = world.api();
    world.ok(
        "identities.createIdentity",
        json!({"externalId": "ada", "meta": {"plan": "pro"}}),
    );
    world.ok("identities.createIdentity", json!({"externalId": "bob"}));
    let limit = json!({"namespace": "login", "identifier": "ada", "limit": 1, "duration": 1_000});
    world.ok("ratelimit.limit", limit.clone());
    world.ok("ratelimit.setOverride", limit);
    let change = |settings: &mut unkey_local::ApiSettings| settings.recoverable_keys = true;
    world.engine.change_api(&api, change).unwrap();
    world.key(&api, json!({"recoverable": true}));
    let behind = export(&world, &settings("mig_1", &[])).summary.left_behind;
    assert_eq!(behind.identities, 1);
    assert_eq!(behind.overrides, 1);
    assert_eq!(behind.recoverable_keys, 1);
}

#[test]
fn an_api_that_is_not_there_is_a_mistake_and_nothing_is_exported() {
    let world = World::new();
    world.key(&world.api(), json!({}));
    let settings = Export {
        apis: BTreeMap::from([("api_none".to_owned(), "api_new".to_owned())]),
        ..settings("mig_1", &[])
    };
    let outcome = world
        .engine
        .export(&settings, |_| panic!("something was exported"));
    assert!(matches!(outcome, Err(ExportError::NoSuchApi(id)) if id == "api_none"));
}
