//! Reads the bodies of requests: bounded in size and time, and all together in memory.

use std::sync::Arc;
use std::time::Duration;

use ::http::request::Parts;
use ::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::body::{Body, HttpBody as _};
use axum::response::Response;
use http_body_util::BodyExt as _;
use prometheus_client::metrics::gauge::Gauge;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::connections::Activity;
use super::limits::{Limit, LimitHits, Limits};

/// How long a client is asked to wait where there is no room for its body.
const RETRY_AFTER_SECONDS: u16 = 1;

/// Reads bodies within the limits.
#[derive(Debug)]
pub(super) struct BodyReader {
    timeout: Duration,
    /// The bytes that all bodies may still take.
    memory: Arc<Semaphore>,
    hits: Arc<LimitHits>,
    /// The bytes of all bodies, for the metrics.
    counted: Gauge,
}

/// A body, and its share of the memory for bodies.
#[derive(Debug)]
pub(super) struct Received {
    pub(super) bytes: Vec<u8>,
    share: Option<OwnedSemaphorePermit>,
    counted: Counted,
}

/// The bytes of one body among those that are counted.
#[derive(Debug)]
struct Counted {
    all: Gauge,
    own: i64,
}

/// Why a body is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BodyError {
    /// It is longer than so many bytes.
    TooLarge(usize),
    /// It did not come within this time.
    TooSlow(Duration),
    /// All bodies together are too long just now.
    NoRoom,
    /// It ended early, or is no proper body.
    Broken,
}

impl BodyReader {
    pub(super) fn new(limits: &Limits, hits: Arc<LimitHits>, counted: Gauge) -> Self {
        Self {
            timeout: limits.body_timeout,
            memory: Arc::new(Semaphore::new(
                limits.max_body_memory.min(Semaphore::MAX_PERMITS),
            )),
            hits,
            counted,
        }
    }

    /// Reads the body that belongs to `head`, up to `max` bytes. One that says of itself that it is
    /// longer is not waited for.
    pub(super) async fn read(
        &self,
        head: &Parts,
        body: Body,
        max: usize,
    ) -> Result<Received, BodyError> {
        let announced = body.size_hint().lower();
        let outcome = if announced > u64::try_from(max).unwrap_or(u64::MAX) {
            Err(BodyError::TooLarge(max))
        } else {
            let activity = head.extensions.get::<Arc<Activity>>();
            if let Some(activity) = activity {
                activity.awaits_body();
            }
            let read = tokio::time::timeout(self.timeout, self.collect(body, max)).await;
            if let Some(activity) = activity {
                activity.has_body(matches!(read, Ok(Ok(_))));
            }
            read.unwrap_or(Err(BodyError::TooSlow(self.timeout)))
        };
        if let Some(limit) = outcome.as_ref().err().and_then(|error| error.limit()) {
            self.hits.record(limit);
        }
        outcome
    }

    async fn collect(&self, mut body: Body, max: usize) -> Result<Received, BodyError> {
        let mut received = Received {
            bytes: Vec::new(),
            share: None,
            counted: Counted {
                all: self.counted.clone(),
                own: 0,
            },
        };
        while let Some(frame) = body.frame().await {
            // What follows a chunked body (trailers) means nothing to us.
            let Ok(data) = frame.map_err(|_| BodyError::Broken)?.into_data() else {
                continue;
            };
            let length = received.bytes.len() + data.len();
            if length > max {
                return Err(BodyError::TooLarge(max));
            }
            received.grow_to(length, &self.memory)?;
            received.counted.add(data.len());
            received.bytes.extend_from_slice(&data);
        }
        Ok(received)
    }
}

impl Received {
    /// Takes what it needs of the memory for bodies. It does not wait for it: two half-read bodies
    /// would wait for each other.
    fn grow_to(&mut self, length: usize, memory: &Arc<Semaphore>) -> Result<(), BodyError> {
        let held = self
            .share
            .as_ref()
            .map_or(0, OwnedSemaphorePermit::num_permits);
        let more = length
            .saturating_sub(Limits::FREE_BODY)
            .saturating_sub(held);
        if more == 0 {
            return Ok(());
        }
        let more = u32::try_from(more).map_err(|_| BodyError::NoRoom)?;
        let share = memory
            .clone()
            .try_acquire_many_owned(more)
            .map_err(|_| BodyError::NoRoom)?;
        match &mut self.share {
            Some(held) => held.merge(share),
            None => self.share = Some(share),
        }
        Ok(())
    }
}

impl Counted {
    fn add(&mut self, length: usize) {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        self.own = self.own.saturating_add(length);
        self.all.inc_by(length);
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.all.dec_by(self.own);
    }
}

impl BodyError {
    /// The limit that was reached, if one was.
    const fn limit(self) -> Option<Limit> {
        match self {
            Self::TooLarge(_) => Some(Limit::BodySize),
            Self::TooSlow(_) => Some(Limit::BodyTimeout),
            Self::NoRoom => Some(Limit::BodyMemory),
            Self::Broken => None,
        }
    }

    /// The status that says so.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow(_) => StatusCode::REQUEST_TIMEOUT,
            Self::NoRoom => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }

    /// Marks `response` as the last of its connection, since the rest of the body is not read, and
    /// tells when to come back.
    pub(super) fn close(self, response: &mut Response) {
        close_after(response.headers_mut());
        if self == Self::NoRoom {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, RETRY_AFTER_SECONDS.into());
        }
    }
}

/// Has the connection closed behind the answer with these headers.
pub(super) fn close_after(headers: &mut HeaderMap) {
    headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
}

#[cfg(test)]
mod tests {
    use ::http::Request;

    use super::*;

    fn reader(memory: usize) -> BodyReader {
        let limits = Limits {
            max_body_memory: memory,
            ..Limits::default()
        };
        BodyReader::new(&limits, Arc::default(), Gauge::default())
    }

    async fn read(reader: &BodyReader, length: usize, max: usize) -> Result<Received, BodyError> {
        let (head, ()) = Request::new(()).into_parts();
        reader.read(&head, Body::from(vec![0; length]), max).await
    }

    #[tokio::test]
    async fn a_body_may_be_as_long_as_the_limit_and_no_longer() {
        let reader = reader(1 << 20);
        assert_eq!(read(&reader, 10, 10).await.unwrap().bytes.len(), 10);
        assert_eq!(
            read(&reader, 11, 10).await.unwrap_err(),
            BodyError::TooLarge(10)
        );
    }

    #[tokio::test]
    async fn bodies_share_memory_while_they_are_held_and_small_ones_always_pass() {
        let (free, max) = (Limits::FREE_BODY, 1 << 20);
        let reader = reader(1000);
        let held = read(&reader, free + 600, max).await.unwrap();
        assert_eq!(
            read(&reader, free + 600, max).await.unwrap_err(),
            BodyError::NoRoom
        );
        read(&reader, free, max).await.unwrap();
        read(&reader, free + 400, max).await.unwrap();
        let held_bytes = i64::try_from(free + 600).unwrap();
        assert_eq!(reader.counted.get(), held_bytes);
        drop(held);
        read(&reader, free + 600, max).await.unwrap();
        assert_eq!(reader.counted.get(), 0);
    }
}
