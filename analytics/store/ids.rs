//! The ids of events, which begin with their time.

use rusqlite::{CachedStatement, Connection, Result};

use super::schema::{TIME_BITS, first_id};

/// Gives ids to the events that one transaction inserts into one table.
pub(super) struct Ids<'a> {
    newest: CachedStatement<'a>,
    last: i64,
}

impl<'a> Ids<'a> {
    /// `newest` selects the greatest id between two, or NULL.
    pub(super) fn new(connection: &'a Connection, newest: &str) -> Result<Self> {
        Ok(Self {
            newest: connection.prepare_cached(newest)?,
            last: -1,
        })
    }

    /// The next free id of a moment in Unix milliseconds.
    pub(super) fn next(&mut self, time: i64) -> Result<i64> {
        let first = first_id(time);
        let last = first + (1 << TIME_BITS) - 2;
        // Nobody else writes meanwhile: after the event before comes the next of the same moment.
        self.last = if (first..last).contains(&self.last) {
            self.last + 1
        } else {
            let newest: Option<i64> = self.newest.query_row([first, last], |row| row.get(0))?;
            newest.map_or(first, |newest| newest + 1)
        };
        Ok(self.last)
    }
}
