//! Takes events in.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Result};

use super::Event;
use super::schema::{TIME_BITS, first_id};

/// How many labels are remembered.
const REMEMBERED: usize = 65_536;

/// Takes events in, and remembers the ids of their labels.
///
/// All of its transactions must be of one database. After one that was rolled back the recorder
/// knows ids that do not exist: make a new one.
#[derive(Debug, Default)]
pub struct Recorder {
    known: BTreeMap<[String; 7], i64>,
}

impl Recorder {
    /// Keeps `events`, in the transaction that the caller has open.
    ///
    /// # Errors
    /// Those of SQLite; nothing is kept then once the caller rolls back.
    pub fn record(&mut self, connection: &Connection, events: &[Event]) -> Result<()> {
        // The last event of the same millisecond, if there is one, tells the next free id.
        let mut insert = connection.prepare_cached(
            "INSERT INTO analytics_event (id, labels, spent_credits, latency, region, request_id)
             VALUES (coalesce((SELECT max(id) + 1 FROM analytics_event WHERE id BETWEEN ?1 AND ?2), ?1),
                     ?3, ?4, ?5, ?6, ?7)",
        )?;
        for event in events {
            let first = first_id(event.time);
            let last = first + (1 << TIME_BITS) - 2;
            let latency = if event.latency.is_nan() {
                0.0
            } else {
                event.latency
            };
            insert.execute((
                first,
                last,
                self.labels(connection, event)?,
                event.spent_credits,
                latency,
                &event.region,
                &event.request_id,
            ))?;
        }
        Ok(())
    }

    /// The id of the labels of `event`.
    fn labels(&mut self, connection: &Connection, event: &Event) -> Result<i64> {
        let labels = [
            &event.workspace_id,
            &event.key_id,
            &event.outcome,
            &serde_json::Value::from(event.tags.clone()).to_string(),
            &event.key_space_id,
            &event.identity_id,
            &event.external_id,
        ]
        .map(String::clone);
        if let Some(id) = self.known.get(&labels) {
            return Ok(*id);
        }
        let found = connection
            .prepare_cached(
                "SELECT id FROM analytics_labels
                 WHERE workspace_id = ?1 AND key_id = ?2 AND outcome = ?3 AND tags = ?4
                   AND key_space_id = ?5 AND identity_id = ?6 AND external_id = ?7",
            )?
            .query_row(rusqlite::params_from_iter(&labels), |row| row.get(0))
            .optional()?;
        let id = match found {
            Some(id) => id,
            None => connection
                .prepare_cached(
                    "INSERT INTO analytics_labels
                     (workspace_id, key_id, outcome, tags, key_space_id, identity_id, external_id)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .insert(rusqlite::params_from_iter(&labels))?,
        };
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(labels, id);
        Ok(id)
    }
}
