//! The audit trail: one line of JSON for each call, in a file that is only appended to.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use serde_json::json;
use tracing::error;

use super::append_file::AppendFile;
use super::json_line::CallMembers;
use super::shown;

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
}

impl Audit {
    /// Opens the trail at `path`; lines that cannot be written are counted in `lost`.
    ///
    /// # Errors
    /// Where the file cannot be opened for writing.
    pub fn open(path: PathBuf, lost: Counter) -> io::Result<Self> {
        let file = AppendFile::open(path)?;
        let state = Mutex::new(State { file, untold: 0 });
        Ok(Self { state, lost })
    }

    /// Appends the line of a call that ended `at` some time.
    pub(super) fn write(&self, at: Timestamp, call: &CallMembers) {
        if let Err(error) = self.append(call.line(&[("time", &shown_time(at))])) {
            self.lost.inc();
            error!(%error, "a call is missing in the audit trail");
        }
    }

    fn append(&self, mut line: Vec<u8>) -> io::Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
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
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = state.file.reopen() {
            let path = shown::path(state.file.path());
            error!(path, %error, "the audit trail cannot be opened anew, so the old file goes on");
        }
    }
}

fn shown_time(at: Timestamp) -> String {
    format!("{at:.3}")
}
