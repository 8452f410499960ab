//! Where the records of calls go.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use tokio::net::TcpListener;
use tracing::{Level, error, info};

use super::audit::Audit;
use super::call::{CALLS, Call, CallRecord};
use super::connected::{ConnectedClient, LastClient};
use super::identity::ClientName;
use super::json_line::CallMembers;
use super::log::{CallsInJson, Log, Reopener, Settings as LogSettings};
use super::metrics::Metrics;
use super::metrics_endpoint;
use crate::error::StartError;
use crate::root_key::Transport;

/// What an operator wants to see.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The log.
    pub log: LogSettings,
    /// The address on which metrics are told.
    pub metrics: Option<String>,
    /// The file of the audit trail.
    pub audit: Option<PathBuf>,
}

/// Writes calls down. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Observer(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    metrics: Metrics,
    metrics_address: Option<String>,
    audit: Option<Audit>,
    /// The log's file, where there is one.
    log_file: Option<Reopener>,
    calls_in_json: Option<CallsInJson>,
    last_client: LastClient,
}

impl Observer {
    /// Opens the audit trail.
    ///
    /// # Errors
    /// Where that cannot be written: a server that should be audited does not run without it.
    pub fn new(settings: Settings, log: &Log) -> Result<Self, StartError> {
        let metrics = Metrics::new(&log.lost());
        let lost = metrics.audit_lines_lost.clone();
        let audit = settings.audit.map(|path| {
            Audit::open(path.clone(), lost).map_err(|error| StartError::AuditFile { path, error })
        });
        Ok(Self(Arc::new(Inner {
            metrics,
            metrics_address: settings.metrics,
            audit: audit.transpose()?,
            log_file: settings.log.file.map(|_| log.reopener()),
            calls_in_json: log.calls_in_json(),
            last_client: LastClient::default(),
        })))
    }

    /// What is counted.
    pub fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// Makes the files, tells metrics, and reopens files when it is asked to (SIGHUP), for as long as
    /// the runtime lives. Returns the address on which the metrics are.
    ///
    /// # Errors
    /// Where that address cannot be listened on, or the audit trail cannot be made.
    pub async fn start(&self) -> Result<Option<SocketAddr>, StartError> {
        // By itself a hang-up would end the process in the middle of a call.
        self.reopen_on_hangup();
        let listener = match &self.0.metrics_address {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        // Nothing is made before all addresses are ours.
        if let Some(audit) = &self.0.audit {
            let made = audit.make();
            made.map_err(|(path, error)| StartError::AuditFile { path, error })?;
        }
        if let Some(log) = &self.0.log_file {
            log.reopen();
        }
        let Some((listener, address)) = listener else {
            return Ok(None);
        };
        tokio::spawn(metrics_endpoint::serve(listener, self.clone()));
        Ok(Some(address))
    }

    /// Remembers that this client has connected, and no earlier one.
    pub fn connected(&self, client: Option<ClientName>) {
        if let Some(client) = client {
            self.0.last_client.note(client);
        }
    }

    /// The client that connected last.
    pub fn last_client(&self) -> Option<ConnectedClient> {
        self.0.last_client.get()
    }

    /// Begins to observe a call. It is written down when what is returned is dropped.
    pub fn begin(&self, record: CallRecord) -> Call {
        self.begin_at(Instant::now(), record)
    }

    /// The same for a call that has been under way since `started`.
    pub fn begin_at(&self, started: Instant, record: CallRecord) -> Call {
        Call::begin(self.clone(), started, record)
    }

    /// Whether there are files that a hang-up opens anew.
    pub fn has_files(&self) -> bool {
        self.0.audit.is_some() || self.0.log_file.is_some()
    }

    /// Whether anybody looks at the records of calls.
    pub fn is_watching(&self) -> bool {
        self.0.audit.is_some()
            || self.0.metrics_address.is_some()
            || tracing::enabled!(target: CALLS, Level::INFO)
    }

    /// Writes a call down: a line in the log, in the metrics, and in the audit trail.
    pub(super) fn write(&self, record: &CallRecord) {
        if self.0.metrics_address.is_some() {
            self.0.metrics.count(record);
        }
        let is_logged = tracing::enabled!(target: CALLS, Level::INFO);
        let log = self.0.calls_in_json.as_ref().filter(|_| is_logged);
        if is_logged && log.is_none() {
            in_text(record);
        }
        if log.is_none() && self.0.audit.is_none() {
            return;
        }
        let at = Timestamp::now();
        match CallMembers::of(record) {
            Ok(call) => {
                if let Some(log) = log {
                    log.write(at, &call);
                }
                if let Some(audit) = &self.0.audit {
                    audit.write(at, &call);
                }
            }
            Err(error) => error!(%error, "a call is missing in the log and the audit trail"),
        }
    }

    #[cfg(unix)]
    fn reopen_on_hangup(&self) {
        use tokio::signal::unix::{SignalKind, signal};
        let observer = self.clone();
        match signal(SignalKind::hangup()) {
            Ok(mut hangups) => {
                tokio::spawn(async move {
                    while hangups.recv().await.is_some() {
                        observer.reopen();
                    }
                });
            }
            Err(error) => error!(%error, "SIGHUP cannot be waited for: files are not reopened"),
        }
    }

    #[cfg(not(unix))]
    fn reopen_on_hangup(&self) {}

    /// Opens the files anew, after log rotation moved the old ones away.
    fn reopen(&self) {
        if !self.has_files() {
            return;
        }
        if let Some(log) = &self.0.log_file {
            log.reopen();
        }
        if let Some(audit) = &self.0.audit {
            audit.reopen();
        }
        info!("reopened the files of the log and the audit trail");
    }
}

/// Takes the address for metrics.
async fn listen(address: &str) -> Result<(TcpListener, SocketAddr), StartError> {
    let refused = |error| StartError::Metrics {
        address: address.to_owned(),
        error,
    };
    let listener = TcpListener::bind(address).await.map_err(refused)?;
    let address = listener.local_addr().map_err(refused)?;
    Ok((listener, address))
}

/// A line of the log about a call, for people.
fn in_text(record: &CallRecord) {
    info!(
        target: CALLS,
        transport = transport(record.transport),
        era = record.era,
        client = record.client.as_ref().map(ClientName::as_str),
        method = record.method,
        tool = record.tool,
        outcome = record.outcome.as_str(),
        status = record.status,
        duration_ms = record.milliseconds(),
        request_id = record.request_id.as_str(),
        unkey_request_id = record.unkey_request_id.as_ref().map(super::RequestId::as_str),
        root_key = record.root_key.as_str(),
        "call"
    );
}

/// The word for logs and metrics.
pub(super) const fn transport(transport: Transport) -> &'static str {
    match transport {
        Transport::Stdio => "stdio",
        Transport::Http => "http",
    }
}
