//! A database that is damaged in place: while it is in use, and at the next start.

#![cfg(unix)]

use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use unkey_local::{Engine, Location, OpenError, Options, Trouble};

use crate::support::*;

const UNAVAILABLE: &str = "unkey/application/service_unavailable";

const PAGE: u64 = 4_096;

/// A folder with a database that has something in its file and something in its log.
struct Ground {
    _folder: tempfile::TempDir,
    file: PathBuf,
    log: PathBuf,
    /// The page that a table begins with which no start reads.
    root: u64,
}

/// A way to damage what is there.
type Spoil = fn(&Ground);

impl Ground {
    fn lay() -> (Self, World) {
        let folder = tempfile::tempdir().unwrap();
        let file = fs::canonicalize(folder.path()).unwrap().join("unkey.db");
        let world = World::on_file(&file, NOON);
        world.key(&world.api(), json!({}));
        drop(world);
        let db = Connection::open(&file).unwrap();
        let root: u32 = db
            .query_row(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'identities'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        drop(db);
        let world = World::on_file(&file, NOON);
        for _ in 0..5 {
            world.api();
        }
        let log = PathBuf::from(format!("{}-wal", file.display()));
        let ground = Self {
            _folder: folder,
            file,
            log,
            root: root.into(),
        };
        (ground, world)
    }

    fn refused(&self) -> String {
        let text = open(&self.file).unwrap_err().to_string();
        assert!(!text.contains('\n'), "{text}");
        text
    }
}

fn open(file: &Path) -> Result<Engine, OpenError> {
    Engine::open(Options::new(Location::File(file.to_owned())))
}

fn cut(path: &Path, length: u64) {
    let file = File::options().write(true).open(path).unwrap();
    file.set_len(length).unwrap();
}

/// Writes over a part of a file.
fn overwrite(path: &Path, at: u64, length: u64, byte: u8) {
    let file = File::options().write(true).open(path).unwrap();
    let bytes = vec![byte; usize::try_from(length).unwrap()];
    file.write_all_at(&bytes, at).unwrap();
}

fn length(path: &Path) -> u64 {
    fs::metadata(path).unwrap().len()
}

#[test]
fn nothing_is_acknowledged_after_the_files_were_damaged_in_place() {
    let spoils: [(&str, Spoil, Trouble); 9] = [
        ("log emptied", |on| cut(&on.log, 0), Trouble::Damaged),
        (
            "log halved",
            |on| cut(&on.log, length(&on.log) / 2),
            Trouble::Damaged,
        ),
        (
            "log short of a byte",
            |on| cut(&on.log, length(&on.log) - 1),
            Trouble::Damaged,
        ),
        (
            "log zeroed",
            |on| overwrite(&on.log, 0, length(&on.log), 0),
            Trouble::Damaged,
        ),
        (
            "frame zeroed",
            |on| overwrite(&on.log, 32 + 24, PAGE, 0),
            Trouble::Damaged,
        ),
        (
            "file overwritten",
            |on| overwrite(&on.file, 0, length(&on.file), b'x'),
            Trouble::Damaged,
        ),
        (
            "first page zeroed",
            |on| overwrite(&on.file, 0, PAGE, 0),
            Trouble::Damaged,
        ),
        (
            "a page zeroed",
            |on| overwrite(&on.file, (on.root - 1) * PAGE, PAGE, 0),
            Trouble::Damaged,
        ),
        (
            "file halved",
            |on| cut(&on.file, length(&on.file) / 2),
            Trouble::Truncated,
        ),
    ];
    for (what, spoil, trouble) in spoils {
        let (ground, world) = Ground::lay();
        // The log was read through just now, and is not again at once.
        std::thread::sleep(std::time::Duration::from_millis(500));
        world.clock.advance(500);
        spoil(&ground);
        let (file, log) = (length(&ground.file), length(&ground.log));
        for _ in 0..2 {
            let reply = world.call("apis.createApi", json!({"name": "abc"}));
            assert_eq!(reply.status, 500, "{what}: {}", reply.body);
            let detail = format!("Nothing was changed: {trouble}.");
            reply.is(500, UNAVAILABLE, &detail);
            assert!(world.engine.ready().is_err(), "{what}");
        }
        drop(world);
        let after = (length(&ground.file), length(&ground.log));
        assert_eq!(after, (file, log), "{what}: it was not left as it is");
    }
}

#[test]
fn nothing_is_acknowledged_after_a_backup_was_written_over_the_file_in_use() {
    for in_log in [false, true] {
        let (ground, world) = Ground::lay();
        drop(world);
        let backup = fs::read(&ground.file).unwrap();
        let world = World::on_file(&ground.file, NOON);
        for _ in 0..50 {
            world.api();
        }
        drop(world);
        let world = World::on_file(&ground.file, NOON);
        if in_log {
            world.api();
            assert_eq!(world.engine.ready(), Ok(()));
        }
        let file = File::options().write(true).open(&ground.file).unwrap();
        file.write_all_at(&backup, 0).unwrap();
        world.clock.advance(1_500);
        for _ in 0..2 {
            let reply = world.call("apis.createApi", json!({"name": "abc"}));
            let detail = format!("Nothing was changed: {}.", Trouble::Damaged);
            reply.is(500, UNAVAILABLE, &detail);
            assert_eq!(world.engine.ready(), Err(Trouble::Damaged));
        }
    }
}

#[test]
fn a_file_whose_mode_or_links_change_is_not_written_over() {
    use std::os::unix::fs::PermissionsExt as _;
    let (ground, world) = Ground::lay();
    fs::set_permissions(&ground.file, fs::Permissions::from_mode(0o640)).unwrap();
    world.api();
    assert_eq!(world.engine.ready(), Ok(()));
}

#[test]
fn an_index_that_does_not_fit_its_table_is_found_by_the_first_question() {
    let (ground, world) = Ground::lay();
    drop(world);
    let db = Connection::open(&ground.file).unwrap();
    let index: u32 = db
        .query_row(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'identities_by_external_id'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    let index = u64::from(index);
    let before = fs::read(&ground.file).unwrap();
    db.execute_batch(
        "INSERT INTO identities VALUES
         ('id_1', (SELECT id FROM workspaces LIMIT 1), 'abc', NULL, 0, NULL, NULL)",
    )
    .unwrap();
    drop(db);
    // The index as it was, and the table as it is.
    let at = usize::try_from((index - 1) * PAGE).unwrap();
    let page = &before[at..at + usize::try_from(PAGE).unwrap()];
    let file = File::options().write(true).open(&ground.file).unwrap();
    file.write_all_at(page, (index - 1) * PAGE).unwrap();
    let engine = open(&ground.file).unwrap();
    assert_eq!(engine.ready(), Err(Trouble::Damaged));
}

#[test]
fn readiness_alone_finds_damage() {
    let (ground, world) = Ground::lay();
    cut(&ground.log, 0);
    assert_eq!(world.engine.ready(), Err(Trouble::Damaged));
    let (ground, world) = Ground::lay();
    overwrite(&ground.file, (ground.root - 1) * PAGE, PAGE, 0);
    assert_eq!(world.engine.ready(), Err(Trouble::Damaged));
}

#[test]
fn what_other_processes_do_to_the_files_is_no_damage() {
    let (ground, world) = Ground::lay();
    let other = Connection::open(&ground.file).unwrap();
    for mode in ["PASSIVE", "FULL", "RESTART", "TRUNCATE"] {
        other
            .query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
            .unwrap();
        world.api();
        other
            .execute("UPDATE settings SET value = value", [])
            .unwrap();
        world.api();
    }
    assert_eq!(world.engine.ready(), Ok(()));
}

#[test]
fn readiness_names_another_process_that_keeps_the_database_locked_and_soon() {
    let (ground, world) = Ground::lay();
    let other = Connection::open(&ground.file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(world.engine.ready(), Err(Trouble::Locked));
    let took = begun.elapsed();
    assert!(took < std::time::Duration::from_secs(3), "{took:?}");
    other.execute_batch("ROLLBACK").unwrap();
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert_eq!(world.engine.ready(), Ok(()));
}

#[test]
fn a_start_tells_a_damaged_database_from_another_kind_of_file() {
    let spoils: [(Spoil, &str); 5] = [
        (|on| overwrite(&on.file, 0, PAGE, 0), "is damaged"),
        (
            |on| overwrite(&on.file, 0, length(&on.file), b'x'),
            "is damaged",
        ),
        (|on| cut(&on.file, 100), "is damaged"),
        (|on| cut(&on.file, 0), "missing or empty"),
        (|on| overwrite(&on.file, 100, PAGE - 100, 0xff), "damaged"),
    ];
    for (spoil, said) in spoils {
        let (ground, world) = Ground::lay();
        drop(world);
        spoil(&ground);
        let before = fs::read(&ground.file).unwrap();
        let text = ground.refused();
        assert!(text.contains(said) && text.contains("a backup"), "{text}");
        assert!(!text.contains("not a database of this engine"), "{text}");
        assert_eq!(fs::read(&ground.file).unwrap(), before);
    }
}

#[test]
fn a_log_without_its_database_is_not_removed() {
    for emptied in [true, false] {
        let (ground, world) = Ground::lay();
        let log = fs::read(&ground.log).unwrap();
        drop(world);
        fs::remove_file(&ground.file).unwrap();
        if emptied {
            fs::write(&ground.file, "").unwrap();
        }
        fs::write(&ground.log, &log).unwrap();
        let text = ground.refused();
        assert!(text.contains("missing or empty"), "{text}");
        assert_eq!(fs::read(&ground.log).unwrap(), log);
    }
}

#[test]
fn a_page_that_was_damaged_before_the_start_is_found_by_the_first_question() {
    let (ground, world) = Ground::lay();
    drop(world);
    overwrite(&ground.file, (ground.root - 1) * PAGE, PAGE, 0);
    let engine = open(&ground.file).unwrap();
    assert_eq!(engine.ready(), Err(Trouble::Damaged));
}

#[test]
fn a_database_that_was_all_in_its_log_is_not_begun_anew_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("unkey.db");
    let world = World::on_file(&file, NOON);
    world.api();
    // As a process that is killed leaves it, but for the log.
    let left = fs::read(&file).unwrap();
    drop(world);
    fs::write(&file, &left).unwrap();
    let text = open(&file).unwrap_err().to_string();
    assert!(text.contains("missing or empty"), "{text}");
    assert_eq!(fs::read(&file).unwrap(), left);
}
