//! What keeps the engine from its database, told so that whoever runs it can mend it.

use rusqlite::{Error, ErrorCode, ffi};

/// What keeps the engine from its database. Prints as what is the matter and what to do about it,
/// without a path: callers see it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
#[non_exhaustive]
pub enum Trouble {
    /// There is no room.
    #[error("the disk is full; free some space")]
    Full,
    /// Another process writes, or holds the database without an end.
    #[error("another process keeps the database locked; wait, or end that process")]
    Locked,
    /// The file, its folder or the disk takes no writes.
    #[error(
        "the database cannot be written; make its file, its folder and its disk writable for the user that runs the server"
    )]
    ReadOnly,
    /// The disk failed.
    #[error("the disk reports an error; check the disk and the system's log")]
    Disk,
    /// The file, or the log beside it, is not what SQLite wrote.
    #[error(
        "the database or its -wal file is damaged; save what can still be read with unkey-mcp export, or stop the server, remove the -wal and -shm files beside the database, and put back a backup with its key files"
    )]
    Damaged,
    /// The file is no longer at its path.
    #[error(
        "the database's file was removed or moved while the server runs; move it back, or restart the server to begin with what is there"
    )]
    Missing,
    /// Another file is at the path.
    #[error(
        "another file has taken the place of the database while the server runs; move the first one back, or restart the server to use the new one"
    )]
    Replaced,
    /// The file has become shorter.
    #[error(
        "the database's file was cut short while the server runs; stop the server, remove the -wal and -shm files beside the database, and put back a backup with its key files"
    )]
    Truncated,
    /// SQLite's files beside the database are gone or others.
    #[error(
        "the -wal or -shm file beside the database was removed or replaced while the server runs; restart the server"
    )]
    LogLost,
    /// The index of SQLite's log has become shorter.
    #[error(
        "the -shm file beside the database was cut short while the server runs; restart the server"
    )]
    IndexTruncated,
    /// Something else is where SQLite may look for a rollback journal.
    #[error(
        "what stands in the place of the database's -journal file is no regular file; move it away"
    )]
    JournalIrregular,
    /// The folder cannot be looked into.
    #[error("the database's folder can no longer be read; restore the access to it")]
    Unreachable,
    /// The engine was closed.
    #[error("the server is stopping; start it again")]
    Closed,
    /// The engine does not open.
    #[error("the engine does not open; the server's log says why")]
    NotOpened,
    /// Nothing came back in time.
    #[error("the database has not answered in time; check the disk and what else uses the file")]
    Unanswered,
    /// Something else; the log says what.
    #[error("the database could not carry out the request; the server's log says why")]
    Other,
}

impl From<&Error> for Trouble {
    fn from(error: &Error) -> Self {
        if let Error::SqliteFailure(failure, _) = error
            && failure.extended_code == ffi::SQLITE_IOERR_SHORT_READ
        {
            // A file ends before what it must hold.
            return Self::Damaged;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly
            }
            Some(ErrorCode::SystemIoFailure) => Self::Disk,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            _ => Self::Other,
        }
    }
}

/// A transaction that may not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {trouble}.", self.outcome())]
pub struct NotKept {
    /// Why.
    pub trouble: Trouble,
    /// Whether all of it is known to be undone.
    pub undone: bool,
}

impl NotKept {
    /// It did not begin, or was rolled back.
    pub(crate) const fn undone(trouble: Trouble) -> Self {
        Self {
            trouble,
            undone: true,
        }
    }

    /// It ended in a way that leaves open what a later start finds.
    pub(crate) const fn unknown(trouble: Trouble) -> Self {
        Self {
            trouble,
            undone: false,
        }
    }

    const fn outcome(self) -> &'static str {
        if self.undone {
            "Nothing was changed"
        } else {
            "Whether the change was kept is unknown"
        }
    }
}

/// What SQLite said, without the statement: that is the engine's business, and may be long.
pub(crate) fn plain(error: &Error) -> String {
    match error {
        Error::SqlInputError { msg, .. } => msg.clone(),
        Error::SqliteFailure(_, Some(message)) => message.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;

    #[test]
    fn what_sqlite_says_is_told_by_its_cause() {
        for (code, trouble) in [
            (ffi::SQLITE_FULL, Trouble::Full),
            (ffi::SQLITE_BUSY, Trouble::Locked),
            (ffi::SQLITE_BUSY_SNAPSHOT, Trouble::Locked),
            (ffi::SQLITE_READONLY_DBMOVED, Trouble::ReadOnly),
            (ffi::SQLITE_IOERR_FSYNC, Trouble::Disk),
            (ffi::SQLITE_IOERR_SHORT_READ, Trouble::Damaged),
            (ffi::SQLITE_CORRUPT, Trouble::Damaged),
            (ffi::SQLITE_NOTADB, Trouble::Damaged),
            (ffi::SQLITE_MISUSE, Trouble::Other),
        ] {
            let error = Error::SqliteFailure(ffi::Error::new(code), None);
            assert_eq!(Trouble::from(&error), trouble, "{code}");
        }
    }

    #[test]
    fn a_statement_is_not_repeated() {
        let db = Connection::open_in_memory().unwrap();
        let error = db
            .execute_batch("SELECT long_statement FROM nowhere")
            .unwrap_err();
        let text = plain(&error);
        assert!(text.contains("no such table: nowhere"), "{text}");
        assert!(!text.contains("long_statement"), "{text}");
    }

    #[test]
    fn what_was_undone_and_what_may_not_be_are_told_apart() {
        assert_eq!(
            NotKept::undone(Trouble::Full).to_string(),
            "Nothing was changed: the disk is full; free some space."
        );
        assert!(
            NotKept::unknown(Trouble::Disk)
                .to_string()
                .starts_with("Whether the change was kept is unknown: the disk")
        );
    }
}
