//! What stays when an engine goes away.

use std::fs;

use rusqlite::Connection;
use unkey_local::{Engine, Location, OpenError, Options};

use crate::support::*;

#[test]
fn everything_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("deep/er/unkey.db");
    let world = World::on_file(&file, NOON);
    let api = world.api();
    let key = world.key(
        &api,
        json!({"credits": {"remaining": 5}, "permissions": ["a.read"]}),
    );
    let unlimited = world.key(&api, json!({}));
    assert_eq!(world.verify(&key.key)["credits"], 4);
    assert_eq!(world.code(&unlimited.key, json!({})), "VALID");
    let root_key = world.engine.root_key();
    drop(world);
    let world = World::on_file(&file, NOON + SECOND);
    assert_eq!(world.engine.root_key(), root_key);
    let seen = world.verify(&key.key);
    assert_eq!(
        (&seen["credits"], &seen["permissions"]),
        (&json!(3), &json!(["a.read"]))
    );
    let shown = world.ok("keys.getKey", json!({"keyId": unlimited.id}));
    assert_eq!(
        shown["lastUsedAt"], NOON,
        "its event waited, and was not lost"
    );
}

#[test]
fn refills_are_made_up_for_after_days_of_rest() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    let refill = json!({"interval": "monthly", "amount": 7, "refillDay": 12});
    let fields = json!({"credits": {"remaining": 0, "refill": refill}});
    let key = world.key(&world.api(), fields);
    drop(world);
    let world = World::on_file(&file, NOON + 5 * DAY);
    assert_eq!(world.verify(&key.key)["credits"], 6);
}

#[test]
fn a_new_root_key_file_makes_a_new_root_key() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    let old = world.engine.root_key();
    let api = world.api();
    let key_file = world.engine.root_key_file().unwrap().to_owned();
    assert_eq!(fs::read_to_string(&key_file).unwrap().trim(), old.reveal());
    drop(world);
    fs::remove_file(&key_file).unwrap();
    let world = World::on_file(&file, NOON);
    assert_ne!(world.engine.root_key(), old);
    world.ok("apis.getApi", json!({"apiId": api}));
    let before = world.with_root_key(old.reveal());
    assert_eq!(
        before.call("apis.getApi", json!({"apiId": api})).status,
        401
    );
}

#[cfg(unix)]
#[test]
fn only_the_owner_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let world = World::on_file(&data.join("unkey.db"), NOON);
    world.api();
    for entry in fs::read_dir(&data).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("photos.db");
    let photos = Connection::open(&file).unwrap();
    photos.execute_batch("CREATE TABLE photos (id)").unwrap();
    drop(photos);
    let before = fs::read(&file).unwrap();
    let refused = Engine::open(Options::new(Location::File(file.clone())));
    assert!(matches!(refused, Err(OpenError::Foreign(_))));
    assert_eq!(fs::read(&file).unwrap(), before);
    assert_eq!(
        fs::read_dir(folder.path()).unwrap().count(),
        1,
        "nothing was put beside it"
    );
}

#[test]
fn a_database_of_a_later_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    drop(World::on_file(&file, NOON));
    let later = Connection::open(&file).unwrap();
    later.pragma_update(None, "user_version", 1_000).unwrap();
    drop(later);
    let refused = Engine::open(Options::new(Location::File(file)));
    assert!(matches!(refused, Err(OpenError::Newer(_))));
}

#[test]
fn two_engines_on_one_file_see_each_other_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let (one, other) = (World::on_file(&file, NOON), World::on_file(&file, NOON));
    let key = one.key(&one.api(), json!({"credits": {"remaining": 60}}));
    for round in 0..20 {
        let (writer, reader) = if round % 2 == 0 {
            (&one, &other)
        } else {
            (&other, &one)
        };
        writer.ok(
            "keys.updateKey",
            json!({"keyId": key.id, "name": format!("n{round}")}),
        );
        let seen = reader.verify(&key.key);
        assert_eq!(seen["name"], format!("n{round}"));
        assert_eq!(seen["credits"], 59 - round);
    }
}

#[test]
fn what_another_engine_changed_is_seen_a_moment_later_by_verifications_from_memory() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let (one, other) = (World::on_file(&file, NOON), World::on_file(&file, NOON));
    let key = one.key(&one.api(), json!({}));
    for round in 0..5 {
        assert_eq!(other.code(&key.key, json!({})), "VALID");
        assert_eq!(other.code(&key.key, json!({})), "VALID");
        one.ok("keys.updateKey", json!({"keyId": key.id, "enabled": false}));
        // Its own changes an engine sees at once.
        assert_eq!(one.code(&key.key, json!({})), "DISABLED", "{round}");
        other.clock.advance(2);
        assert_eq!(other.code(&key.key, json!({})), "DISABLED", "{round}");
        one.ok("keys.updateKey", json!({"keyId": key.id, "enabled": true}));
        other.clock.advance(2);
    }
}

#[test]
fn a_clean_end_leaves_no_log_behind() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    let key = world.key(&world.api(), json!({}));
    world.verify(&key.key);
    drop(world);
    let names = fs::read_dir(folder.path()).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, ["unkey.db", "unkey.db.root-key"]);
}

#[test]
fn nothing_is_left_of_an_engine_in_memory() {
    let world = World::new();
    let path = format!("{:?}", world.engine);
    let path = path.split('"').nth(1).unwrap().to_owned();
    assert!(fs::exists(&path).unwrap());
    drop(world);
    assert!(!fs::exists(&path).unwrap());
}

#[test]
fn a_closed_engine_refuses_what_it_cannot_keep() {
    let world = World::new();
    world.engine.close();
    world.engine.close();
    assert_eq!(
        world.call("apis.createApi", json!({"name": "abc"})).status,
        500
    );
}

#[test]
fn events_that_cannot_be_written_down_do_not_stop_what_can() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    let api = world.api();
    let key = world.key(&api, json!({}));
    let other = Connection::open(&file).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON analytics_labels
             BEGIN SELECT RAISE(ABORT, 'no room'); END",
        )
        .unwrap();
    for _ in 0..9_000 {
        assert_eq!(world.code(&key.key, json!({})), "VALID");
    }
    let made = (0..40).filter(|_| {
        let body = json!({"apiId": api});
        world.call("keys.createKey", body).status == 200
    });
    assert!(
        made.count() >= 10,
        "only those are to fail that share a transaction with events"
    );
    other.execute_batch("DROP TRIGGER refuse").unwrap();
    let query = json!({"query": "SELECT COUNT(*) AS n FROM key_verifications_v1"});
    let counted = world.ok("analytics.getVerifications", query);
    assert_eq!(counted, json!([{"n": 9_000}]));
}
