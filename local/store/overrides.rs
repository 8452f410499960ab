//! The table `ratelimit_overrides`.

use rusqlite::{Connection, Row};

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
        self.0
            .prepare_cached(
                "SELECT * FROM ratelimit_overrides
                 WHERE namespace_id = ?1 AND deleted_at IS NULL ORDER BY number",
            )?
            .query_map([namespace_id], read)?
            .collect()
    }
}
