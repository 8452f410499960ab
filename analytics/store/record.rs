//! Takes events in.

use rusqlite::{Connection, Result};

use super::label::{Known, Labels};
use super::pack::{Packed, pack, recent_are_many, take_recent};
use crate::event::Event;

/// From how many events on they are packed at once, without a row for each.
const MANY: usize = 1_024;

/// Takes events in, and remembers the ids of what they name.
///
/// All of its transactions must be of one database. After one that was rolled back the recorder
/// knows ids that do not exist: make a new one.
#[derive(Debug, Default)]
pub struct Recorder {
    known: Known,
}

impl Recorder {
    /// Keeps `events`, in the transaction that the caller has open.
    ///
    /// # Errors
    /// Those of SQLite; nothing is kept then once the caller rolls back.
    pub fn record(&mut self, connection: &Connection, events: &[Event]) -> Result<()> {
        self.known.limit();
        let mut labels = Labels::new(connection, &mut self.known);
        let mut rows = Vec::with_capacity(events.len());
        for event in events {
            let workspace = labels.workspace(event)?;
            rows.push(Packed {
                workspace,
                series: labels.series(workspace, event)?,
                time: event.time,
                region: labels.region(workspace, event)?,
                spent_credits: event.spent_credits,
                latency: event.latency,
                request_id: event.request_id.clone(),
            });
        }
        if rows.len() < MANY {
            insert(connection, &rows)?;
            rows.clear();
        }
        if !rows.is_empty() || recent_are_many(connection)? {
            rows.extend(take_recent(connection)?);
            pack(connection, rows)?;
        }
        Ok(())
    }
}

/// Keeps events among the recent ones.
fn insert(connection: &Connection, rows: &[Packed]) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO analytics_recent
         (series, time, region, spent_credits, latency, request_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for row in rows {
        insert.execute((
            row.series,
            row.time,
            row.region,
            row.spent_credits,
            row.latency,
            &row.request_id,
        ))?;
    }
    Ok(())
}
