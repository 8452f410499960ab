//! Takes connections and speaks HTTP/1 on them, within bounds: one client, however slow or greedy,
//! must not take the server from the others.
//!
//! A connection belongs to one of two pools. Those of the first are served. When it is full, one is
//! closed whose client keeps the server waiting, the longest idle first, so that idle and slow clients
//! cannot keep others out. Where the server works for all of them, a connection
//! goes to the second, small pool, in which health checks are answered and all else is refused. Only when
//! that is full as well is a connection closed without a word.

mod activity;
mod pool;
mod service;
mod socket;

use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::debug;

pub(super) use self::activity::Activity;
use self::pool::{Pool, Slot};
use self::service::Service;
use self::socket::{Patience, Socket};
use super::app::App;
use super::limits::{Limit, LimitHits, Limits, RESERVE};

/// The longest head of a request, and what is read or written at once.
const BUFFER: usize = 64 * 1024;

/// How long a client in the reserve may take for each step.
const RESERVE_PATIENCE: Duration = Duration::from_secs(2);

/// How long nothing is accepted where the system has no descriptor left.
const PAUSE: Duration = Duration::from_millis(50);

/// A server at one address.
pub(super) struct Connections {
    /// What answers in general.
    pub(super) app: App,
    /// What answers where there are too many connections, and while the server stops.
    pub(super) reserve: App,
    /// What clients may use.
    pub(super) limits: Limits,
    /// How many connections are served.
    pub(super) max_connections: usize,
    /// Where reached limits are counted.
    pub(super) hits: Arc<LimitHits>,
    /// Where open connections are counted.
    pub(super) counted: Gauge,
}

/// A pool, and how its connections are served.
struct Acceptor {
    pool: Arc<Pool>,
    app: App,
    patience: Patience,
    keeps_alive: bool,
}

impl Connections {
    /// Serves what comes to `listener`. Once `stopping` says so, requests under way are finished, and
    /// this returns when the last is; new connections are answered from the reserve meanwhile.
    pub(super) async fn serve(self, listener: TcpListener, stopping: CancellationToken) {
        let hits = self.hits.clone();
        let [general, reserve] = self.acceptors();
        let served = TaskTracker::new();
        let mut finished = pin!(async {
            stopping.cancelled().await;
            served.close();
            served.wait().await;
        });
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut finished => return,
                accepted = listener.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    if !belongs_to_one_connection(&error) {
                        debug!(%error, "cannot accept a connection");
                        hits.record(Limit::Descriptors);
                        general.pool.close_one();
                        tokio::time::sleep(PAUSE).await;
                    }
                    continue;
                }
            };
            // Without it an answer in two writes waits 40 ms for the client's acknowledgement.
            if let Err(error) = stream.set_nodelay(true) {
                debug!(%error, "cannot set TCP_NODELAY");
            }
            let stopped = stopping.is_cancelled();
            let place = if stopped { None } else { general.pool.admit() };
            if let Some(place) = place {
                if place.displaced_another {
                    hits.record(Limit::Connections);
                }
                let connection = general.connect(stream, peer, place, &hits);
                served.spawn(connection.run(stopping.clone()));
            } else if let Some(place) = reserve.pool.admit() {
                if !stopped {
                    hits.record(Limit::Reserve);
                }
                let connection = reserve.connect(stream, peer, place, &hits);
                tokio::spawn(connection.run(CancellationToken::new()));
            } else {
                hits.record(Limit::Overflow);
            }
        }
    }
}

impl Connections {
    /// The door for everyone, and that for whom it has no place.
    fn acceptors(self) -> [Acceptor; 2] {
        let general = Acceptor {
            pool: Arc::new(Pool::new(self.max_connections, self.counted.clone())),
            app: self.app,
            patience: Patience {
                head: self.limits.head_timeout,
                idle: self.limits.idle_timeout,
                answer: self.limits.answer_timeout,
            },
            keeps_alive: true,
        };
        let reserve = Acceptor {
            pool: Arc::new(Pool::new(RESERVE, self.counted)),
            app: self.reserve,
            patience: Patience {
                head: RESERVE_PATIENCE,
                idle: RESERVE_PATIENCE,
                answer: RESERVE_PATIENCE,
            },
            keeps_alive: false,
        };
        [general, reserve]
    }
}

impl Acceptor {
    fn connect(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        place: Slot,
        hits: &Arc<LimitHits>,
    ) -> Connection {
        let activity = place.activity.clone();
        Connection {
            socket: Socket::new(stream, activity.clone(), self.patience, hits.clone()),
            hits: hits.clone(),
            service: Service::new(self.app.clone(), peer, activity),
            keeps_alive: self.keeps_alive,
            place,
        }
    }
}

/// One connection.
struct Connection {
    socket: Socket,
    hits: Arc<LimitHits>,
    service: Service,
    keeps_alive: bool,
    place: Slot,
}

impl Connection {
    /// Serves it to its end.
    async fn run(self, stopping: CancellationToken) {
        let activity = self.place.activity.clone();
        let serving = http1::Builder::new()
            .keep_alive(self.keeps_alive)
            // The socket has limits for heads, and others between requests.
            .header_read_timeout(None)
            .max_buf_size(BUFFER)
            .max_header_size(BUFFER)
            .serve_connection(TokioIo::new(self.socket), self.service);
        let mut serving = pin!(serving);
        let ended = tokio::select! {
            biased;
            ended = &mut serving => ended,
            () = activity.closing() => displaced(serving, &activity).await,
            () = stopping.cancelled() => {
                serving.as_mut().graceful_shutdown();
                tokio::select! {
                    ended = &mut serving => ended,
                    () = activity.closing() => displaced(serving, &activity).await,
                }
            }
        };
        if let Err(error) = ended {
            if error.is_parse_too_large() {
                self.hits.record(Limit::HeadSize);
            }
            debug!(%error, "a connection broke");
        }
    }
}

/// Ends a connection whose place is another's now. What its client has sent may lie there unread where
/// this process had no time for it: a request that is whole by then has its answer first.
async fn displaced(
    mut serving: Pin<&mut http1::Connection<TokioIo<Socket>, Service>>,
    activity: &Activity,
) -> hyper::Result<()> {
    tokio::select! {
        biased;
        ended = &mut serving => return ended,
        // Has the runtime look at its sockets, and the connection read what is there.
        () = tokio::task::yield_now() => {}
    }
    if activity.waiting().is_some() {
        return Ok(());
    }
    serving.as_mut().graceful_shutdown();
    serving.await
}

/// Whether accepting failed because that one connection was gone already.
fn belongs_to_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionReset
    )
}
