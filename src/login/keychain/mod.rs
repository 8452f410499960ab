//! Where root keys are kept: in the system's keychain where it is the system's own, else in files.

use std::path::PathBuf;

use unkey_tools::types::Secret;

use crate::secrets::{FileName, Folder};

#[cfg(any(target_os = "macos", windows, feature = "keychain"))]
mod system;

/// The entry where nobody names another.
const DEFAULT: &str = "default";

/// One entry of the keychain.
#[derive(Clone, Debug)]
pub struct Keychain {
    name: FileName,
    /// The folder of the files, where the system has a data folder.
    folder: Option<PathBuf>,
}

/// Where a root key is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The system's keychain.
    System,
    /// A file for its owner alone.
    File(PathBuf),
}

/// Why a root key is not kept or not found.
#[derive(Debug, thiserror::Error)]
pub enum KeychainProblem {
    /// The name of an entry would lead elsewhere.
    #[error("a profile's name has letters, digits, `_`, `-` and `.`")]
    Name,
    /// The system has no data folder.
    #[error("there is no data folder on this system for the root key; use UNKEY_ROOT_KEY_FILE")]
    NoFolder,
    /// The folder or the file cannot be used.
    #[error("{0}")]
    File(String),
    /// What the system's keychain says.
    #[error("the system's keychain does not do it: {0}")]
    System(String),
}

impl Keychain {
    /// The entry of that name, in the data folder `folder` where there is no keychain.
    ///
    /// # Errors
    /// [`KeychainProblem::Name`] where that is no name.
    pub fn new(name: Option<&str>, folder: Option<PathBuf>) -> Result<Self, KeychainProblem> {
        let name = FileName::parse(name.unwrap_or(DEFAULT)).ok_or(KeychainProblem::Name)?;
        Ok(Self { name, folder })
    }

    /// The root key that is kept, and where.
    ///
    /// # Errors
    /// [`KeychainProblem`] where that cannot be found out.
    pub fn find(&self) -> Result<Option<(Secret, Place)>, KeychainProblem> {
        #[cfg(any(target_os = "macos", windows, feature = "keychain"))]
        if let Some(secret) = system::find(self.name.as_str())? {
            return Ok(Some((secret, Place::System)));
        }
        let Some(folder) = self.existing()? else {
            return Ok(None);
        };
        if !folder.holds(&self.name) {
            return Ok(None);
        }
        let path = folder.path_of(&self.name);
        let secret = folder.read(&self.name);
        let secret = secret.map_err(|problem| in_file(&path, &problem))?;
        Ok(Some((secret, Place::File(path))))
    }

    /// Keeps `secret` in the place of what is kept.
    ///
    /// # Errors
    /// [`KeychainProblem`] where it cannot.
    pub fn keep(&self, secret: &Secret) -> Result<Place, KeychainProblem> {
        #[cfg(any(target_os = "macos", windows, feature = "keychain"))]
        if system::keep(self.name.as_str(), secret)? {
            // What an earlier release kept there would be found no more.
            self.remove_file()?;
            return Ok(Place::System);
        }
        let path = self.folder.as_deref().ok_or(KeychainProblem::NoFolder)?;
        let folder = Folder::open(path).map_err(|problem| in_folder(&problem))?;
        let placed = folder
            .create()
            .and_then(|file| file.replace(secret, &self.name));
        let path = placed.map_err(|error| in_file(&folder.path_of(&self.name), &error))?;
        Ok(Place::File(path))
    }

    /// Takes out what is kept; where it was.
    ///
    /// # Errors
    /// [`KeychainProblem`] where it cannot.
    pub fn remove(&self) -> Result<Option<Place>, KeychainProblem> {
        let file = self.remove_file()?;
        #[cfg(any(target_os = "macos", windows, feature = "keychain"))]
        if system::remove(self.name.as_str())? {
            return Ok(Some(Place::System));
        }
        Ok(file)
    }

    fn remove_file(&self) -> Result<Option<Place>, KeychainProblem> {
        let Some(folder) = self.existing()?.filter(|folder| folder.holds(&self.name)) else {
            return Ok(None);
        };
        let path = folder.path_of(&self.name);
        let removed = folder.remove(&self.name);
        removed.map_err(|error| in_file(&path, &error))?;
        Ok(Some(Place::File(path)))
    }

    /// The folder, where there is one.
    fn existing(&self) -> Result<Option<Folder>, KeychainProblem> {
        match &self.folder {
            Some(path) => Folder::find(path).map_err(|problem| in_folder(&problem)),
            None => Ok(None),
        }
    }
}

fn in_folder(problem: &dyn std::error::Error) -> KeychainProblem {
    KeychainProblem::File(problem.to_string())
}

fn in_file(path: &std::path::Path, problem: &dyn std::error::Error) -> KeychainProblem {
    let path = crate::observe::shown::path(path);
    KeychainProblem::File(format!("{path}: {problem}"))
}
