//! The table `ratelimits`: limits of keys and of identities.

use rusqlite::{Connection, Row, params};
use unkey_tools::types::Ratelimit;

use crate::store::statements::Statements as _;

/// The table `ratelimits`.
#[derive(Clone, Copy)]
pub(crate) struct Ratelimits<'a>(pub(crate) &'a Connection);

/// Whose limits they are.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Owner<'a> {
    /// A key's; its id.
    Key(&'a str),
    /// An identity's; its id.
    Identity(&'a str),
}

impl<'a> Owner<'a> {
    const fn ids(self) -> (Option<&'a str>, Option<&'a str>) {
        match self {
            Self::Key(id) => (Some(id), None),
            Self::Identity(id) => (None, Some(id)),
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Ratelimit> {
    let id: String = row.get("id")?;
    Ok(Ratelimit {
        id: id.into(),
        name: row.get("name")?,
        limit: row.get("limit")?,
        duration: row.get("duration")?,
        auto_apply: row.get("auto_apply")?,
    })
}

impl Ratelimits<'_> {
    /// The limits of a key, by name.
    pub(crate) fn of_key(self, id: &str) -> rusqlite::Result<Vec<Ratelimit>> {
        self.0.rows(
            "SELECT * FROM ratelimits WHERE key_id = ?1 ORDER BY name",
            [id],
            read,
        )
    }

    /// The limits of an identity, by name.
    pub(crate) fn of_identity(self, id: &str) -> rusqlite::Result<Vec<Ratelimit>> {
        self.0.rows(
            "SELECT * FROM ratelimits WHERE identity_id = ?1 ORDER BY name",
            [id],
            read,
        )
    }

    /// Inserts a limit, or overwrites the owner's limit of that name; that one keeps its id.
    pub(crate) fn put(
        self,
        workspace_id: &str,
        owner: Owner<'_>,
        limit: &Ratelimit,
        now: i64,
    ) -> rusqlite::Result<()> {
        let (key_id, identity_id) = owner.ids();
        self.0.run(
            "INSERT INTO ratelimits (id, workspace_id, key_id, identity_id, name, \"limit\",
                                         duration, auto_apply, created_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
                 ON CONFLICT (key_id, name) DO UPDATE
                     SET \"limit\" = ?6, duration = ?7, auto_apply = ?8, updated_at = ?9
                 ON CONFLICT (identity_id, name) DO UPDATE
                     SET \"limit\" = ?6, duration = ?7, auto_apply = ?8, updated_at = ?9",
            params![
                limit.id.as_str(),
                workspace_id,
                key_id,
                identity_id,
                limit.name,
                limit.limit,
                limit.duration,
                limit.auto_apply,
                now
            ],
        )
    }

    /// Deletes a limit.
    pub(crate) fn delete(self, id: &str) -> rusqlite::Result<()> {
        self.0.run("DELETE FROM ratelimits WHERE id = ?1", [id])
    }
}
