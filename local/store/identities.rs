//! The table `identities`: the owners of keys.

use rusqlite::{Connection, OptionalExtension, params};
use unkey_tools::types::Identity;

use super::{Ratelimits, read_meta, some};

/// The table `identities`.
#[derive(Clone, Copy)]
pub(crate) struct Identities<'a>(pub(crate) &'a Connection);

impl Identities<'_> {
    /// The id of the identity with that external id, unless it was deleted.
    pub(crate) fn find_id(
        self,
        workspace_id: &str,
        external_id: &str,
    ) -> rusqlite::Result<Option<String>> {
        self.0
            .prepare_cached(
                "SELECT id FROM identities
                 WHERE workspace_id = ?1 AND external_id = ?2 AND deleted_at IS NULL",
            )?
            .query_row([workspace_id, external_id], |row| row.get(0))
            .optional()
    }

    /// The identity of that id with its limits, unless it was deleted.
    pub(crate) fn show(self, id: &str) -> rusqlite::Result<Option<Identity>> {
        let found: Option<(String, Option<String>)> = self
            .0
            .prepare_cached(
                "SELECT external_id, meta FROM identities WHERE id = ?1 AND deleted_at IS NULL",
            )?
            .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((external_id, meta)) = found else {
            return Ok(None);
        };
        Ok(Some(Identity {
            id: id.into(),
            external_id,
            meta: read_meta(meta.as_deref()),
            ratelimits: some(Ratelimits(self.0).of_identity(id)?),
        }))
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
        self.0
            .prepare_cached(
                "INSERT INTO identities (id, workspace_id, external_id, meta, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute(params![id, workspace_id, external_id, meta, now])
            .map(drop)
    }
}
