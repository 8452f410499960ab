//! The folder that holds secrets, a file for each.

mod new_file;
#[cfg(not(unix))]
mod plain;
#[cfg(unix)]
mod unix;

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use unkey_tools::types::Secret;
use zeroize::Zeroizing;

pub(crate) use self::new_file::NewFile;
#[cfg(test)]
use self::new_file::Placed;
#[cfg(not(unix))]
use self::plain::Handle;
#[cfg(unix)]
use self::unix::Handle;
use super::names::FileName;
use crate::observe::shown;

/// The longest secret that is read. Unkey takes keys of 512 letters; an address with a code is longer.
const LONGEST: u64 = 4_096;

/// Room for the longest and one letter more: a text that grew would leave copies of itself behind.
const ROOM: usize = 4_097;

/// How many names of files are looked at, to tell which there are.
const MOST_NAMES: usize = 10_000;

/// A folder that nobody else may write to, open. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Folder(Arc<Opened>);

#[derive(Debug)]
struct Opened {
    path: PathBuf,
    handle: Handle,
}

/// Why a folder is not used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FolderProblem {
    /// What the operating system says.
    #[error("the folder {} cannot be used: {error}", shown::path(.path))]
    System {
        /// The folder.
        path: PathBuf,
        /// Its words.
        error: io::Error,
    },
    /// Who may write there can put another secret in the place of one.
    #[error("others may write to the folder {}; take that right away (chmod go-w)", shown::path(.0))]
    Open(PathBuf),
    /// Its owner may do what they want with it.
    #[error("the folder {} belongs to another user, who may put there what they want", shown::path(.0))]
    Foreign(PathBuf),
}

impl FolderProblem {
    fn system(path: &Path, error: io::Error) -> Self {
        Self::System {
            path: path.to_owned(),
            error,
        }
    }
}

/// Why a secret is not read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadProblem {
    /// There is no such file.
    #[error("there is no such secret")]
    Missing,
    /// A link, a folder, a device or a pipe.
    #[error("it is no regular file")]
    Irregular,
    /// Too much to be a secret.
    #[error("it holds too much to be a secret")]
    TooLong,
    /// Nothing, or more than one line.
    #[error("it holds no secret: one line is needed")]
    NoLine,
    /// What the operating system says.
    #[error("it cannot be read: {0}")]
    System(io::Error),
}

impl Folder {
    /// Opens the folder, made for its owner alone where there is none.
    ///
    /// # Errors
    /// [`FolderProblem`] where it cannot be made or others may write to it.
    pub(crate) fn open(path: &Path) -> Result<Self, FolderProblem> {
        if let Some(found) = Self::find(path)? {
            return Ok(found);
        }
        let in_system = |error| FolderProblem::system(path, error);
        make(path).map_err(in_system)?;
        let missing = || in_system(io::ErrorKind::NotFound.into());
        Self::find(path)?.ok_or_else(missing)
    }

    /// Opens the folder; `None` where there is none.
    ///
    /// # Errors
    /// [`FolderProblem`] where others may write to it.
    pub(crate) fn find(path: &Path) -> Result<Option<Self>, FolderProblem> {
        let handle = match Handle::open(path) {
            Ok(handle) => handle,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(FolderProblem::system(path, error)),
        };
        handle.check(path)?;
        let path = path.to_owned();
        Ok(Some(Self(Arc::new(Opened { path, handle }))))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0.path
    }

    /// The path of one of its files.
    pub(crate) fn path_of(&self, name: &FileName) -> PathBuf {
        self.0.path.join(name.as_str())
    }

    /// Whether there is something of that name.
    pub(crate) fn holds(&self, name: &FileName) -> bool {
        fs::symlink_metadata(self.path_of(name)).is_ok()
    }

    /// Removes the file of that name.
    ///
    /// # Errors
    /// What the operating system says.
    pub(crate) fn remove(&self, name: &FileName) -> io::Result<()> {
        self.0.handle.remove(name.as_str())?;
        self.0.handle.sync()
    }

    /// The secret in the file of that name.
    ///
    /// # Errors
    /// [`ReadProblem`] where it holds none.
    pub(crate) fn read(&self, name: &FileName) -> Result<Secret, ReadProblem> {
        let file = match self.0.handle.open_file(name.as_str()) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(ReadProblem::Missing);
            }
            Err(error) => {
                // How the system calls a link that is not followed differs from one to the next.
                let found = fs::symlink_metadata(self.path_of(name));
                return Err(match found {
                    Ok(found) if !found.is_file() => ReadProblem::Irregular,
                    _ => ReadProblem::System(error),
                });
            }
        };
        read(&file)
    }

    /// The names of the secrets, in no order.
    pub(crate) fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0.path).into_iter().flatten().flatten();
        let names = entries.take(MOST_NAMES);
        let names = names.filter_map(|entry| entry.file_name().into_string().ok());
        names
            .filter(|name| FileName::parse(name).is_some())
            .collect()
    }
}

fn read(file: &File) -> Result<Secret, ReadProblem> {
    if !file.metadata().map_err(ReadProblem::System)?.is_file() {
        return Err(ReadProblem::Irregular);
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    let mut start = file.take(LONGEST + 1);
    start.read_to_end(&mut bytes).map_err(ReadProblem::System)?;
    if bytes.len() as u64 > LONGEST {
        return Err(ReadProblem::TooLong);
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| ReadProblem::NoLine)?;
    let line = text.trim();
    if line.is_empty() || line.contains(char::is_control) {
        return Err(ReadProblem::NoLine);
    }
    Ok(Secret::new(line))
}

fn make(path: &Path) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        // Another process made it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        made => made,
    }
}

#[cfg(test)]
mod tests;
