//! The folder of plans: who finds which, how long they last, and how many there may be.

use std::fs::{self, DirBuilder};
use std::io;
use std::path::{Path, PathBuf};

use super::file::{Header, Maker, PlanFile, PlanWriter};

/// How long a plan can be begun: what it saw of keys grows old.
pub(crate) const LIFE_MS: i64 = 24 * 3_600_000;

/// How long the way back stays open.
pub(crate) const UNDO_LIFE_MS: i64 = 30 * 24 * 3_600_000;

/// How long what was begun, and its journal, are kept.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// How many plans there may be, and how many of one maker: whoever can make one more can fill a disk.
const MOST: usize = 1_000;
const MOST_OF_ONE: usize = 100;

/// A folder of plans.
#[derive(Clone, Debug)]
pub struct Plans {
    folder: PathBuf,
}

/// How many plans there are.
#[derive(Default)]
struct Left {
    all: usize,
    of_maker: usize,
}

/// Why there is no plan.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlanError {
    /// No such plan, or one of somebody else's: which of the two is nobody's business.
    #[error(
        "There is no such plan of this root key on this Unkey: make one with keys_plan; a plan \
         is only for whoever made it."
    )]
    Unknown,
    /// It is too old.
    #[error(
        "The plan is too old to be begun: what it saw may have changed. Make it again with keys_plan."
    )]
    Expired,
    /// There are too many.
    #[error(
        "There are too many plans already; what was not begun goes after a day. Wait until then."
    )]
    Full,
    /// A file could not be used.
    #[error("The plans in {} cannot be used: {error}.", folder.display())]
    File {
        /// The folder.
        folder: PathBuf,
        /// What the system says.
        error: io::Error,
    },
}

impl Plans {
    /// The folder at `folder`, which is made when it is first needed.
    pub const fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.folder
    }

    /// Begins a plan, and returns its id beside it.
    ///
    /// # Errors
    /// [`PlanError`]: there are too many, or the folder cannot be used.
    pub(crate) fn begin(&self, maker: &Maker, now: i64) -> Result<(String, PlanWriter), PlanError> {
        self.make()?;
        let left = self
            .prune(maker, now)
            .map_err(|error| self.trouble(error))?;
        if left.all >= MOST || left.of_maker >= MOST_OF_ONE {
            return Err(PlanError::Full);
        }
        let id = new_id().map_err(|error| self.trouble(error))?;
        let writer = PlanWriter::begin(&self.file(&id)).map_err(|error| self.trouble(error))?;
        Ok((id, writer))
    }

    /// Begins the plan of that id anew; whatever was there goes when it is finished.
    ///
    /// # Errors
    /// As [`Plans::begin`].
    pub(crate) fn begin_as(&self, id: &str) -> Result<PlanWriter, PlanError> {
        self.make()?;
        PlanWriter::begin(&self.file(id)).map_err(|error| self.trouble(error))
    }

    /// Puts a plan where it can be found. It is on disk when this returns.
    ///
    /// # Errors
    /// [`PlanError::File`].
    pub(crate) fn finish(&self, writer: PlanWriter, header: Header) -> Result<(), PlanError> {
        let header = Header {
            items: writer.items(),
            ..header
        };
        let path = self.file(&header.id);
        let finished = writer.finish(&path, &header);
        finished.map_err(|error| self.trouble(error))
    }

    /// The plan of that id, where `maker` made it.
    ///
    /// # Errors
    /// [`PlanError`]: there is none for this caller, it is too old to be begun, or it cannot be read.
    pub(crate) fn find(&self, id: &str, maker: &Maker, now: i64) -> Result<PlanFile, PlanError> {
        if !is_id(id) {
            return Err(PlanError::Unknown);
        }
        let plan = PlanFile::open(&self.file(id)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => PlanError::Unknown,
            _ => self.trouble(error),
        })?;
        if plan.header.maker != *maker {
            return Err(PlanError::Unknown);
        }
        // What was begun is better brought to its end, however late: each key is looked at anyway.
        if now > plan.header.expires_at && !plan.journal().exists() {
            return Err(PlanError::Expired);
        }
        Ok(plan)
    }

    /// Removes what is too old, and counts what is left.
    fn prune(&self, maker: &Maker, now: i64) -> io::Result<Left> {
        let mut left = Left::default();
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let ends_in = |extension| path.extension().is_some_and(|end| end == extension);
            if ends_in("json") {
                // A file that cannot be read is somebody's; it is not for us to remove.
                let until = PlanFile::open(&path).map(|plan| {
                    left.of_maker += usize::from(plan.header.maker == *maker);
                    if plan.journal().exists() {
                        plan.header.made_at.max(plan.header.expires_at) + KEPT_MS
                    } else {
                        plan.header.expires_at
                    }
                });
                if until.is_ok_and(|until| now > until) {
                    fs::remove_file(&path)?;
                    let _ = fs::remove_file(path.with_extension("journal"));
                } else {
                    left.all += 1;
                }
            } else if (ends_in("items") || ends_in("new")) && is_forgotten(&path, now) {
                let _ = fs::remove_file(&path);
            }
        }
        Ok(left)
    }

    fn make(&self) -> Result<(), PlanError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let made = builder.create(&self.folder);
        made.map_err(|error| self.trouble(error))
    }

    fn file(&self, id: &str) -> PathBuf {
        self.folder.join(format!("{id}.json"))
    }

    /// Why the folder, or a file in it, cannot be used.
    pub(crate) fn trouble(&self, error: io::Error) -> PlanError {
        PlanError::File {
            folder: self.folder.clone(),
            error,
        }
    }
}

/// The id of the plan that takes the plan `id` back.
pub(crate) fn undo_id(id: &str) -> String {
    format!("{id}{UNDO}")
}

/// What the id of a plan ends in that takes another back.
const UNDO: &str = "_undo";

/// Whether `id` can be one of ours: it becomes a file's name.
fn is_id(id: &str) -> bool {
    let fits = |letter: u8| letter.is_ascii_alphanumeric() || letter == b'_';
    id.starts_with("plan_") && id.len() <= 64 && id.bytes().all(fits)
}

fn new_id() -> io::Result<String> {
    let mut bytes = [0; 6];
    getrandom::fill(&mut bytes).map_err(|error| io::Error::other(error.to_string()))?;
    let digits = bytes.iter().map(|byte| format!("{byte:02x}"));
    Ok(format!("plan_{}", digits.collect::<String>()))
}

/// Whether a file that was being written was left a day ago.
fn is_forgotten(path: &Path, now: i64) -> bool {
    let written = path.metadata().and_then(|file| file.modified());
    let written = written.ok().and_then(|when| {
        let since = when.duration_since(std::time::UNIX_EPOCH).ok()?;
        i64::try_from(since.as_millis()).ok()
    });
    written.is_some_and(|written| now - written > LIFE_MS)
}
