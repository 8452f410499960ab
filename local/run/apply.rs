//! How an operation is carried out: the trait, and what a handler works with.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use rusqlite::Connection;
use serde_json::Value;
use unkey_analytics::Event;
use unkey_tools::Operation;
use unkey_tools::types::Secret;

use crate::cache::heap_size::HeapSize;
use crate::cache::snapshots::Snapshots;
use crate::domain::limiter::Limiter;
use crate::domain::resource_name;
use crate::domain::vault::Vault;
use crate::run::caller::Caller;
use crate::run::required_permission::RequiredPermission;
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
    /// It reads on the caller's thread, after every event of what was answered so far has been written
    /// down. It may take seconds.
    Query,
    /// It writes, on the writer's thread. What it changes makes the snapshots of before invalid.
    Write,
}

/// How the caller of an operation has to prove who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Authentication {
    /// With a root key.
    RootKey,
    /// Not at all: what it sends is a secret of its own.
    None,
}

/// Carries out an operation inside one database transaction.
#[diagnostic::on_unimplemented(
    message = "the embedded engine cannot apply `{Self}`",
    label = "implement it in the file of the same path under local/, or name it in UNSUPPORTED"
)]
pub(crate) trait Apply: Operation {
    /// What the operation does.
    const ACCESS: Access;

    /// How its caller has to prove who it is.
    const AUTHENTICATION: Authentication = Authentication::RootKey;

    /// The JSON Schema of its body, as Unkey's server checks it. It is stricter or looser than
    /// what a tool shows, which may be written for several versions of the server. An object
    /// that takes unknown fields says `"additionalProperties": true`.
    fn schema() -> Value;

    /// Carries the operation out. A failure undoes all that it wrote.
    fn apply(self, cx: &mut Context<'_>) -> Result<Self::Response, Failure>;

    /// Carries the operation out while only reading. `None` hands it over to the writer, which
    /// begins it anew with [`Apply::apply`]: nothing may have been counted by then.
    fn apply_reading(self, cx: &mut Context<'_>) -> Result<Option<Self::Response>, Failure> {
        self.apply(cx).map(Some)
    }
}

/// What is known of a request beside its body.
#[derive(Clone, Debug)]
pub(crate) struct RequestMeta {
    /// Names the request in the answer, the log and the audit log.
    pub(crate) id: String,
    /// When the request came, Unix ms; the one time that all of it goes by.
    pub(crate) now: i64,
    /// The same, as [`crate::Clock::elapsed`] counts.
    pub(crate) started: Duration,
    /// The caller's address, without a port.
    pub(crate) caller_ip: Option<String>,
    /// Whether a check of a rate limit leaves an event behind.
    pub(crate) is_recorded: bool,
    /// Set when nobody waits for the answer any more.
    pub(crate) abandoned: Arc<AtomicBool>,
    /// Whether the body has a negative zero that is written as no integer, as `-0.0` is.
    pub(crate) has_fractional_zero: bool,
}

/// What a handler is given: the caller, the request, a transaction, and what the threads share.
pub(crate) struct Context<'a> {
    /// Who calls.
    pub(crate) caller: &'a Caller,
    pub(crate) request: &'a RequestMeta,
    pub(crate) shared: &'a Shared,
    pub(crate) tx: TxContext<'a>,
    pub(crate) effects: Effects,
}

/// What an operation leaves behind beside what it wrote.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    /// What happened and is to be recorded.
    pub(crate) events: Vec<Event>,
    /// Whether the snapshots of before are invalid.
    pub(crate) invalidates: bool,
    /// Whether what was written is committed although the operation failed.
    pub(crate) commits_on_failure: bool,
}

impl<'a> Context<'a> {
    /// When the request came, Unix ms.
    pub(crate) const fn now(&self) -> i64 {
        self.request.now
    }

    /// The workspace that the caller acts on.
    pub(crate) fn workspace(&self) -> &str {
        self.caller.workspace()
    }

    /// Refuses a caller that may not do `action` on the `kind` of thing with that id.
    pub(crate) fn require(&self, kind: &str, id: &str, action: &str) -> Result<(), Failure> {
        self.caller
            .require(&RequiredPermission::on(kind, id, action))
    }

    /// Refuses a caller that may not do `action` on every `kind` of thing.
    pub(crate) fn require_for_all(&self, kind: &str, action: &str) -> Result<(), Failure> {
        self.caller
            .require(&RequiredPermission::everywhere(kind, action))
    }

    /// Refuses a caller that does not have what is needed.
    pub(crate) fn require_permission(&self, wanted: &RequiredPermission) -> Result<(), Failure> {
        self.caller.require(wanted)
    }

    /// `action` on what is at `path` in the caller's workspace.
    pub(crate) fn at_path(&self, path: &str, action: &str) -> RequiredPermission {
        RequiredPermission::One(format!(
            "{}{}:{path}#{action}",
            resource_name::PREFIX,
            self.workspace()
        ))
    }

    /// What it takes to create permissions while they are given to a key or a role.
    pub(crate) fn to_create_permissions(&self) -> RequiredPermission {
        let action = "create_permission";
        RequiredPermission::everywhere("rbac", action)
            .or(self.at_path("rbac/permissions/*", action))
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
    pub(crate) fn new_id(&self, prefix: &str) -> Result<String, Failure> {
        Ok(self.shared.new_id(prefix)?)
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
        let request_id = &self.request.id;
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
            &self.request.id,
            self.caller.actor(),
            change,
            self.now(),
        )?;
        Ok(())
    }

    /// Records an event, if the operation succeeds.
    pub(crate) fn record(&mut self, event: Event) {
        self.effects.events.push(event);
    }

    /// How long the request has taken so far, in ms.
    pub(crate) fn latency(&self) -> f64 {
        let taken = self
            .shared
            .clock
            .elapsed()
            .saturating_sub(self.request.started);
        taken.as_secs_f64() * 1_000.0
    }

    /// Commits what was written even if the operation fails from here on.
    pub(crate) const fn commit_on_failure(&mut self) {
        self.effects.commits_on_failure = true;
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
