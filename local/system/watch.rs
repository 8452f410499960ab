//! Whether the files that SQLite has open are still the ones at their paths.
//!
//! A file that is removed or moved away stays open: what is written to it from then on is gone
//! with the process. SQLite does not look. So whoever reads looks before, and the writer
//! before and after each transaction, which costs a few microseconds.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::beside;
use crate::system::trouble::Trouble;

/// Looks after the files of one open database.
#[derive(Debug)]
pub(crate) struct Watch {
    /// `None` where the files go away with the engine and nobody else knows of them.
    files: Option<Files>,
}

#[derive(Debug)]
struct Files {
    folder: PathBuf,
    database: File,
    /// The database has never been shorter. Nothing makes it so: the engine never runs VACUUM.
    length: AtomicU64,
    /// SQLite's log and the index of it, which stay while a connection is open.
    beside: [File; 2],
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    identity: Identity,
}

impl Watch {
    /// Looks after nothing.
    pub(crate) const fn nothing() -> Self {
        Self { files: None }
    }

    /// Looks after the database at `path`, which a connection has open and has read from.
    ///
    /// # Errors
    /// What the operating system says where one of the files is not there.
    pub(crate) fn over(path: &Path) -> io::Result<Self> {
        let file = |path: PathBuf| {
            let identity = Identity::of(&fs::symlink_metadata(&path)?);
            Ok::<_, io::Error>(File { path, identity })
        };
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        Ok(Self {
            files: Some(Files {
                folder: folder.unwrap_or(Path::new(".")).to_owned(),
                database: file(path.to_owned())?,
                length: AtomicU64::new(0),
                beside: [file(beside(path, "-wal"))?, file(beside(path, "-shm"))?],
            }),
        })
    }

    /// Looks whether all files are where and what they were.
    ///
    /// # Errors
    /// What has become of them.
    pub(crate) fn check(&self) -> Result<(), Trouble> {
        self.files.as_ref().map_or(Ok(()), Files::check)
    }
}

impl Files {
    fn check(&self) -> Result<(), Trouble> {
        let length = self
            .database
            .look(Trouble::Missing, Trouble::Replaced)?
            .len();
        if length < self.length.fetch_max(length, Ordering::AcqRel) {
            return Err(Trouble::Truncated);
        }
        for file in &self.beside {
            file.look(Trouble::LogLost, Trouble::LogLost)?;
        }
        can_write(&self.folder)
    }
}

impl File {
    fn look(&self, missing: Trouble, replaced: Trouble) -> Result<Metadata, Trouble> {
        // A link to where the file was moved is no less a loss: the log stays behind.
        match fs::symlink_metadata(&self.path) {
            Ok(found) if Identity::of(&found) == self.identity => Ok(found),
            Ok(_) => Err(replaced),
            Err(error) => Err(match error.kind() {
                io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => missing,
                _ => Trouble::Unreachable,
            }),
        }
    }
}

/// Whether SQLite could make its files anew in that folder.
#[cfg(unix)]
fn can_write(folder: &Path) -> Result<(), Trouble> {
    use rustix::fs::{Access, access};
    access(folder, Access::WRITE_OK | Access::EXEC_OK).map_err(|_| Trouble::ReadOnly)
}

#[cfg(not(unix))]
fn can_write(_: &Path) -> Result<(), Trouble> {
    Ok(())
}

/// What tells a file from every other that is there at the same time.
#[cfg(unix)]
#[derive(Debug, PartialEq, Eq)]
struct Identity {
    device: u64,
    inode: u64,
}

#[cfg(unix)]
impl Identity {
    fn of(file: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            device: file.dev(),
            inode: file.ino(),
        }
    }
}

/// What tells a file from most others. Windows, besides, does not let go of a file that is open.
#[cfg(not(unix))]
#[derive(Debug, PartialEq, Eq)]
struct Identity(Option<std::time::SystemTime>);

#[cfg(not(unix))]
impl Identity {
    fn of(file: &Metadata) -> Self {
        Self(file.created().ok())
    }
}
