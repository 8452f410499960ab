//! Whether the files that SQLite has open are still the ones at their paths.
//!
//! A file that is removed or moved away stays open: what is written to it from then on is gone
//! with the process. SQLite does not look. So whoever reads has looked a moment before, and the writer
//! looks before and after each transaction.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::beside;
use super::database_file::is_irregular;
#[cfg(unix)]
use super::write_ahead_log::{Checkpoint, WriteAheadLog};
use crate::system::trouble::Trouble;

/// How long a reader relies on what was last seen of the files. Its answer promises nothing that has
/// to be on disk, and to look costs a fifth of a verification.
const RELIANCE: Duration = Duration::from_millis(10);

/// Looks after the files of one open database.
#[derive(Debug)]
pub(crate) struct Watch {
    /// `None` where the files go away with the engine and nobody else knows of them.
    files: Option<Files>,
}

#[derive(Debug)]
struct Files {
    folder: PathBuf,
    /// Nothing makes it shorter: the engine never runs VACUUM.
    database: File,
    /// SQLite's log, which stays while a connection is open.
    log: File,
    /// The index of the log, which stays as well and only grows. SQLite maps it into memory: to touch
    /// a part that was cut off ends the process.
    index: File,
    /// Where a new connection looks for what another program left undone.
    journal: PathBuf,
    #[cfg(unix)]
    content: WriteAheadLog,
    /// Whether the database was found to be damaged, which it then is for good.
    is_damaged: AtomicBool,
    /// Until when readers need not look, in milliseconds of the engine's clock.
    relied_on_until: AtomicU64,
}

/// What of the files changes with what is in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamps {
    pub(crate) database: Stamp,
    pub(crate) log: Stamp,
    /// How far the log is put into the database; `None` where that cannot be known.
    #[cfg(unix)]
    checkpoint: Option<Checkpoint>,
}

impl Stamps {
    /// Whether somebody wrote to the database's file since `seen` though nothing of the log was put
    /// there, by which alone SQLite changes it. Connections go on with what they have in memory of it,
    /// and would mix the two.
    #[cfg(unix)]
    pub(crate) fn is_overwritten_since(&self, seen: &Self) -> bool {
        let (Some(checkpoint), Some(before)) = (self.checkpoint, seen.checkpoint) else {
            return false;
        };
        let database = (self.database.length, self.database.written);
        database != (seen.database.length, seen.database.written)
            && checkpoint == before
            && !checkpoint.is_under_way()
    }

    /// Elsewhere the log's index cannot be read.
    #[cfg(not(unix))]
    pub(crate) fn is_overwritten_since(&self, _: &Self) -> bool {
        false
    }
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    identity: Identity,
    /// It was never seen longer.
    longest: AtomicU64,
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
            let found = fs::symlink_metadata(&path)?;
            Ok::<_, io::Error>(File {
                path,
                identity: Identity::of(&found),
                longest: AtomicU64::new(found.len()),
            })
        };
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        Ok(Self {
            files: Some(Files {
                folder: folder.unwrap_or(Path::new(".")).to_owned(),
                database: file(path.to_owned())?,
                log: file(beside(path, "-wal"))?,
                index: file(beside(path, "-shm"))?,
                journal: beside(path, "-journal"),
                #[cfg(unix)]
                content: WriteAheadLog::of(path)?,
                is_damaged: AtomicBool::new(false),
                relied_on_until: AtomicU64::new(0),
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

    /// The same for who only reads, at the time `now` of [`Clock::elapsed`](crate::Clock::elapsed): what
    /// was seen less than [`RELIANCE`] ago is relied on, unless anybody saw otherwise since.
    ///
    /// # Errors
    /// What has become of the files.
    pub(crate) fn check_for_reading(&self, now: Duration) -> Result<(), Trouble> {
        let Some(files) = &self.files else {
            return Ok(());
        };
        let milliseconds = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        if milliseconds(now) < files.relied_on_until.load(Ordering::Acquire) {
            return Ok(());
        }
        files.check()?;
        let until = milliseconds(now.saturating_add(RELIANCE));
        files.relied_on_until.store(until, Ordering::Release);
        Ok(())
    }

    /// Looks whether SQLite's log begins and ends as its index says. It is for the writer, before and
    /// after what it writes.
    ///
    /// # Errors
    /// [`Trouble::Damaged`] where it does not.
    pub(crate) fn check_log(&self) -> Result<(), Trouble> {
        self.files.as_ref().map_or(Ok(()), Files::check_log)
    }

    /// What changes when somebody writes to the files; `None` where nobody else can.
    ///
    /// # Errors
    /// What has become of them.
    pub(crate) fn stamps(&self) -> Result<Option<Stamps>, Trouble> {
        self.files.as_ref().map(Files::stamps).transpose()
    }

    /// Reads SQLite's log through, as the next start does.
    ///
    /// # Errors
    /// [`Trouble::Damaged`] where that would not find all that is in it.
    pub(crate) fn read_log(&self) -> Result<(), Trouble> {
        self.files.as_ref().map_or(Ok(()), Files::read_log)
    }

    /// Notes that the database is damaged: nothing is read from it or written to it any more.
    pub(crate) fn condemn(&self) {
        if let Some(files) = &self.files {
            files.is_damaged.store(true, Ordering::Release);
            files.relied_on_until.store(0, Ordering::Release);
        }
    }
}

impl Files {
    fn stamps(&self) -> Result<Stamps, Trouble> {
        let log = self.log.look(Trouble::LogLost, Trouble::LogLost)?;
        let database = self.database.look(Trouble::Missing, Trouble::Replaced)?;
        Ok(Stamps {
            database: Stamp::of(&database),
            log: Stamp::of(&log),
            #[cfg(unix)]
            checkpoint: self.content.checkpoint().ok(),
        })
    }

    #[cfg(unix)]
    fn read_log(&self) -> Result<(), Trouble> {
        judge(self.content.is_whole().ok())
    }

    #[cfg(unix)]
    fn check_log(&self) -> Result<(), Trouble> {
        judge(self.content.is_intact().ok())
    }

    #[cfg(not(unix))]
    fn check_log(&self) -> Result<(), Trouble> {
        Ok(())
    }

    #[cfg(not(unix))]
    fn read_log(&self) -> Result<(), Trouble> {
        Ok(())
    }

    fn check(&self) -> Result<(), Trouble> {
        let found = self.look();
        if found.is_err() {
            self.relied_on_until.store(0, Ordering::Release);
        }
        found
    }

    fn look(&self) -> Result<(), Trouble> {
        let database = self.database.look(Trouble::Missing, Trouble::Replaced)?;
        if self.database.is_shorter(&database) {
            return Err(Trouble::Truncated);
        }
        self.log.look(Trouble::LogLost, Trouble::LogLost)?;
        let index = self.index.look(Trouble::LogLost, Trouble::LogLost)?;
        if self.index.is_shorter(&index) {
            return Err(Trouble::IndexTruncated);
        }
        if is_irregular(&self.journal) {
            return Err(Trouble::JournalIrregular);
        }
        if self.is_damaged.load(Ordering::Acquire) {
            return Err(Trouble::Damaged);
        }
        can_write(&self.folder)
    }
}

impl File {
    /// Whether the file was longer before than it was `found` now.
    fn is_shorter(&self, found: &Metadata) -> bool {
        found.len() < self.longest.fetch_max(found.len(), Ordering::AcqRel)
    }

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

/// What it means for the database whether its log is as it was written; `None` where it cannot be
/// read.
#[cfg(unix)]
fn judge(is_sound: Option<bool>) -> Result<(), Trouble> {
    match is_sound {
        Some(true) => Ok(()),
        Some(false) => Err(Trouble::Damaged),
        None => Err(Trouble::Disk),
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

/// What of a file changes when it is written to.
#[cfg(unix)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    length: u64,
    changed: (i64, i64),
    written: (i64, i64),
}

#[cfg(unix)]
impl Stamp {
    fn of(file: &Metadata) -> Self {
        use std::os::unix::fs::MetadataExt as _;
        Self {
            length: file.len(),
            changed: (file.ctime(), file.ctime_nsec()),
            written: (file.mtime(), file.mtime_nsec()),
        }
    }
}

/// What of a file changes when it is written to.
#[cfg(not(unix))]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    length: u64,
    changed: Option<std::time::SystemTime>,
}

#[cfg(not(unix))]
impl Stamp {
    fn of(file: &Metadata) -> Self {
        Self {
            length: file.len(),
            changed: file.modified().ok(),
        }
    }
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
