//! The table `workspaces`, and the internal one that holds the root keys.

use rusqlite::{Connection, params};

use crate::store::statements::Statements as _;

/// The workspace whose keys are root keys. It is no customer's.
pub(crate) const INTERNAL: &str = "ws_internal";
/// The key space of the root keys.
pub(crate) const ROOT_KEY_SPACE: &str = "ks_root_keys";
const ROOT_API: &str = "api_root_keys";

/// The table `workspaces`.
#[derive(Clone, Copy)]
pub(crate) struct Workspaces<'a>(pub(crate) &'a Connection);

impl Workspaces<'_> {
    /// The workspace that the engine serves, once it has been created.
    pub(crate) fn served(self) -> rusqlite::Result<Option<String>> {
        self.0.optional_row(
            "SELECT id FROM workspaces WHERE id <> ?1",
            [INTERNAL],
            |row| row.get(0),
        )
    }

    /// Creates the internal workspace, its API and key space, and the workspace to serve.
    pub(crate) fn create(self, id: &str, now: i64) -> rusqlite::Result<()> {
        let sql = "INSERT INTO workspaces (id, name, created_at) VALUES (?1, ?2, ?3)";
        self.0.execute(sql, params![INTERNAL, "internal", now])?;
        self.0.execute(sql, params![id, "local", now])?;
        self.0.execute(
            "INSERT INTO key_spaces (id, workspace_id, created_at) VALUES (?1, ?2, ?3)",
            params![ROOT_KEY_SPACE, INTERNAL, now],
        )?;
        self.0.execute(
            "INSERT INTO apis (id, workspace_id, key_space_id, name, created_at)
             VALUES (?1, ?2, ?3, 'root keys', ?4)",
            params![ROOT_API, INTERNAL, ROOT_KEY_SPACE, now],
        )?;
        Ok(())
    }
}
