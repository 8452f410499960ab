//! Lets old events go.

use rusqlite::{Connection, Result};

use super::schema::first_id;
use crate::types::DAY;

/// For how many days verifications are kept, and how they are deleted.
const VERIFICATIONS: (i64, &str) = (90, "DELETE FROM analytics_event WHERE id < ?1");

/// The same for checks of rate limits.
const RATELIMITS: (i64, &str) = (31, "DELETE FROM analytics_ratelimit WHERE id < ?1");

/// Deletes the verifications that are older than 90 days at `now`, Unix milliseconds, and the checks
/// of rate limits that are older than 31, in the transaction that the caller has open. Labels stay: a
/// [`crate::Recorder`] may remember their ids.
///
/// # Errors
/// Those of SQLite.
pub fn forget(connection: &Connection, now: i64) -> Result<()> {
    for (days, delete) in [VERIFICATIONS, RATELIMITS] {
        let oldest = now.saturating_sub(days * DAY * 1000);
        connection
            .prepare_cached(delete)?
            .execute([first_id(oldest)])?;
    }
    Ok(())
}
