//! Regular files: how they are opened where something else may be at the path, and read where they
//! are short.
//!
//! A pipe waits for its other end, a device may have none, and what is read from `/dev/stdin` is
//! what a client says.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _};
use std::path::Path;

use super::SecretProblem;

/// The longest text that is read. A secret has some forty letters, and what else is in a file of
/// settings is short.
const LONGEST: u64 = 4_096;

/// Whether a link at the path may lead elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Links {
    /// Whoever named the path made the link, or trusts who did.
    Followed,
    /// Who made the link would decide what is read or overwritten.
    Refused,
}

/// Reads a short file that the user named.
///
/// # Errors
/// [`SecretProblem`] where it is no regular file, too long or no text.
pub fn read_secret_text(path: &Path) -> Result<String, SecretProblem> {
    read_regular_text(path, LONGEST)
}

/// Reads a file that the user named, of `longest` bytes at most.
///
/// # Errors
/// [`SecretProblem`] where it is no regular file, too long or no text.
pub fn read_regular_text(path: &Path, longest: u64) -> Result<String, SecretProblem> {
    let links = Links::Followed;
    let file = check(path, options(links).open(path), links)?;
    read_up_to(&file, longest)
}

/// How such a file is opened to be read: without waiting for the other end of a pipe.
pub(super) fn options(links: Links) -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;

        use rustix::fs::OFlags;
        let mut flags = OFlags::NONBLOCK | OFlags::NOCTTY;
        if links == Links::Refused {
            flags |= OFlags::NOFOLLOW;
        }
        options.custom_flags(flags.bits().cast_signed());
    }
    options
}

/// The file that was opened, where it is a regular one.
pub(super) fn check(
    path: &Path,
    opened: io::Result<File>,
    links: Links,
) -> Result<File, SecretProblem> {
    let file = opened.map_err(|error| {
        let found = match links {
            Links::Followed => fs::metadata(path),
            Links::Refused => fs::symlink_metadata(path),
        };
        // How the system calls these differs from one to the next.
        match found {
            Ok(found) if found.is_symlink() => SecretProblem::Link,
            Ok(found) if !found.is_file() => SecretProblem::Irregular,
            _ => error.into(),
        }
    })?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(SecretProblem::Irregular)
    }
}

/// Reads the rest of the file.
pub(super) fn read_text(file: &File) -> Result<String, SecretProblem> {
    read_up_to(file, LONGEST)
}

fn read_up_to(file: &File, longest: u64) -> Result<String, SecretProblem> {
    let mut bytes = Vec::new();
    file.take(longest.saturating_add(1))
        .read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length > longest) {
        return Err(SecretProblem::TooLong);
    }
    String::from_utf8(bytes).map_err(|_| SecretProblem::Characters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_file_is_read_and_a_long_one_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        fs::write(&path, "x".repeat(4_096)).unwrap();
        assert_eq!(read_secret_text(&path).unwrap().len(), 4_096);
        fs::write(&path, "x".repeat(4_097)).unwrap();
        assert!(matches!(
            read_secret_text(&path),
            Err(SecretProblem::TooLong)
        ));
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_followed_to_a_file_and_to_nothing_else() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::write(path("file"), "text").unwrap();
        symlink(path("file"), path("link")).unwrap();
        assert_eq!(read_secret_text(&path("link")).unwrap(), "text");
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), rustix::fs::Mode::RWXU).unwrap();
        symlink(path("pipe"), path("to-pipe")).unwrap();
        let _socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
        symlink(path("socket"), path("to-socket")).unwrap();
        for irregular in [
            folder.path().to_owned(),
            path("pipe"),
            path("to-pipe"),
            path("to-socket"),
            "/dev/zero".into(),
        ] {
            let read = read_secret_text(&irregular);
            assert!(
                matches!(read, Err(SecretProblem::Irregular)),
                "{irregular:?}: {read:?}"
            );
        }
    }
}
