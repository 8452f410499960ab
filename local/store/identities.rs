//! The table `identities`: the owners of keys.

use rusqlite::{Connection, Row, params};
use unkey_tools::types::Identity;

use super::{Ratelimits, read_meta, some};
use crate::store::search::anywhere;
use crate::store::statements::Statements as _;

/// The table `identities`.
#[derive(Clone, Copy)]
pub(crate) struct Identities<'a>(pub(crate) &'a Connection);

/// Reads an identity, still without its limits.
fn read(row: &Row<'_>) -> rusqlite::Result<Identity> {
    let id: String = row.get("id")?;
    let meta: Option<String> = row.get("meta")?;
    Ok(Identity {
        id: id.into(),
        external_id: row.get("external_id")?,
        meta: read_meta(meta.as_deref()),
        ratelimits: None,
    })
}

impl Identities<'_> {
    /// The identity of that id or, where there is none, of that external id, unless it was
    /// deleted.
    pub(crate) fn find(
        self,
        workspace_id: &str,
        id_or_external_id: &str,
    ) -> rusqlite::Result<Option<Identity>> {
        self.0
            .optional_row(
                "SELECT id, external_id, meta FROM identities
                 WHERE workspace_id = ?1 AND (id = ?2 OR external_id = ?2) AND deleted_at IS NULL
                 ORDER BY id = ?2 DESC LIMIT 1",
                [workspace_id, id_or_external_id],
                read,
            )?
            .map(|identity| self.with_limits(identity))
            .transpose()
    }

    fn with_limits(self, identity: Identity) -> rusqlite::Result<Identity> {
        let limits = Ratelimits(self.0).of_identity(identity.id.as_str())?;
        Ok(Identity {
            ratelimits: some(limits),
            ..identity
        })
    }

    /// At most `limit` identities from the id `from` on, in the order of their ids, whose id or
    /// external id holds the text that is searched for.
    pub(crate) fn list(
        self,
        workspace_id: &str,
        search: Option<&str>,
        from: &str,
        limit: i64,
    ) -> rusqlite::Result<Vec<Identity>> {
        self.0
            .prepare_cached(
                "SELECT id, external_id, meta FROM identities
                 WHERE workspace_id = ?1 AND id >= ?2 AND deleted_at IS NULL
                 AND (id LIKE ?4 ESCAPE '\\' OR external_id LIKE ?4 ESCAPE '\\')
                 ORDER BY id LIMIT ?3",
            )?
            .query_map(params![workspace_id, from, limit, anywhere(search)], read)?
            .map(|identity| self.with_limits(identity?))
            .collect()
    }

    /// Replaces an identity's data, which is JSON.
    pub(crate) fn set_meta(self, id: &str, meta: &str) -> rusqlite::Result<()> {
        self.0
            .run("UPDATE identities SET meta = ?2 WHERE id = ?1", [id, meta])
    }

    /// Notes that an identity was changed.
    pub(crate) fn touch(self, id: &str, now: i64) -> rusqlite::Result<()> {
        self.0.run(
            "UPDATE identities SET updated_at = ?2 WHERE id = ?1",
            params![id, now],
        )
    }

    /// Marks an identity as deleted. Its keys stay, and its external id is free again.
    pub(crate) fn mark_deleted(self, id: &str, now: i64) -> rusqlite::Result<()> {
        self.0.run(
            "UPDATE identities SET deleted_at = ?2 WHERE id = ?1",
            params![id, now],
        )
    }

    /// The id of the identity with that external id, unless it was deleted.
    pub(crate) fn find_id(
        self,
        workspace_id: &str,
        external_id: &str,
    ) -> rusqlite::Result<Option<String>> {
        self.0.optional_row(
            "SELECT id FROM identities
             WHERE workspace_id = ?1 AND external_id = ?2 AND deleted_at IS NULL",
            [workspace_id, external_id],
            |row| row.get(0),
        )
    }

    /// The identity of that id with its limits, unless it was deleted.
    pub(crate) fn show(self, id: &str) -> rusqlite::Result<Option<Identity>> {
        self.0
            .optional_row(
                "SELECT id, external_id, meta FROM identities
                 WHERE id = ?1 AND deleted_at IS NULL",
                [id],
                read,
            )?
            .map(|identity| self.with_limits(identity))
            .transpose()
    }

    /// Inserts an identity. `meta` is JSON. An external id that is in use is an error of the
    /// database.
    pub(crate) fn insert(
        self,
        workspace_id: &str,
        id: &str,
        external_id: &str,
        meta: Option<&str>,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO identities (id, workspace_id, external_id, meta, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id, workspace_id, external_id, meta, now],
        )
    }
}
