//! Reading and replacing a configuration as a whole: it is there either as it was or as it is to be.

use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::Builder;

use crate::observe::shown;

/// The longest configuration that is read. Claude Code's, which holds more than settings, grows to some
/// megabytes.
const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// How many backups there may be beside a configuration.
const MAX_BACKUPS: u32 = 99;

/// Why a configuration was neither read nor written.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// It is a link that leads nowhere.
    #[error("it is a link that leads to no file; delete the link, or make what it leads to")]
    NoTarget,
    /// It is no regular file.
    #[error("it is no file, or none that can be read as one")]
    Irregular,
    /// It is too long.
    #[error("it is longer than {} MiB, which no configuration is", MAX_BYTES >> 20)]
    TooLong,
    /// It is no text.
    #[error("it is not written in UTF-8; save it as UTF-8 and run this again")]
    NoText,
    /// It may not be changed.
    #[error("it is read-only; make it writable (chmod u+w) if it is you who should change it")]
    ReadOnly,
    /// Somebody else changed it.
    #[error("it was changed meanwhile, and is left as it is now; run this again")]
    Changed,
    /// There are too many backups.
    #[error("there are {MAX_BACKUPS} backups beside it; delete those that nobody needs")]
    Backups,
    /// The system refused something.
    #[error("{0}")]
    System(#[from] io::Error),
}

/// A configuration as it lies there.
#[derive(Debug)]
pub(crate) struct Lying {
    /// The file itself, where a link leads to it.
    path: PathBuf,
    /// What is in it; nothing where there is no file.
    pub(crate) text: Option<String>,
}

impl Lying {
    /// Reads the configuration at `path`.
    pub(crate) fn read(path: &Path) -> Result<Self, Problem> {
        let found = match fs::metadata(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if fs::symlink_metadata(path).is_ok() {
                    return Err(Problem::NoTarget);
                }
                let path = path.to_owned();
                return Ok(Self { path, text: None });
            }
            Err(error) => return Err(error.into()),
        };
        if !found.is_file() {
            return Err(Problem::Irregular);
        }
        if found.len() > MAX_BYTES {
            return Err(Problem::TooLong);
        }
        let text = String::from_utf8(fs::read(path)?).map_err(|_| Problem::NoText)?;
        Ok(Self {
            path: fs::canonicalize(path)?,
            text: Some(text),
        })
    }

    /// Whether the file may not be changed.
    pub(crate) fn is_read_only(&self) -> bool {
        fs::metadata(&self.path).is_ok_and(|found| found.permissions().readonly())
    }

    /// Puts `text` in its place, and returns where what was there is kept.
    pub(super) fn replace(&self, text: &str) -> Result<Option<PathBuf>, Problem> {
        if self.is_read_only() {
            return Err(Problem::ReadOnly);
        }
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        // For its owner alone, until it gets the mode of what it replaces.
        let mut new = Builder::new().prefix(".unkey-mcp-").tempfile_in(folder)?;
        new.write_all(text.as_bytes())?;
        if self.text.is_some() {
            keep_owner(new.as_file(), &fs::metadata(&self.path)?)?;
        }
        new.as_file().sync_all()?;
        if Self::read(&self.path)?.text != self.text {
            return Err(Problem::Changed);
        }
        let backup = self
            .text
            .as_deref()
            .map(|old| self.back_up(old))
            .transpose()?;
        new.persist(&self.path).map_err(|error| error.error)?;
        Ok(backup)
    }

    /// Keeps `old` beside the file, over nothing else.
    fn back_up(&self, old: &str) -> Result<PathBuf, Problem> {
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        for number in 1..=MAX_BACKUPS {
            let ending = if number == 1 {
                String::new()
            } else {
                number.to_string()
            };
            let path = self.path.with_file_name(format!("{name}.bak{ending}"));
            let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    // The same may have been kept before.
                    if fs::read(&path).is_ok_and(|kept| kept == old.as_bytes()) {
                        return Ok(path);
                    }
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            // Before anything is in it: there may be keys.
            keep_owner(&file, &fs::metadata(&self.path)?)?;
            file.write_all(old.as_bytes())?;
            file.sync_all()?;
            return Ok(path);
        }
        Err(Problem::Backups)
    }
}

/// Gives `file` to whom the other belongs, with the same rights: whoever runs this may be another user.
#[cfg(unix)]
fn keep_owner(file: &File, other: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) != (other.uid(), other.gid()) {
        fchown(file, Some(other.uid()), Some(other.gid()))?;
    }
    file.set_permissions(Permissions::from_mode(other.mode() & 0o7777))
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _other: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// A path as it is shown, with `~` for the home folder.
pub(crate) fn shown_path(path: &Path, home: &Path) -> String {
    match path.strip_prefix(home) {
        Ok(rest) if !home.as_os_str().is_empty() => {
            format!("~{}{}", std::path::MAIN_SEPARATOR, shown::path(rest))
        }
        _ => shown::path(path),
    }
}
