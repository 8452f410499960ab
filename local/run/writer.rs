//! The one thread that writes.
//!
//! It takes what waits in its queue, carries all of it out in one transaction, each job in a
//! savepoint of its own, commits once and then answers everyone. The file is synced to the disk once
//! for a whole batch, and nobody is answered before it is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use unkey_analytics::{Event, Recorder};

use crate::run::apply::Effects;
use crate::run::batch::Batch;
use crate::run::daily_maintenance;
use crate::run::integrity_check::IntegrityCheck;
use crate::run::last_used::LastUsed;
use crate::run::pending_events::FLUSH_INTERVAL;
use crate::run::shared::Shared;
use crate::run::transaction::{ExecutionMode, TxContext};
use crate::store::{LastUses, Settings, execute, try_begin};
use crate::system::trouble::{NotKept, Trouble, plain};
use crate::wire::failure::Failure;

/// How many jobs share a transaction at most.
const MAX_JOBS: usize = 512;

/// After this long without anything to do, the writer frees what memory it can.
const IDLE_WAIT: Duration = Duration::from_mins(1);

/// Something to do on the writer's thread.
pub(crate) trait Job: Send {
    /// Does it, inside a savepoint. On an error all that it wrote is undone, unless the effects
    /// say that it stays.
    fn run(&mut self, shared: &Shared, tx: TxContext<'_>) -> (Result<(), Failure>, Effects);

    /// Whether it only asks whether a write is kept. Then it does not wait for another process as long
    /// as a write does.
    fn is_trial(&self) -> bool {
        false
    }

    /// Tells whoever waits how it went: what [`Job::run`] found, or that it could not be kept.
    fn finish(self: Box<Self>, outcome: Result<(), Failure>);
}

/// What the writer is told.
pub(crate) enum Message {
    /// There is something to do.
    Job(Box<dyn Job>),
    /// The first event is pending, or there is a batch of them.
    EventsWait,
    /// What is pending is to be written down now.
    Flush(Flush),
    /// Nothing comes after this.
    Stop,
}

/// Asks for pending events to be written down at once.
pub(crate) struct Flush {
    /// Whether the times at which keys were last used are to be written down as well.
    pub(crate) last_used: bool,
    /// Told when it is done.
    pub(crate) done: Sender<Result<(), NotKept>>,
}

/// The thread that writes.
pub(crate) struct Writer {
    // Closed before what watches its files.
    connection: Connection,
    shared: Arc<Shared>,
    recorder: Recorder,
    queue: Receiver<Message>,
    /// When the events that wait are to be written down; `None` while there are none.
    flush_at: Option<Instant>,
    /// Whether events could not be written down. Until they are due again, they are kept out of the
    /// transactions of others.
    failed: bool,
    last_used: LastUsed,
    integrity_check: IntegrityCheck,
}

/// How a transaction failed.
struct Fault {
    error: rusqlite::Error,
    /// Whether all was done and had only to be put on the disk.
    committing: bool,
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self {
            error,
            committing: false,
        }
    }
}

impl Writer {
    /// A writer that takes its work from `queue`.
    pub(crate) fn new(
        shared: Arc<Shared>,
        connection: Connection,
        queue: Receiver<Message>,
    ) -> Self {
        Self {
            connection,
            recorder: Recorder::default(),
            queue,
            flush_at: None,
            failed: false,
            last_used: LastUsed::default(),
            integrity_check: IntegrityCheck::new(&shared),
            shared,
        }
    }

    /// Works until it is told to stop, then writes down what waits.
    pub(crate) fn run(mut self) {
        loop {
            let batch = self.next();
            let now = Instant::now();
            let events = self.events(now, batch.stop || !batch.flushes.is_empty());
            let uses = if batch.stop || batch.flushes.iter().any(|flush| flush.last_used) {
                usize::MAX
            } else {
                self.last_used.due_now(now)
            };
            let outcome = self.commit(batch.jobs, events, uses);
            for flush in batch.flushes {
                // Whoever asked may have gone away.
                let _ = flush.done.send(outcome);
            }
            if batch.stop {
                return self.stop();
            }
        }
    }

    /// Looks at the files once more: closing the connection puts the log into the file.
    fn stop(&self) {
        let watch = &self.shared.watch;
        if let Err(trouble) = watch.check().and_then(|()| watch.check_log()) {
            self.tell(trouble, "the database is closed as it is");
        }
    }

    /// The events to write down now.
    fn events(&mut self, now: Instant, all: bool) -> Vec<Event> {
        let waiting = &self.shared.events;
        let due = self.flush_at.is_some_and(|at| now >= at);
        let events = if all {
            waiting.take_all()
        } else if due || waiting.has_batch() && !self.failed {
            waiting.take_batch()
        } else {
            return Vec::new();
        };
        tell_lost(waiting.take_refused());
        self.failed = false;
        self.flush_at = if waiting.is_empty() {
            None
        } else if due || waiting.has_batch() {
            // What is left may have waited as long: it comes next.
            Some(now)
        } else {
            Some(now + FLUSH_INTERVAL)
        };
        events
    }

    /// Waits for something to do, and takes what else is there.
    fn next(&mut self) -> Batch {
        let mut batch = Batch::default();
        let due = [self.flush_at, self.last_used.due()];
        let first = match due.into_iter().flatten().min() {
            None => self.queue.recv_timeout(IDLE_WAIT),
            Some(at) => {
                let left = at.saturating_duration_since(Instant::now());
                self.queue.recv_timeout(left)
            }
        };
        match first {
            Ok(message) => batch.add(message, &mut self.flush_at),
            Err(RecvTimeoutError::Timeout) => {
                if self.flush_at.is_none() && self.last_used.due().is_none() {
                    self.shared.limiter.forget(self.shared.clock.now());
                }
            }
            Err(RecvTimeoutError::Disconnected) => batch.stop = true,
        }
        while batch.jobs.len() < MAX_JOBS
            && let Ok(message) = self.queue.try_recv()
        {
            batch.add(message, &mut self.flush_at);
        }
        batch
    }

    /// Commits what there is to do and answers the jobs. `uses`: how many last uses of keys are
    /// written down as well. An error where nothing, or nobody knows what, was kept.
    fn commit(
        &mut self,
        mut jobs: Vec<Box<dyn Job>>,
        mut events: Vec<Event>,
        uses: usize,
    ) -> Result<(), NotKept> {
        self.answer_trials(&mut jobs);
        let pending = events.len();
        if jobs.is_empty() && events.is_empty() && (uses == 0 || self.last_used.due().is_none()) {
            return Ok(());
        }
        let done = self.begin().map_err(NotKept::undone).and_then(|()| {
            let done = self.transact(&mut jobs, &mut events, uses);
            self.integrity_check.note(&self.shared);
            done.map_err(|fault| self.undo(&fault))
        });
        match done {
            Ok(outcomes) => {
                if uses > 0 {
                    self.last_used.forget(uses, Instant::now());
                }
                // The file may have gone away meanwhile, and what was committed with it.
                let watch = &self.shared.watch;
                let kept = watch.check().and_then(|()| watch.check_log());
                let kept = kept.map_err(|trouble| {
                    self.tell(
                        trouble,
                        "what was committed is in a file that is gone or damaged",
                    );
                    NotKept::unknown(trouble)
                });
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    finish(job, outcome.and(kept.map_err(Failure::NotKept)));
                }
                kept
            }
            Err(why) => {
                if why.undone {
                    self.tell(why.trouble, "nothing can be written");
                }
                events.truncate(pending);
                self.keep_waiting(events);
                for job in jobs {
                    finish(job, Err(Failure::NotKept(why)));
                }
                Err(why)
            }
        }
    }

    /// Answers those who only ask whether a write is kept, where another process has the lock.
    fn answer_trials(&mut self, jobs: &mut Vec<Box<dyn Job>>) {
        // What is wrong with the files comes first, and is told as what it is.
        if !jobs.iter().any(|job| job.is_trial()) || self.shared.watch.check().is_err() {
            return;
        }
        let begun = try_begin(&mut self.connection).map_err(|error| Trouble::from(&error));
        if begun == Err(Trouble::Locked) {
            self.tell(Trouble::Locked, "nothing can be written");
            for job in jobs.extract_if(.., |job| job.is_trial()) {
                finish(job, Err(Failure::NotKept(NotKept::undone(Trouble::Locked))));
            }
        }
    }

    /// Looks whether the files are there and sound: into others nothing is written.
    fn begin(&mut self) -> Result<(), Trouble> {
        self.shared.watch.check()?;
        self.shared.watch.check_log()?;
        self.integrity_check.examine(&self.shared, Instant::now())
    }

    /// Ends a transaction that failed. Whether all of it is undone is sure unless the disk failed
    /// while it was committed: then a later start may find it.
    fn undo(&mut self, fault: &Fault) -> NotKept {
        let trouble = Trouble::from(&fault.error);
        self.tell(trouble, &plain(&fault.error));
        // It may have ended by itself.
        if !self.connection.is_autocommit() {
            let _ = execute(&self.connection, "ROLLBACK");
        }
        self.recorder = Recorder::default();
        match trouble {
            Trouble::Disk | Trouble::Other if fault.committing => NotKept::unknown(trouble),
            _ => NotKept::undone(trouble),
        }
    }

    /// Keeps events that could not be written down, for later.
    fn keep_waiting(&mut self, events: Vec<Event>) {
        tell_lost(self.shared.events.put_back(events));
        let now = Instant::now();
        self.flush_at = Some(now + FLUSH_INTERVAL);
        self.failed = true;
        self.last_used.postpone(now);
    }

    /// Tells the log of a trouble, once a minute.
    fn tell(&self, trouble: Trouble, reason: &str) {
        match trouble {
            Trouble::Damaged | Trouble::Truncated => {
                self.shared.watch.condemn();
                self.leave_log();
            }
            // The next start makes the index anew from the log.
            Trouble::IndexTruncated => self.leave_log(),
            _ => {}
        }
        if let Some(untold) = self.shared.health.tell(Instant::now(), trouble) {
            let path = self.shared.path.display();
            tracing::error!(%path, reason, untold, "a transaction failed: {trouble}");
        }
    }

    /// Leaves the log to the next start. SQLite would put it into the file when the connection
    /// closes, by an index that may not be whole, and what is damaged of one into the other.
    fn leave_log(&self) {
        // Where it does not succeed, nothing else can be done.
        let _ = self
            .connection
            .set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    }

    /// One transaction: refills that are due, the jobs, the events, the last uses.
    fn transact(
        &mut self,
        jobs: &mut [Box<dyn Job>],
        events: &mut Vec<Event>,
        uses: usize,
    ) -> Result<Vec<Result<(), Failure>>, Fault> {
        let db = &self.connection;
        execute(db, "BEGIN IMMEDIATE")?;
        let refilled_day = daily_maintenance::run(&self.shared, db)?;
        let mut generation = Settings(db).generation()?;
        let mut counted_up = false;
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            let tx = TxContext {
                mode: ExecutionMode::Writing,
                db,
                generation,
            };
            let (outcome, effects) = self.run_one(job.as_mut(), tx)?;
            if outcome.is_ok() || effects.commits_on_failure {
                events.extend(effects.events);
                if effects.invalidates && !counted_up {
                    generation = Settings(db).next_generation()?;
                    counted_up = true;
                }
            }
            outcomes.push(outcome);
        }
        if !events.is_empty() {
            self.recorder.record(db, events)?;
            self.last_used.note(events, Instant::now());
        }
        LastUses(db).record(self.last_used.next(uses))?;
        execute(db, "COMMIT").map_err(|error| Fault {
            error,
            committing: true,
        })?;
        self.shared.set_refilled_day(refilled_day);
        Ok(outcomes)
    }

    /// One job in its savepoint. An error here is one of the whole transaction.
    fn run_one(
        &self,
        job: &mut dyn Job,
        tx: TxContext<'_>,
    ) -> rusqlite::Result<(Result<(), Failure>, Effects)> {
        execute(tx.db, "SAVEPOINT job")?;
        let run = AssertUnwindSafe(|| job.run(&self.shared, tx));
        let (outcome, effects) =
            catch_unwind(run).unwrap_or_else(|_| (Err(Failure::Panicked), Effects::default()));
        if outcome.is_err() && !effects.commits_on_failure {
            execute(tx.db, "ROLLBACK TO job")?;
        }
        execute(tx.db, "RELEASE job")?;
        Ok((outcome, effects))
    }
}

/// Tells the log of events that will never be written down, if there are any.
fn tell_lost(lost: usize) {
    if lost > 0 {
        tracing::error!(lost, "events could not be written down");
    }
}

/// Tells whoever waits. What they do with it must not stop the writer.
fn finish(job: Box<dyn Job>, outcome: Result<(), Failure>) {
    if catch_unwind(AssertUnwindSafe(|| job.finish(outcome))).is_err() {
        tracing::error!("a reply panicked");
    }
}
