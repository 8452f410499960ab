//! How an operation is carried out: the trait, and what a handler works with.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use unkey_analytics::Event;
use unkey_tools::Operation;
use unkey_tools::types::Secret;

use crate::cache::snapshots::Snapshots;
use crate::cache::weigh::Weigh;
use crate::domain::limiter::Limiter;
use crate::domain::vault::Vault;
use crate::run::caller::{Caller, Need};
use crate::run::late_reader::LateReader;
use crate::run::shared::Shared;
use crate::store::{Actor, AuditLog, Change, EncryptedKeys, Resource};
use crate::wire::failure::Failure;

/// Where an operation begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// On the caller's thread: with what is in memory, or reading the database. It may turn out to
    /// need the writer: [`Work::need_writer`].
    Read,
    /// On a thread of its own, reading, after every verification that was answered so far has
    /// been written down. It may take long.
    Question,
    /// On the writer's thread. What it changes makes the snapshots of before invalid.
    Write,
}

/// Who may call an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Admission {
    /// The holder of a root key.
    RootKey,
    /// Anyone.
    Anyone,
}

/// Carries out an operation inside one database transaction.
#[diagnostic::on_unimplemented(
    message = "the embedded engine cannot apply `{Self}`",
    label = "implement it in the file of the same path under local/, or name it in UNSUPPORTED"
)]
pub(crate) trait Apply: Operation {
    /// Where the operation begins.
    const ACCESS: Access;

    /// Who may call it.
    const ADMISSION: Admission = Admission::RootKey;

    /// The JSON Schema that a body keeps, as Unkey's server checks it. It is stricter or looser
    /// than what a tool shows, which may be written for several versions of the server. An object
    /// that takes unknown fields says `"additionalProperties": true`.
    fn rule() -> Value;

    /// Carries the operation out. A failure undoes all that it wrote.
    fn apply(self, work: &mut Work<'_>) -> Result<Self::Response, Failure>;
}

/// The facts of a request that handlers may ask for.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// Names the request.
    pub(crate) request_id: String,
    /// When the request came, Unix ms; the one time that all of it goes by.
    pub(crate) now: i64,
    /// The same, as [`crate::Clock::elapsed`] counts.
    pub(crate) started: Duration,
    /// The caller's address, without a port.
    pub(crate) caller_ip: Option<String>,
}

/// What a handler works with: a connection inside a transaction, the caller and the time.
pub(crate) struct Work<'a> {
    /// Who calls.
    pub(crate) caller: &'a Caller,
    pub(crate) facts: &'a Facts,
    pub(crate) shared: &'a Shared,
    pub(crate) side: Side<'a>,
    /// Of the database, in this transaction.
    pub(crate) generation: i64,
    pub(crate) effects: Effects,
}

/// Which thread a piece of work has, and which connection, inside a transaction.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Side<'a> {
    /// The caller's thread and what is in memory. There is a connection that only reads for what
    /// is not.
    Memory(&'a LateReader<'a>),
    /// The caller's thread and a connection that only reads.
    Reader(&'a Connection),
    /// A thread of its own and a connection that only reads.
    Asker(&'a Connection),
    /// The writer's.
    Writer(&'a Connection),
}

impl<'a> Side<'a> {
    /// The connection.
    pub(crate) fn db(self) -> Result<&'a Connection, Failure> {
        match self {
            Self::Memory(late) => late.db(),
            Self::Reader(db) | Self::Asker(db) | Self::Writer(db) => Ok(db),
        }
    }
}

/// What a piece of work leaves behind beside what it wrote.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// Verifications to record.
    pub(crate) events: Vec<Event>,
    /// Whether the snapshots of before are invalid.
    pub(crate) invalidates: bool,
    /// Whether what was written stays although the operation failed.
    pub(crate) keeps: bool,
}

impl Work<'_> {
    /// When the request came, Unix ms.
    pub(crate) const fn now(&self) -> i64 {
        self.facts.now
    }

    /// The workspace that the caller acts on.
    pub(crate) fn workspace(&self) -> &str {
        self.caller.workspace()
    }

    /// Refuses a caller that does not have what is needed.
    pub(crate) fn require(&self, need: &Need) -> Result<(), Failure> {
        self.caller.require(need)
    }

    /// The connection. `store` says what can be done with it. An operation that began without one
    /// may end here, and is run again from its beginning as a reader: nothing may have been counted
    /// before.
    pub(crate) fn db(&self) -> Result<&Connection, Failure> {
        self.side.db()
    }

    /// Goes on only on the writer's side. An operation that began elsewhere ends here and is run
    /// again from its beginning as a writer: nothing may have been counted or spent before.
    pub(crate) fn need_writer(&self) -> Result<(), Failure> {
        match self.side {
            Side::Memory(_) | Side::Reader(_) | Side::Asker(_) => Err(Failure::NeedsWriter),
            Side::Writer(_) => Ok(()),
        }
    }

    /// A new id, `<prefix>_` and nine characters.
    pub(crate) fn mint_id(&self, prefix: &str) -> Result<String, Failure> {
        Ok(self.shared.mint_id(prefix)?)
    }

    /// The counters of the rate limits.
    pub(crate) fn limiter(&self) -> &Limiter {
        &self.shared.limiter
    }

    /// What encrypts recoverable keys.
    pub(crate) fn vault(&self) -> &Vault {
        &self.shared.vault
    }

    /// The plain text of a recoverable key; none where it was not kept.
    pub(crate) fn plaintext(&self, key_id: &str) -> Result<Option<Secret>, Failure> {
        let Some(sealed) = EncryptedKeys(self.db()?).find(key_id)? else {
            return Ok(None);
        };
        Ok(Some(self.vault().open(key_id, &sealed)?))
    }

    /// Writes a change down.
    pub(crate) fn audit(&self, event: &'static str, resource: Resource<'_>) -> Result<(), Failure> {
        self.write_audit(Change {
            event,
            resource,
            other: None,
        })
    }

    /// Writes down that two things were connected or disconnected.
    pub(crate) fn audit_link(
        &self,
        event: &'static str,
        resource: Resource<'_>,
        other: Resource<'_>,
    ) -> Result<(), Failure> {
        self.write_audit(Change {
            event,
            resource,
            other: Some(other),
        })
    }

    /// Writes down a change to a workspace that no root key made.
    pub(crate) fn audit_system(
        &self,
        part: &str,
        workspace_id: &str,
        event: &'static str,
        resource: Resource<'_>,
    ) -> Result<(), Failure> {
        let change = Change {
            event,
            resource,
            other: None,
        };
        let log = AuditLog(self.db()?);
        let request_id = &self.facts.request_id;
        Ok(log.insert(
            workspace_id,
            request_id,
            Actor::System(part),
            change,
            self.now(),
        )?)
    }

    fn write_audit(&self, change: Change<'_>) -> Result<(), Failure> {
        AuditLog(self.db()?).insert(
            self.workspace(),
            &self.facts.request_id,
            Actor::RootKey(self.caller.key_id()),
            change,
            self.now(),
        )?;
        Ok(())
    }

    /// Records a verification, if the operation succeeds.
    pub(crate) fn record(&mut self, event: Event) {
        self.effects.events.push(event);
    }

    /// How long the request has taken so far, in ms.
    pub(crate) fn latency(&self) -> f64 {
        let taken = self
            .shared
            .clock
            .elapsed()
            .saturating_sub(self.facts.started);
        taken.as_secs_f64() * 1_000.0
    }

    /// Lets what was written stand even if the operation fails from here on.
    pub(crate) const fn keep(&mut self) {
        self.effects.keeps = true;
    }

    /// A snapshot from `of` this transaction's generation, loaded if there is none.
    pub(crate) fn snapshot<T: Weigh>(
        &self,
        of: &Snapshots<T>,
        name: &str,
        load: impl FnOnce(&Connection) -> rusqlite::Result<Option<T>>,
    ) -> Result<Option<Arc<T>>, Failure> {
        snapshot(self.side, self.generation, of, name, load)
    }
}

/// A snapshot of that generation, loaded if there is none.
///
/// The writer does not keep what it loads: its transaction may still be undone, and the generation
/// it counts up to may then be another's.
pub(crate) fn snapshot<T: Weigh>(
    side: Side<'_>,
    generation: i64,
    of: &Snapshots<T>,
    name: &str,
    load: impl FnOnce(&Connection) -> rusqlite::Result<Option<T>>,
) -> Result<Option<Arc<T>>, Failure> {
    if let Some(known) = of.get(generation, name) {
        return Ok(Some(known));
    }
    let Some(loaded) = load(side.db()?)? else {
        return Ok(None);
    };
    let loaded = Arc::new(loaded);
    if !matches!(side, Side::Writer(_)) {
        of.put(generation, name, Arc::clone(&loaded));
    }
    Ok(Some(loaded))
}
