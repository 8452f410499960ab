//! That what is appended to the log and the audit trail spoils no other file.

use std::fs;
use std::path::{Path, PathBuf};

use super::observer::Settings;
use super::shown;
use crate::error::StartError;

impl Settings {
    /// Whether the files of the log and the audit trail are two, and none of `others`, each of which
    /// has a word for what it is.
    ///
    /// # Errors
    /// [`StartError::Usage`] where they are not.
    pub fn check_apart(&self, others: &[(&str, PathBuf)]) -> Result<(), StartError> {
        let log = self.log.file.as_deref().map(|path| ("--log-file", path));
        let audit = self.audit.as_deref().map(|path| ("--audit", path));
        for (flag, path) in log.into_iter().chain(audit) {
            let taken = others.iter().find(|(_, other)| is_same(path, other));
            if let Some((what, _)) = taken {
                return Err(spoils(flag, path, what));
            }
        }
        match (log, audit) {
            (Some((_, log)), Some((flag, audit))) if is_same(log, audit) => {
                Err(spoils(flag, audit, "the file of --log-file"))
            }
            _ => Ok(()),
        }
    }
}

fn spoils(flag: &str, path: &Path, what: &str) -> StartError {
    let path = shown::path(path);
    StartError::Usage(format!(
        "{flag} {path} is {what}, which lines at its end would spoil; name another file"
    ))
}

/// Whether two paths lead to one file, or would once it is made.
fn is_same(one: &Path, other: &Path) -> bool {
    is_same_inode(one, other) || resolved(one) == resolved(other)
}

#[cfg(unix)]
fn is_same_inode(one: &Path, other: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let identity = |path: &Path| {
        let found = fs::metadata(path).ok()?;
        Some((found.dev(), found.ino()))
    };
    identity(one).is_some_and(|one| identity(other) == Some(one))
}

#[cfg(not(unix))]
fn is_same_inode(_: &Path, _: &Path) -> bool {
    false
}

/// The path without links, as far as it is there.
fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    if let Ok(resolved) = fs::canonicalize(&whole) {
        return resolved;
    }
    match (whole.parent(), whole.file_name()) {
        (Some(folder), Some(name)) => resolved(folder).join(name),
        _ => whole,
    }
}
