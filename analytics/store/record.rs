//! Takes events in.

use rusqlite::{Connection, Result};

use super::label::Labels;
use super::pack::pack_if_due;
use crate::event::Event;

/// Keeps `events`, in the transaction that the caller has open.
///
/// # Errors
/// Those of SQLite; nothing is kept then once the caller rolls back.
pub fn record(connection: &Connection, events: &[Event]) -> Result<()> {
    let mut labels = Labels::new(connection);
    let mut insert = connection.prepare_cached(
        "INSERT INTO analytics_recent
         (series, time, region, spent_credits, latency, request_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for event in events {
        insert.execute((
            labels.series(event)?,
            event.time,
            labels.region(event)?,
            event.spent_credits,
            event.latency,
            &event.request_id,
        ))?;
    }
    pack_if_due(connection)
}
