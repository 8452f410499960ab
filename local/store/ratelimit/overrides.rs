//! The table `ratelimit_overrides`.

use rusqlite::{Connection, Row, params};
use unkey_tools::types::RatelimitOverride;

use crate::store::statements::Statements as _;

/// The table `ratelimit_overrides`.
#[derive(Clone, Copy)]
pub(crate) struct Overrides<'a>(pub(crate) &'a Connection);

/// An override: a limit of its own for an identifier, or for all that match a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredOverride {
    pub(crate) id: String,
    /// The identifier or the pattern.
    pub(crate) identifier: String,
    pub(crate) limit: i64,
    /// Milliseconds.
    pub(crate) duration: i64,
}

impl StoredOverride {
    /// The override as it is shown.
    pub(crate) fn show(&self) -> RatelimitOverride {
        RatelimitOverride {
            override_id: self.id.as_str().into(),
            duration: self.duration,
            identifier: self.identifier.clone(),
            limit: self.limit,
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<StoredOverride> {
    Ok(StoredOverride {
        id: row.get("id")?,
        identifier: row.get("identifier")?,
        limit: row.get("limit")?,
        duration: row.get("duration")?,
    })
}

impl Overrides<'_> {
    /// The overrides of a namespace, in the order of their creation.
    pub(crate) fn of_namespace(self, namespace_id: &str) -> rusqlite::Result<Vec<StoredOverride>> {
        self.0.rows(
            "SELECT * FROM ratelimit_overrides
             WHERE namespace_id = ?1 AND deleted_at IS NULL ORDER BY number",
            [namespace_id],
            read,
        )
    }

    /// At most `limit` overrides from the id `from` on, in the order of their ids.
    pub(crate) fn list(
        self,
        namespace_id: &str,
        from: &str,
        limit: i64,
    ) -> rusqlite::Result<Vec<StoredOverride>> {
        self.0.rows(
            "SELECT * FROM ratelimit_overrides
             WHERE namespace_id = ?1 AND id >= ?2 AND deleted_at IS NULL
             ORDER BY id LIMIT ?3",
            params![namespace_id, from, limit],
            read,
        )
    }

    /// Inserts an override, or overwrites the one of that identifier, a deleted one as well; that
    /// one keeps its id. Returns the id.
    pub(crate) fn put(
        self,
        workspace_id: &str,
        namespace_id: &str,
        new: &StoredOverride,
        now: i64,
    ) -> rusqlite::Result<String> {
        self.0
            .prepare_cached(
                "INSERT INTO ratelimit_overrides (id, workspace_id, namespace_id, identifier,
                                                  \"limit\", duration, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (namespace_id, identifier) DO UPDATE
                     SET \"limit\" = ?5, duration = ?6, updated_at = ?7, deleted_at = NULL
                 RETURNING id",
            )?
            .query_row(
                params![
                    new.id,
                    workspace_id,
                    namespace_id,
                    new.identifier,
                    new.limit,
                    new.duration,
                    now
                ],
                |row| row.get(0),
            )
    }

    /// Marks an override as deleted.
    pub(crate) fn mark_deleted(self, id: &str, now: i64) -> rusqlite::Result<()> {
        self.0.run(
            "UPDATE ratelimit_overrides SET deleted_at = ?2 WHERE id = ?1",
            params![id, now],
        )
    }
}
