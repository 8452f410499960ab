//! What answers on loopback while a secret waits.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::{CancellationToken, DropGuard};
use tower_service::Service as _;

use super::{OneTime, routes};
use crate::accept;
use crate::http::{Guard, TrustedProxies};

/// How many may ask at once. One person does.
const CONNECTIONS: usize = 32;

/// How long one may take to ask.
const HEAD: Duration = Duration::from_secs(5);

/// How long a connection may last: it carries one answer.
const CONNECTION: Duration = Duration::from_secs(15);

/// A listener, until this is dropped. What it has begun to answer then is answered.
#[derive(Debug)]
pub(super) struct Listening {
    address: SocketAddr,
    _ends: DropGuard,
}

impl Listening {
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Listens on a free port.
pub(super) fn open(pages: &OneTime) -> io::Result<Arc<Listening>> {
    let listener = StdListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let listener = TcpListener::from_std(listener)?;
    let address = listener.local_addr()?;
    let guard = Guard::new(&[], &[]).map_err(io::Error::other)?;
    let answers = Answers {
        guard: Arc::new(guard),
        router: routes::router(pages.clone(), Arc::new(TrustedProxies::default())),
    };
    let ended = CancellationToken::new();
    tokio::spawn(
        ended
            .clone()
            .run_until_cancelled_owned(serve(listener, answers)),
    );
    Ok(Arc::new(Listening {
        address,
        _ends: ended.drop_guard(),
    }))
}

async fn serve(listener: TcpListener, answers: Answers) {
    let answer = |socket, peer| answers.clone().connection(socket, peer);
    accept::each(listener, CONNECTIONS, CONNECTION, answer).await;
}

/// What is answered, after the same checks as on `serve`.
#[derive(Clone)]
struct Answers {
    guard: Arc<Guard>,
    router: Router,
}

impl Answers {
    async fn connection(self, socket: TcpStream, peer: SocketAddr) -> hyper::Result<()> {
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let answers = self.clone();
            async move { Ok::<_, Infallible>(answers.answer(request.map(Body::new)).await) }
        });
        http1::Builder::new()
            .keep_alive(false)
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(16 * 1024)
            .serve_connection(TokioIo::new(socket), service)
            .await
    }

    async fn answer(mut self, request: Request<Body>) -> Response {
        if let Err(refusal) = self.guard.check(request.uri(), request.headers()) {
            return refusal.into_response();
        }
        let Ok(response) = self.router.call(request).await;
        response
    }
}
