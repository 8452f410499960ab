//! A file that grows at its end, and that the system's log rotation may move away.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// A file that is only appended to. A new one can be read by its owner alone.
#[derive(Debug)]
pub struct AppendFile {
    path: PathBuf,
    /// `None` until it is made.
    file: Option<File>,
}

impl AppendFile {
    /// Opens the file at `path`. One that is not there is made with the first write, or where it is
    /// [asked for](Self::make): a start that comes to nothing leaves nothing behind.
    ///
    /// # Errors
    /// Where the system says so, where the file could not be made, and where something other than a
    /// file stands there: opening a pipe would wait for its reader.
    pub fn open(path: PathBuf) -> io::Result<Self> {
        let is_there = path.try_exists()?;
        if !is_there {
            can_make(&path)?;
        }
        let file = is_there.then(|| open(&path)).transpose()?;
        Ok(Self { path, file })
    }

    /// Makes the file if it is not there.
    ///
    /// # Errors
    /// Where the system says so.
    pub fn make(&mut self) -> io::Result<&mut File> {
        let file = match self.file.take() {
            Some(file) => file,
            None => open(&self.path)?,
        };
        Ok(self.file.insert(file))
    }

    /// Opens the file at the same path anew, after the old one was moved away. Until that succeeds,
    /// what is written goes to the old one.
    ///
    /// # Errors
    /// As [`AppendFile::open`].
    pub fn reopen(&mut self) -> io::Result<()> {
        self.file = Some(open(&self.path)?);
        Ok(())
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Write for AppendFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.make()?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), File::flush)
    }
}

/// Whether a file could be made at `path`.
fn can_make(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let folder = folder.unwrap_or(Path::new("."));
    if !folder.metadata()?.is_dir() {
        return Err(io::ErrorKind::NotADirectory.into());
    }
    #[cfg(unix)]
    {
        use rustix::fs::{Access, access};
        access(folder, Access::WRITE_OK | Access::EXEC_OK)?;
    }
    Ok(())
}

fn open(path: &Path) -> io::Result<File> {
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "it is not a file",
        ));
    }
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_appended_to_and_reopened_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let (path, moved) = (folder.path().join("log"), folder.path().join("log.1"));
        std::fs::write(&path, "before\n").unwrap();
        let mut file = AppendFile::open(path.clone()).unwrap();
        file.write_all(b"one\n").unwrap();
        std::fs::rename(&path, &moved).unwrap();
        file.write_all(b"two\n").unwrap();
        file.reopen().unwrap();
        file.write_all(b"three\n").unwrap();
        assert_eq!(std::fs::read(&moved).unwrap(), b"before\none\ntwo\n");
        assert_eq!(std::fs::read(&path).unwrap(), b"three\n");
    }

    #[test]
    fn a_file_that_cannot_be_reopened_stays_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let (path, moved) = (folder.path().join("log"), folder.path().join("log.1"));
        let mut file = AppendFile::open(path.clone()).unwrap();
        file.make().unwrap();
        std::fs::rename(&path, &moved).unwrap();
        std::fs::create_dir(&path).unwrap();
        assert!(file.reopen().is_err());
        file.write_all(b"still\n").unwrap();
        assert_eq!(std::fs::read(&moved).unwrap(), b"still\n");
    }

    #[test]
    fn only_a_file_will_do() {
        let folder = tempfile::tempdir().unwrap();
        assert!(AppendFile::open(folder.path().to_owned()).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut file = AppendFile::open(path.clone()).unwrap();
        assert!(
            !path.exists(),
            "it was made before anything was to be written"
        );
        file.make().unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
