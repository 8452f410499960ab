//! SQLite's log, compared with what its index says of it.
//!
//! A process that has the database open takes the index (`-shm`) at its word and keeps pages in
//! memory: it goes on where the log (`-wal`) was cut short or written over. The next start reads the
//! log alone, and knows nothing of what is no longer in it. So the two are compared, as far as a
//! transaction can afford; the formats are those of <https://www.sqlite.org/walformat.html>.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::beside;

/// The head of the index; it is there twice, so that a reader notices when it is being written.
const INDEX_HEAD: usize = 48;

/// The head of the log, and of each of its frames.
const HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// Where the index says how far the log is put into the database, behind its two heads: the frames
/// that are, and behind the marks and locks of readers those that are or soon will be.
const CHECKPOINT: usize = 2 * INDEX_HEAD;
const CHECKPOINT_ATTEMPTED: usize = CHECKPOINT + 32;

/// How often the two are compared while others write.
const TRIES: usize = 8;

/// The log of an open database, and its index.
#[derive(Debug)]
pub(super) struct WriteAheadLog {
    log: File,
    /// Closing any descriptor of it releases the locks that SQLite holds on it in this process, so
    /// it is kept as long as the connections are.
    index: File,
}

/// What the index says of the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Index {
    frames: u32,
    page_size: usize,
    /// Of the last frame.
    checksum: Checksum,
    salt: [u8; 8],
}

/// How far a log is put into its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Checkpoint {
    /// Each log has its own.
    salt: [u8; 8],
    done: [u8; 4],
    attempted: [u8; 4],
}

impl Checkpoint {
    fn read(head: &[u8]) -> Option<Self> {
        Some(Self {
            salt: *head.get(32..40)?.first_chunk()?,
            done: *head.get(CHECKPOINT..)?.first_chunk()?,
            attempted: *head.get(CHECKPOINT_ATTEMPTED..)?.first_chunk()?,
        })
    }

    /// Whether somebody is putting it there, or was interrupted.
    pub(super) fn is_under_way(self) -> bool {
        self.done != self.attempted
    }
}

impl WriteAheadLog {
    /// Those of the database at `path`, which a connection has open.
    pub(super) fn of(path: &Path) -> io::Result<Self> {
        Ok(Self {
            log: File::open(beside(path, "-wal"))?,
            index: File::open(beside(path, "-shm"))?,
        })
    }

    /// Whether the log begins and ends as the index says. Costs a few microseconds.
    pub(super) fn is_intact(&self) -> io::Result<bool> {
        self.compare(|index| self.has_ends(index))
    }

    /// Whether a start that reads the log from its beginning would find all that is in the index.
    /// Reads all of it.
    pub(super) fn is_whole(&self) -> io::Result<bool> {
        self.compare(|index| Ok(self.has_ends(index)? && self.has_frames(index)?))
    }

    /// How far the log is put into the database.
    pub(super) fn checkpoint(&self) -> io::Result<Checkpoint> {
        let mut head = [0; CHECKPOINT_ATTEMPTED + 4];
        self.index.read_exact_at(&mut head, 0)?;
        Checkpoint::read(&head).ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }

    /// Whether the log is as the index says by `check`. It changes meanwhile where somebody writes,
    /// and then is looked at again.
    fn compare(&self, check: impl Fn(&Index) -> io::Result<bool>) -> io::Result<bool> {
        for _ in 0..TRIES {
            let Some(index) = self.index()? else {
                continue;
            };
            let is_right = match check(&index) {
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => false,
                checked => checked?,
            };
            if index.frames == 0 || is_right {
                return Ok(true);
            }
            if self.index()? == Some(index) {
                return Ok(false);
            }
        }
        // Nothing is known against it.
        Ok(true)
    }

    /// `None` where it is being written, or is what SQLite itself does not take and makes anew.
    fn index(&self) -> io::Result<Option<Index>> {
        let mut twice = [0; 2 * INDEX_HEAD];
        match self.index.read_exact_at(&mut twice, 0) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        let (first, second) = twice.split_at(INDEX_HEAD);
        Ok((first == second).then(|| Index::read(first)).flatten())
    }

    fn has_ends(&self, index: &Index) -> io::Result<bool> {
        let mut head = [0; HEAD];
        self.log.read_exact_at(&mut head, 0)?;
        if head.get(16..24) != Some(&index.salt) || Checksum::of_head(&head).is_none() {
            return Ok(false);
        }
        let mut frame = [0; FRAME_HEAD];
        self.log.read_exact_at(&mut frame, index.start_of_last())?;
        let is_there = self.log.metadata()?.len() >= index.start_of_last() + index.frame_size();
        Ok(is_there && index.owns(&frame) && Checksum::of_frame(&frame) == Some(index.checksum))
    }

    fn has_frames(&self, index: &Index) -> io::Result<bool> {
        let mut head = [0; HEAD];
        self.log.read_exact_at(&mut head, 0)?;
        let Some((mut checksum, order)) = Checksum::of_head(&head) else {
            return Ok(false);
        };
        let mut bytes = vec![0; FRAME_HEAD + index.page_size];
        let mut at = HEAD as u64;
        for _ in 0..index.frames {
            self.log.read_exact_at(&mut bytes, at)?;
            at += index.frame_size();
            let (frame, page) = bytes.split_at(FRAME_HEAD);
            checksum.add(frame.get(..8).unwrap_or_default(), order);
            checksum.add(page, order);
            if !index.owns(frame) || Checksum::of_frame(frame) != Some(checksum) {
                return Ok(false);
            }
        }
        Ok(checksum == index.checksum)
    }
}

impl Index {
    fn read(head: &[u8]) -> Option<Self> {
        let mut checksum = Checksum::default();
        checksum.add(head.get(..40)?, u32::from_ne_bytes);
        let is_valid =
            *head.get(12)? != 0 && Checksum::at(head, 40, u32::from_ne_bytes)? == checksum;
        let page_size = u16::from_ne_bytes(*head.get(14..16)?.first_chunk()?);
        is_valid.then_some(Self {
            frames: u32::from_ne_bytes(*head.get(16..20)?.first_chunk()?),
            // 65,536 does not fit, and is written as 1.
            page_size: usize::from(page_size & 0xfe00) + (usize::from(page_size & 1) << 16),
            checksum: Checksum::at(head, 24, u32::from_ne_bytes)?,
            salt: *head.get(32..40)?.first_chunk()?,
        })
    }

    fn frame_size(&self) -> u64 {
        (FRAME_HEAD + self.page_size) as u64
    }

    fn start_of_last(&self) -> u64 {
        HEAD as u64 + u64::from(self.frames.saturating_sub(1)) * self.frame_size()
    }

    /// Whether a frame is of this log, and not left over from the one before.
    fn owns(&self, frame: &[u8]) -> bool {
        frame.get(8..16) == Some(&self.salt)
    }
}

/// How a file writes numbers.
type Order = fn([u8; 4]) -> u32;

/// SQLite's checksum, which goes on from frame to frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Checksum(u32, u32);

impl Checksum {
    /// That of the log's head, and how numbers are read for those that follow; `None` where it is
    /// not right.
    fn of_head(head: &[u8; HEAD]) -> Option<(Self, Order)> {
        let order: Order = match u32::from_be_bytes(*head.first_chunk()?) {
            0x377f_0682 => u32::from_le_bytes,
            0x377f_0683 => u32::from_be_bytes,
            _ => return None,
        };
        let mut checksum = Self::default();
        checksum.add(head.get(..24)?, order);
        (Self::at(head, 24, u32::from_be_bytes)? == checksum).then_some((checksum, order))
    }

    /// The one that a frame's head holds.
    fn of_frame(frame: &[u8]) -> Option<Self> {
        Self::at(frame, 16, u32::from_be_bytes)
    }

    fn at(bytes: &[u8], at: usize, order: Order) -> Option<Self> {
        let (first, second) = (bytes.get(at..)?, bytes.get(at + 4..)?);
        Some(Self(
            order(*first.first_chunk()?),
            order(*second.first_chunk()?),
        ))
    }

    fn add(&mut self, bytes: &[u8], order: Order) {
        for [first, second] in bytes.as_chunks::<4>().0.as_chunks::<2>().0 {
            self.0 = self.0.wrapping_add(order(*first)).wrapping_add(self.1);
            self.1 = self.1.wrapping_add(order(*second)).wrapping_add(self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use rusqlite::Connection;

    use super::*;

    /// A database whose log holds something, and that log.
    fn database() -> (tempfile::TempDir, PathBuf, Connection, WriteAheadLog) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("unkey.db");
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "journal_mode", "WAL").unwrap();
        db.pragma_update(None, "synchronous", "OFF").unwrap();
        db.execute_batch("CREATE TABLE numbers (number)").unwrap();
        for number in 0..100 {
            db.execute("INSERT INTO numbers VALUES (?1)", [number])
                .unwrap();
        }
        let log = WriteAheadLog::of(&path).unwrap();
        let wal = beside(&path, "-wal");
        (folder, wal, db, log)
    }

    #[test]
    fn what_sqlite_wrote_is_whole_before_and_after_checkpoints() {
        let (_folder, _, db, log) = database();
        for mode in ["PASSIVE", "RESTART", "TRUNCATE"] {
            assert!(
                log.is_intact().unwrap() && log.is_whole().unwrap(),
                "{mode}"
            );
            db.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(()))
                .unwrap();
            assert!(
                log.is_intact().unwrap() && log.is_whole().unwrap(),
                "{mode}"
            );
            db.execute("INSERT INTO numbers VALUES (0)", []).unwrap();
            assert!(
                log.is_intact().unwrap() && log.is_whole().unwrap(),
                "{mode}"
            );
        }
    }

    #[test]
    fn a_log_that_was_cut_short_or_begins_or_ends_otherwise_is_not_intact() {
        let (_folder, wal, _db, log) = database();
        let bytes = std::fs::read(&wal).unwrap();
        let overwrite = |bytes: &[u8]| {
            let file = File::options().write(true).open(&wal).unwrap();
            file.set_len(bytes.len() as u64).unwrap();
            file.write_all_at(bytes, 0).unwrap();
        };
        for length in [0, 31, 32, 4_000, bytes.len() / 2, bytes.len() - 1] {
            overwrite(&bytes[..length]);
            assert!(!log.is_intact().unwrap(), "{length}");
        }
        for zeros in [
            0..bytes.len(),
            0..32,
            20..21,
            bytes.len() - 4_120..bytes.len(),
        ] {
            let mut spoilt = bytes.clone();
            spoilt[zeros.clone()].fill(0);
            overwrite(&spoilt);
            assert!(!log.is_intact().unwrap(), "{zeros:?}");
        }
        overwrite(&bytes);
        assert!(log.is_intact().unwrap());
    }

    #[test]
    fn a_frame_in_the_middle_that_was_changed_is_found_by_reading_all() {
        let (_folder, wal, _db, log) = database();
        let file = File::options().write(true).open(&wal).unwrap();
        file.write_all_at(&[0; 4_096], 32 + 24 + 4_120).unwrap();
        assert!(log.is_intact().unwrap());
        assert!(!log.is_whole().unwrap());
    }

    #[test]
    fn the_log_is_never_blamed_while_others_write() {
        let (_folder, _, db, log) = database();
        std::thread::scope(|scope| {
            let writer = scope.spawn(move || {
                db.pragma_update(None, "wal_autocheckpoint", 3).unwrap();
                for number in 0..1_000 {
                    db.execute("INSERT INTO numbers VALUES (?1)", [number])
                        .unwrap();
                }
            });
            while !writer.is_finished() {
                assert!(log.is_intact().unwrap() && log.is_whole().unwrap());
            }
        });
    }
}
