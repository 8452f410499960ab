//! Connections that read, kept open between requests.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use rusqlite::Connection;

use crate::store::{execute, open_reader};

/// How many idle connections are kept.
const IDLE: usize = 16;

/// Connections that read. Each is used by one request at a time.
pub(crate) struct Readers {
    path: PathBuf,
    // Held to push or pop one connection.
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    /// Connections to the database at `path`, opened as they are needed.
    pub(crate) const fn new(path: PathBuf) -> Self {
        Self {
            path,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Calls `read` inside a transaction that reads. A connection whose use failed or panicked is
    /// closed, which ends its transaction.
    pub(crate) fn with<T, E: From<rusqlite::Error>>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => open_reader(&self.path)?,
        };
        execute(&connection, "BEGIN")?;
        let found = read(&connection)?;
        execute(&connection, "COMMIT")?;
        let mut idle = self.idle();
        if idle.len() < IDLE {
            idle.push(connection);
        }
        Ok(found)
    }

    /// Closes the connections that are idle.
    pub(crate) fn close(&self) {
        self.idle().clear();
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
