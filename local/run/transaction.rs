//! The transaction that a request is carried out in.

use std::sync::Arc;

use rusqlite::Connection;

use crate::cache::heap_size::HeapSize;
use crate::cache::snapshots::Snapshots;
use crate::store::Settings;

/// Where a request is carried out, and what it may do there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExecutionMode {
    /// On the caller's thread, with a connection that only reads.
    Reading,
    /// On the writer's thread, with the connection that writes.
    Writing,
}

/// A transaction, and the generation that snapshots must be of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TxContext<'a> {
    pub(crate) mode: ExecutionMode,
    pub(crate) db: &'a Connection,
    pub(crate) generation: i64,
}

impl<'a> TxContext<'a> {
    /// The transaction that reads on `db`.
    pub(crate) fn reading(db: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            mode: ExecutionMode::Reading,
            db,
            generation: Settings(db).generation()?,
        })
    }

    /// A snapshot from `of` this transaction's generation, loaded if there is none.
    ///
    /// The writer does not keep what it loads: its transaction may still be undone, and the
    /// generation it counts up to may then be another's.
    pub(crate) fn snapshot<T: HeapSize>(
        self,
        of: &Snapshots<T>,
        name: &str,
        load: impl FnOnce(&Connection) -> rusqlite::Result<Option<T>>,
    ) -> rusqlite::Result<Option<Arc<T>>> {
        if let Some(known) = of.get(self.generation, name) {
            return Ok(Some(known));
        }
        let loaded = load(self.db)?.map(Arc::new);
        if let Some(loaded) = &loaded
            && self.mode == ExecutionMode::Reading
        {
            of.put(self.generation, name, Arc::clone(loaded));
        }
        Ok(loaded)
    }
}
