//! Whether the engine would keep what it is asked to.

use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

use crate::engine::Engine;
use crate::run::apply::Effects;
use crate::run::shared::Shared;
use crate::run::transaction::TxContext;
use crate::run::writer::Job;
use crate::store::Settings;
use crate::system::trouble::Trouble;
use crate::wire::failure::Failure;

/// How long a small write takes at most until the engine counts as not ready.
pub const PATIENCE: Duration = Duration::from_secs(3);

impl Engine {
    /// Finds out whether what is asked now would be kept: whether the files are there, and whether
    /// a small write succeeds, which is tried once a second at most. `reply` is called once, on
    /// this thread or the writer's, and must not wait for anything.
    pub fn probe(&self, reply: impl FnOnce(Result<(), Trouble>) + Send + 'static) {
        let shared = self.shared();
        if let Err(trouble) = shared.watch.check() {
            return reply(Err(trouble));
        }
        match shared.health.known(Instant::now(), PATIENCE) {
            Some(outcome) => reply(outcome),
            None => self.enqueue(Box::new(WriteProbe {
                shared: Arc::clone(shared),
                reply,
            })),
        }
    }

    /// The same, waiting for the answer.
    ///
    /// # Errors
    /// What would keep a write from being kept.
    pub fn ready(&self) -> Result<(), Trouble> {
        let (sender, outcome) = mpsc::sync_channel(1);
        self.probe(move |outcome| {
            // Whoever asked may have lost patience.
            let _ = sender.send(outcome);
        });
        let outcome = outcome.recv_timeout(PATIENCE);
        outcome.unwrap_or_else(|_| Err(self.unanswered()))
    }

    /// What it means that a [probe](Self::probe) was not answered in time.
    pub fn unanswered(&self) -> Trouble {
        self.shared().health.unanswered()
    }
}

/// A small write, to see whether it is kept.
struct WriteProbe<R> {
    shared: Arc<Shared>,
    reply: R,
}

impl<R: FnOnce(Result<(), Trouble>) + Send> Job for WriteProbe<R> {
    fn run(&mut self, _: &Shared, tx: TxContext<'_>) -> (Result<(), Failure>, Effects) {
        let written = Settings(tx.db).try_write().map_err(Failure::from);
        (written, Effects::default())
    }

    fn is_trial(&self) -> bool {
        true
    }

    fn finish(self: Box<Self>, outcome: Result<(), Failure>) {
        let outcome = outcome.map_err(|failure| match failure {
            Failure::NotKept(why) => why.trouble,
            Failure::Broken(error) => Trouble::from(&error),
            _ => Trouble::Other,
        });
        self.shared.health.end(Instant::now(), outcome);
        (self.reply)(outcome);
    }
}
