//! Why an engine could not be opened, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use crate::system::random::NoRandomness;
use crate::system::trouble::{Trouble, plain};
use crate::system::{SecretProblem, is_known};

/// Why an engine could not be opened. Prints as one sentence for whoever starts it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder or the database cannot be made or read.
    #[error("{} cannot be used: {}; {}", .0.display(), .1, advice(.1))]
    File(PathBuf, io::Error),
    /// A folder is at the path.
    #[error("{} is a folder; name a file in it, such as {}", .0.display(), .0.join("unkey.db").display())]
    Folder(PathBuf),
    /// A device, a pipe or a socket is at the path.
    #[error("{} is no regular file; name another path", .0.display())]
    Irregular(PathBuf),
    /// A folder, a device, a pipe or a link is where SQLite keeps a file beside the database.
    #[error("{} is no regular file, and SQLite keeps one of its own there; move it away, or name another database", .0.display())]
    IrregularBeside(PathBuf),
    /// The file has a second name, and SQLite would keep a log for each of them.
    #[error(
        "{} has another name as well (a hard link), and changes made by one name would be lost by the other; remove the other name, or copy the file and use the copy", .0.display()
    )]
    OtherNames(PathBuf),
    /// The file is something else, or the database of some other program. It was left as it is.
    #[error("{} is not a database of this engine and was left as it is; name another file", .0.display())]
    Foreign(PathBuf),
    /// A later version of the engine has changed the database.
    #[error("{} was changed by a later version of the engine; use that version, or name another file", .0.display())]
    Newer(PathBuf),
    /// The database says that it is the engine's, and is not what the engine makes.
    #[error(
        "{} is damaged: {}; remove the -wal and -shm files beside it and put back a backup with its key files, or name another file; what is left of it SQLite's own shell may read (sqlite3 FILE .recover)", .0.display(), .1
    )]
    Damaged(PathBuf, String),
    /// What the engine leaves beside its database is there, and the database is not.
    #[error(
        "{} is missing or empty, though its -wal or .root-key file holds something; put back the file itself, or remove the -wal and -shm files and put back a backup with its key files; to begin anew, remove all of them", .0.display()
    )]
    Emptied(PathBuf),
    /// The database cannot be used.
    #[error("{} cannot be used: {} ({})", .0.display(), Trouble::from(.1), plain(.1))]
    Database(PathBuf, rusqlite::Error),
    /// The root key's file is not what it must be.
    #[error(
        "the root key's file {} {}; put back the file that belongs to the database, from the same backup where one was put back (after its -wal and -shm files were removed), or, only where there is none, delete it: the next start makes a new root key, and the old one stops working", .0.display(), .1
    )]
    RootKeyFile(PathBuf, SecretProblem),
    /// The root key's file holds a key that the database does not know.
    #[error(
        "the root key in {} is not one of the database's; put back the file that belongs to the database, from the same backup where one was put back (after its -wal and -shm files were removed), or, only where there is none, delete it: the next start makes a new root key, and the old one stops working", .0.display()
    )]
    UnknownRootKey(PathBuf),
    /// The root key's file holds a key that may not do everything.
    #[error(
        "the root key in {} may not do everything; put back the file that belongs to the database, and give the limited key to the program that is to use it", .0.display()
    )]
    LimitedRootKey(PathBuf),
    /// The vault key's file is not what it must be.
    #[error(
        "{0}; put back the .vault-key file that belongs to the database, or move this one away: all works without it but showing recoverable keys again and making more of them"
    )]
    VaultKeyFile(String),
    /// The thread that writes cannot be started.
    #[error("the thread that writes cannot be started: {0}")]
    Thread(io::Error),
    /// The source of randomness failed.
    #[error(transparent)]
    Randomness(#[from] NoRandomness),
}

impl OpenError {
    /// Something else than a database is at `path`: some other file, or what is left of one.
    pub(crate) fn no_database(path: &Path) -> Self {
        let path = path.to_owned();
        if is_known(&path) {
            Self::Damaged(path, "it does not begin as a database does".to_owned())
        } else {
            Self::Foreign(path)
        }
    }

    /// What SQLite said of the database at `path`.
    pub(crate) fn in_database(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) => Self::no_database(&path),
            Some(rusqlite::ErrorCode::DatabaseCorrupt) => Self::Damaged(path, plain(&error)),
            _ => Self::Database(path, error),
        }
    }
}

/// What to do about an error of the operating system.
fn advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::PermissionDenied => {
            "run this as the user that owns it, or name a path that this user may use"
        }
        io::ErrorKind::NotADirectory => {
            "a part of the path is a file and no folder; name another path"
        }
        io::ErrorKind::ReadOnlyFilesystem => "name a path on a disk that takes writes",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "free some space",
        _ => "check the path, or name another",
    }
}
