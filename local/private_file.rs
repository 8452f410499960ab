//! Files that hold a secret: one line, for the owner's eyes only.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use unkey_tools::types::Secret;

/// The file beside `database` whose name ends in `suffix` as well.
pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(suffix);
    path.into()
}

/// The secret in the file at `path`, or `None` where there is no file or nothing in it.
///
/// # Errors
/// What the operating system says, or `InvalidData` where it is not text.
pub(crate) fn read(path: &Path) -> io::Result<Option<Secret>> {
    match File::open(path) {
        Ok(mut file) => read_from(&mut file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The secret in the file at `path`; where there is none yet, the one that `make` makes, which is
/// on disk when this returns. Processes that come at the same time get the same secret.
///
/// # Errors
/// What the operating system or `make` says, or `InvalidData` where the file is not text.
pub(crate) fn read_or_make(
    path: &Path,
    make: impl FnOnce() -> io::Result<Secret>,
) -> io::Result<Secret> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    // An older file may have been made by someone who did not know what it would hold.
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
    // Held until the file is closed: who comes second waits and finds the first one's secret.
    file.lock()?;
    if let Some(secret) = read_from(&mut file)? {
        return Ok(secret);
    }
    let secret = make()?;
    file.write_all(format!("{}\n", secret.reveal()).as_bytes())?;
    file.sync_all()?;
    sync_folder(path)?;
    Ok(secret)
}

/// Waits until no other process holds the file at `path`, and holds it until what is returned is
/// dropped.
///
/// # Errors
/// What the operating system says.
pub(crate) fn hold(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    file.lock()?;
    Ok(file)
}

/// Removes the file at `path` where nothing is in it.
pub(crate) fn remove_empty(path: &Path) {
    let empty = std::fs::metadata(path).is_ok_and(|file| file.len() == 0);
    if empty {
        // Left behind it does no harm.
        let _ = std::fs::remove_file(path);
    }
}

fn read_from(file: &mut File) -> io::Result<Option<Secret>> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let text = text.trim();
    Ok((!text.is_empty()).then(|| Secret::new(text)))
}

/// Makes a new name in a folder outlive a power cut, where the platform can.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::thread;

    use super::*;

    #[test]
    fn a_secret_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = beside(&folder.path().join("unkey.db"), ".secret");
        assert!(path.ends_with("unkey.db.secret"));
        assert_eq!(read(&path).unwrap(), None);
        let made = read_or_make(&path, || Ok(Secret::new("first"))).unwrap();
        let found = read_or_make(&path, || panic!("made twice")).unwrap();
        assert_eq!((made.reveal(), found.reveal()), ("first", "first"));
        assert_eq!(read(&path).unwrap(), Some(made));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        read_or_make(&path, || Ok(Secret::new("x"))).unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_secret_that_cannot_be_made_leaves_nothing_to_find() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let failed = read_or_make(&path, || Err(io::Error::other("no randomness")));
        assert!(failed.is_err());
        assert_eq!(read(&path).unwrap(), None);
        let made = read_or_make(&path, || Ok(Secret::new("later"))).unwrap();
        assert_eq!(made.reveal(), "later");
    }

    #[test]
    fn all_who_come_at_once_get_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let made = AtomicU32::new(0);
        let found: Vec<String> = thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        let make = || {
                            let number = made.fetch_add(1, Ordering::Relaxed);
                            Ok(Secret::new(number.to_string()))
                        };
                        read_or_make(&path, make).unwrap().reveal().to_owned()
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(made.load(Ordering::Relaxed), 1);
        assert!(found.iter().all(|secret| secret == "0"));
    }
}
