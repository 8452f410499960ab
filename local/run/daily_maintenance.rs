//! What is done once a day, at the first request after 00:00 UTC: credits are refilled, and old
//! events deleted.
//!
//! The day that was last dealt with is in the database, and it is moved on in the transaction that
//! refills: no midnight counts twice, and none is missed while the engine is down.

use rusqlite::Connection;

use crate::domain::refill::{Due, utc_day};
use crate::run::shared::Shared;
use crate::store::{Actor, AuditLog, Change, Refills, Settings};

/// Applies the refills that are due, inside the caller's transaction. Returns the day that is then
/// the last one dealt with.
pub(crate) fn run(shared: &Shared, db: &Connection) -> rusqlite::Result<i64> {
    let now = shared.clock.now();
    let today = utc_day(now);
    let Some(last) = Settings(db).refilled_day()? else {
        Settings(db).set_refilled_day(today)?;
        return Ok(today);
    };
    let due = Due::since(last, today);
    if due.is_nothing() {
        return Ok(last);
    }
    for key in Refills(db).apply(due, now)? {
        let change = Change {
            event: "key.update",
            resource: ("key", &key.key_id),
            other: None,
        };
        let actor = Actor::System("keyrefill");
        AuditLog(db).insert(&key.workspace_id, "", actor, change, now)?;
    }
    unkey_analytics::forget(db, now)?;
    Settings(db).set_refilled_day(today)?;
    // A key that was unlimited may have become limited.
    Settings(db).next_generation()?;
    Ok(today)
}
