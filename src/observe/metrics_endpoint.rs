//! `GET /metrics`, on an address of its own.

use std::convert::Infallible;
use std::time::Duration;

use ::http::{Method, StatusCode, header};
use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tracing::error;

use super::observer::Observer;
use crate::accept;

/// How many may ask at once. Prometheus is one.
const CONNECTIONS: usize = 64;

/// How long one may take to ask, so that those who never do leave room soon.
const HEAD: Duration = Duration::from_secs(1);

/// How long a connection may last: it carries one answer.
const CONNECTION: Duration = Duration::from_secs(10);

/// Answers everyone who connects.
pub(super) async fn serve(listener: TcpListener, observer: Observer) {
    let answer = |socket, _| serve_connection(socket, observer.clone());
    accept::each(listener, CONNECTIONS, CONNECTION, answer).await;
}

async fn serve_connection(socket: TcpStream, observer: Observer) -> hyper::Result<()> {
    let service = service_fn(move |request| {
        let answer = answer(&request, &observer);
        async move { Ok::<_, Infallible>(answer) }
    });
    http1::Builder::new()
        .keep_alive(false)
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(16 * 1024)
        .serve_connection(TokioIo::new(socket), service)
        .await
}

fn answer(request: &Request<Incoming>, observer: &Observer) -> Response<Full<Bytes>> {
    if request.uri().path() != "/metrics" {
        return plain(StatusCode::NOT_FOUND, "there is /metrics here\n".to_owned());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED, "use GET\n".to_owned());
        let allowed = header::HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(header::ALLOW, allowed);
        return response;
    }
    match observer.metrics().encode() {
        Ok(text) => plain(StatusCode::OK, text),
        Err(error) => {
            error!(%error, "the metrics cannot be written");
            plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the metrics cannot be written; see the log\n".to_owned(),
            )
        }
    }
}

fn plain(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(text));
    *response.status_mut() = status;
    let kind = header::HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
