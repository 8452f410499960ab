//! The audit trail: one line of JSON for each call, in a file that is only appended to.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use serde_json::json;
use tracing::error;

use super::append_file::AppendFile;
use super::json_line::CallMembers;
use super::shown;

/// How often the log is told at most that lines are lost.
const REPEAT: Duration = Duration::from_mins(1);

/// An audit trail. A line is in the file before the call is answered, or its loss is told: in the
/// log at once, and in the file as soon as that can be written again.
#[derive(Debug)]
pub struct Audit {
    state: Mutex<State>,
    lost: Counter,
}

#[derive(Debug)]
struct State {
    file: AppendFile,
    /// Lines lost that the file does not tell of yet.
    untold: u64,
    /// When the log was told last, and how many lines were lost since.
    told: Option<Instant>,
    unlogged: u64,
}

impl Audit {
    /// Opens the trail at `path`; lines that cannot be written are counted in `lost`.
    ///
    /// # Errors
    /// Where the file cannot be opened for writing.
    pub fn open(path: PathBuf, lost: Counter) -> io::Result<Self> {
        let file = AppendFile::open(path)?;
        let state = Mutex::new(State {
            file,
            untold: 0,
            told: None,
            unlogged: 0,
        });
        Ok(Self { state, lost })
    }

    /// Makes the file if it is not there.
    ///
    /// # Errors
    /// Where that cannot be done, with its path.
    pub(super) fn make(&self) -> Result<(), (PathBuf, io::Error)> {
        let mut state = self.state();
        let made = state.file.make().map(drop);
        made.map_err(|error| (state.file.path().to_owned(), error))
    }

    /// Appends the line of a call that ended `at` some time.
    pub(super) fn write(&self, at: Timestamp, call: &CallMembers) {
        if let Err(error) = self.append(call.line(&[("time", &shown_time(at))])) {
            self.lost.inc();
            if let Some(calls) = self.state().lost_until(Instant::now()) {
                error!(%error, calls, "calls are missing in the audit trail");
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn append(&self, mut line: Vec<u8>) -> io::Result<()> {
        let mut state = self.state();
        if state.untold > 0 {
            // The last line may be there in part: it is closed first.
            let told = json!({"time": shown_time(Timestamp::now()), "lost": state.untold});
            line.splice(..0, format!("\n{told}\n").into_bytes());
        }
        let written = state.file.write_all(&line);
        state.untold = match written {
            Ok(()) => 0,
            Err(_) => state.untold + 1,
        };
        written
    }

    /// Opens the file anew, after log rotation moved the old one away.
    pub(super) fn reopen(&self) {
        let mut state = self.state();
        if let Err(error) = state.file.reopen() {
            let path = shown::path(state.file.path());
            error!(path, %error, "the audit trail cannot be opened anew, so the old file goes on");
        }
    }
}

impl State {
    /// Notes that one more line is lost. How many the log is to be told of now, if it is.
    fn lost_until(&mut self, now: Instant) -> Option<u64> {
        self.unlogged += 1;
        let rests = |at| now.saturating_duration_since(at) < REPEAT;
        if self.told.is_some_and(rests) {
            return None;
        }
        self.told = Some(now);
        Some(std::mem::take(&mut self.unlogged))
    }
}

fn shown_time(at: Timestamp) -> String {
    format!("{at:.3}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_is_told_once_a_minute_with_how_many() {
        let folder = tempfile::tempdir().unwrap();
        let file = AppendFile::open(folder.path().join("audit")).unwrap();
        let mut state = State {
            file,
            untold: 0,
            told: None,
            unlogged: 0,
        };
        let start = Instant::now();
        assert_eq!(state.lost_until(start), Some(1));
        for second in 1..60 {
            assert_eq!(state.lost_until(start + Duration::from_secs(second)), None);
        }
        assert_eq!(state.lost_until(start + REPEAT), Some(60));
    }
}
