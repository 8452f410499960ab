//! Opening the database: what every connection is told, and which migrations have run.

use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, Row, TransactionBehavior};

/// Every migration, in order. `user_version` counts the ones that have run.
const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_start.sql"),
    unkey_analytics::SCHEMA,
    // Again, for databases made before there were rollups: what is there stays.
    unkey_analytics::SCHEMA,
    include_str!("../migrations/0002_last_uses.sql"),
    include_str!("../migrations/0003_meta_fits.sql"),
    include_str!("../migrations/0004_linked.sql"),
];

/// How long a connection waits for another process that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// How often it looks whether the other one is done. SQLite itself would soon look ten times a
/// second, and hardly ever meet the moment between two transactions of a busy process.
const GLANCE: Duration = Duration::from_micros(250);

/// Statements that a connection keeps prepared. There are fewer in all.
const PREPARED: usize = 256;

/// How many pages the log takes before they are put into the file: some 40 MB. A page that changed
/// often meanwhile is put there once.
const CHECKPOINT: i64 = 10_000;

/// How many KiB of pages the connection that writes keeps at most: enough that what most transactions
/// change is written once, when they commit. SQLite goes through all of them after each commit that
/// split a page, so that many more would cost more than they spare.
const CACHED: i64 = 8_192;

/// Whether an answer waits until what it promises is on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It does.
    Disk,
    /// It does not: the database goes away with the engine.
    None,
}

/// Marks a database as one of this engine, in its header.
const APPLICATION: i64 = 0x556e_6b79;

/// Why a database cannot be opened.
#[derive(Debug)]
pub(crate) enum Unusable {
    /// SQLite says so.
    Broken(rusqlite::Error),
    /// It belongs to some other program.
    Foreign,
    /// A later version of this engine has changed it.
    Newer,
}

impl From<rusqlite::Error> for Unusable {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error)
    }
}

/// Opens the connection that writes, creates the file if need be and runs what migrations it lacks.
/// A database that is not the engine's is left as it is.
pub(crate) fn open_writer(path: &Path, durability: Durability) -> Result<Connection, Unusable> {
    let mut connection = Connection::open(path)?;
    prepare(&mut connection)?;
    recognise(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durability {
        Durability::Disk => "FULL",
        Durability::None => "OFF",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
    connection.pragma_update(None, "cache_size", -CACHED)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Opens a connection that reads. The file must be there.
pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    prepare(&mut connection)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(wait))?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    // Without it SQLite plans for the values that are bound, and prepares a statement again when
    // they change: that costs more than carrying it out.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")
}

/// Waits a moment, unless it has waited for so long already that it is in vain.
fn wait(glances: i32) -> bool {
    let patient = u32::try_from(glances).is_ok_and(|glances| GLANCE * glances < BUSY);
    if patient {
        thread::sleep(GLANCE);
    }
    patient
}

fn recognise(connection: &Connection) -> Result<(), Unusable> {
    let application: i64 = connection.pragma_query_value(None, "application_id", first)?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], first)?;
    let version = user_version(connection)?;
    if application != APPLICATION && (application != 0 || version != 0 || tables != 0) {
        return Err(Unusable::Foreign);
    }
    if usize::try_from(version).is_ok_and(|version| version > MIGRATIONS.len()) {
        return Err(Unusable::Newer);
    }
    Ok(())
}

fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    if usize::try_from(user_version(connection)?) == Ok(MIGRATIONS.len()) {
        return Ok(());
    }
    // Two processes may open a new file at once: the second finds the work done.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    transaction.pragma_update(None, "application_id", APPLICATION)?;
    for (version, migration) in (1_i64..).zip(MIGRATIONS) {
        if version > user_version(&transaction)? {
            transaction.execute_batch(migration)?;
            transaction.pragma_update(None, "user_version", version)?;
        }
    }
    transaction.commit()
}

fn user_version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", first)
}

fn first(row: &Row<'_>) -> rusqlite::Result<i64> {
    row.get(0)
}

/// Runs a statement that takes no parameters, kept prepared.
pub(crate) fn execute(connection: &Connection, sql: &str) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_of_before_learns_what_its_keys_have() {
        let mut db = Connection::open_in_memory().unwrap();
        for (version, migration) in (1_i64..).zip(&MIGRATIONS[..5]) {
            db.execute_batch(migration).unwrap();
            db.pragma_update(None, "user_version", version).unwrap();
        }
        db.execute_batch(
            "INSERT INTO workspaces VALUES ('ws', 'w', 1, 0);
             INSERT INTO key_spaces (id, workspace_id, created_at) VALUES ('ks', 'ws', 0);
             INSERT INTO permissions VALUES ('perm', 'ws', 'p', 'p', NULL, 0);
             INSERT INTO roles VALUES ('role', 'ws', 'r', NULL, 0);",
        )
        .unwrap();
        for key in ["none", "permission", "role", "limit", "all"] {
            db.execute(
                "INSERT INTO keys (id, hash, key_space_id, workspace_id, start, created_at)
                 VALUES (?1, ?1, 'ks', 'ws', '', 0)",
                [key],
            )
            .unwrap();
        }
        db.execute_batch(
            "INSERT INTO keys_permissions VALUES ('permission', 'perm'), ('all', 'perm');
             INSERT INTO keys_roles VALUES ('role', 'role'), ('all', 'role');
             INSERT INTO ratelimits VALUES
                 ('rl_1', 'ws', 'limit', NULL, 'n', 1, 1, 0, 0, NULL),
                 ('rl_2', 'ws', 'all', NULL, 'n', 1, 1, 0, 0, NULL);",
        )
        .unwrap();
        migrate(&mut db).unwrap();
        let mut linked = db.prepare("SELECT id, linked FROM keys").unwrap();
        let linked = linked.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        let linked: Vec<(String, i64)> = linked.unwrap().map(Result::unwrap).collect();
        let expected = [
            ("none", 0),
            ("permission", 1),
            ("role", 2),
            ("limit", 4),
            ("all", 7),
        ];
        assert_eq!(linked, expected.map(|(id, links)| (id.to_owned(), links)));
    }
}
