//! The engine: opens the database, answers requests, closes.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use serde_json::json;
use unkey_tools::Data;
use unkey_tools::types::Secret;

use crate::domain::api_key;
use crate::opening::{Opened, Options, open};
use crate::run::apply::{Access, Authentication, Effects, RequestMeta};
use crate::run::readers::Readers;
use crate::run::routes::{self, RouteResult};
use crate::run::shared::{Shared, Step, ValidatedRequest};
use crate::run::transaction::TxContext;
use crate::run::writer::{Flush, Job, Message, Writer};
use crate::system::open_error::OpenError;
use crate::system::trouble::{NotKept, Trouble};
use crate::wire::failure::{Code, Failure};
use crate::wire::request::{Answer, Request};
use crate::wire::{envelope, numbers, validate};

/// Room for metadata that is nested as deeply as it may be.
const WRITER_STACK: usize = 8 << 20;

/// An embedded Unkey. Clones are the same engine.
#[derive(Clone)]
pub struct Engine {
    inner: Arc<Inner>,
}

struct Inner {
    // Before what watches the files: a descriptor of them is closed after the last connection.
    readers: Readers,
    shared: Arc<Shared>,
    queue: Sender<Message>,
    // Held to take the handle, once.
    writer: Mutex<Option<JoinHandle<()>>>,
    root_key: Secret,
    root_key_file: Option<PathBuf>,
    /// Removed when the engine goes away; only there in memory.
    _folder: Option<tempfile::TempDir>,
}

impl Engine {
    /// Opens the database, makes what it lacks, and starts the thread that writes.
    ///
    /// # Errors
    /// [`OpenError`] where the database or a file beside it cannot be made, read or written.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let Opened {
            shared,
            connection,
            root_key,
            root_key_file,
            folder,
        } = open(options)?;
        let shared = Arc::new(shared);
        let (queue, jobs) = mpsc::channel();
        let writer = Writer::new(Arc::clone(&shared), connection, jobs);
        let thread = thread::Builder::new()
            .name("unkey-writer".to_owned())
            .stack_size(WRITER_STACK)
            .spawn(move || writer.run())
            .map_err(OpenError::Thread)?;
        Ok(Self {
            inner: Arc::new(Inner {
                readers: Readers::new(shared.path.clone()),
                shared,
                queue,
                writer: Mutex::new(Some(thread)),
                root_key,
                root_key_file,
                _folder: folder,
            }),
        })
    }

    /// The root key that may do everything.
    pub fn root_key(&self) -> Secret {
        self.inner.root_key.clone()
    }

    /// The file that holds it, beside the database; none in memory.
    pub fn root_key_file(&self) -> Option<&Path> {
        self.inner.root_key_file.as_deref()
    }

    /// Answers a request. `reply` is called once: on this thread for what needs no write, else on
    /// the writer's, after what the answer promises is on the disk. It must not block. How long the
    /// call itself may take is what [`crate::cost`] tells.
    pub fn call(&self, request: Request, reply: impl FnOnce(Answer) + Send + 'static) {
        let pending = match self.inner.prepare(request) {
            Ok(pending) => pending,
            Err(answer) => return reply(answer),
        };
        let reads = matches!(pending.route.access, Access::Read | Access::Count);
        // Refills that are due are applied first, by the writer.
        let begins_here = reads && !self.inner.shared.refill_is_due(pending.meta.now);
        // Whoever may not call is told so here, and keeps neither the writer nor a thread busy.
        let begin = if begins_here {
            Shared::execute
        } else {
            Shared::admit
        };
        if let Some(outcome) = self.inner.read(&pending, begin).transpose() {
            return reply(envelope::answer(outcome, &pending.meta.id));
        }
        if pending.route.access == Access::Query {
            let outcome = self.inner.question(&pending);
            return reply(envelope::answer(outcome, &pending.meta.id));
        }
        self.inner.enqueue(Box::new(CallJob {
            pending,
            body: Vec::new(),
            reply,
        }));
    }

    /// Answers a request, and waits until it can.
    pub fn ask(&self, request: Request) -> Answer {
        let (sender, answer) = mpsc::sync_channel(1);
        self.call(request, move |answer| {
            // The receiver waits below.
            let _ = sender.send(answer);
        });
        answer
            .recv()
            .unwrap_or_else(|_| envelope::answer(Err(closed()), ""))
    }

    /// Calls `read` inside a transaction that reads, on this thread.
    pub(crate) fn read<T, E: From<rusqlite::Error>>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.inner.readers.with(read)
    }

    /// What its threads share.
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.inner.shared
    }

    /// Does a job on the writer's thread.
    pub(crate) fn enqueue(&self, job: Box<dyn Job>) {
        self.inner.enqueue(job);
    }

    /// Writes down the events that wait, and waits until they are on the disk.
    ///
    /// # Errors
    /// Where they could not be kept.
    pub fn flush(&self) -> Result<(), NotKept> {
        self.inner.flush(true)
    }

    /// Writes down what waits and stops the writer. Requests that write are refused afterwards.
    /// Doing it twice is doing it once; dropping the last clone does it as well.
    pub fn close(&self) {
        self.inner.close();
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine")
            .field("path", &self.inner.shared.path)
            .finish_non_exhaustive()
    }
}

impl Inner {
    /// Gives a request its id and its time, and checks its form.
    fn prepare(&self, request: Request) -> Result<ValidatedRequest, Answer> {
        let shared = &self.shared;
        let request_id = shared
            .new_id("req")
            .map_err(|error| envelope::answer(Err(error.into()), ""))?;
        let refuse = |failure| envelope::answer(Err(failure), &request_id);
        let Some(route) = routes::find(&request.endpoint) else {
            return Err(no_route(&request.endpoint, &request_id));
        };
        let form = match route.authentication {
            Authentication::RootKey => validate::authorization(&request).map(str::to_owned),
            Authentication::None => Ok(String::new()),
        };
        let form = form.and_then(|header| Ok((header, validate::body(&request, route.schema())?)));
        let (authorization, body) = form.map_err(|refusal| refuse(Failure::Refused(refusal)))?;
        let has_fractional_zero = numbers::has_fractional_zero(&request.body);
        Ok(ValidatedRequest {
            route,
            body,
            authorization,
            meta: RequestMeta {
                id: request_id,
                now: shared.clock.now(),
                started: shared.clock.elapsed(),
                caller_ip: request.caller_ip,
                is_recorded: request.is_recorded,
                abandoned: request.abandoned,
                has_fractional_zero,
            },
        })
    }

    /// Does one step of a request on this thread, while only reading. Without an answer, the
    /// request goes on elsewhere.
    fn read(&self, pending: &ValidatedRequest, step: Step) -> RouteResult {
        let gone = |trouble| Failure::NotKept(NotKept::undone(trouble));
        let watch = &self.shared.watch;
        watch
            .check_for_reading(pending.meta.started)
            .map_err(gone)?;
        let step = |db: &Connection| -> rusqlite::Result<_> {
            Ok(step(&self.shared, pending, TxContext::reading(db)?))
        };
        let step = || self.readers.with(step);
        let (outcome, effects) = catch_unwind(AssertUnwindSafe(step))
            .unwrap_or_else(|_| Ok((Err(Failure::Panicked), Effects::default())))?;
        if outcome.is_ok() && self.shared.events.add(effects.events) {
            // Without a writer the engine is closed, and the event was one too late.
            let _ = self.queue.send(Message::EventsWait);
        }
        outcome
    }

    /// Answers a question about events, once it is its turn.
    fn question(&self, pending: &ValidatedRequest) -> Result<Vec<u8>, Failure> {
        let caller = api_key::hash(&pending.authorization);
        let questions = &self.shared.questions;
        let _running = questions.begin(caller, &pending.meta.abandoned)?;
        // It sees every event of what was answered before it was asked.
        self.flush(false).map_err(Failure::NotKept)?;
        self.read(pending, Shared::execute)?.ok_or_else(unanswered)
    }

    fn flush(&self, last_used: bool) -> Result<(), NotKept> {
        let (done, outcome) = mpsc::channel();
        let flush = Message::Flush(Flush { last_used, done });
        let sent = self.queue.send(flush).ok();
        let outcome = sent.and_then(|()| outcome.recv().ok());
        outcome.unwrap_or(Err(NotKept::undone(Trouble::Closed)))
    }

    fn enqueue(&self, job: Box<dyn Job>) {
        if let Err(mpsc::SendError(Message::Job(job))) = self.queue.send(Message::Job(job)) {
            job.finish(Err(closed()));
        }
    }

    fn close(&self) {
        let writer = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(writer) = writer else {
            return;
        };
        // The connection that is closed last puts the log into the file and removes it. Only the
        // writer's can.
        self.readers.close();
        // It may have stopped by itself only by a panic, and then there is nothing to wait for.
        let _ = self.queue.send(Message::Stop);
        // A reply may hold the last clone: then this is the writer's own thread.
        if writer.thread().id() != thread::current().id() {
            let _ = writer.join();
        }
        self.readers.close();
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.close();
    }
}

/// A request on its way through the writer.
struct CallJob<R> {
    pending: ValidatedRequest,
    body: Vec<u8>,
    reply: R,
}

impl<R: FnOnce(Answer) + Send> Job for CallJob<R> {
    fn run(&mut self, shared: &Shared, tx: TxContext<'_>) -> (Result<(), Failure>, Effects) {
        let (outcome, effects) = shared.execute(&self.pending, tx);
        let outcome = outcome.and_then(|body| {
            self.body = body.ok_or_else(unanswered)?;
            Ok(())
        });
        (outcome, effects)
    }

    fn finish(self: Box<Self>, outcome: Result<(), Failure>) {
        let Self {
            pending,
            body,
            reply,
        } = *self;
        let id = pending.meta.id;
        reply(envelope::answer(outcome.map(|()| body), &id));
    }
}

/// An operation that hands over where it may not.
fn unanswered() -> Failure {
    Failure::Unexpected("an operation was handed over to nobody".to_owned())
}

/// The answer of an engine that was closed.
const fn closed() -> Failure {
    Failure::NotKept(NotKept::undone(Trouble::Closed))
}

/// The answer where no operation has that endpoint, or the engine does not offer it.
fn no_route(endpoint: &str, request_id: &str) -> Answer {
    if endpoint == "liveness" {
        let data = Data {
            data: json!({"message": "we're cooking"}),
        };
        return envelope::answer(envelope::success(&data, request_id), request_id);
    }
    let failure = match routes::why_not(endpoint) {
        Some(why) => Code::PreconditionFailed.because(why),
        None => Code::NotFound.because(format!("There is no operation '{endpoint}'.")),
    };
    envelope::answer(Err(failure), request_id)
}
