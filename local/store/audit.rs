//! The table `audit_log`: who changed what.

use rusqlite::{Connection, params};

use crate::store::statements::Statements as _;

/// The table `audit_log`.
#[derive(Clone, Copy)]
pub(crate) struct AuditLog<'a>(pub(crate) &'a Connection);

/// Who made a change.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Actor<'a> {
    /// The holder of a root key.
    RootKey {
        /// The key's id.
        id: &'a str,
        /// Its name; empty where it has none.
        name: &'a str,
    },
    /// The engine itself; the part of it.
    System(&'a str),
}

/// Something that was changed: its kind and its id.
pub(crate) type Resource<'a> = (&'static str, &'a str);

/// One change.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change<'a> {
    pub(crate) event: &'static str,
    pub(crate) resource: Resource<'a>,
    /// What it was connected with or disconnected from.
    pub(crate) other: Option<Resource<'a>>,
}

impl AuditLog<'_> {
    /// Writes down a change, in the transaction that makes it.
    pub(crate) fn insert(
        self,
        workspace_id: &str,
        request_id: &str,
        actor: Actor<'_>,
        change: Change<'_>,
        now: i64,
    ) -> rusqlite::Result<()> {
        let (actor_type, actor_id, actor_name) = match actor {
            Actor::RootKey { id, name: "" } => ("key", id, "root key"),
            Actor::RootKey { id, name } => ("key", id, name),
            Actor::System(part) => ("system", part, part),
        };
        let (kind, id) = change.resource;
        self.0.run("INSERT INTO audit_log (workspace_id, time, request_id, event, actor_type, actor_id,
                                        actor_name, resource_type, resource_id, other_type, other_id)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)", params![
                workspace_id,
                now,
                request_id,
                change.event,
                actor_type,
                actor_id,
                actor_name,
                kind,
                id,
                change.other.map(|(kind, _)| kind),
                change.other.map(|(_, id)| id),
            ])
    }
}
