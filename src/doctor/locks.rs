//! Who has the engine's database open, and whether somebody keeps it from being written.

use std::path::Path;

use super::engine;
use super::report::Finding;

/// What there is to say about other processes that use the database at `path`.
#[cfg(unix)]
pub(super) async fn findings(path: &Path) -> Option<Finding> {
    if engine::is_memory(path) {
        return None;
    }
    unix::findings(path).await
}

/// Windows does not tell who holds a lock.
#[cfg(not(unix))]
pub(super) async fn findings(_path: &Path) -> Option<Finding> {
    None
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsString;
    use std::fs::File;
    use std::path::Path;
    use std::time::Duration;

    use rustix::process::{Flock, FlockOffsetType, FlockType, fcntl_getlk};

    use super::Finding;

    /// The bytes of a database that SQLite locks: whoever has it open shares a lock on some of them.
    const OF_DATABASE: (u64, u64) = (0x4000_0000, 512);

    /// The byte of the `-shm` file that whoever writes locks.
    const OF_WRITER: (u64, u64) = (120, 1);

    /// How often a lock is looked for that a write holds for a moment, and how long that takes.
    const TRIES: u32 = 30;
    const PAUSE: Duration = Duration::from_millis(50);

    /// Who holds a lock.
    struct Holder {
        /// Its number, where the system tells it: not from another container.
        process: Option<i32>,
        is_alone: bool,
    }

    pub(super) async fn findings(path: &Path) -> Option<Finding> {
        let mut index = OsString::from(path);
        index.push("-shm");
        let mut blocking = None;
        for _ in 0..TRIES {
            blocking = holder(path, OF_DATABASE)
                .filter(|holder| holder.is_alone)
                .or_else(|| holder(Path::new(&index), OF_WRITER));
            if blocking.is_none() {
                break;
            }
            tokio::time::sleep(PAUSE).await;
        }
        if let Some(holder) = blocking {
            return Some(Finding::wrong(
                "locked",
                format!(
                    "{} keeps the database locked: nothing can be written",
                    holder.name()
                ),
                "Let it finish, or end it.",
            ));
        }
        let holder = holder(path, OF_DATABASE)?;
        Some(Finding::note(
            "in-use",
            format!(
                "{} has the database open, which others may at the same time",
                holder.name()
            ),
        ))
    }

    /// Who holds a lock on these bytes, if anybody does. Closing the file again takes no lock away: this
    /// process has none.
    fn holder(path: &Path, (start, length): (u64, u64)) -> Option<Holder> {
        let file = File::open(path).ok()?;
        let wanted = Flock {
            start,
            length,
            pid: None,
            typ: FlockType::WriteLock,
            offset_type: FlockOffsetType::Set,
        };
        let found = fcntl_getlk(&file, &wanted).ok()??;
        Some(Holder {
            process: found.pid.map(|process| process.as_raw_nonzero().get()),
            is_alone: found.typ == FlockType::WriteLock,
        })
    }

    impl Holder {
        fn name(&self) -> String {
            match self.process {
                Some(number) => format!("the process {number}"),
                None => "another process".to_owned(),
            }
        }
    }
}
