//! Files that hold a secret: one line, for the owner's eyes only.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use unkey_tools::types::Secret;

use super::regular_file::{self, Links};
use super::secret_text;

/// Why a secret's file is not used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SecretProblem {
    /// What the operating system says.
    #[error("cannot be used: {0}")]
    File(#[from] io::Error),
    /// It leads elsewhere: who made the link decides what is read or overwritten.
    #[error("is a symbolic link")]
    Link,
    /// A folder, a device or a pipe.
    #[error("is no regular file")]
    Irregular,
    /// Others may read it, and its owner is somebody else.
    #[error("can be read by other users, and its mode cannot be changed: {0}")]
    Open(io::Error),
    /// Nothing is in it, and something was.
    #[error("is empty")]
    Empty,
    /// There is more than one line.
    #[error("has more than one line")]
    SeveralLines,
    /// It holds something else than a secret.
    #[error("holds characters that no key has")]
    Characters,
    /// It is too short to be a secret.
    #[error("holds too little to be a key")]
    TooShort,
    /// It is too long to be a secret.
    #[error("holds too much to be a key")]
    TooLong,
}

/// A secret's file, held: no other process reads or writes it meanwhile.
#[derive(Debug)]
pub(crate) struct SecretFile {
    path: PathBuf,
    file: File,
    is_new: bool,
}

impl SecretFile {
    /// Opens the file, made empty where there is none, and waits until no other process holds it.
    ///
    /// # Errors
    /// [`SecretProblem`] where something else is at the path.
    pub(crate) fn hold(path: &Path) -> Result<Self, SecretProblem> {
        let made = options().write(true).create_new(true).open(path);
        let is_new = made.is_ok();
        let opened = made.or_else(|_| match options().write(true).create(true).open(path) {
            // What may only be read is as good as long as nothing is to be written.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => options().open(path),
            opened => opened,
        });
        let mut held = Self::check(path, opened)?;
        held.is_new = is_new;
        match held.file.lock() {
            // Some file systems know no locks. SQLite's own have to do there.
            Err(error) if error.kind() != io::ErrorKind::Unsupported => Err(error.into()),
            _ => Ok(held),
        }
    }

    /// Opens the file; `None` where there is none.
    ///
    /// # Errors
    /// [`SecretProblem`] where something else is at the path.
    pub(crate) fn find(path: &Path) -> Result<Option<Self>, SecretProblem> {
        match options().open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            opened => Self::check(path, opened).map(Some),
        }
    }

    fn check(path: &Path, opened: io::Result<File>) -> Result<Self, SecretProblem> {
        let file = regular_file::check(path, opened, Links::Refused)?;
        make_private(&file)?;
        Ok(Self {
            path: path.to_owned(),
            file,
            is_new: false,
        })
    }

    /// Whether there was no file before it was held.
    pub(crate) const fn is_new(&self) -> bool {
        self.is_new
    }

    /// The secret in it, or `None` where nothing is.
    ///
    /// # Errors
    /// [`SecretProblem`] where it holds something else.
    pub(crate) fn read(&mut self) -> Result<Option<Secret>, SecretProblem> {
        let text = regular_file::read_text(&self.file)?;
        Ok(secret_text::secret(&text)?.map(Secret::new))
    }

    /// Puts a secret into it where nothing was read. It is on disk when this returns.
    ///
    /// # Errors
    /// What the operating system says.
    pub(crate) fn write(&mut self, secret: &Secret) -> Result<(), SecretProblem> {
        // White space may be there, which counts as nothing.
        self.file.set_len(0)?;
        io::Seek::rewind(&mut self.file)?;
        self.file
            .write_all(format!("{}\n", secret.reveal()).as_bytes())?;
        self.file.sync_all()?;
        Ok(sync_folder(&self.path)?)
    }

    /// Removes it where it is new and nothing is in it.
    pub(crate) fn remove_empty(self) {
        if self.is_new && self.file.metadata().is_ok_and(|file| file.len() == 0) {
            self.remove();
        }
    }

    /// Removes it with what was written into it.
    pub(crate) fn remove(self) {
        // Left behind it is noticed by the next start.
        let _ = fs::remove_file(&self.path);
    }
}

/// How such files are opened: the one at the path and not what it links to. A new one is for its
/// owner alone.
fn options() -> OpenOptions {
    let mut options = regular_file::options(Links::Refused);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// An older file may have been made by someone who did not know what it would hold.
#[cfg(unix)]
fn make_private(file: &File) -> Result<(), SecretProblem> {
    use std::os::unix::fs::PermissionsExt as _;
    let others = file.metadata()?.permissions().mode() & 0o077;
    if others == 0 {
        return Ok(());
    }
    file.set_permissions(fs::Permissions::from_mode(0o600))
        .map_err(SecretProblem::Open)
}

#[cfg(not(unix))]
fn make_private(_: &File) -> Result<(), SecretProblem> {
    Ok(())
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
    use std::thread;

    use super::*;

    const SECRET: &str = "unkey_3ZZZrootkeyzzz";

    fn read(path: &Path) -> Result<Option<String>, SecretProblem> {
        let Some(mut file) = SecretFile::find(path)? else {
            return Ok(None);
        };
        Ok(file.read()?.map(|secret| secret.reveal().to_owned()))
    }

    #[test]
    fn a_secret_that_was_written_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("unkey.db.secret");
        assert_eq!(read(&path).unwrap(), None);
        let mut file = SecretFile::hold(&path).unwrap();
        assert_eq!(file.read().unwrap(), None);
        file.write(&Secret::new(SECRET)).unwrap();
        drop(file);
        assert_eq!(read(&path).unwrap().as_deref(), Some(SECRET));
    }

    #[test]
    fn who_comes_second_waits_for_the_first_ones_secret() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let made: Vec<bool> = thread::scope(|scope| {
            let hold = || {
                let mut file = SecretFile::hold(&path).unwrap();
                let makes = file.read().unwrap().is_none();
                if makes {
                    file.write(&Secret::new(SECRET)).unwrap();
                }
                makes
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(hold)).collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert_eq!(made.iter().filter(|makes| **makes).count(), 1);
    }

    #[test]
    fn a_file_of_white_space_or_nothing_holds_no_secret_and_a_long_one_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        fs::write(&path, "  \n").unwrap();
        assert_eq!(read(&path).unwrap(), None);
        let mut file = SecretFile::hold(&path).unwrap();
        file.read().unwrap();
        file.write(&Secret::new(SECRET)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{SECRET}\n"));
        fs::write(&path, "x".repeat(5_000)).unwrap();
        assert!(matches!(read(&path), Err(SecretProblem::TooLong)));
        fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(matches!(read(&path), Err(SecretProblem::Characters)));
    }

    #[test]
    fn a_file_without_a_secret_can_be_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        SecretFile::hold(&path).unwrap().remove_empty();
        assert!(!path.exists());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_it_however_it_was_made() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        let mode = || path.metadata().unwrap().permissions().mode() & 0o777;
        drop(SecretFile::hold(&path).unwrap());
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        drop(SecretFile::find(&path).unwrap());
        assert_eq!(mode(), 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_of_its_own_is_refused_without_waiting() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::os::unix::fs::symlink(path("elsewhere"), path("link")).unwrap();
        fs::create_dir(path("folder")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), rustix::fs::Mode::RWXU).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        assert!(matches!(
            SecretFile::hold(&path("link")),
            Err(SecretProblem::Link)
        ));
        assert!(!path("elsewhere").exists());
        for name in ["folder", "pipe", "socket"] {
            for opened in [
                SecretFile::hold(&path(name)).map(drop),
                SecretFile::find(&path(name)).map(drop),
            ] {
                assert!(
                    matches!(opened, Err(SecretProblem::Irregular)),
                    "{name}: {opened:?}"
                );
            }
        }
    }
}
