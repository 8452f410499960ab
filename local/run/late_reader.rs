//! A connection that reads, taken once memory does not do.

use std::cell::OnceCell;
use std::fmt;

use rusqlite::Connection;

use crate::run::readers::Readers;
use crate::run::shared::Shared;
use crate::wire::failure::Failure;

/// A connection that reads, taken from the others when it is first asked for. Its transaction is of
/// the generation that whoever holds it began with.
pub(crate) struct LateReader<'a> {
    shared: &'a Shared,
    readers: &'a Readers,
    generation: i64,
    connection: OnceCell<Connection>,
}

impl<'a> LateReader<'a> {
    /// No connection yet, for work that uses snapshots of `generation`.
    pub(crate) const fn new(shared: &'a Shared, readers: &'a Readers, generation: i64) -> Self {
        Self {
            shared,
            readers,
            generation,
            connection: OnceCell::new(),
        }
    }

    /// The connection, inside a transaction. Where the database is of another generation by now,
    /// the work is to begin again, as a reader.
    pub(crate) fn db(&self) -> Result<&Connection, Failure> {
        if let Some(connection) = self.connection.get() {
            return Ok(connection);
        }
        let began = self.shared.clock.elapsed();
        let connection = self.readers.begin()?;
        if self.shared.generation(&connection, began)? != self.generation {
            self.readers.end(connection)?;
            return Err(Failure::NeedsReader);
        }
        Ok(self.connection.get_or_init(|| connection))
    }

    /// Ends the transaction, if one was begun, and gives the connection back.
    pub(crate) fn end(self) -> rusqlite::Result<()> {
        match self.connection.into_inner() {
            Some(connection) => self.readers.end(connection),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for LateReader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LateReader")
            .field("generation", &self.generation)
            .finish_non_exhaustive()
    }
}
