//! A client's socket, with the time limits that the protocol's state machine has no notion of.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until};

use super::activity::{Activity, Phase};
use crate::http::limits::{Limit, LimitHits};

/// How long, and for how many bytes, the rest of a refused body is read and thrown away. A client
/// that sends all before it reads would otherwise find the connection reset, and not the refusal.
const LINGER: Duration = Duration::from_secs(2);
const LINGER_BYTES: usize = 32 * 1024 * 1024;

/// How long a connection may wait for its client.
#[derive(Clone, Copy, Debug)]
pub(super) struct Patience {
    /// For the rest of a request's head, or for a new connection's first byte.
    pub(super) head: Duration,
    /// For the next request.
    pub(super) idle: Duration,
    /// Until an answer is taken.
    pub(super) answer: Duration,
}

/// A socket whose reads and writes fail when its client takes too long.
///
/// Waiting for a body has no limit here: whoever reads it has one for all of it.
#[derive(Debug)]
pub(super) struct Socket {
    stream: TcpStream,
    activity: Arc<Activity>,
    patience: Patience,
    hits: Arc<LimitHits>,
    read: Deadline,
    write: Deadline,
    /// How much of a refused body was thrown away, once the socket is shut down.
    thrown_away: Option<usize>,
}

impl Socket {
    pub(super) fn new(
        stream: TcpStream,
        activity: Arc<Activity>,
        patience: Patience,
        hits: Arc<LimitHits>,
    ) -> Self {
        Self {
            stream,
            activity,
            patience,
            hits,
            read: Deadline::default(),
            write: Deadline::default(),
            thrown_away: None,
        }
    }

    /// Called where nothing more can be read: fails if a request has been awaited too long, and
    /// otherwise has the connection come back when it will have been.
    fn await_request(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let (phase, since) = self.activity.phase();
        let limit = match phase {
            Phase::Opened | Phase::Head => self.patience.head,
            Phase::Idle => self.patience.idle,
            Phase::Body | Phase::Working | Phase::Answer => return Poll::Pending,
        };
        ready!(self.read.poll_at(since.checked_add(limit), cx));
        if phase != Phase::Idle {
            self.hits.record(Limit::HeadTimeout);
        }
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Called where nothing can be written: fails if that has been so for too long.
    fn await_reader<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if !self.write.is_set() {
            self.activity.blocked();
            self.write.at = Instant::now().checked_add(self.patience.answer);
        }
        ready!(self.write.poll_at(self.write.at, cx));
        self.hits.record(Limit::AnswerTimeout);
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    /// Throws away what the client still sends of a body that was refused.
    fn linger(&mut self, mut thrown_away: usize, cx: &mut Context<'_>) -> Poll<()> {
        let mut scratch = [0; 8 * 1024];
        while thrown_away < LINGER_BYTES {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {
                    thrown_away += buffer.filled().len();
                    self.thrown_away = Some(thrown_away);
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => return self.read.poll_at(self.read.at, cx),
            }
        }
        Poll::Ready(())
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        match Pin::new(&mut this.stream).poll_read(cx, buffer) {
            Poll::Pending => this.await_request(cx),
            ready @ Poll::Ready(_) => {
                if buffer.filled().len() > before {
                    this.activity.received();
                }
                ready
            }
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_write(cx, bytes) {
            Poll::Pending => this.await_reader(cx),
            ready @ Poll::Ready(_) => ready,
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        match Pin::new(&mut this.stream).poll_write_vectored(cx, slices) {
            Poll::Pending => this.await_reader(cx),
            ready @ Poll::Ready(_) => ready,
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        // Asked for only once all has been written.
        if this.write.is_set() {
            this.write.clear();
            this.activity.unblocked();
        }
        ready!(Pin::new(&mut this.stream).poll_flush(cx))?;
        // hyper does not read again after an answer if a read was pending. That read had no time
        // limit when it began, so the limit for the next request is set here.
        match this.await_request(cx) {
            Poll::Ready(Err(error)) => Poll::Ready(Err(error)),
            Poll::Ready(Ok(())) | Poll::Pending => Poll::Ready(Ok(())),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let thrown_away = if let Some(bytes) = this.thrown_away {
            bytes
        } else {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
            if !this.activity.has_unread_body() {
                return Poll::Ready(Ok(()));
            }
            this.read.at = Instant::now().checked_add(LINGER);
            this.thrown_away = Some(0);
            0
        };
        ready!(this.linger(thrown_away, cx));
        Poll::Ready(Ok(()))
    }
}

/// A moment that is waited for, set anew for each wait.
#[derive(Debug, Default)]
struct Deadline {
    at: Option<Instant>,
    // Kept from one wait to the next: it costs an allocation.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl Deadline {
    const fn is_set(&self) -> bool {
        self.at.is_some()
    }

    const fn clear(&mut self) {
        self.at = None;
    }

    /// Waits for `at`; without one, for ever.
    fn poll_at(&mut self, at: Option<Instant>, cx: &mut Context<'_>) -> Poll<()> {
        self.at = at;
        let Some(at) = at else {
            return Poll::Pending;
        };
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(at)));
        if sleep.deadline() != at {
            sleep.as_mut().reset(at);
        }
        sleep.as_mut().poll(cx)
    }
}
