//! The path of a database, before SQLite sees it.
//!
//! SQLite takes what it finds: a file of one byte is an empty database to it, and a second name of
//! a file gets a log of its own. So what stands at the path is looked at first.

use std::ffi::OsString;
use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::system::open_error::OpenError;

/// The size of the smallest database that SQLite writes. It takes anything shorter for an empty
/// one.
const SMALLEST: u64 = 512;

/// How many links lead from a name to a file at most, as on Linux.
const LINKS: usize = 40;

/// The file beside `database` whose name ends in `suffix` as well.
pub(crate) fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(database);
    path.push(suffix);
    path.into()
}

/// The path that `path` leads to once every link on it is followed, so that a database has one set
/// of files beside it whatever name it is called by. The file need not be there, nor its folder.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, OpenError> {
    let in_file = |error| OpenError::File(path.to_owned(), error);
    let mut path_so_far = std::path::absolute(path).map_err(in_file)?;
    for _ in 0..LINKS {
        let Ok(target) = fs::read_link(&path_so_far) else {
            return resolve_folder(&path_so_far).map_err(in_file);
        };
        // A relative target starts from the link's folder; an absolute one takes its place.
        path_so_far = match path_so_far.parent() {
            Some(folder) => folder.join(target),
            None => target,
        };
    }
    Err(in_file(io::Error::other("too many symbolic links")))
}

/// Follows the links of the folders, as far as those exist.
fn resolve_folder(path: &Path) -> io::Result<PathBuf> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Ok(path.to_owned());
    };
    match fs::canonicalize(folder) {
        Ok(folder) => Ok(folder.join(name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Ok(resolve_folder(folder)?.join(name))
        }
        Err(error) => Err(error),
    }
}

/// Whether the engine has used what is at `path` before: then it is damaged, and not some other file.
/// What the engine leaves beside its database says so, when the database itself no longer does.
pub(crate) fn is_known(path: &Path) -> bool {
    has_root_key(path) || holds_something(&beside(path, "-wal"))
}

/// Whether a root key is kept for the database at `path`.
pub(crate) fn has_root_key(path: &Path) -> bool {
    holds_something(&beside(path, ".root-key"))
}

fn holds_something(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0)
}

/// Refuses what cannot become or be the engine's database. Nothing is changed.
///
/// An empty file is taken where nothing is lost with it: a start that was cut short leaves one. But
/// SQLite would remove a log that has lost its database, and with it what the log holds.
pub(crate) fn examine(path: &Path) -> Result<(), OpenError> {
    let found = match fs::metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return if holds_something(&beside(path, "-wal")) {
                Err(OpenError::Emptied(path.to_owned()))
            } else {
                Ok(())
            };
        }
        Err(error) => return Err(OpenError::File(path.to_owned(), error)),
    };
    if found.is_dir() {
        return Err(OpenError::Folder(path.to_owned()));
    }
    if !found.is_file() {
        return Err(OpenError::Irregular(path.to_owned()));
    }
    if has_other_names(&found) {
        return Err(OpenError::OtherNames(path.to_owned()));
    }
    match found.len() {
        0 if is_known(path) => Err(OpenError::Emptied(path.to_owned())),
        1..SMALLEST => Err(OpenError::no_database(path)),
        _ => Ok(()),
    }
}

#[cfg(unix)]
fn has_other_names(file: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(file) > 1
}

#[cfg(not(unix))]
fn has_other_names(_: &Metadata) -> bool {
    false
}

/// Refuses what SQLite would wait for, or remove, in the place of the files that it keeps beside the
/// database at `path`.
fn examine_beside(path: &Path) -> Result<(), OpenError> {
    for suffix in ["-journal", "-wal", "-shm"] {
        let file = beside(path, suffix);
        if is_irregular(&file) {
            return Err(OpenError::IrregularBeside(file));
        }
    }
    Ok(())
}

/// Whether something else than a regular file is at `path`, such as a pipe or a link.
pub(super) fn is_irregular(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| !found.is_file())
}

/// Checks what is at `path` and beside it, and makes its folder where there is none, for its owner
/// alone.
pub(crate) fn claim(path: &Path) -> Result<(), OpenError> {
    examine(path)?;
    examine_beside(path)?;
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    if let Some(folder) = folder.filter(|folder| !folder.exists()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(folder)
            .map_err(|error| OpenError::File(folder.to_owned(), error))?;
    }
    Ok(())
}

/// Makes the database's file where there is none, for its owner alone. SQLite would let others
/// read it.
pub(crate) fn make(path: &Path) -> Result<(), OpenError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        // One that exists must not be opened here at all: closing it again would release SQLite's
        // locks on it.
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(OpenError::File(path.to_owned(), error))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_without_links_stays_and_its_folders_need_not_exist() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        let path = root.join("deep/er/unkey.db");
        assert_eq!(resolve(&path).unwrap(), path);
        assert!(!root.join("deep").exists());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_in_chains_in_folders_and_where_they_dangle() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir(root.join("data")).unwrap();
        symlink("data", root.join("linked")).unwrap();
        symlink(root.join("linked/unkey.db"), root.join("one.db")).unwrap();
        symlink("one.db", root.join("two.db")).unwrap();
        let real = root.join("data/unkey.db");
        for name in ["one.db", "two.db", "linked/unkey.db", "data/unkey.db"] {
            assert_eq!(resolve(&root.join(name)).unwrap(), real, "{name}");
        }
        symlink("round.db", root.join("round.db")).unwrap();
        let refused = resolve(&root.join("round.db")).unwrap_err().to_string();
        assert!(refused.contains("too many symbolic links"), "{refused}");
    }

    #[test]
    fn what_is_no_database_is_refused_and_an_empty_file_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("unkey.db");
        assert!(matches!(examine(folder.path()), Err(OpenError::Folder(_))));
        for (bytes, taken) in [(0, true), (1, false), (511, false), (512, true)] {
            fs::write(&path, vec![b'x'; bytes]).unwrap();
            assert_eq!(examine(&path).is_ok(), taken, "{bytes} bytes");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_file_with_two_names_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one.db"), folder.path().join("other.db"));
        fs::write(&one, "").unwrap();
        fs::hard_link(&one, &other).unwrap();
        assert!(matches!(examine(&other), Err(OpenError::OtherNames(_))));
        fs::remove_file(&one).unwrap();
        examine(&other).unwrap();
    }
}
