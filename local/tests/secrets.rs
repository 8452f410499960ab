//! The files of the root key and of the vault key: what is understood, what is refused, what is told.

use std::fs;
use std::path::{Path, PathBuf};

use unkey_local::{ApiSettings, Engine, Location, OpenError, Options};

use crate::support::*;

const UNAVAILABLE: &str = "unkey/application/service_unavailable";

/// A database that was closed, the file of its root key, and the key.
fn database() -> (tempfile::TempDir, PathBuf, PathBuf, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    let secret = world.engine.root_key_file().unwrap().to_owned();
    let root_key = world.engine.root_key().reveal().to_owned();
    (folder, file, secret, root_key)
}

fn open(file: &Path) -> Result<Engine, OpenError> {
    Engine::open(Options::new(Location::File(file.to_owned())))
}

#[test]
fn what_is_plainly_meant_in_a_root_keys_file_is_understood() {
    let (_folder, file, secret, key) = database();
    for text in [
        key.clone(),
        format!("\n {key} \r\n"),
        format!("\"{key}\"\n"),
        format!("Bearer {key}"),
        format!("UNKEY_ROOT_KEY={key}\n"),
    ] {
        fs::write(&secret, &text).unwrap();
        assert_eq!(open(&file).unwrap().root_key().reveal(), key, "{text:?}");
    }
}

#[test]
fn what_cannot_be_the_root_key_stops_the_start_and_changes_nothing() {
    let (_folder, file, secret, key) = database();
    let other = "unkey_3ZZZrootkeyzzzrootkeyzzzrootkey";
    for (text, said) in [
        ("abc".to_owned(), "too little"),
        (format!("{key}\n{other}\n"), "more than one line"),
        (format!("\"{key}"), "characters that no key has"),
        ("${UNKEY_ROOT_KEY}".to_owned(), "characters that no key has"),
        ("x".repeat(5_000), "too much"),
        (other.to_owned(), "not one of the database's"),
    ] {
        fs::write(&secret, &text).unwrap();
        let refused = open(&file).unwrap_err().to_string();
        assert!(refused.contains(said), "{refused}");
        assert!(refused.contains("delete it"), "{refused}");
        assert!(
            !refused.contains(&key) && !refused.contains(other),
            "{refused}"
        );
        assert_eq!(fs::read_to_string(&secret).unwrap(), text);
    }
    fs::write(&secret, &key).unwrap();
    let world = World::on_file(&file, NOON);
    let (_, limited) = world
        .engine
        .create_root_key(unkey_local::NewRootKeySettings::default())
        .unwrap();
    drop(world);
    fs::write(&secret, limited.reveal()).unwrap();
    let refused = open(&file).unwrap_err().to_string();
    assert!(refused.contains("may not do everything"), "{refused}");
}

#[test]
fn a_root_keys_file_that_was_emptied_stops_the_start_and_the_key_goes_on_working() {
    let (_folder, file, secret, key) = database();
    for text in ["", " ", "\n\n", "\u{feff}"] {
        fs::write(&secret, text).unwrap();
        for _ in 0..2 {
            let refused = open(&file).unwrap_err().to_string();
            assert!(refused.contains("is empty"), "{text:?}: {refused}");
            assert!(refused.contains("delete it"), "{refused}");
            assert_eq!(fs::read_to_string(&secret).unwrap(), text);
        }
    }
    fs::write(&secret, &key).unwrap();
    World::on_file(&file, NOON).api();
}

#[test]
fn an_empty_root_keys_file_of_a_new_database_is_filled() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let secret = folder.path().join("unkey.db.root-key");
    fs::write(&secret, "\n").unwrap();
    let world = World::on_file(&file, NOON);
    let key = world.engine.root_key();
    assert_eq!(fs::read_to_string(&secret).unwrap().trim(), key.reveal());
}

#[test]
fn a_root_key_that_was_put_there_for_a_new_database_is_its_first() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let key = "unkey_3ZZZrootkeyzzzrootkeyzzzrootkey";
    fs::write(folder.path().join("unkey.db.root-key"), key).unwrap();
    let world = World::on_file(&file, NOON);
    assert_eq!(world.engine.root_key().reveal(), key);
    world.api();
}

#[cfg(unix)]
#[test]
fn a_root_keys_file_that_is_none_stops_the_start_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let secret = folder.path().join("unkey.db.root-key");
    std::os::unix::fs::symlink(folder.path().join("elsewhere"), &secret).unwrap();
    let refused = open(&file).unwrap_err().to_string();
    assert!(refused.contains("is a symbolic link"), "{refused}");
    fs::remove_file(&secret).unwrap();
    fs::create_dir(&secret).unwrap();
    let refused = open(&file).unwrap_err().to_string();
    assert!(refused.contains("is no regular file"), "{refused}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// A world on a new file, with an API that keeps recoverable keys, and one of them.
fn recoverable(file: &Path) -> (World, String, NewKey) {
    let world = World::on_file(file, NOON);
    let api = world.api();
    let settings = ApiSettings {
        recoverable_keys: true,
        ..ApiSettings::default()
    };
    world.engine.configure_api(&api, settings).unwrap();
    let key = world.key(&api, json!({"recoverable": true}));
    (world, api, key)
}

#[test]
fn a_vault_key_that_is_not_the_databases_is_told_and_never_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let (world, api, key) = recoverable(&file);
    drop(world);
    let vault = folder.path().join("unkey.db.vault-key");
    let right = fs::read_to_string(&vault).unwrap();
    let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (content, said) in [
        (None, "is missing"),
        (Some("abc"), "is damaged"),
        (Some("two\nlines"), "is damaged"),
        (Some(other), "is not the one"),
    ] {
        // It is spoilt while the engine runs: a start notices most of it.
        let world = World::on_file(&file, NOON);
        fs::remove_file(&vault).unwrap();
        if let Some(content) = content {
            fs::write(&vault, content).unwrap();
        }
        for (endpoint, body) in [
            ("keys.getKey", json!({"keyId": key.id, "decrypt": true})),
            ("apis.listKeys", json!({"apiId": api, "decrypt": true})),
            ("keys.createKey", json!({"apiId": api, "recoverable": true})),
        ] {
            let reply = world.call(endpoint, body);
            assert_eq!(reply.status, 500, "{content:?}: {}", reply.body);
            let detail = text(&reply.body["error"]["detail"]);
            reply.is(500, UNAVAILABLE, &detail);
            assert!(detail.contains(said), "{endpoint} {content:?}: {detail}");
            assert!(detail.contains("Put back"), "{detail}");
        }
        // All else works.
        assert_eq!(world.code(&key.key, json!({})), "VALID");
        world.key(&api, json!({}));
        assert_eq!(fs::read_to_string(&vault).ok().as_deref(), content);
        fs::write(&vault, &right).unwrap();
        let shown = world.ok("keys.getKey", json!({"keyId": key.id, "decrypt": true}));
        assert_eq!(shown["plaintext"], key.key);
    }
}

#[test]
fn a_damaged_vault_key_stops_the_start_and_is_never_made_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let (world, _, key) = recoverable(&file);
    drop(world);
    let vault = folder.path().join("unkey.db.vault-key");
    let right = fs::read_to_string(&vault).unwrap();
    let other = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for (content, said) in [
        ("", "is empty"),
        (" \n", "is empty"),
        ("abc", "holds no vault key"),
        ("two\nlines", "holds no vault key"),
        ("sch\u{fc}ssel", "holds no vault key"),
        (&right[..20], "holds no vault key"),
        (other, "does not decrypt"),
    ] {
        fs::write(&vault, content).unwrap();
        let refused = open(&file).unwrap_err().to_string();
        assert!(refused.contains(said), "{content:?}: {refused}");
        assert!(refused.contains("put back the .vault-key"), "{refused}");
        assert!(!refused.contains(right.trim()), "{refused}");
        assert_eq!(fs::read_to_string(&vault).unwrap(), content);
    }
    // Without any, all but the plain text is there.
    fs::remove_file(&vault).unwrap();
    let world = World::on_file(&file, NOON);
    assert_eq!(world.code(&key.key, json!({})), "VALID");
    assert!(!vault.exists());
    fs::write(&vault, &right).unwrap();
    let shown = world.ok("keys.getKey", json!({"keyId": key.id, "decrypt": true}));
    assert_eq!(shown["plaintext"], key.key);
}

#[cfg(unix)]
#[test]
fn a_vault_key_that_is_no_file_of_its_own_stops_the_start_without_waiting() {
    for sealed in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("unkey.db");
        let vault = folder.path().join("unkey.db.vault-key");
        let aside = folder.path().join("aside");
        if sealed {
            recoverable(&file);
            fs::rename(&vault, &aside).unwrap();
        } else {
            World::on_file(&file, NOON).api();
        }
        let refuses = |said: &str| {
            let refused = open(&file).unwrap_err().to_string();
            assert!(refused.contains(said), "{refused}");
        };
        std::os::unix::fs::symlink(&aside, &vault).unwrap();
        refuses("is a symbolic link");
        fs::remove_file(&vault).unwrap();
        fs::create_dir(&vault).unwrap();
        refuses("is no regular file");
        fs::remove_dir(&vault).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, &vault, rustix::fs::Mode::RWXU).unwrap();
        refuses("is no regular file");
    }
}
