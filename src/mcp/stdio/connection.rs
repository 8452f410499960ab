//! The SDK's transport over two streams of lines.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::future::{Future, pending, ready};
use std::time::Duration;

use rmcp::model::{self, ErrorCode};
use rmcp::service::{RoleServer, RxJsonRpcMessage, TxJsonRpcMessage};
use rmcp::transport;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

use super::lines::{Line, Lines};
use super::outbox::Outbox;
use crate::mcp::message::{self, Incoming, MAX_MESSAGE_BYTES, Message, Refusal};
use crate::observe::{CallRecord, Observer, Outcome, RequestId};
use crate::root_key::Transport;

/// How many bytes may wait to be written before nothing more is read.
const MAX_UNWRITTEN_BYTES: usize = 1024 * 1024;

/// How many bytes the requests under way may have before nothing more is read.
const MAX_REQUEST_BYTES: usize = 32 * 1024 * 1024;

/// How long the client may read nothing of what is written last.
const LAST_WRITE: Duration = Duration::from_secs(2);

/// How long nothing may come before a server that stops takes it that nothing does: what a client had
/// sent by then is answered.
const QUIET: Duration = Duration::from_millis(50);

/// When a connection ends.
#[derive(Clone, Debug)]
pub(super) struct End {
    /// Cancelled when the connection is to end once nothing is under way. Until then requests are still
    /// read and answered: calls are refused, and answers and cancellations reach those under way.
    pub(super) stopping: CancellationToken,
    /// How long the requests under way then have to be answered.
    pub(super) drain: Duration,
    /// Cancelled when the requests under way are to be given up.
    pub(super) ended: CancellationToken,
}

/// One client.
pub(super) struct Connection<R> {
    lines: Lines<R>,
    /// Empty once closed.
    outbox: Option<Outbox>,
    /// The bytes of the requests under way, by their id as JSON.
    under_way: BTreeMap<String, usize>,
    /// Whether the client has shaken hands.
    handshaken: bool,
    end: End,
    /// How many requests may be under way before nothing more is read.
    max_requests: usize,
    /// Whether more may come.
    open: bool,
    /// Since when the requests under way are the last, or the server stops.
    draining: Option<Instant>,
    /// Told of what is refused.
    observer: Observer,
}

impl<R: AsyncRead + Unpin + Send> Connection<R> {
    pub(super) fn new(
        reader: R,
        writer: impl AsyncWrite + Unpin + Send + 'static,
        end: End,
        max_requests: usize,
        observer: Observer,
    ) -> Self {
        Self {
            lines: Lines::new(reader, MAX_MESSAGE_BYTES),
            outbox: Some(Outbox::new(writer, end.ended.clone())),
            under_way: BTreeMap::new(),
            handshaken: false,
            end,
            max_requests,
            open: true,
            draining: None,
            observer,
        }
    }

    /// The next line, once there is room for what comes of it; nothing where there will be none.
    async fn line(&mut self) -> Option<Line> {
        // A request that was answered has this called anew, so that it need not be watched for.
        let busy = self.under_way.len() >= self.max_requests
            || self.under_way.values().sum::<usize>() >= MAX_REQUEST_BYTES;
        let outbox = self.outbox.as_ref()?;
        let lines = &mut self.lines;
        let next = async {
            if busy {
                pending::<()>().await;
            }
            outbox.room(MAX_UNWRITTEN_BYTES).await;
            lines.next().await
        };
        match next.await {
            Ok(Line::End) => None,
            Ok(line) => Some(line),
            Err(error) => {
                error!(%error, "cannot read stdin");
                None
            }
        }
    }

    /// The next line; nothing where there will be none, and what was asked is answered or given up.
    async fn next(&mut self) -> Option<Line> {
        let stopping = self.end.stopping.clone();
        while self.open && !stopping.is_cancelled() {
            tokio::select! {
                biased;
                () = stopping.cancelled() => {}
                line = self.line() => match line {
                    Some(line) => return Some(line),
                    None => self.open = false,
                },
            }
        }
        let begun = *self.draining.get_or_insert_with(Instant::now);
        loop {
            let idle = self.under_way.is_empty();
            if idle && !self.open {
                return None;
            }
            let left = self.end.drain.saturating_sub(begun.elapsed());
            let left = if idle { left.min(QUIET) } else { left };
            let open = self.open;
            // An answer has this called anew.
            tokio::select! {
                biased;
                () = tokio::time::sleep(left) => break,
                line = self.line(), if open => match line {
                    Some(line) => return Some(line),
                    None => self.open = false,
                },
            }
        }
        if !self.under_way.is_empty() {
            warn!(
                requests = self.under_way.len(),
                "gave up requests that took too long"
            );
            self.end.ended.cancel();
        }
        None
    }

    /// The message for the SDK that a line is; nothing where it was answered or needs no answer.
    fn judge(&mut self, line: &Line) -> Option<RxJsonRpcMessage<RoleServer>> {
        let incoming = match line {
            Line::Whole(line) => message::parse(line),
            Line::TooLong(beginning) => {
                Incoming::Refused(message::too_long(beginning, MAX_MESSAGE_BYTES))
            }
            Line::End => Incoming::Blank,
        };
        match incoming {
            Incoming::Request(request) => match self.admit(&request) {
                Ok(()) => {
                    let Line::Whole(line) = line else {
                        return None;
                    };
                    self.under_way.insert(request.id(), line.len());
                    self.give(request)
                }
                Err(refusal) => self.refuse(&refusal),
            },
            Incoming::Notification(notification) => {
                if let Some(id) = notification.cancels() {
                    // The SDK never answers a request that was cancelled.
                    self.under_way.remove(&id);
                }
                self.give(notification)
            }
            Incoming::Response(response) => self.give(response),
            Incoming::Refused(refusal) => self.refuse(&refusal),
            Incoming::Blank => None,
        }
    }

    /// Whether a request may go on to the SDK.
    fn admit(&mut self, request: &Message) -> Result<(), Refusal> {
        let id = request.id();
        if self.under_way.contains_key(&id) {
            let message = "a request with this `id` is under way, and goes on; give each its own";
            return Err(Refusal::new(
                Some(id),
                ErrorCode::INVALID_REQUEST,
                message.to_owned(),
            ));
        }
        match request.method() {
            "initialize" => self.handshaken = true,
            "ping" | "server/discover" => {}
            _ if self.handshaken || request.own_version().is_some() => {}
            _ => {
                let message = "send `initialize` first; a client of 2026-07-28 or later puts \
                               io.modelcontextprotocol/protocolVersion and \
                               io.modelcontextprotocol/clientCapabilities into params._meta instead";
                return Err(Refusal::new(
                    Some(id),
                    ErrorCode::INVALID_PARAMS,
                    message.to_owned(),
                ));
            }
        }
        Ok(())
    }

    fn give(&mut self, message: Message) -> Option<RxJsonRpcMessage<RoleServer>> {
        let id = message.id();
        match serde_json::from_value(message.into_value()) {
            Ok(message) => Some(message),
            // It is a request, and the SDK takes any that has the form that was checked.
            Err(_) if self.under_way.remove(&id).is_some() => {
                // The error may quote what was sent.
                error!("the SDK does not take a request that was found good");
                let message = "the server cannot read this request; please report it";
                let refusal = Refusal::new(Some(id), ErrorCode::INTERNAL_ERROR, message.to_owned());
                self.refuse(&refusal)
            }
            Err(_) => {
                debug!("passed over a message that nobody waits for");
                None
            }
        }
    }

    fn refuse(&mut self, refusal: &Refusal) -> Option<RxJsonRpcMessage<RoleServer>> {
        let record = CallRecord::new(Transport::Stdio, "message", RequestId::new());
        self.observer.begin(record).end(Outcome::Denied);
        if let Some(outbox) = &self.outbox {
            outbox.add(refusal.to_json().into_bytes());
        }
        None
    }
}

impl<R: AsyncRead + Unpin + Send> transport::Transport<RoleServer> for Connection<R> {
    type Error = Infallible;

    fn send(
        &mut self,
        item: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), Infallible>> + Send + 'static {
        if let Some(id) = answered(&item) {
            self.under_way.remove(&id);
        }
        match (serde_json::to_vec(&item), &self.outbox) {
            (Ok(line), Some(outbox)) => outbox.add(line),
            (Err(error), _) => error!(%error, "cannot write an answer as JSON"),
            (Ok(_), None) => debug!("an answer came after the end"),
        }
        ready(Ok(()))
    }

    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        while !self.end.ended.is_cancelled() {
            let line = self.next().await?;
            if let Some(message) = self.judge(&line) {
                return Some(message);
            }
        }
        None
    }

    async fn close(&mut self) -> Result<(), Infallible> {
        if let Some(outbox) = self.outbox.take() {
            outbox.close(LAST_WRITE).await;
        }
        Ok(())
    }
}

/// The id of the request that a message answers, as JSON.
fn answered(message: &TxJsonRpcMessage<RoleServer>) -> Option<String> {
    let id: &model::RequestId = match message {
        TxJsonRpcMessage::<RoleServer>::Response(response) => &response.id,
        TxJsonRpcMessage::<RoleServer>::Error(error) => error.id.as_ref()?,
        _ => return None,
    };
    Some(id.clone().into_json_value().to_string())
}
