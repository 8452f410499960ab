//! What becomes of promises when the engine's files are taken away, and what is never overwritten.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use unkey_local::{Engine, Location, OpenError, Options, Trouble};

use crate::support::*;

const UNAVAILABLE: &str = "unkey/application/service_unavailable";

fn open(file: &Path) -> Result<Engine, OpenError> {
    Engine::open(Options::new(Location::File(file.to_owned())))
}

/// What opening the file says that it does not do.
fn refused(file: &Path) -> String {
    let text = open(file).unwrap_err().to_string();
    assert!(text.len() < 500 && !text.contains('\n'), "{text}");
    text
}

fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn cut(file: &Path, length: u64) -> std::io::Result<()> {
    fs::File::options().write(true).open(file)?.set_len(length)
}

/// A folder with a database, and a world on it.
fn world() -> (tempfile::TempDir, PathBuf, World) {
    let folder = tempfile::tempdir().unwrap();
    let file = fs::canonicalize(folder.path()).unwrap().join("unkey.db");
    let world = World::on_file(&file, NOON);
    (folder, file, world)
}

/// Checks that reads and writes are refused with that trouble, and that the engine says so.
fn is_lost(world: &World, api: &str, trouble: Trouble) {
    assert_eq!(world.engine.ready(), Err(trouble));
    for (endpoint, body) in [
        ("apis.createApi", json!({"name": "abc"})),
        ("apis.getApi", json!({"apiId": api})),
        ("keys.createKey", json!({"apiId": api})),
    ] {
        let detail = format!("Nothing was changed: {trouble}.");
        world.call(endpoint, body).is(500, UNAVAILABLE, &detail);
    }
}

#[cfg(unix)]
#[test]
fn a_database_that_is_moved_away_takes_nothing_until_it_is_back() {
    let (_folder, file, world) = world();
    let api = world.api();
    let elsewhere = beside(&file, ".moved");
    assert_eq!(world.engine.ready(), Ok(()));
    fs::rename(&file, &elsewhere).unwrap();
    is_lost(&world, &api, Trouble::Missing);
    fs::write(&file, "").unwrap();
    is_lost(&world, &api, Trouble::Replaced);
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(&elsewhere, &file).unwrap();
    is_lost(&world, &api, Trouble::Replaced);
    fs::rename(&elsewhere, &file).unwrap();
    let after = world.api();
    drop(world);
    let world = World::on_file(&file, NOON);
    world.ok("apis.getApi", json!({"apiId": after}));
}

#[cfg(unix)]
#[test]
fn a_database_that_is_removed_or_cut_short_takes_nothing() {
    for (spoil, trouble) in [
        (
            &(|file: &Path| fs::remove_file(file)) as &dyn Fn(&Path) -> std::io::Result<()>,
            Trouble::Missing,
        ),
        (&|file| cut(file, 0), Trouble::Truncated),
        (
            &|file| fs::remove_file(beside(file, "-wal")),
            Trouble::LogLost,
        ),
        (
            &|file| fs::remove_file(beside(file, "-shm")),
            Trouble::LogLost,
        ),
        (
            &|file| cut(&beside(file, "-shm"), 0),
            Trouble::IndexTruncated,
        ),
        (
            &|file| cut(&beside(file, "-shm"), 20_000),
            Trouble::IndexTruncated,
        ),
        (
            &|file| fs::create_dir(beside(file, "-journal")),
            Trouble::JournalIrregular,
        ),
        (
            &|file| fs::remove_dir_all(file.parent().unwrap()),
            Trouble::Missing,
        ),
        (
            &|file| {
                fs::write(beside(file, ".other"), vec![0; 8_192])?;
                fs::rename(beside(file, ".other"), file)
            },
            Trouble::Replaced,
        ),
    ] {
        let (_folder, file, world) = world();
        let api = world.api();
        drop(world);
        let world = World::on_file(&file, NOON);
        let made = world.api();
        assert_ne!(made, api);
        spoil(&file).unwrap();
        is_lost(&world, &api, trouble);
    }
}

#[cfg(unix)]
#[test]
fn what_was_acknowledged_before_the_log_went_away_is_kept_by_a_clean_end() {
    let (_folder, file, world) = world();
    let api = world.api();
    fs::remove_file(beside(&file, "-wal")).unwrap();
    is_lost(&world, &api, Trouble::LogLost);
    drop(world);
    let world = World::on_file(&file, NOON);
    world.ok("apis.getApi", json!({"apiId": api}));
}

#[cfg(unix)]
#[test]
fn what_was_acknowledged_before_the_index_was_cut_short_is_kept_by_a_restart() {
    let (_folder, file, world) = world();
    let api = world.api();
    cut(&beside(&file, "-shm"), 0).unwrap();
    is_lost(&world, &api, Trouble::IndexTruncated);
    // Closing would use the index, which ends the process where a part is missing.
    drop(world);
    let world = World::on_file(&file, NOON);
    world.ok("apis.getApi", json!({"apiId": api}));
}

#[cfg(unix)]
#[test]
fn a_pipe_that_appears_beside_the_database_does_not_keep_a_reader() {
    let (_folder, file, world) = world();
    let api = world.api();
    let journal = beside(&file, "-journal");
    pipe(&journal);
    is_lost(&world, &api, Trouble::JournalIrregular);
    fs::remove_file(&journal).unwrap();
    world.ok("apis.getApi", json!({"apiId": api}));
}

#[cfg(unix)]
fn pipe(path: &Path) {
    rustix::fs::mkfifoat(rustix::fs::CWD, path, rustix::fs::Mode::RWXU).unwrap();
}

#[cfg(unix)]
#[test]
fn what_is_no_file_beside_a_database_stops_the_start_and_stays() {
    use std::os::unix::fs::symlink;
    for is_new in [true, false] {
        for suffix in ["-journal", "-wal", "-shm"] {
            for put in [
                &pipe as &dyn Fn(&Path),
                &|path| fs::create_dir(path).unwrap(),
                &|path| symlink("elsewhere", path).unwrap(),
                &|path| symlink("/dev/zero", path).unwrap(),
            ] {
                let folder = tempfile::tempdir().unwrap();
                let file = fs::canonicalize(folder.path()).unwrap().join("unkey.db");
                if !is_new {
                    drop(World::on_file(&file, NOON));
                }
                let obstacle = beside(&file, suffix);
                put(&obstacle);
                let text = refused(&file);
                assert!(text.contains(&format!("unkey.db{suffix} is no")), "{text}");
                assert!(text.contains("move it away"), "{text}");
                assert!(!fs::symlink_metadata(&obstacle).unwrap().is_file());
                assert_eq!(file.exists(), !is_new);
            }
        }
    }
}

#[cfg(unix)]
#[test]
fn what_only_reads_finds_out_by_itself_that_the_file_is_gone() {
    let (_folder, file, world) = world();
    let key = world.key(&world.api(), json!({}));
    assert_eq!(world.code(&key.key, json!({})), "VALID");
    fs::remove_file(&file).unwrap();
    world.clock.advance(10);
    let reply = world.call("keys.verifyKey", json!({"key": key.key}));
    let detail = format!("Nothing was changed: {}.", Trouble::Missing);
    reply.is(500, UNAVAILABLE, &detail);
}

#[cfg(unix)]
#[test]
fn verifications_alone_find_out_that_the_file_is_gone() {
    let (_folder, file, world) = world();
    let key = world.key(&world.api(), json!({}));
    assert_eq!(world.code(&key.key, json!({})), "VALID");
    fs::remove_file(&file).unwrap();
    assert!(world.engine.flush().is_err());
    let reply = world.call("keys.verifyKey", json!({"key": key.key}));
    let detail = format!("Nothing was changed: {}.", Trouble::Missing);
    reply.is(500, UNAVAILABLE, &detail);
}

#[test]
fn a_database_that_another_process_locks_is_said_to_be_locked() {
    let (_folder, file, world) = world();
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let detail = format!("Nothing was changed: {}.", Trouble::Locked);
    let reply = world.call("apis.createApi", json!({"name": "abc"}));
    reply.is(500, UNAVAILABLE, &detail);
    other.execute_batch("COMMIT").unwrap();
    world.api();
    assert_eq!(world.engine.ready(), Ok(()));
}

#[test]
fn a_call_that_fails_inside_the_database_leaves_nothing_and_the_engine_ready() {
    let (_folder, file, world) = world();
    let api = world.api();
    let other = Connection::open(&file).unwrap();
    other
        .execute_batch(
            "CREATE TRIGGER refuse BEFORE INSERT ON keys BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
        .unwrap();
    let reply = world.call("keys.createKey", json!({"apiId": api}));
    let detail = "The key could not be created; the server's log says why.";
    reply.is(500, UNAVAILABLE, detail);
    assert_eq!(world.engine.ready(), Ok(()));
    other.execute_batch("DROP TRIGGER refuse").unwrap();
    world.key(&api, json!({}));
    let keys = world.ok("apis.listKeys", json!({"apiId": api}));
    assert_eq!(keys.as_array().unwrap().len(), 1);
}

#[test]
fn what_is_not_the_engines_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let big = "x".repeat(10_000);
    for content in ["x", "shopping list\n", &big] {
        fs::write(&file, content).unwrap();
        let text = refused(&file);
        assert!(
            text.contains("left as it is") || text.contains("left as it was"),
            "{text}"
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), content);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{text}");
    }
    assert!(refused(folder.path()).contains("is a folder"));
    fs::write(&file, "").unwrap();
    open(&file).unwrap();
}

#[cfg(unix)]
#[test]
fn a_device_or_pipe_is_no_place_for_a_database() {
    let text = refused(Path::new("/dev/null"));
    assert!(text.contains("no regular file"), "{text}");
    let (folder, file, world) = world();
    drop(world);
    fs::hard_link(&file, folder.path().join("other.db")).unwrap();
    assert!(refused(&file).contains("hard link"));
}

#[test]
fn a_database_without_its_version_is_refused_in_a_sentence() {
    let (_folder, file, world) = world();
    drop(world);
    for version in [0, -1, 3] {
        let db = Connection::open(&file).unwrap();
        db.pragma_update(None, "user_version", version).unwrap();
        drop(db);
        let text = refused(&file);
        assert!(text.contains("is damaged"), "{version}: {text}");
        assert!(!text.contains("CREATE"), "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_database_has_one_set_of_files_whatever_it_is_called() {
    use std::os::unix::fs::symlink;
    let (folder, file, world) = world();
    let api = world.api();
    let names = tempfile::tempdir().unwrap();
    symlink(&file, names.path().join("link.db")).unwrap();
    symlink(names.path().join("link.db"), names.path().join("chain.db")).unwrap();
    symlink(folder.path(), names.path().join("folder")).unwrap();
    for name in ["link.db", "chain.db", "folder/unkey.db"] {
        let other = World::on_file(&names.path().join(name), NOON);
        assert_eq!(other.engine.root_key(), world.engine.root_key(), "{name}");
        other.ok("apis.getApi", json!({"apiId": api}));
    }
    assert_eq!(fs::read_dir(names.path()).unwrap().count(), 3);
    world.ok("apis.getApi", json!({"apiId": api}));
}
