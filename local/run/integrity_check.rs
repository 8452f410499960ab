//! Whether the database is still sound, where somebody else has changed its files.
//!
//! The files of a database in use change by the writer's transactions, and by other processes that
//! have it open. A change that is not the writer's own is looked into before the next transaction:
//! what is written into a damaged database is lost with it.

use std::path::Path;
use std::time::{Duration, Instant};

use crate::run::shared::Shared;
use crate::store::check_integrity;
use crate::system::trouble::Trouble;
use crate::system::{Stamp, Stamps};

/// How long the database is looked through at most. Whoever wants to write waits for it.
const LIMIT: Duration = Duration::from_secs(1);

/// While other processes write, reading the log through takes at most one part in so many of the
/// writer's time.
const SHARE: u32 = 20;

/// What the writer knows of the files.
#[derive(Debug)]
pub(crate) struct IntegrityCheck {
    /// The files when they were opened, or looked at last.
    known: Option<Stamps>,
    /// The files after the last transaction. There was none at first, so that the first looks into what
    /// an earlier process left.
    seen: Option<Stamps>,
    /// When the log may be read through again.
    rested: Option<Instant>,
    /// Whether somebody else wrote to the log since.
    unread: bool,
}

impl IntegrityCheck {
    /// Begins with the files as they are opened.
    pub(crate) fn new(shared: &Shared) -> Self {
        Self {
            known: shared.watch.stamps().ok().flatten(),
            seen: None,
            rested: None,
            unread: false,
        }
    }

    /// Looks into what was not changed by the writer.
    ///
    /// # Errors
    /// What has become of the database.
    pub(crate) fn examine(&mut self, shared: &Shared, now: Instant) -> Result<(), Trouble> {
        let Some(stamps) = shared.watch.stamps()? else {
            return Ok(());
        };
        let known = self.known.replace(stamps);
        let seen = self.seen.replace(stamps);
        let changed =
            |stamp: fn(&Stamps) -> Stamp| seen.is_none_or(|seen| stamp(&seen) != stamp(&stamps));
        self.unread |= changed(|stamps| stamps.log);
        let mut outcome = Ok(());
        if known.is_some_and(|known| stamps.is_overwritten_since(&known)) {
            let path = shared.path.display();
            tracing::error!(%path, "the database's file was written over, and not by SQLite");
            outcome = Err(Trouble::Damaged);
        }
        if outcome.is_ok() && self.unread && self.rested.is_none_or(|at| now >= at) {
            outcome = shared.watch.read_log();
            self.unread = false;
            self.rested = Some(now + now.elapsed() * SHARE);
        }
        if outcome.is_ok() && changed(|stamps| stamps.database) {
            outcome = look_through(&shared.path);
        }
        if outcome.is_err() {
            // The next transaction inspects again.
            self.seen = None;
        }
        outcome
    }

    /// Notes what the writer itself has made of the files.
    pub(crate) fn note(&mut self, shared: &Shared) {
        // Without them the next transaction looks.
        self.seen = shared.watch.stamps().ok().flatten();
        self.known = self.seen.or(self.known);
    }
}

/// Reads the database with a connection that has nothing of it in memory.
fn look_through(path: &Path) -> Result<(), Trouble> {
    match check_integrity(path, LIMIT) {
        Ok(None) => Ok(()),
        Ok(Some(found)) => {
            tracing::error!(path = %path.display(), found, "the database is damaged");
            Err(Trouble::Damaged)
        }
        Err(error) => Err(Trouble::from(&error)),
    }
}
