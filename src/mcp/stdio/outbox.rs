//! What waits to be written, and the task that writes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, warn};

/// Lines on their way out. Nobody who adds one waits; whoever reads requests asks for
/// [`Self::room`] first, so that a client which never reads makes nothing grow.
#[derive(Debug)]
pub(super) struct Outbox {
    queue: mpsc::UnboundedSender<Vec<u8>>,
    waiting: Arc<Waiting>,
    writer: JoinHandle<()>,
}

#[derive(Debug)]
struct Waiting {
    /// How many bytes are not written yet.
    bytes: AtomicUsize,
    /// Told whenever that falls.
    fell: Notify,
    /// Cancelled when nothing can be written any more.
    broken: CancellationToken,
}

impl Outbox {
    /// `broken` is cancelled when nobody reads any more.
    pub(super) fn new(
        writer: impl AsyncWrite + Unpin + Send + 'static,
        broken: CancellationToken,
    ) -> Self {
        let (queue, lines) = mpsc::unbounded_channel();
        let waiting = Arc::new(Waiting {
            bytes: AtomicUsize::new(0),
            fell: Notify::new(),
            broken,
        });
        let writer = tokio::spawn(write(lines, writer, waiting.clone()));
        Self {
            queue,
            waiting,
            writer,
        }
    }

    /// Adds a line, without its end.
    pub(super) fn add(&self, mut line: Vec<u8>) {
        line.push(b'\n');
        self.waiting.bytes.fetch_add(line.len(), Ordering::AcqRel);
        // The writer is gone where nobody reads any more; then nobody misses the line either.
        let _ = self.queue.send(line);
    }

    /// Waits until less than `limit` bytes wait to be written.
    pub(super) async fn room(&self, limit: usize) {
        while self.waiting.bytes.load(Ordering::Acquire) >= limit {
            self.waiting.fell.notified().await;
        }
    }

    /// Writes what is left, unless nothing of it is read for so long.
    pub(super) async fn close(self, patience: Duration) {
        drop(self.queue);
        let mut writer = self.writer;
        loop {
            tokio::select! {
                ended = &mut writer => {
                    if let Err(error) = ended {
                        error!(%error, "the writer of stdout failed");
                    }
                    return;
                }
                () = self.waiting.fell.notified() => {}
                () = tokio::time::sleep(patience) => {
                    warn!("nobody reads stdout: the last answers are lost");
                    return;
                }
            }
        }
    }
}

async fn write(
    mut lines: mpsc::UnboundedReceiver<Vec<u8>>,
    mut writer: impl AsyncWrite + Unpin,
    waiting: Arc<Waiting>,
) {
    while let Some(line) = lines.recv().await {
        let mut written = writer.write_all(&line).await;
        if lines.is_empty() && written.is_ok() {
            written = writer.flush().await;
        }
        waiting.bytes.fetch_sub(line.len(), Ordering::AcqRel);
        waiting.fell.notify_one();
        if let Err(error) = written {
            debug!(%error, "nobody reads stdout any more");
            waiting.broken.cancel();
            return;
        }
    }
}
