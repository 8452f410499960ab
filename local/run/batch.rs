//! What the writer does in one transaction.

use std::time::Instant;

use crate::run::pending_events::FLUSH_INTERVAL;
use crate::run::writer::{Flush, Job, Message};

/// What the writer took from its queue.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) jobs: Vec<Box<dyn Job>>,
    pub(crate) flushes: Vec<Flush>,
    pub(crate) stop: bool,
}

impl Batch {
    /// Adds one, and notes when events that wait are to be written down.
    pub(crate) fn add(&mut self, message: Message, flush_at: &mut Option<Instant>) {
        match message {
            Message::Job(job) => self.jobs.push(job),
            Message::EventsWait => {
                flush_at.get_or_insert_with(|| Instant::now() + FLUSH_INTERVAL);
            }
            Message::Flush(flush) => self.flushes.push(flush),
            Message::Stop => self.stop = true,
        }
    }
}
