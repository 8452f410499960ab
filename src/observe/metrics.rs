//! What is counted, for Prometheus. Labels are words of this program's own, never values.

use jiff::Timestamp;
use prometheus_client::encoding::{EncodeLabelSet, prometheus_text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::call::CallRecord;
use super::observer::transport;

/// From a look-up in the embedded engine to a call that ran out of time.
const SECONDS: [f64; 13] = [
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0,
];

/// What is counted.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    calls: Family<CallLabels, Counter>,
    durations: Family<ToolLabels, Histogram, fn() -> Histogram>,
    upstream_attempts: Counter,
    upstream_retries: Counter,
    /// How often limits were reached.
    pub limit_hits: LimitHits,
    /// Connections that are open.
    pub connections_open: Gauge,
    /// Bytes of requests' bodies that are held.
    pub body_bytes: Gauge,
    /// Calls that have begun and not ended.
    pub calls_in_flight: Gauge,
    /// Lines that the audit trail lacks.
    pub audit_lines_lost: Counter,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    transport: &'static str,
    era: &'static str,
    method: &'static str,
    tool: &'static str,
    outcome: &'static str,
    status: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ToolLabels {
    method: &'static str,
    tool: &'static str,
}

/// How often each limit was reached. Cheap to clone: all clones count together.
#[derive(Clone, Debug, Default)]
pub struct LimitHits(Family<LimitLabels, Counter>);

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct LimitLabels {
    limit: &'static str,
}

impl LimitHits {
    /// Makes the series of these limits, at zero: an alert on a series that is not there yet misses
    /// the first hit.
    pub fn declare(&self, limits: impl IntoIterator<Item = &'static str>) {
        for limit in limits {
            drop(self.0.get_or_create(&LimitLabels { limit }));
        }
    }

    /// Counts that the limit of that name was reached.
    pub fn count(&self, limit: &'static str) {
        self.0.get_or_create(&LimitLabels { limit }).inc();
    }
}

impl Metrics {
    /// Everything at zero, but for the lines that the log lost.
    pub(super) fn new(log_lines_lost: &Counter) -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            calls: Family::default(),
            durations: Family::new_with_constructor(|| Histogram::new(SECONDS)),
            upstream_attempts: Counter::default(),
            upstream_retries: Counter::default(),
            limit_hits: LimitHits::default(),
            connections_open: Gauge::default(),
            body_bytes: Gauge::default(),
            calls_in_flight: Gauge::default(),
            audit_lines_lost: Counter::default(),
        };
        metrics.register();
        metrics.register_plain(log_lines_lost);
        metrics
    }

    fn register(&mut self) {
        let started: Gauge = Gauge::default();
        started.set(Timestamp::now().as_second());
        self.registry.register_with_unit(
            "process_start_time",
            "When the process started, in seconds since 1970",
            Unit::Seconds,
            started,
        );
        let own = self.registry.sub_registry_with_prefix("unkey_mcp");
        let version = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        own.register("build", "The version that runs", version);
        own.register("calls", "Calls that ended", self.calls.clone());
        let durations = self.durations.clone();
        own.register_with_unit(
            "call_duration",
            "How long calls took",
            Unit::Seconds,
            durations,
        );
        let limits = self.limit_hits.0.clone();
        own.register("limit_hits", "How often a limit was reached", limits);
        let bytes = self.body_bytes.clone();
        own.register_with_unit(
            "body",
            "What is held of requests' bodies",
            Unit::Bytes,
            bytes,
        );
    }

    /// The metrics without labels and units.
    fn register_plain(&mut self, log_lines_lost: &Counter) {
        let own = self.registry.sub_registry_with_prefix("unkey_mcp");
        for (name, help, gauge) in [
            ("calls_in_flight", "Calls under way", &self.calls_in_flight),
            (
                "connections_open",
                "Connections that are open",
                &self.connections_open,
            ),
        ] {
            own.register(name, help, gauge.clone());
        }
        for (name, help, counter) in [
            (
                "upstream_attempts",
                "Requests sent to Unkey",
                &self.upstream_attempts,
            ),
            (
                "upstream_retries",
                "Requests to Unkey beyond a call's first",
                &self.upstream_retries,
            ),
            (
                "log_lines_lost",
                "Lines that the log lost because nobody took them",
                log_lines_lost,
            ),
            (
                "audit_lines_lost",
                "Lines that could not be written to the audit trail",
                &self.audit_lines_lost,
            ),
        ] {
            own.register(name, help, counter.clone());
        }
    }

    /// Counts a call that ended.
    pub(super) fn count(&self, record: &CallRecord) {
        let tool = record.tool.unwrap_or_default();
        // What answers in Unkey's place may make statuses up.
        let status = record
            .status
            .filter(|status| (200..600).contains(status))
            .map_or(0, u32::from);
        let labels = CallLabels {
            transport: transport(record.transport),
            era: record.era.unwrap_or_default(),
            method: record.method,
            tool,
            outcome: record.outcome.as_str(),
            status,
        };
        self.calls.get_or_create(&labels).inc();
        let labels = ToolLabels {
            method: record.method,
            tool,
        };
        self.durations
            .get_or_create(&labels)
            .observe(record.duration.as_secs_f64());
        self.upstream_attempts.inc_by(record.attempts.into());
        self.upstream_retries
            .inc_by(record.attempts.saturating_sub(1).into());
    }

    /// Everything in Prometheus' text format.
    pub(super) fn encode(&self) -> Result<String, std::fmt::Error> {
        let mut text = String::new();
        prometheus_text::encode(&mut text, &self.registry)?;
        Ok(text)
    }
}
