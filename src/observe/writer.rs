//! A thread that writes log lines. Whoever logs never waits for whoever reads the log: a line that
//! finds no room is lost, and counted.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use prometheus_client::metrics::counter::Counter;
use tracing_subscriber::fmt::MakeWriter;

use super::append_file::AppendFile;
use super::shown;

/// How many lines may wait to be written.
const WAITING: usize = 4096;

/// A line is cut beyond this, so that what waits is bounded in bytes too.
const LINE_BYTES: usize = 8 * 1024;

/// Lines that wait are written together, up to about this many bytes.
const BATCH_BYTES: usize = 64 * 1024;

/// How long the first line of a batch waits for others. Waking the thread for each line costs a busy
/// server more than writing them.
const GATHER: Duration = Duration::from_millis(5);

/// Where the lines go.
#[derive(Debug)]
pub(super) enum Sink {
    /// A stream that is there from the start.
    Stream(Box<dyn WriteDebug>),
    /// A file, which log rotation may move away.
    File(AppendFile),
}

/// What a [`Sink::Stream`] is.
pub(super) trait WriteDebug: Write + Send + std::fmt::Debug {}
impl<T: Write + Send + std::fmt::Debug> WriteDebug for T {}

/// Lines that the writing thread adds by itself.
pub(super) trait Notices: Send + 'static {
    /// Lines about what repeated; about all of it at the `end`.
    fn repeated(&self, end: bool) -> Vec<u8>;
    /// A line that says that so many lines were lost.
    fn lost(&self, lines: u64) -> Vec<u8>;
    /// A line that says that the file could not be reopened.
    fn not_reopened(&self, error: &io::Error) -> Vec<u8>;
}

/// Where lines are handed in. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Lines {
    queue: SyncSender<Message>,
    lost: Counter,
    reopen: Arc<AtomicBool>,
}

/// The thread that writes them.
#[derive(Debug)]
pub(super) struct Writer {
    lines: Lines,
    /// Closed when the thread has ended.
    ended: Receiver<()>,
}

#[derive(Debug)]
enum Message {
    Line(Vec<u8>),
    /// Something other than a line is to be done.
    Wake,
    End,
}

impl Writer {
    /// Starts the thread. It counts in `lost` what it could not write, and looks for notices at
    /// least once in a `tick`.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub(super) fn start(
        sink: Sink,
        notices: impl Notices,
        lost: Counter,
        tick: Duration,
    ) -> io::Result<Self> {
        let (queue, waiting) = sync_channel(WAITING);
        let (end, ended) = sync_channel(0);
        let lines = Lines {
            queue,
            lost,
            reopen: Arc::default(),
        };
        let mut worker = Worker {
            sink,
            notices,
            lost: lines.lost.clone(),
            told: 0,
            reopen: lines.reopen.clone(),
        };
        std::thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || {
                worker.work(&waiting, tick);
                drop(end);
            })?;
        Ok(Self { lines, ended })
    }

    /// Where lines are handed in.
    pub(super) fn lines(&self) -> &Lines {
        &self.lines
    }

    /// Lets the thread write what waits, for `limit` at most: nobody may be reading.
    pub(super) fn end(self, limit: Duration) {
        let deadline = Instant::now() + limit;
        loop {
            match self.lines.queue.try_send(Message::End) {
                Err(TrySendError::Full(_)) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(5));
                }
                Err(TrySendError::Full(_)) => return,
                Ok(()) | Err(TrySendError::Disconnected(_)) => break,
            }
        }
        // Until the thread is done, or can be waited for no longer.
        let _ = self
            .ended
            .recv_timeout(deadline.saturating_duration_since(Instant::now()));
    }
}

impl Lines {
    /// Takes a whole line.
    pub(super) fn put(&self, mut line: Vec<u8>) {
        if line.len() > LINE_BYTES {
            line.truncate(LINE_BYTES);
            line.push(b'\n');
        }
        // Whoever logs takes care of it; this is for whoever forgets.
        if let Ok(Cow::Owned(shown)) = std::str::from_utf8(&line).map(shown::without_root_keys) {
            line = shown.into_bytes();
        }
        if self.queue.try_send(Message::Line(line)).is_err() {
            self.lost.inc();
        }
    }

    /// Opens the file anew before the next line.
    pub(super) fn reopen(&self) {
        self.reopen.store(true, Ordering::Relaxed);
        // Where the queue is full the thread is awake.
        let _ = self.queue.try_send(Message::Wake);
    }
}

impl Write for Lines {
    /// Takes a whole line, which is how tracing's formatters write.
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.put(line.to_vec());
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Lines {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

struct Worker<N> {
    sink: Sink,
    notices: N,
    lost: Counter,
    /// How many of the lost lines were told of.
    told: u64,
    reopen: Arc<AtomicBool>,
}

impl<N: Notices> Worker<N> {
    fn work(&mut self, waiting: &Receiver<Message>, tick: Duration) {
        let mut batch = Vec::new();
        let mut lines = 0;
        let mut end = false;
        while !end {
            let mut message = match waiting.recv_timeout(tick) {
                Ok(message) => message,
                Err(RecvTimeoutError::Timeout) => Message::Wake,
                Err(RecvTimeoutError::Disconnected) => Message::End,
            };
            if matches!(message, Message::Line(_)) {
                std::thread::sleep(GATHER);
            }
            loop {
                match message {
                    Message::Line(line) => {
                        batch.extend_from_slice(&line);
                        lines += 1;
                    }
                    Message::Wake => {}
                    Message::End => end = true,
                }
                if batch.len() >= BATCH_BYTES {
                    break;
                }
                match waiting.try_recv() {
                    Ok(next) => message = next,
                    Err(_) => break,
                }
            }
            self.write(&mut batch, lines, end);
            lines = 0;
        }
    }

    fn write(&mut self, batch: &mut Vec<u8>, lines: u64, end: bool) {
        if self.reopen.swap(false, Ordering::Relaxed)
            && let Sink::File(file) = &mut self.sink
            && let Err(error) = file.reopen()
        {
            batch.extend(self.notices.not_reopened(&error));
        }
        batch.extend(self.notices.repeated(end));
        let lost = self.lost.get();
        if lost > self.told {
            batch.extend(self.notices.lost(lost - self.told));
        }
        if batch.is_empty() {
            return;
        }
        let written = match &mut self.sink {
            Sink::Stream(stream) => stream.write_all(batch).and_then(|()| stream.flush()),
            Sink::File(file) => file.write_all(batch),
        };
        match written {
            Ok(()) => self.told = lost,
            // There is no other place to say it; the next line that can be written says it.
            Err(_) => {
                self.lost.inc_by(lines);
            }
        }
        batch.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use super::*;

    struct Plain;

    impl Notices for Plain {
        fn repeated(&self, _end: bool) -> Vec<u8> {
            Vec::new()
        }

        fn lost(&self, lines: u64) -> Vec<u8> {
            format!("lost {lines}\n").into_bytes()
        }

        fn not_reopened(&self, error: &io::Error) -> Vec<u8> {
            format!("not reopened: {error}\n").into_bytes()
        }
    }

    /// A stream that keeps what it gets, and waits while `gate` is held.
    #[derive(Clone, Debug, Default)]
    struct Gated {
        gate: Arc<Mutex<()>>,
        kept: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Gated {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            drop(self.gate.lock().unwrap_or_else(PoisonError::into_inner));
            self.kept.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn start(stream: &Gated) -> Writer {
        let sink = Sink::Stream(Box::new(stream.clone()));
        Writer::start(sink, Plain, Counter::default(), Duration::from_secs(10)).unwrap()
    }

    #[test]
    fn lines_come_out_in_their_order_before_the_end() {
        let stream = Gated::default();
        let writer = start(&stream);
        for number in 0..100 {
            writeln!(writer.lines().clone(), "line {number}").unwrap();
        }
        writer.end(Duration::from_secs(20));
        let kept = String::from_utf8(stream.kept.lock().unwrap().clone()).unwrap();
        let expected: Vec<String> = (0..100).map(|number| format!("line {number}")).collect();
        assert_eq!(kept.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_stream_that_nobody_reads_costs_lines_and_no_time() {
        let stream = Gated::default();
        let writer = start(&stream);
        let lost = writer.lines().lost.clone();
        let gate = stream.gate.lock().unwrap();
        // More than a batch and the queue take together.
        for _ in 0..100_000 {
            writer.lines().clone().write_all(b"line\n").unwrap();
        }
        assert!(lost.get() > 10_000, "{}", lost.get());
        drop(gate);
        writer.end(Duration::from_secs(20));
        let kept = String::from_utf8(stream.kept.lock().unwrap().clone()).unwrap();
        let told = kept.lines().filter_map(|line| line.strip_prefix("lost "));
        let told: u64 = told.map(|count| count.parse::<u64>().unwrap()).sum();
        assert_eq!(told, lost.get());
    }

    #[test]
    fn an_end_waits_no_longer_than_it_may() {
        let stream = Gated::default();
        let writer = start(&stream);
        let _gate = stream.gate.lock().unwrap();
        for _ in 0..20_000 {
            writer.lines().clone().write_all(b"line\n").unwrap();
        }
        writer.end(Duration::from_millis(50));
    }

    #[test]
    fn a_line_is_cut_where_it_is_too_long() {
        let stream = Gated::default();
        let writer = start(&stream);
        let line = vec![b'x'; 100_000];
        writer.lines().clone().write_all(&line).unwrap();
        writer.end(Duration::from_secs(20));
        assert_eq!(stream.kept.lock().unwrap().len(), LINE_BYTES + 1);
    }
}
