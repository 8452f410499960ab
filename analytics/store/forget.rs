//! Lets old events go.

use rusqlite::{Connection, Result};

use super::schema::first_id;
use crate::types::DAY;

/// How many days an event is kept.
const KEPT_DAYS: i64 = 90;

/// Deletes what is older than 90 days at `now`, Unix milliseconds, in the transaction that the caller
/// has open. Labels stay: a [`crate::Recorder`] may remember their ids.
///
/// # Errors
/// Those of SQLite.
pub fn forget(connection: &Connection, now: i64) -> Result<()> {
    let oldest = now.saturating_sub(KEPT_DAYS * DAY * 1000);
    connection
        .prepare_cached("DELETE FROM analytics_event WHERE id < ?1")?
        .execute([first_id(oldest)])?;
    Ok(())
}
