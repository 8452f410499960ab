//! The table `settings`: what the engine must remember of itself.

use rusqlite::{Connection, params};

use crate::store::statements::Statements as _;

/// The table `settings`.
#[derive(Clone, Copy)]
pub(crate) struct Settings<'a>(pub(crate) &'a Connection);

impl Settings<'_> {
    /// Counts the commits after which a cached snapshot may be wrong, of all processes.
    pub(crate) fn generation(self) -> rusqlite::Result<i64> {
        self.0
            .prepare_cached("SELECT value FROM settings WHERE name = 'generation'")?
            .query_row([], |row| row.get(0))
    }

    /// Makes every snapshot cached so far invalid, once this transaction commits.
    pub(crate) fn next_generation(self) -> rusqlite::Result<i64> {
        self.0
            .prepare_cached(
                "UPDATE settings SET value = value + 1 WHERE name = 'generation' RETURNING value",
            )?
            .query_row([], |row| row.get(0))
    }

    /// Writes something that means nothing, to see whether it can be written.
    pub(crate) fn try_write(self) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO settings (name, value) VALUES ('trial', 1)
             ON CONFLICT (name) DO UPDATE SET value = value + 1",
            [],
        )
    }

    /// The last UTC day whose refills were applied, counted from 1970-01-01.
    pub(crate) fn refilled_day(self) -> rusqlite::Result<Option<i64>> {
        self.0.optional_row(
            "SELECT value FROM settings WHERE name = 'refilled_day'",
            [],
            |row| row.get(0),
        )
    }

    /// Notes that the refills up to and including `day` were applied.
    pub(crate) fn set_refilled_day(self, day: i64) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO settings (name, value) VALUES ('refilled_day', ?1)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            params![day],
        )
    }
}
