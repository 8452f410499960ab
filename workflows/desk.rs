//! What plans need beside operations.

use std::path::PathBuf;
use std::time::Duration;

use crate::plan::file::Maker;
use crate::plan::folder::Plans;

/// What plans need beside operations.
#[derive(Clone, Debug)]
pub struct Desk {
    /// Where plans lie.
    pub plans: Plans,
    /// Who makes and applies them.
    pub maker: Maker,
    /// Which files may be imported.
    pub files: ImportFiles,
    /// Where plain texts of new keys go.
    pub secrets: Handover,
    /// How long one call may go on; clients wait only so long. None: until it is done.
    pub time: Option<Duration>,
}

/// Which files of this machine may be imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportFiles {
    /// None: the caller sits elsewhere.
    Nowhere,
    /// Those in this folder.
    In(PathBuf),
    /// Any: the caller is at the terminal, and names a path.
    Anywhere,
}

/// Where plain texts of new keys go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handover {
    /// Into the answer, as long as they are few.
    Answer,
    /// Into the answer where they are few, else into files.
    AnswerOrFiles,
    /// Into files.
    Files,
    /// Onto pages that show them once, as long as they are few.
    Pages,
}
