//! Opening the database: what every connection is told, and which migrations have run.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, Row, TransactionBehavior};

use crate::system::has_root_key;
use crate::system::open_error::OpenError;
use crate::system::trouble::plain;

/// Every migration, in order. `user_version` counts the ones that have run.
const MIGRATIONS: &[Migration] = &[
    Migration::Sql(include_str!("../migrations/0001_start.sql")),
    // Two that made tables which a later one replaces. They still count, so that the version of a
    // database stays what it was: a migration's number is its place here, not that in its file's name.
    Migration::Sql(""),
    Migration::Sql(""),
    Migration::Sql(include_str!("../migrations/0002_last_uses.sql")),
    Migration::Sql(include_str!("../migrations/0003_meta_fits.sql")),
    Migration::Sql(include_str!("../migrations/0004_linked.sql")),
    Migration::Code(unkey_analytics::upgrade),
    Migration::Sql(include_str!("../migrations/0005_no_linked.sql")),
    // The tables for checks of rate limits.
    Migration::Sql(unkey_analytics::SCHEMA),
];

/// A step from one version of the tables to the next.
enum Migration {
    Sql(&'static str),
    Code(fn(&Connection) -> rusqlite::Result<()>),
}

impl Migration {
    fn run(&self, connection: &Connection) -> rusqlite::Result<()> {
        match self {
            Self::Sql(sql) => connection.execute_batch(sql),
            Self::Code(run) => run(connection),
        }
    }
}

/// How long a connection waits for another process that is writing.
const BUSY: Duration = Duration::from_secs(5);

/// The same for who only asks whether it could write.
const BUSY_BRIEFLY: Duration = Duration::from_millis(500);

/// How often it looks whether the other one is done. SQLite itself would soon look ten times a
/// second, and hardly ever meet the moment between two transactions of a busy process.
const BUSY_POLL: Duration = Duration::from_micros(250);

/// Statements that a connection keeps prepared. There are fewer in all.
const PREPARED: usize = 256;

/// How many pages the log takes before they are put into the file: some 40 MB. A page that changed
/// often meanwhile is put there once.
const CHECKPOINT: i64 = 10_000;

/// How many KiB of pages the connection that writes keeps at most: enough that what most transactions
/// change is written once, when they commit. SQLite goes through all of them after each commit that
/// split a page, so that many more would cost more than they spare.
const CACHED: i64 = 8_192;

/// After how many of its steps SQLite asks whether to go on.
const STEPS: i32 = 10_000;

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

/// Opens the connection that writes, creates the file if need be and runs what migrations it lacks.
/// A database that is not the engine's is left as it is.
pub(crate) fn open_writer(path: &Path, durability: Durability) -> Result<Connection, OpenError> {
    let in_database = |error| OpenError::in_database(path, error);
    let mut connection = Connection::open(path).map_err(in_database)?;
    recognise(&mut connection, path)?;
    configure(&connection, durability).map_err(in_database)?;
    migrate(&mut connection).map_err(|error| match error.sqlite_error_code() {
        // The file could be read, but what it holds does not fit the migration.
        None | Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation) => OpenError::Damaged(
            path.to_owned(),
            format!("it cannot be brought up to date ({})", plain(&error)),
        ),
        _ => in_database(error),
    })?;
    Ok(connection)
}

fn configure(connection: &Connection, durability: Durability) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match durability {
        Durability::Disk => "FULL",
        Durability::None => "OFF",
    };
    connection.pragma_update(None, "synchronous", synchronous)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
    connection.pragma_update(None, "cache_size", -CACHED)
}

/// Opens a connection that reads. The file must be there.
pub(crate) fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    prepare(&mut connection)?;
    Ok(connection)
}

/// What is wrong with the database at `path`, if anything is that shows within `limit`. Indexes are
/// compared with their tables: a file that was partly written over may be sound in all else.
pub(crate) fn check_integrity(path: &Path, limit: Duration) -> rusqlite::Result<Option<String>> {
    let begun = Instant::now();
    let mut connection = open_reader(path)?;
    connection.progress_handler(STEPS, Some(move || begun.elapsed() >= limit))?;
    match connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)) {
        Ok(found) => Ok(Some(found).filter(|found| found != "ok")),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::OperationInterrupted) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
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
    wait_within(BUSY, glances)
}

/// The same for who asks whether another process is writing, and has to have an answer soon.
fn wait_briefly(glances: i32) -> bool {
    wait_within(BUSY_BRIEFLY, glances)
}

fn wait_within(limit: Duration, glances: i32) -> bool {
    let patient = u32::try_from(glances).is_ok_and(|glances| BUSY_POLL * glances < limit);
    if patient {
        thread::sleep(BUSY_POLL);
    }
    patient
}

/// Whether a transaction can begin that writes, or another process keeps the database locked.
pub(crate) fn try_begin(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(wait_briefly))?;
    let begun = connection.execute_batch("BEGIN IMMEDIATE; ROLLBACK");
    connection.busy_handler(Some(wait))?;
    begun
}

/// Refuses a database that the engine did not make, or that it does not know as it is.
fn recognise(connection: &mut Connection, path: &Path) -> Result<(), OpenError> {
    let mut look = || {
        prepare(connection)?;
        let application: i64 = connection.pragma_query_value(None, "application_id", first)?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], first)?;
        let pages: i64 = connection.pragma_query_value(None, "page_count", first)?;
        Ok((application, tables, pages, user_version(connection)?))
    };
    let (application, tables, pages, version) =
        look().map_err(|error| OpenError::in_database(path, error))?;
    let path = path.to_owned();
    if application != APPLICATION && (application != 0 || version != 0 || tables != 0) {
        return Err(OpenError::no_database(&path));
    }
    if tables == 0 && pages > 0 && has_root_key(&path) {
        // All of it was in a log that is lost; to begin anew would hide that.
        return Err(OpenError::Emptied(path));
    }
    match usize::try_from(version) {
        Ok(0) if tables != 0 => Err(OpenError::Damaged(
            path,
            "it has tables and does not say of which version".to_owned(),
        )),
        Ok(version) if version <= MIGRATIONS.len() => Ok(()),
        Ok(_) => Err(OpenError::Newer(path)),
        Err(_) => Err(OpenError::Damaged(
            path,
            format!("its version is {version}"),
        )),
    }
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
            migration.run(&transaction)?;
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
    use crate::store::VerifiableKeys;

    #[test]
    fn keys_of_an_older_database_have_what_they_had() {
        let mut db = Connection::open_in_memory().unwrap();
        for (version, migration) in (1_i64..).zip(&MIGRATIONS[..5]) {
            migration.run(&db).unwrap();
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
        for (id, has) in [
            ("none", [false, false, false]),
            ("permission", [true, false, false]),
            ("role", [false, true, false]),
            ("limit", [false, false, true]),
            ("all", [true, true, true]),
        ] {
            let key = VerifiableKeys(&db).find(id).unwrap().unwrap();
            let empty = [
                key.permissions.is_empty(),
                key.roles.is_empty(),
                key.ratelimits.is_empty(),
            ];
            assert_eq!(empty.map(|empty| !empty), has, "{id}");
        }
    }
}
