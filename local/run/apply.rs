//! How an operation is carried out: the trait, and what a handler works with.

use std::sync::Arc;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use unkey_analytics::Event;
use unkey_tools::Operation;
use unkey_tools::types::Secret;

use crate::cache::heap_size::HeapSize;
use crate::cache::snapshots::Snapshots;
use crate::domain::limiter::Limiter;
use crate::domain::vault::Vault;
use crate::run::caller::{Caller, Need};
use crate::run::shared::Shared;
use crate::run::transaction::{ExecutionMode, TxContext};
use crate::store::{Actor, AuditLog, Change, EncryptedKeys, Resource};
use crate::wire::failure::Failure;

/// What an operation does, which decides the thread that it begins on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// It reads, on the caller's thread.
    Read,
    /// It reads on the caller's thread and counts in memory. Where it finds that it must write, it
    /// is handed over to the writer: [`Apply::apply_reading`].
    Count,
    /// It reads on a thread of its own, after every verification that was answered so far has
    /// been written down. It may take long.
    Question,
    /// It writes, on the writer's thread. What it changes makes the snapshots of before invalid.
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
    /// What the operation does.
    const ACCESS: Access;

    /// Who may call it.
    const ADMISSION: Admission = Admission::RootKey;

    /// The JSON Schema that a body keeps, as Unkey's server checks it. It is stricter or looser
    /// than what a tool shows, which may be written for several versions of the server. An object
    /// that takes unknown fields says `"additionalProperties": true`.
    fn rule() -> Value;

    /// Carries the operation out. A failure undoes all that it wrote.
    fn apply(self, work: &mut Work<'_>) -> Result<Self::Response, Failure>;

    /// Carries the operation out while only reading. `None` hands it over to the writer, which
    /// begins it anew with [`Apply::apply`]: nothing may have been counted by then.
    fn apply_reading(self, work: &mut Work<'_>) -> Result<Option<Self::Response>, Failure> {
        self.apply(work).map(Some)
    }
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
    pub(crate) tx: TxContext<'a>,
    pub(crate) effects: Effects,
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

impl<'a> Work<'a> {
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

    /// The connection. `store` says what can be done with it.
    pub(crate) const fn db(&self) -> &'a Connection {
        self.tx.db
    }

    /// Whether nothing can be written here.
    pub(crate) fn is_reading(&self) -> bool {
        self.tx.mode == ExecutionMode::Reading
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
        let Some(sealed) = EncryptedKeys(self.db()).find(key_id)? else {
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
        let log = AuditLog(self.db());
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
        AuditLog(self.db()).insert(
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
    pub(crate) fn snapshot<T: HeapSize>(
        &self,
        of: &Snapshots<T>,
        name: &str,
        load: impl FnOnce(&Connection) -> rusqlite::Result<Option<T>>,
    ) -> Result<Option<Arc<T>>, Failure> {
        Ok(self.tx.snapshot(of, name, load)?)
    }
}
