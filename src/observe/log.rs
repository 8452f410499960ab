//! The log: to stderr, since stdout belongs to the protocol, or to a file.

use std::io;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::ValueEnum;
use jiff::Timestamp;
use prometheus_client::metrics::counter::Counter;
use serde_json::json;
use tracing::Level;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::{FilterExt as _, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

use super::append_file::AppendFile;
use super::call::CALLS;
use super::json_line::CallMembers;
use super::repeats::{Repeats, WINDOW};
use super::writer::{Lines, Notices, Sink, Writer};
use crate::error::StartError;

/// How long an end waits for lines to be written. Nobody may be reading them.
const LAST_LINES: Duration = Duration::from_secs(1);

/// What to log, how and where.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The least important lines that are written.
    pub level: LevelFilter,
    /// How a line looks.
    pub format: Format,
    /// The file that takes the lines; stderr does where there is none.
    pub file: Option<PathBuf>,
}

impl Settings {
    /// Lines for people, to stderr.
    pub const fn to_stderr(level: LevelFilter) -> Self {
        Self {
            level,
            format: Format::Text,
            file: None,
        }
    }
}

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// An object of JSON on each line.
    Json,
}

/// The log, started. Nobody who logs waits for it.
#[derive(Debug)]
pub struct Log {
    writer: Writer,
    format: Format,
    lost: Counter,
}

/// What reopens the log's file.
#[derive(Clone, Debug)]
pub struct Reopener(Lines);

impl Log {
    /// Starts the log.
    ///
    /// Only this program's own lines follow the level; everyone else's stop at warnings. At debug
    /// rmcp prints whole arguments and results, and those hold keys in plain text.
    ///
    /// # Errors
    /// Where the file cannot be opened, or the system gives no thread.
    pub fn start(settings: Settings) -> Result<Self, StartError> {
        let Settings {
            level,
            format,
            file,
        } = settings;
        let sink = match file {
            Some(path) => {
                let file = AppendFile::open(path.clone());
                Sink::File(file.map_err(|error| StartError::LogFile { path, error })?)
            }
            None => Sink::Stream(stderr()),
        };
        let lost = Counter::default();
        let repeats = Repeats::default();
        let notices = FormattedNotices {
            format,
            repeats: repeats.clone(),
        };
        let writer =
            Writer::start(sink, notices, lost.clone(), WINDOW).map_err(StartError::Runtime)?;
        let filter = Targets::new()
            .with_default(level.min(LevelFilter::WARN))
            // Its warnings quote what callers wrote.
            .with_target("rmcp", LevelFilter::ERROR.min(level))
            // Its errors tell of clients that hung up.
            .with_target("rmcp::service", LevelFilter::OFF)
            .with_target("rmcp::transport::async_rw", LevelFilter::OFF)
            .with_target("unkey_mcp", level)
            .with_target("unkey_local", level)
            .and(repeats);
        let lines = fmt::layer()
            .with_ansi(false)
            .with_writer(writer.lines().clone());
        let lines = match format {
            Format::Text => lines.boxed(),
            Format::Json => lines
                .json()
                .flatten_event(true)
                .with_current_span(false)
                .with_span_list(false)
                .boxed(),
        };
        // A second start in one process (tests do that) keeps the first one's log.
        let _ = tracing_subscriber::registry()
            .with(lines.with_filter(filter))
            .try_init();
        Ok(Self {
            writer,
            format,
            lost,
        })
    }

    /// Counts the lines that were lost because nobody read them, or the disk was full.
    pub fn lost(&self) -> Counter {
        self.lost.clone()
    }

    /// What reopens the log's file.
    pub fn reopener(&self) -> Reopener {
        Reopener(self.writer.lines().clone())
    }

    /// What writes calls down, where that is done in JSON.
    pub fn calls_in_json(&self) -> Option<CallsInJson> {
        (self.format == Format::Json).then(|| CallsInJson(self.writer.lines().clone()))
    }

    /// Writes what waits, for a second at most.
    pub fn end(self) {
        self.writer.end(LAST_LINES);
    }
}

/// Writes calls down in JSON, one on each line, as `tracing` would at several times the cost.
#[derive(Clone, Debug)]
pub struct CallsInJson(Lines);

impl CallsInJson {
    /// Writes a call down that ended `at` some time.
    pub(super) fn write(&self, at: Timestamp, call: &CallMembers) {
        self.0.put(call.line(&[
            ("timestamp", &format!("{at:.6}")),
            ("level", "INFO"),
            ("message", "call"),
            ("target", CALLS),
        ]));
    }
}

impl Reopener {
    /// Opens the log's file anew, after log rotation moved the old one away.
    pub fn reopen(&self) {
        self.0.reopen();
    }
}

/// Tells the person who started the program something, in a thread of its own: a stderr that nobody
/// reads must not keep the process from its end.
pub fn tell(text: String) {
    let (done, told) = std::sync::mpsc::sync_channel::<()>(0);
    let telling = std::thread::Builder::new().spawn(move || {
        use io::Write as _;
        // Nowhere is left to say that saying it failed.
        let _ = stderr().write_all(text.as_bytes());
        drop(done);
    });
    if telling.is_ok() {
        // Until it is written, or can be waited for no longer.
        let _ = told.recv_timeout(LAST_LINES);
    }
}

/// The process's stderr, without the lock of the standard library's: who waits for a reader with it
/// would hold up everyone who prints.
#[cfg(unix)]
fn stderr() -> Box<dyn super::writer::WriteDebug> {
    use std::os::fd::AsFd as _;
    match io::stderr().as_fd().try_clone_to_owned() {
        Ok(stream) => Box::new(std::fs::File::from(stream)),
        // It is closed.
        Err(_) => Box::new(io::sink()),
    }
}

/// The process's stderr.
#[cfg(not(unix))]
fn stderr() -> Box<dyn super::writer::WriteDebug> {
    Box::new(io::stderr())
}

struct FormattedNotices {
    format: Format,
    repeats: Repeats,
}

impl FormattedNotices {
    fn line(&self, level: Level, target: &str, message: &str, count: Option<u64>) -> String {
        let now = Timestamp::now();
        match self.format {
            Format::Text => format!("{now:.6} {:>5} {target}: {message}\n", level.as_str()),
            Format::Json => {
                let line = json!({
                    "timestamp": format!("{now:.6}"),
                    "level": level.as_str(),
                    "message": message,
                    "count": count,
                    "target": target,
                });
                format!("{line}\n")
            }
        }
    }
}

impl Notices for FormattedNotices {
    fn repeated(&self, end: bool) -> Vec<u8> {
        let now = (!end).then(Instant::now);
        let told = self.repeats.take(now).into_iter().map(|held| {
            let seconds = WINDOW.as_secs();
            let message = format!(
                "{} lines more in the last {seconds} s from {}",
                held.count,
                held.place.trim_start_matches("event ")
            );
            self.line(held.level, held.target, &message, Some(held.count))
        });
        told.collect::<String>().into_bytes()
    }

    fn lost(&self, lines: u64) -> Vec<u8> {
        let message = format!(
            "{lines} lines of this log were lost: they came faster than they could be written, or the disk was full"
        );
        self.line(Level::WARN, module_path!(), &message, Some(lines))
            .into_bytes()
    }

    fn not_reopened(&self, error: &io::Error) -> Vec<u8> {
        let message =
            format!("the log's file cannot be opened anew, so the old one goes on: {error}");
        self.line(Level::ERROR, module_path!(), &message, None)
            .into_bytes()
    }
}
