//! The table `last_uses`.

use rusqlite::{Connection, params};

/// The table `last_uses`.
#[derive(Clone, Copy)]
pub(crate) struct LastUses<'a>(pub(crate) &'a Connection);

impl LastUses<'_> {
    /// Notes that keys were used then, Unix ms, unless they were used since or are gone. In the
    /// order of their ids it costs the least.
    pub(crate) fn record<'u>(
        self,
        uses: impl IntoIterator<Item = (&'u String, &'u i64)>,
    ) -> rusqlite::Result<()> {
        let mut touch = self.0.prepare_cached(
            "INSERT INTO last_uses SELECT id, ?2 FROM keys WHERE id = ?1
             ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
        )?;
        for (key_id, time) in uses {
            touch.execute(params![key_id, time])?;
        }
        Ok(())
    }
}
