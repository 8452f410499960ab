//! The tables `roles` and `keys_roles`.

use rusqlite::{Connection, OptionalExtension};

/// The tables `roles` and `keys_roles`.
#[derive(Clone, Copy)]
pub(crate) struct Roles<'a>(pub(crate) &'a Connection);

impl Roles<'_> {
    /// The id of the role whose name is exactly that one, upper and lower case told apart.
    pub(crate) fn find_exact(
        self,
        workspace_id: &str,
        name: &str,
    ) -> rusqlite::Result<Option<String>> {
        self.0
            .prepare_cached(
                "SELECT id FROM roles
                 WHERE workspace_id = ?1 AND name = ?2 AND name = ?2 COLLATE BINARY",
            )?
            .query_row([workspace_id, name], |row| row.get(0))
            .optional()
    }

    /// The names of a key's roles, sorted.
    pub(crate) fn names_of_key(self, key_id: &str) -> rusqlite::Result<Vec<String>> {
        self.0
            .prepare_cached(
                "SELECT name FROM roles JOIN keys_roles ON role_id = id
                 WHERE key_id = ?1 ORDER BY name COLLATE BINARY",
            )?
            .query_map([key_id], |row| row.get(0))?
            .collect()
    }

    /// The ids of a key's roles.
    pub(crate) fn ids_of_key(self, key_id: &str) -> rusqlite::Result<Vec<String>> {
        self.0
            .prepare_cached("SELECT role_id FROM keys_roles WHERE key_id = ?1")?
            .query_map([key_id], |row| row.get(0))?
            .collect()
    }

    /// Gives a key a role. One that it has already is an error of the database.
    pub(crate) fn connect(self, key_id: &str, role_id: &str) -> rusqlite::Result<()> {
        self.0
            .prepare_cached("INSERT INTO keys_roles (key_id, role_id) VALUES (?1, ?2)")?
            .execute([key_id, role_id])
            .map(drop)
    }

    /// Takes every role from a key.
    pub(crate) fn disconnect_all(self, key_id: &str) -> rusqlite::Result<()> {
        self.0
            .prepare_cached("DELETE FROM keys_roles WHERE key_id = ?1")?
            .execute([key_id])
            .map(drop)
    }
}
