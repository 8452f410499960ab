//! What the HTTP side takes from clients at most, and how often that bit.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tracing::warn;

use crate::observe;

/// Descriptors that the process needs beside its connections: the listener, the embedded engine's
/// files, the log, standard streams.
const OWN_DESCRIPTORS: usize = 64;

/// Connections beyond the limit that are still answered, with a health check or a refusal.
pub(super) const RESERVE: usize = 64;

/// As many connections as are served at once where descriptors set no lower bound.
const MAX_CONNECTIONS: usize = 4096;

/// How often the log tells of the same limit at most.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// The longest body of an API call, as Unkey's.
pub(super) const MAX_API_BODY: usize = 10 * 1024 * 1024;

/// What a client may use of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections that are served at once; without a number, as many as descriptors allow.
    pub max_connections: Option<usize>,
    /// Bytes of a body on the MCP endpoints.
    pub max_body: usize,
    /// Bytes of all bodies that are held at once. The first [`Self::FREE_BODY`] of each are not
    /// counted.
    pub max_body_memory: usize,
    /// The time from the first byte of a request's head to its last, and that for which a new
    /// connection may say nothing.
    pub head_timeout: Duration,
    /// The time in which a body must have come.
    pub body_timeout: Duration,
    /// The time for which a connection may be kept open between requests.
    pub idle_timeout: Duration,
    /// The time in which a client must have taken an answer.
    pub answer_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: None,
            max_body: 4 * 1024 * 1024,
            max_body_memory: 64 * 1024 * 1024,
            head_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_secs(75),
            answer_timeout: Duration::from_secs(30),
        }
    }
}

impl Limits {
    /// What every body may hold without being counted: small requests are served even while large
    /// ones use all the memory that there is for bodies.
    pub const FREE_BODY: usize = 8 * 1024;

    /// How many connections are served at once where the process may open so many `descriptors`.
    ///
    /// # Errors
    /// A message where more are asked for than descriptors allow.
    pub(super) fn connections(&self, descriptors: Option<usize>) -> Result<usize, String> {
        // Each connection may hold a call, and each call a connection to Unkey.
        let most =
            descriptors.map(|all| (all.saturating_sub(OWN_DESCRIPTORS + RESERVE) / 2).max(1));
        match (self.max_connections, most) {
            (Some(asked), Some(most)) if asked > most => Err(format!(
                "--max-connections {asked} is more than this process may open: a connection needs \
                 two descriptors, and there are {} (`ulimit -n`); raise them, or ask for {most} at \
                 most",
                descriptors.unwrap_or_default()
            )),
            (Some(asked), _) => Ok(asked),
            (None, most) => Ok(most.map_or(MAX_CONNECTIONS, |most| most.min(MAX_CONNECTIONS))),
        }
    }
}

/// A limit that can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Limit {
    /// All connections were taken; one that kept the server waiting was closed.
    Connections,
    /// All connections were taken by calls; a client was told to come back.
    Reserve,
    /// Not even a refusal could be given; a connection was closed at once.
    Overflow,
    /// The system has no descriptor left for a connection.
    Descriptors,
    /// A request's head was too long.
    HeadSize,
    /// A request's head took too long.
    HeadTimeout,
    /// A body took too long.
    BodyTimeout,
    /// A client did not take its answer.
    AnswerTimeout,
    /// A body was too long.
    BodySize,
    /// All bodies together were too long.
    BodyMemory,
}

impl Limit {
    const ALL: [Self; 10] = [
        Self::Connections,
        Self::Reserve,
        Self::Overflow,
        Self::Descriptors,
        Self::HeadSize,
        Self::HeadTimeout,
        Self::BodyTimeout,
        Self::AnswerTimeout,
        Self::BodySize,
        Self::BodyMemory,
    ];

    /// Its name in the log and the metrics.
    const fn name(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Reserve => "connections_refused",
            Self::Overflow => "connections_dropped",
            Self::Descriptors => "descriptors",
            Self::HeadSize => "head_size",
            Self::HeadTimeout => "head_timeout",
            Self::BodyTimeout => "body_timeout",
            Self::AnswerTimeout => "answer_timeout",
            Self::BodySize => "body_size",
            Self::BodyMemory => "body_memory",
        }
    }

    /// The flag that sets it, where there is one.
    const fn flag(self) -> &'static str {
        match self {
            Self::Connections | Self::Reserve | Self::Overflow => "--max-connections",
            Self::Descriptors => "ulimit -n",
            Self::HeadSize => "none",
            Self::HeadTimeout => "--head-timeout",
            Self::BodyTimeout => "--body-timeout",
            Self::AnswerTimeout => "--answer-timeout",
            Self::BodySize => "--max-body",
            Self::BodyMemory => "--max-body-memory",
        }
    }
}

/// Counts how often limits were reached, and tells the log now and then.
#[derive(Debug, Default)]
pub(super) struct LimitHits {
    counted: observe::LimitHits,
    throttles: [Mutex<Throttle>; Limit::ALL.len()],
}

impl LimitHits {
    /// No limit was reached yet; from now on `counted` counts them.
    pub(super) fn new(counted: observe::LimitHits) -> Self {
        counted.declare(Limit::ALL.map(Limit::name));
        Self {
            counted,
            throttles: Default::default(),
        }
    }

    /// Notes that `limit` was reached. Everything that counts or tells of it goes through here.
    pub(super) fn record(self: &Arc<Self>, limit: Limit) {
        self.counted.count(limit.name());
        let now = Instant::now();
        match self.throttle(limit).map(|mut throttle| throttle.hit(now)) {
            Some(LogTiming::Now) => tell(limit, 1),
            Some(LogTiming::Later(at)) => {
                let hits = self.clone();
                tokio::spawn(async move {
                    tokio::time::sleep_until(at).await;
                    let untold = hits.throttle(limit).map(|mut throttle| throttle.take(at));
                    tell(limit, untold.unwrap_or_default());
                });
            }
            Some(LogTiming::WithOthers) | None => {}
        }
    }

    fn throttle(&self, limit: Limit) -> Option<MutexGuard<'_, Throttle>> {
        let throttle = self.throttles.get(limit as usize)?;
        Some(throttle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn tell(limit: Limit, hits: u64) {
    warn!(
        limit = limit.name(),
        setting = limit.flag(),
        hits,
        "a limit was reached"
    );
}

/// Lets one line through in [`LOG_INTERVAL`], which tells how many there would have been.
#[derive(Debug, Default)]
struct Throttle {
    told: Option<Instant>,
    untold: u64,
}

/// When the log is told of an event.
#[derive(Debug, PartialEq, Eq)]
enum LogTiming {
    Now,
    /// At that moment, together with what else happens until then.
    Later(Instant),
    /// Together with one that is to be told later.
    WithOthers,
}

impl Throttle {
    /// One more.
    fn hit(&mut self, now: Instant) -> LogTiming {
        let next = self.told.and_then(|told| told.checked_add(LOG_INTERVAL));
        match next {
            Some(next) if now < next || self.untold > 0 => {
                self.untold += 1;
                if self.untold == 1 {
                    LogTiming::Later(next)
                } else {
                    LogTiming::WithOthers
                }
            }
            _ => {
                self.told = Some(now);
                LogTiming::Now
            }
        }
    }

    /// How many are to be told of at `now`.
    const fn take(&mut self, now: Instant) -> u64 {
        self.told = Some(now);
        std::mem::replace(&mut self.untold, 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_is_told_at_once_and_the_others_together() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        assert_eq!(throttle.hit(at(0)), LogTiming::Now);
        assert_eq!(throttle.hit(at(1)), LogTiming::Later(at(10)));
        assert_eq!(throttle.hit(at(2)), LogTiming::WithOthers);
        // Whoever is to tell may be late.
        assert_eq!(throttle.hit(at(11)), LogTiming::WithOthers);
        assert_eq!(throttle.take(at(12)), 3);
        assert_eq!(throttle.hit(at(13)), LogTiming::Later(at(22)));
        assert_eq!(throttle.take(at(22)), 1);
        assert_eq!(throttle.hit(at(40)), LogTiming::Now);
    }

    #[test]
    fn connections_are_bounded_by_descriptors() {
        let limits = Limits::default();
        assert_eq!(limits.connections(None), Ok(4096));
        assert_eq!(limits.connections(Some(1_000_000)), Ok(4096));
        assert_eq!(limits.connections(Some(1024)), Ok(448));
        assert_eq!(limits.connections(Some(10)), Ok(1));
        let asked = Limits {
            max_connections: Some(500),
            ..limits
        };
        assert_eq!(asked.connections(Some(4096)), Ok(500));
        let refused = asked.connections(Some(1024)).unwrap_err();
        assert!(refused.contains("448"), "{refused}");
    }
}
