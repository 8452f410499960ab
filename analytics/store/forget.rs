//! Lets old events go.

use rusqlite::{Connection, Result};

use super::sorted_run::{LEVELS, span};
use crate::calendar::DAY;
use crate::tables::Table;

/// How many days the rows of a table are kept: as long as Unkey keeps them.
const fn days(table: Table) -> i64 {
    match table {
        Table::Raw | Table::Minute | Table::Hour => 90,
        Table::Day => 365,
        Table::Month => 3 * 365,
    }
}

/// Deletes what is older than a table keeps at `now`, Unix milliseconds, in the transaction that
/// the caller has open. What is packed together goes when the last of it is too old.
///
/// # Errors
/// Those of SQLite.
pub fn forget(connection: &Connection, now: i64) -> Result<()> {
    let oldest = |table| now.saturating_sub(days(table) * DAY * 1000);
    connection
        .prepare_cached("DELETE FROM analytics_chunk WHERE last < ?1")?
        .execute([oldest(Table::Raw)])?;
    let mut delete =
        connection.prepare_cached("DELETE FROM analytics_rollup WHERE level = ?1 AND span < ?2")?;
    for level in LEVELS {
        delete.execute((level as i64, span(level, oldest(level))))?;
    }
    Ok(())
}
