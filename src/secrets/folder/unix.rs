//! A folder by its descriptor: what stands at its path later does not matter.

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, openat, renameat, unlinkat};

use super::FolderProblem;

#[derive(Debug)]
pub(super) struct Handle(OwnedFd);

impl Handle {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        Ok(Self(openat(CWD, path, flags, Mode::empty())?))
    }

    /// Refuses a folder in which others may put what they want.
    pub(super) fn check(&self, path: &Path) -> Result<(), FolderProblem> {
        let in_system = |error| FolderProblem::system(path, error);
        let folder = File::from(self.0.try_clone().map_err(in_system)?);
        let found: Metadata = folder.metadata().map_err(in_system)?;
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Err(FolderProblem::Foreign(path.to_owned()));
        }
        if found.mode() & 0o022 != 0 {
            return Err(FolderProblem::Open(path.to_owned()));
        }
        Ok(())
    }

    /// Makes a file that was not there, for its owner alone.
    pub(super) fn create_file(&self, name: &str) -> io::Result<File> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        Ok(openat(&self.0, name, flags, Mode::RUSR | Mode::WUSR)?.into())
    }

    /// Opens a file to be read, and not what it links to, without waiting for the other end of a pipe.
    pub(super) fn open_file(&self, name: &str) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        Ok(openat(&self.0, name, flags | OFlags::CLOEXEC, Mode::empty())?.into())
    }

    /// Gives a file a second name, which nothing has.
    pub(super) fn link(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(linkat(&self.0, from, &self.0, to, AtFlags::empty())?)
    }

    /// Gives a file another name, whatever has it.
    pub(super) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        Ok(renameat(&self.0, from, &self.0, to)?)
    }

    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        Ok(unlinkat(&self.0, name, AtFlags::empty())?)
    }

    /// Makes new names outlive a power cut.
    pub(super) fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fsync(&self.0)?)
    }
}
