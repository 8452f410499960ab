//! A file that is made before there is a secret to put into it.

use std::fs::File;
use std::io::{self, Seek as _, Write as _};
use std::path::PathBuf;

use unkey_tools::types::Secret;

use super::{Folder, ReadProblem};
use crate::secrets::names::{FileName, random_letters};

/// How much room is taken before there is a secret: a disk that is full is found out before a key is
/// made that nobody could keep.
const ROOM: [u8; 4_096] = [b'\n'; 4_096];

/// A file without a name that anybody uses. It is removed where no secret is put into it.
#[derive(Debug)]
pub(crate) struct NewFile {
    folder: Folder,
    file: File,
    /// Hidden, and no name of a secret.
    name: String,
}

/// Where a secret was put.
#[derive(Debug)]
pub(crate) struct Placed {
    pub(crate) name: FileName,
    pub(crate) path: PathBuf,
}

impl Folder {
    /// Makes a file for one secret.
    ///
    /// # Errors
    /// What the operating system says.
    pub(crate) fn create(&self) -> io::Result<NewFile> {
        let name = format!(".new-{}", random_letters());
        let file = self.0.handle.create_file(&name)?;
        let mut made = NewFile {
            folder: self.clone(),
            file,
            name,
        };
        made.file.write_all(&ROOM)?;
        made.file.sync_all()?;
        Ok(made)
    }
}

impl NewFile {
    /// Puts `secret` into the file and gives it the name `wanted`, or another where that is taken.
    /// It is on disk when this returns. A file that holds the same secret already is as good.
    ///
    /// # Errors
    /// What the operating system says; the file is gone then.
    pub(crate) fn keep(mut self, secret: &Secret, wanted: Option<FileName>) -> io::Result<Placed> {
        self.fill(secret)?;
        let wanted = wanted.unwrap_or_else(FileName::random);
        let name = self.rename(secret, wanted)?;
        self.folder.0.handle.sync()?;
        Ok(Placed {
            path: self.folder.path_of(&name),
            name,
        })
    }

    /// Puts `secret` into the file and gives it that name, whatever has it. It is on disk when this
    /// returns.
    ///
    /// # Errors
    /// What the operating system says; the file is gone then.
    pub(crate) fn replace(mut self, secret: &Secret, name: &FileName) -> io::Result<PathBuf> {
        self.fill(secret)?;
        self.folder.0.handle.rename(&self.name, name.as_str())?;
        self.folder.0.handle.sync()?;
        Ok(self.folder.path_of(name))
    }

    fn fill(&mut self, secret: &Secret) -> io::Result<()> {
        self.file.rewind()?;
        self.file.write_all(secret.reveal().as_bytes())?;
        self.file.set_len(secret.reveal().len() as u64)?;
        self.file.sync_all()
    }

    fn rename(&self, secret: &Secret, wanted: FileName) -> io::Result<FileName> {
        let handle = &self.folder.0.handle;
        match handle.link(&self.name, wanted.as_str()) {
            // The hidden name goes when this is dropped.
            Ok(()) => return Ok(wanted),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if is_same(self.folder.read(&wanted), secret) {
                    return Ok(wanted);
                }
            }
            // Some file systems know no second names.
            Err(_) => {}
        }
        let name = FileName::random();
        handle.rename(&self.name, name.as_str())?;
        Ok(name)
    }
}

fn is_same(found: Result<Secret, ReadProblem>, secret: &Secret) -> bool {
    found.is_ok_and(|found| found == *secret)
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // It is gone already where it was renamed.
        let _ = self.folder.0.handle.remove(&self.name);
    }
}
