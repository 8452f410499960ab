//! The embedded engine's file and its disk, looked at from outside: opening it would make it.

use std::fs::{self, File, Metadata};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::key;
use super::report::Finding;
use crate::observe::shown;

/// What a database of SQLite's begins with.
const BEGINNING: &[u8] = b"SQLite format 3\0";

/// The least room on a disk that lets an engine work for a while, in bytes.
const LEAST_ROOM: u64 = 64 * 1024 * 1024;

const MIB: u64 = 1024 * 1024;

/// What there is to say about the engine's file at `path`.
pub(super) fn findings(path: &Path) -> Vec<Finding> {
    if is_memory(path) {
        return vec![Finding::ok(
            "engine",
            "it keeps nothing: its data ends with the process",
        )];
    }
    let Ok(found) = fs::metadata(path) else {
        return missing(path);
    };
    let shown = shown::path(path);
    if !found.is_file() {
        return vec![Finding::wrong(
            "engine",
            format!("{shown} is no file"),
            "Name a file with --local=PATH.",
        )];
    }
    let mut findings = Vec::new();
    if is_read_only(path, &found) {
        findings.push(Finding::wrong(
            "read-only",
            format!("{shown} is read-only for you"),
            format!("Make it writable: chmod u+w {shown}"),
        ));
    }
    findings.extend(of_folder(folder(path)));
    if found.len() > 0 && !is_database(path) {
        findings.push(Finding::wrong(
            "engine",
            format!("{shown} is no database of SQLite's"),
            "Name another file with --local=PATH, or bring the right one back from a backup.",
        ));
    }
    findings.extend(key::of_owner(root_key_file(path)));
    if findings.is_empty() {
        let room =
            room(folder(path)).map(|bytes| format!("; its disk has {} MiB left", bytes / MIB));
        findings.push(Finding::ok(
            "engine",
            format!(
                "{shown}, {} KiB{}",
                found.len() / 1024,
                room.unwrap_or_default()
            ),
        ));
    }
    findings
}

/// Whether the engine keeps nothing.
pub(super) fn is_memory(path: &Path) -> bool {
    path == Path::new(":memory:")
}

/// Where the engine at `path` keeps its own root key.
pub(super) fn root_key_file(path: &Path) -> Option<PathBuf> {
    let mut name = path.file_name().filter(|_| !is_memory(path))?.to_owned();
    name.push(".root-key");
    Some(path.with_file_name(name))
}

/// What there is to say where no file is.
fn missing(path: &Path) -> Vec<Finding> {
    let folder = folder(path);
    // The data folder's own is made when it is needed.
    let is_ours = folder.ends_with("unkey-mcp");
    if !folder.is_dir() && !is_ours {
        return vec![Finding::wrong(
            "local-missing",
            format!("--local: there is no folder {}", shown::path(folder)),
            "Make the folder, or name another file with --local=PATH.",
        )];
    }
    let mut findings = of_folder(folder);
    findings.push(Finding::note(
        "engine",
        format!(
            "{} is not there yet; the first call makes it",
            shown::path(path)
        ),
    ));
    findings
}

/// The folder that the file is in.
fn folder(path: &Path) -> &Path {
    let parent = path.parent();
    let named = parent.filter(|folder| !folder.as_os_str().is_empty());
    named.unwrap_or(Path::new("."))
}

/// What is wrong with the folder, in which the engine makes files beside its own, and with its disk.
fn of_folder(folder: &Path) -> Vec<Finding> {
    let Ok(found) = fs::metadata(folder) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    if is_read_only(folder, &found) {
        let shown = shown::path(folder);
        findings.push(Finding::wrong(
            "read-only",
            format!("the folder {shown} is read-only for you: the engine makes files in it"),
            format!("Make it writable: chmod u+w {shown}"),
        ));
    }
    findings.extend(room(folder).and_then(scarce));
    findings
}

/// What there is to say about a disk with so many bytes left.
fn scarce(bytes: u64) -> Option<Finding> {
    (bytes < LEAST_ROOM).then(|| {
        Finding::wrong(
            "disk-full",
            format!("the engine's disk has {} MiB left", bytes / MIB),
            "Free some space, or name a file on another disk with --local=PATH.",
        )
    })
}

/// Whether nothing can be written there: by the mode, or by what the system says (another's file, a disk
/// that is mounted to be read).
#[cfg(unix)]
fn is_read_only(path: &Path, found: &Metadata) -> bool {
    use rustix::fs::{Access, access};
    found.permissions().readonly() || access(path, Access::WRITE_OK).is_err()
}

#[cfg(not(unix))]
fn is_read_only(_path: &Path, found: &Metadata) -> bool {
    // Of a folder it means something else there.
    found.is_file() && found.permissions().readonly()
}

/// How many bytes the disk of a folder has left, where that can be known.
#[cfg(unix)]
fn room(folder: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(folder).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
fn room(_folder: &Path) -> Option<u64> {
    None
}

fn is_database(path: &Path) -> bool {
    let mut start = [0; BEGINNING.len()];
    let read = File::open(path).and_then(|mut file| file.read_exact(&mut start));
    read.is_ok() && start == BEGINNING
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_that_is_all_but_full_is_told() {
        assert!(scarce(LEAST_ROOM - 1).is_some_and(|finding| finding.is_wrong()));
        assert!(scarce(LEAST_ROOM).is_none());
    }
}
