//! The journal of a plan that is carried out: what is about to be called, and what came of it, each
//! on disk before anything goes on. A line for each; the lines with an `outcome` are the results.
//!
//! Whoever is killed leaves at most some calls of which it is written that they were about to be made.
//! The next one looks up what became of them.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, BufRead as _, BufReader, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::progress::{Begun, End, Made, Progresses, RowEnd, Step};
use crate::plan::file::{private, sync_folder_of};

/// A line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The number of the piece of work.
    pub item: u32,
    /// What happened.
    #[serde(flatten)]
    pub event: Event,
}

/// What happened to a piece of work.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase")]
pub(crate) enum Event {
    /// A call is about to be made.
    Begin(Begun),
    /// That call is known not to have happened.
    Unsent,
    /// That call has come to an end that nobody knows yet.
    Unknown,
    /// That call was made, and is not the last.
    Did {
        /// Which one.
        step: Step,
    },
    /// That call made a key.
    Made(Made),
    /// An import goes on row by row.
    OneByOne,
    /// What became of a row.
    Row(RowEnd),
    /// What became of it all.
    End(End),
}

/// A journal, held by one process at a time.
#[derive(Debug)]
pub(crate) struct Journal {
    path: PathBuf,
    file: File,
}

/// Why a journal cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum JournalError {
    /// Another process, or another call, carries the plan out.
    #[error("The plan is being carried out at this moment; wait until that has ended.")]
    Busy,
    /// The file could not be used.
    #[error("The plan's journal cannot be used: {0}.")]
    File(#[from] io::Error),
}

impl Journal {
    /// Opens the journal at `path` of a plan of `items` pieces, and tells how far they have come.
    ///
    /// # Errors
    /// [`JournalError`].
    pub(crate) fn open(path: &Path, items: u32) -> Result<(Self, Progresses), JournalError> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        private(&mut options);
        let file = options.open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(JournalError::Busy),
            Err(TryLockError::Error(error)) if error.kind() != io::ErrorKind::Unsupported => {
                return Err(error.into());
            }
            _ => {}
        }
        sync_folder_of(path)?;
        let mut journal = Self {
            path: path.to_owned(),
            file,
        };
        let mut progresses = Progresses::new(items);
        let whole = journal.replay(|record| note(&mut progresses, &record))?;
        // What a kill cut short was not yet relied on by anything.
        journal.file.set_len(whole)?;
        Ok((journal, progresses))
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes records down. They are on disk when this returns, and noted in `progresses`.
    ///
    /// # Errors
    /// What the operating system says.
    pub(crate) fn write(
        &mut self,
        records: &[Record],
        progresses: &mut Progresses,
    ) -> io::Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for record in records {
            serde_json::to_writer(&mut lines, record)?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines)?;
        self.file.sync_data()?;
        for record in records {
            note(progresses, record);
        }
        Ok(())
    }

    /// Shows every record to `visit`, and returns how many bytes of the file are whole.
    ///
    /// # Errors
    /// What the operating system says, and where a line is none of a journal's.
    pub(crate) fn replay(&mut self, mut visit: impl FnMut(Record)) -> io::Result<u64> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut lines = BufReader::new(&self.file);
        let mut whole = 0;
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = lines.read_until(b'\n', &mut line)?;
            if line.last() != Some(&b'\n') {
                return Ok(whole);
            }
            visit(serde_json::from_slice(&line)?);
            whole += read as u64;
        }
    }
}

/// Takes a record down in how far its piece has come.
fn note(progresses: &mut Progresses, record: &Record) {
    let number = record.item;
    match &record.event {
        Event::End(end) => progresses.settle(number, end),
        Event::Begin(begun) => {
            let piece = progresses.change(number);
            piece.checked |= begun.step == Step::Create;
            piece.begun = Some(begun.clone());
        }
        Event::Unsent => {
            let piece = progresses.change(number);
            // The key that was to be deleted is still there.
            piece.begun.take_if(|begun| begun.step != Step::Discard);
        }
        Event::Unknown => progresses.change(number).unknown += 1,
        Event::Did { step } => {
            let piece = progresses.change(number);
            piece.begun = None;
            piece.did = Some(*step);
            if *step == Step::Discard {
                piece.did = None;
                piece.made = None;
            }
        }
        Event::Made(made) => {
            let piece = progresses.change(number);
            piece.begun = None;
            piece.did = Some(Step::Create);
            piece.made = Some(made.clone());
        }
        Event::OneByOne => {
            let piece = progresses.change(number);
            piece.begun = None;
            piece.one_by_one = true;
        }
        Event::Row(row) => {
            let piece = progresses.change(number);
            piece.begun = None;
            piece.rows.insert(row.row, row.clone());
        }
    }
}
