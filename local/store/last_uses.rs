//! When keys were last used.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

/// The column `last_used_at` of the table `keys`.
#[derive(Clone, Copy)]
pub(crate) struct LastUses<'a>(pub(crate) &'a Connection);

impl LastUses<'_> {
    /// Notes that keys were used then, Unix ms, unless they were used since.
    pub(crate) fn record(self, uses: &BTreeMap<String, i64>) -> rusqlite::Result<()> {
        let mut touch = self.0.prepare_cached(
            "UPDATE keys SET last_used_at = ?2 WHERE id = ?1 AND ifnull(last_used_at, 0) < ?2",
        )?;
        for (key_id, time) in uses {
            touch.execute(params![key_id, time])?;
        }
        Ok(())
    }
}
