//! What is known of one call when it ends.

use std::time::{Duration, Instant};

use serde::{Serialize, Serializer};

use super::correlation::RequestId;
use super::identity::{ClientName, Fingerprint};
use super::observer::Observer;
use crate::root_key::Transport;

/// The target of the lines about calls: one for each call, so they are never held back.
pub(super) const CALLS: &str = "unkey_mcp::calls";

/// One call, as it is logged, counted and audited. It holds no argument, no result and no key.
#[derive(Clone, Debug, Serialize)]
pub struct CallRecord {
    /// How the caller is connected.
    pub transport: Transport,
    /// What was asked for: a method of MCP, `v2` for Unkey's own API, or `http` for a request that
    /// was refused before anybody knew.
    pub method: &'static str,
    /// The version of MCP that the client speaks.
    pub era: Option<&'static str>,
    /// What the client calls itself.
    pub client: Option<ClientName>,
    /// The tool, or [`UNKNOWN_TOOL`].
    pub tool: Option<&'static str>,
    /// How it ended.
    pub outcome: Outcome,
    /// The HTTP status of Unkey's answer, or of our own where nothing was sent.
    pub status: Option<u16>,
    /// How long it took; in milliseconds where it is written down.
    #[serde(rename = "duration_ms", serialize_with = "milliseconds")]
    pub duration: Duration,
    /// Its name in our logs.
    pub request_id: RequestId,
    /// Its name in Unkey's logs.
    pub unkey_request_id: Option<RequestId>,
    /// Whose root key it came with.
    pub root_key: Fingerprint,
    /// How many requests were sent to Unkey for it.
    #[serde(skip)]
    pub attempts: u32,
}

/// Stands for all names that no tool has: what callers make up is no label of a metric.
pub const UNKNOWN_TOOL: &str = "unknown";

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// With a result.
    Ok,
    /// Unkey refused it.
    Refused,
    /// Something answered that does not speak as Unkey does.
    Garbled,
    /// No connection to Unkey came about.
    Unreachable,
    /// The connection broke before the answer was whole.
    Broken,
    /// The answer did not come in time.
    TimedOut,
    /// The request to Unkey could not be made.
    Unsendable,
    /// The arguments or the root key were wrong, and nothing was sent.
    Mistake,
    /// A person has to agree first: the question was handed over, and nothing was sent.
    Asked,
    /// Nobody agreed, and nothing was sent.
    Unconfirmed,
    /// There is no such tool for this caller.
    UnknownTool,
    /// The operator's policy refuses it.
    Policy,
    /// It was shown and not made.
    DryRun,
    /// Too much is under way.
    Busy,
    /// This server refused the HTTP request: its host, origin, form or size.
    Denied,
    /// The client cancelled it, or went away.
    Cancelled,
    /// The server stopped before it ended.
    Stopped,
    /// Unkey carried it out, and the secret that it brought could not be kept.
    Lost,
    /// The program has a fault.
    Panicked,
}

impl Outcome {
    /// The word for logs and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Refused => "refused",
            Self::Garbled => "garbled",
            Self::Unreachable => "unreachable",
            Self::Broken => "broken",
            Self::TimedOut => "timed_out",
            Self::Unsendable => "unsendable",
            Self::Mistake => "mistake",
            Self::Asked => "asked",
            Self::Unconfirmed => "unconfirmed",
            Self::UnknownTool => "unknown_tool",
            Self::Policy => "policy",
            Self::DryRun => "dry_run",
            Self::Busy => "busy",
            Self::Denied => "denied",
            Self::Cancelled => "cancelled",
            Self::Stopped => "stopped",
            Self::Lost => "lost",
            Self::Panicked => "panicked",
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl CallRecord {
    /// A record of a call that begins now.
    pub fn new(transport: Transport, method: &'static str, request_id: RequestId) -> Self {
        Self {
            transport,
            method,
            era: None,
            client: None,
            tool: None,
            // Whoever gives a call up drops it, and says nothing.
            outcome: Outcome::Cancelled,
            status: None,
            duration: Duration::ZERO,
            request_id,
            unkey_request_id: None,
            root_key: Fingerprint::NONE,
            attempts: 0,
        }
    }

    /// The call's duration in milliseconds, to the microsecond.
    pub(super) fn milliseconds(&self) -> f64 {
        in_milliseconds(self.duration)
    }
}

fn in_milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

fn milliseconds<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(in_milliseconds(*duration))
}

/// A call under way. It is written down when it is dropped, whatever the reason.
#[derive(Debug)]
pub struct Call {
    /// What is known so far.
    pub record: CallRecord,
    started: Instant,
    observer: Observer,
}

impl Call {
    /// Begins to observe the call that `record` describes.
    pub(super) fn begin(observer: Observer, started: Instant, record: CallRecord) -> Self {
        observer.metrics().calls_in_flight.inc();
        Self {
            record,
            started,
            observer,
        }
    }

    /// Notes how the call ended.
    pub fn end(&mut self, outcome: Outcome) {
        self.record.outcome = outcome;
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        self.observer.metrics().calls_in_flight.dec();
        self.record.duration = self.started.elapsed();
        if std::thread::panicking() {
            self.record.outcome = Outcome::Panicked;
        }
        self.observer.write(&self.record);
    }
}
