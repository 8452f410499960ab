//! The configuration file, read again when it changes.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use tracing::{error, info, warn};

use super::loaded::{Loaded, Requirements};
use super::problem::FileProblem;

/// How often a file is read that changes while it is read.
const TRIES: usize = 3;

/// A configuration file that may change while the process runs. Cheap to clone.
#[derive(Clone, Debug)]
pub struct LiveFile(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    requirements: Requirements,
    held: Mutex<Held>,
}

/// What was read last and found good, and what the file looked like when it was read last.
#[derive(Debug)]
struct Held {
    loaded: Arc<Loaded>,
    stamp: Option<Stamp>,
}

/// What tells one state of a file from another without reading it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    /// Device, inode and the time of the last change of either, which a copied time does not hide.
    #[cfg(unix)]
    identity: (u64, u64, i64, i64),
}

impl Stamp {
    fn of(path: &Path) -> Option<Self> {
        let found = fs::metadata(path).ok()?;
        Some(Self {
            modified: found.modified().ok(),
            length: found.len(),
            #[cfg(unix)]
            identity: {
                use std::os::unix::fs::MetadataExt as _;
                (found.dev(), found.ino(), found.ctime(), found.ctime_nsec())
            },
        })
    }
}

impl LiveFile {
    /// The file at `path`, read now.
    ///
    /// # Errors
    /// [`FileProblem`] where it cannot be read, holds what it cannot hold, or lacks what is required.
    pub fn open(path: PathBuf, requirements: Requirements) -> Result<Self, FileProblem> {
        let (loaded, stamp) = read(&path, &requirements)?;
        let held = Mutex::new(Held {
            loaded: Arc::new(loaded),
            stamp,
        });
        Ok(Self(Arc::new(Inner {
            path,
            requirements,
            held,
        })))
    }

    /// What holds now: the file as it stands, or as it last was good.
    pub fn current(&self) -> Arc<Loaded> {
        let mut held = self.held();
        let stamp = Stamp::of(&self.0.path);
        if stamp != held.stamp {
            self.read_again(&mut held, stamp);
        }
        held.loaded.clone()
    }

    /// Reads the file again, changed or not.
    pub fn reload(&self) {
        let mut held = self.held();
        self.read_again(&mut held, Stamp::of(&self.0.path));
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0.path
    }

    /// Takes what the file says now, if that is good. A file that is gone, or broken, changes nothing:
    /// otherwise whoever breaks it would lift the rules in it.
    fn read_again(&self, held: &mut Held, stamp: Option<Stamp>) {
        if stamp.is_none() {
            held.stamp = None;
            warn!("the configuration file cannot be found any more: what it said last goes on");
            return;
        }
        match read(&self.0.path, &self.0.requirements) {
            // A file that is being written begins with nothing in it.
            Ok((loaded, stamp)) if loaded.is_empty && !held.loaded.is_empty => {
                held.stamp = stamp;
                error!(
                    "the configuration file is empty, and is not taken: what it said last goes on; to \
                     lift every rule, leave a comment in it"
                );
            }
            Ok((loaded, stamp)) => {
                info!("the configuration file was read again");
                held.loaded = Arc::new(loaded);
                held.stamp = stamp;
            }
            Err(problem) => {
                // Told once for each state of the file.
                held.stamp = stamp;
                error!("{problem}; it is not taken, and what the file said last goes on");
            }
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.0.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the file again at each SIGHUP, for as long as the runtime lives.
    #[cfg(unix)]
    pub fn reload_on_hangup(&self) {
        use tokio::signal::unix::{SignalKind, signal};
        let file = self.clone();
        match signal(SignalKind::hangup()) {
            Ok(mut hangups) => {
                tokio::spawn(async move {
                    while hangups.recv().await.is_some() {
                        file.reload();
                    }
                });
            }
            Err(error) => error!(%error, "SIGHUP cannot be waited for"),
        }
    }

    /// There is no SIGHUP on this system; a change is seen before the next call.
    #[cfg(not(unix))]
    pub fn reload_on_hangup(&self) {}
}

/// Reads the file, and what it looked like meanwhile.
fn read(path: &Path, requirements: &Requirements) -> Result<(Loaded, Option<Stamp>), FileProblem> {
    let mut stamp = Stamp::of(path);
    for _ in 1..TRIES {
        let loaded = Loaded::read(path, requirements);
        let after = Stamp::of(path);
        if stamp == after {
            return loaded.map(|loaded| (loaded, after));
        }
        stamp = after;
    }
    Loaded::read(path, requirements).map(|loaded| (loaded, stamp))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULE: &str = "[policy]\nmax-writes = 1\n";
    const OTHER: &str = "[policy]\nmax-writes = 2\n";

    fn open(text: &str) -> (tempfile::TempDir, LiveFile) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, text).unwrap();
        let file = LiveFile::open(path, Requirements::default()).unwrap();
        (folder, file)
    }

    fn most(file: &LiveFile) -> Option<u32> {
        file.current().policy.max_writes().map(Into::into)
    }

    #[test]
    fn a_change_is_seen_before_the_next_call() {
        let (_folder, file) = open(RULE);
        assert_eq!(most(&file), Some(1));
        fs::write(file.path(), OTHER).unwrap();
        assert_eq!(most(&file), Some(2));
        fs::write(file.path(), "# nothing\n").unwrap();
        assert_eq!(most(&file), None);
    }

    #[test]
    fn a_change_that_keeps_length_and_time_is_seen_by_its_inode() {
        let (folder, file) = open(RULE);
        let modified = fs::metadata(file.path()).unwrap().modified().unwrap();
        let beside = folder.path().join("new");
        fs::write(&beside, OTHER).unwrap();
        let times = fs::FileTimes::new().set_modified(modified);
        fs::File::options()
            .write(true)
            .open(&beside)
            .unwrap()
            .set_times(times)
            .unwrap();
        fs::rename(&beside, file.path()).unwrap();
        assert_eq!(most(&file), Some(2));
    }

    #[test]
    fn what_is_broken_empty_or_gone_lifts_no_rule() {
        let (_folder, file) = open(RULE);
        for broken in [
            "[policy]\nmax-writ",
            "",
            " \n",
            "[policy]\nmax-writes = 0",
            "\u{0}",
        ] {
            fs::write(file.path(), broken).unwrap();
            assert_eq!(most(&file), Some(1), "{broken:?}");
            file.reload();
            assert_eq!(most(&file), Some(1), "{broken:?}");
        }
        fs::remove_file(file.path()).unwrap();
        assert_eq!(most(&file), Some(1));
        fs::write(file.path(), OTHER).unwrap();
        assert_eq!(most(&file), Some(2));
    }

    #[test]
    fn a_new_file_without_the_profile_in_use_is_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, "[profiles.prod]\n[policy]\nmax-writes = 1\n").unwrap();
        let requirements = Requirements {
            profile: Some("prod".to_owned()),
            ..Requirements::default()
        };
        let file = LiveFile::open(path, requirements).unwrap();
        fs::write(file.path(), OTHER).unwrap();
        assert_eq!(most(&file), Some(1));
    }
}
