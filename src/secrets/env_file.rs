//! The operator's environment file, to which variables are added and in which none is replaced.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use unkey_tools::secrets::VARIABLE;
use unkey_tools::types::Secret;
use zeroize::Zeroizing;

use super::names::VariableName;

/// The longest file that is read.
const LONGEST: u64 = 1024 * 1024;

/// The operator's environment file. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct EnvFile {
    path: PathBuf,
    /// The names that calls under way will add.
    reserved: Arc<Mutex<Vec<VariableName>>>,
}

/// Why a variable is not added.
#[derive(Debug, thiserror::Error)]
pub(super) enum EnvProblem {
    /// It would be replaced, or count twice.
    #[error(
        "has `{0}` already, which is not replaced; choose another name, or let the user take it out"
    )]
    Taken(VariableName),
    /// Who made the link decides what is written to.
    #[error("is a symbolic link; name the file itself")]
    Link,
    /// A folder, a device or a pipe.
    #[error("is no regular file")]
    Irregular,
    /// Nobody writes such a one by hand.
    #[error("is longer than an environment file is")]
    TooLong,
    /// No form of quotes is read alike by all.
    #[error("cannot hold what has line breaks or quotes in it")]
    Unquotable,
    /// What the operating system says.
    #[error("cannot be used: {0}")]
    System(#[from] io::Error),
}

/// The right to add a variable, until it is dropped.
#[derive(Debug)]
pub(super) struct Reservation {
    file: EnvFile,
    name: VariableName,
    /// Whether there was no file before.
    is_new: bool,
}

impl EnvFile {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            path,
            reserved: Arc::default(),
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Refuses what cannot be an environment file. Nothing is made.
    ///
    /// # Errors
    /// What stands there instead.
    pub(super) fn examine(path: &Path) -> Result<(), EnvProblem> {
        match path.symlink_metadata() {
            Ok(found) if found.is_symlink() => Err(EnvProblem::Link),
            Ok(found) if !found.is_file() => Err(EnvProblem::Irregular),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Makes sure that `name` can be added.
    ///
    /// # Errors
    /// [`EnvProblem`] where it is there, or the file cannot be written.
    pub(super) fn reserve(&self, name: &VariableName) -> Result<Reservation, EnvProblem> {
        let is_new = !self.path.exists();
        let (_file, text) = self.open()?;
        let mut reserved = self.reserved();
        if defines(&text, name.as_str()) || reserved.contains(name) {
            return Err(EnvProblem::Taken(name.clone()));
        }
        reserved.push(name.clone());
        Ok(Reservation {
            file: self.clone(),
            name: name.clone(),
            is_new,
        })
    }

    /// The file, made where there is none, held against other processes, and what is in it.
    fn open(&self) -> Result<(File, Zeroizing<Vec<u8>>), EnvProblem> {
        Self::examine(&self.path)?;
        let file = options().open(&self.path)?;
        if !file.metadata()?.is_file() {
            return Err(EnvProblem::Irregular);
        }
        match file.lock() {
            Err(error) if error.kind() != io::ErrorKind::Unsupported => return Err(error.into()),
            _ => {}
        }
        make_private(&file)?;
        let mut text = Zeroizing::new(Vec::new());
        (&file).take(LONGEST + 1).read_to_end(&mut text)?;
        if text.len() as u64 > LONGEST {
            return Err(EnvProblem::TooLong);
        }
        Ok((file, text))
    }

    fn reserved(&self) -> MutexGuard<'_, Vec<VariableName>> {
        self.reserved.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reservation {
    /// How an answer names it.
    pub(super) fn reference(&self) -> String {
        format!("{VARIABLE}{}", self.name)
    }

    /// Adds the variable. It is on disk when this returns.
    ///
    /// # Errors
    /// [`EnvProblem`] where another process added it meanwhile, or it cannot be written.
    pub(super) fn add(&self, secret: &Secret) -> Result<&Path, EnvProblem> {
        let value = quoted(secret.reveal()).ok_or(EnvProblem::Unquotable)?;
        let (mut file, text) = self.file.open()?;
        if defines(&text, self.name.as_str()) {
            return Err(EnvProblem::Taken(self.name.clone()));
        }
        let end = if text.windows(2).any(|pair| pair == b"\r\n") {
            "\r\n"
        } else {
            "\n"
        };
        let before = match text.last() {
            None | Some(b'\n') => "",
            Some(_) => end,
        };
        let line = Zeroizing::new(format!("{before}{}={}{end}", self.name, &*value));
        // In one piece: half a line would be a wrong variable.
        if let Err(error) = file
            .write_all(line.as_bytes())
            .and_then(|()| file.sync_all())
        {
            let _ = file.set_len(text.len() as u64);
            return Err(error.into());
        }
        Ok(&self.file.path)
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        let mut reserved = self.file.reserved();
        reserved.retain(|name| *name != self.name);
        let is_empty = || self.file.path.metadata().is_ok_and(|file| file.len() == 0);
        if self.is_new && reserved.is_empty() && is_empty() {
            // Nobody asked for an empty file.
            let _ = std::fs::remove_file(&self.file.path);
        }
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        use rustix::fs::OFlags;
        let flags = OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY;
        options.mode(0o600).custom_flags(flags.bits().cast_signed());
    }
    options
}

/// It is about to hold a secret, whoever could read it before.
#[cfg(unix)]
fn make_private(file: &File) -> io::Result<()> {
    use std::fs::Permissions;
    use std::os::unix::fs::PermissionsExt as _;
    let others = file.metadata()?.permissions().mode() & 0o077;
    if others == 0 {
        return Ok(());
    }
    file.set_permissions(Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn make_private(_: &File) -> io::Result<()> {
    Ok(())
}

/// Whether a line of `text` may set the variable: `NAME=`, `export NAME=`, `NAME: `, however it is
/// indented. A line inside a value in quotes counts too, since nothing says where quotes end.
fn defines(text: &[u8], name: &str) -> bool {
    let text = String::from_utf8_lossy(text);
    let text = text.trim_start_matches('\u{feff}');
    text.split(['\n', '\r']).any(|line| {
        let line = line.trim_start();
        let bare = line
            .strip_prefix("export")
            .filter(|rest| rest.starts_with(char::is_whitespace));
        let line = bare.map_or(line, str::trim_start);
        let rest = line.strip_prefix(name).map(str::trim_start);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['=', ':']))
    })
}

/// The value as every reader of such files takes it.
fn quoted(value: &str) -> Option<Zeroizing<String>> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:/@%+,".contains(&byte);
    if !value.is_empty() && value.bytes().all(is_plain) {
        return Some(Zeroizing::new(value.to_owned()));
    }
    let is_quotable = !value.contains(|letter: char| letter.is_control() || letter == '\'');
    is_quotable.then(|| Zeroizing::new(format!("'{value}'")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn name(text: &str) -> VariableName {
        VariableName::parse(text).unwrap()
    }

    fn add(path: &Path, variable: &str, value: &str) -> Result<(), EnvProblem> {
        let file = EnvFile::new(path.to_owned());
        let reservation = file.reserve(&name(variable))?;
        reservation.add(&Secret::new(value)).map(drop)
    }

    #[test]
    fn a_variable_is_a_line_of_its_own_whatever_stood_at_the_end() {
        for (before, after) in [
            ("", "KEY=sk_1\n"),
            ("A=1\n", "A=1\nKEY=sk_1\n"),
            ("A=1", "A=1\nKEY=sk_1\n"),
            ("A=1\r\nB=2", "A=1\r\nB=2\r\nKEY=sk_1\r\n"),
            (
                "# KEY=1\nMY_KEY=2\nKEY_2=3\n",
                "# KEY=1\nMY_KEY=2\nKEY_2=3\nKEY=sk_1\n",
            ),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(".env");
            fs::write(&path, before).unwrap();
            add(&path, "KEY", "sk_1").unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), after);
        }
    }

    #[test]
    fn a_variable_that_is_there_is_not_replaced() {
        for line in [
            "KEY=1",
            "  KEY = 1",
            "export KEY=1",
            "export\tKEY=1",
            "\u{feff}KEY=1",
            "KEY: 1",
            "A='\nKEY=1'",
            "export KEY",
            "A=1\rKEY=2",
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(".env");
            fs::write(&path, line).unwrap();
            let added = add(&path, "KEY", "sk_1");
            assert!(
                matches!(added, Err(EnvProblem::Taken(_))),
                "{line}: {added:?}"
            );
            assert_eq!(fs::read_to_string(&path).unwrap(), line);
        }
    }

    #[test]
    fn two_calls_at_once_do_not_add_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let file = EnvFile::new(folder.path().join(".env"));
        let first = file.reserve(&name("KEY")).unwrap();
        assert!(matches!(
            file.reserve(&name("KEY")),
            Err(EnvProblem::Taken(_))
        ));
        let other = file.reserve(&name("OTHER")).unwrap();
        drop(first);
        file.reserve(&name("KEY")).unwrap();
        other.add(&Secret::new("sk")).unwrap();
        assert_eq!(fs::read_to_string(file.path()).unwrap(), "OTHER=sk\n");
    }

    #[test]
    fn a_file_that_nothing_was_added_to_is_not_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = EnvFile::new(folder.path().join(".env"));
        drop(file.reserve(&name("KEY")).unwrap());
        assert!(!file.path().exists());
        fs::write(file.path(), "").unwrap();
        drop(file.reserve(&name("KEY")).unwrap());
        assert!(file.path().exists());
    }

    #[test]
    fn a_value_is_quoted_where_a_reader_could_misread_it() {
        for (value, written) in [
            ("sk_live_1", "sk_live_1"),
            ("https://x/?a=1&b=#2", "'https://x/?a=1&b=#2'"),
            ("$HOME `id` \\", "'$HOME `id` \\'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(value).unwrap().as_str(), written);
        }
        for value in ["a\nb", "it's", "a\0"] {
            assert!(quoted(value).is_none(), "{value:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn it_is_for_its_owner_alone_and_no_link() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(".env");
        let mode = || path.metadata().unwrap().permissions().mode() & 0o777;
        add(&path, "A", "sk_1").unwrap();
        assert_eq!(mode(), 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        add(&path, "B", "sk_1").unwrap();
        assert_eq!(mode(), 0o600);
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        assert!(matches!(add(&link, "C", "sk_1"), Err(EnvProblem::Link)));
        assert!(matches!(
            add(folder.path(), "C", "x"),
            Err(EnvProblem::Irregular)
        ));
    }
}
