//! A stub of Unkey: what the least HTTP server that answers carries, on one thread.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::{io, thread};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, header};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;

const BODY: &str = r#"{"meta":{"requestId":"req_bench1234"},"data":{"valid":true,"code":"VALID","keyId":"key_1234abcd"}}"#;

/// Listens on a free port of loopback, for as long as the process lives.
pub(crate) fn start() -> io::Result<SocketAddr> {
    let runtime = Builder::new_current_thread().enable_io().build()?;
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0"))?;
    let address = listener.local_addr()?;
    thread::spawn(move || runtime.block_on(accept(&listener)));
    Ok(address)
}

async fn accept(listener: &TcpListener) {
    while let Ok((socket, _)) = listener.accept().await {
        tokio::spawn(serve(socket));
    }
}

async fn serve(socket: TcpStream) {
    let _ = socket.set_nodelay(true);
    let connection =
        http1::Builder::new().serve_connection(TokioIo::new(socket), service_fn(answer));
    // A connection that ends is no error.
    let _ = connection.await;
}

async fn answer(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    // A server reads what it is asked before it answers.
    let _ = request.into_body().collect().await;
    let mut response = Response::new(Full::from(BODY));
    let kind = header::HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    Ok(response)
}
