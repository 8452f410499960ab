//! What an operator sees: logs, metrics and an audit trail.
//!
//! A call is written down once, as a [`CallRecord`], when it ends; [`Observer`] turns that record
//! into a log line, metrics and a line of the audit trail. Nothing here waits for whoever reads it,
//! except the audit trail, which loses nothing.

mod apart;
mod append_file;
mod audit;
mod call;
mod connected;
mod correlation;
mod hidden;
mod identity;
mod json_line;
mod log;
mod metrics;
mod metrics_endpoint;
mod observer;
mod repeats;
pub mod shown;
mod writer;

pub use self::append_file::AppendFile;
pub use self::audit::Audit;
pub use self::call::{Call, CallRecord, Outcome, UNKNOWN_TOOL};
pub use self::connected::ConnectedClient;
pub use self::correlation::{RequestId, TraceParent};
pub use self::identity::{ClientName, Fingerprint};
pub use self::log::{Format, Log, Reopener, Settings as LogSettings, tell};
pub use self::metrics::{LimitHits, Metrics};
pub use self::observer::{Observer, Settings};
