//! What verifications leave behind: their events, and when a key was last used.

use rusqlite::{Connection, params};
use unkey_analytics::Event;

/// The tables of verification events.
#[derive(Clone, Copy)]
pub(crate) struct Verifications<'a>(pub(crate) &'a Connection);

impl Verifications<'_> {
    /// Records events, inside the caller's transaction.
    pub(crate) fn record(self, events: &[Event]) -> rusqlite::Result<()> {
        unkey_analytics::record(self.0, events)?;
        let mut touch = self.0.prepare_cached(
            "UPDATE keys SET last_used_at = ?2 WHERE id = ?1 AND ifnull(last_used_at, 0) < ?2",
        )?;
        let mut latest = std::collections::BTreeMap::new();
        for event in events {
            let time = latest.entry(event.key_id.as_str()).or_insert(event.time);
            *time = event.time.max(*time);
        }
        for (key_id, time) in latest {
            touch.execute(params![key_id, time])?;
        }
        Ok(())
    }
}
