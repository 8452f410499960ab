//! Connections of a small listener beside the main one: a few at once, each for a short time.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// How long to wait where the system has no descriptor left.
const PAUSE: Duration = Duration::from_millis(200);

/// Serves whoever connects, `most` at once, each for as long as `time`, until this is dropped.
/// Connections that were begun go on then.
pub(crate) async fn each<Served>(
    listener: TcpListener,
    most: usize,
    time: Duration,
    serve: impl Fn(TcpStream, SocketAddr) -> Served,
) where
    Served: Future<Output: Send> + Send + 'static,
{
    let room = Arc::new(Semaphore::new(most));
    loop {
        let Ok(place) = room.clone().acquire_owned().await else {
            return;
        };
        let Ok((socket, peer)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let served = serve(socket, peer);
        tokio::spawn(async move {
            // Whoever is slow is cut off, and whoever goes away is no error.
            let _ = tokio::time::timeout(time, served).await;
            drop(place);
        });
    }
}
