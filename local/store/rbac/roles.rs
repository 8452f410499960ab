//! The tables `roles`, `roles_permissions` and `keys_roles`.

use rusqlite::{Connection, Row, params};
use unkey_tools::types::Role;

use crate::store::search::anywhere;
use crate::store::statements::Statements as _;
use crate::store::{Permissions, some};

/// The tables `roles`, `roles_permissions` and `keys_roles`.
#[derive(Clone, Copy)]
pub(crate) struct Roles<'a>(pub(crate) &'a Connection);

/// Reads a role, still without its permissions.
fn read(row: &Row<'_>) -> rusqlite::Result<Role> {
    let id: String = row.get("id")?;
    Ok(Role {
        id: id.into(),
        name: row.get("name")?,
        description: row.get("description")?,
        permissions: None,
    })
}

impl Roles<'_> {
    /// The role of that id or, where there is none, of that name, in upper or lower case.
    pub(crate) fn find(
        self,
        workspace_id: &str,
        id_or_name: &str,
    ) -> rusqlite::Result<Option<Role>> {
        self.0
            .optional_row(
                "SELECT id, name, description FROM roles
                 WHERE workspace_id = ?1 AND (id = ?2 OR name = ?2)
                 ORDER BY id = ?2 DESC LIMIT 1",
                [workspace_id, id_or_name],
                read,
            )?
            .map(|role| self.with_permissions(role))
            .transpose()
    }

    fn with_permissions(self, role: Role) -> rusqlite::Result<Role> {
        let permissions = Permissions(self.0).of_role(role.id.as_str())?;
        Ok(Role {
            permissions: some(permissions),
            ..role
        })
    }

    /// Whether there is a role of that id.
    pub(crate) fn has_id(self, workspace_id: &str, id: &str) -> rusqlite::Result<bool> {
        self.0.has_row(
            "SELECT 1 FROM roles WHERE workspace_id = ?1 AND id = ?2",
            [workspace_id, id],
        )
    }

    /// Whether a name is in use, in upper or lower case.
    pub(crate) fn has_name(self, workspace_id: &str, name: &str) -> rusqlite::Result<bool> {
        self.0.has_row(
            "SELECT 1 FROM roles WHERE workspace_id = ?1 AND name = ?2",
            [workspace_id, name],
        )
    }

    /// Inserts a role without permissions. A name that is in use, in upper or lower case, is an
    /// error of the database.
    pub(crate) fn insert(self, workspace_id: &str, role: &Role, now: i64) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO roles (id, workspace_id, name, description, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![
                role.id.as_str(),
                workspace_id,
                role.name,
                role.description,
                now
            ],
        )
    }

    /// Gives a role a permission.
    pub(crate) fn give(self, role_id: &str, permission_id: &str) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO roles_permissions (role_id, permission_id) VALUES (?1, ?2)",
            [role_id, permission_id],
        )
    }

    /// Takes a permission from a role.
    pub(crate) fn take(self, role_id: &str, permission_id: &str) -> rusqlite::Result<()> {
        self.0.run(
            "DELETE FROM roles_permissions WHERE role_id = ?1 AND permission_id = ?2",
            [role_id, permission_id],
        )
    }

    /// Deletes a role. Keys lose it, and its permissions stay.
    pub(crate) fn delete(self, id: &str) -> rusqlite::Result<()> {
        self.0.run("DELETE FROM roles WHERE id = ?1", [id])
    }

    /// At most `limit` roles from the id `from` on, in the order of their ids, with the text that is
    /// searched for in any field.
    pub(crate) fn list(
        self,
        workspace_id: &str,
        search: Option<&str>,
        from: &str,
        limit: i64,
    ) -> rusqlite::Result<Vec<Role>> {
        self.0
            .prepare_cached(
                "SELECT id, name, description FROM roles
                 WHERE workspace_id = ?1 AND id >= ?2
                 AND (id LIKE ?4 ESCAPE '\\' OR name LIKE ?4 ESCAPE '\\'
                      OR description LIKE ?4 ESCAPE '\\')
                 ORDER BY id LIMIT ?3",
            )?
            .query_map(params![workspace_id, from, limit, anywhere(search)], read)?
            .map(|role| self.with_permissions(role?))
            .collect()
    }

    /// The roles of a key, by name.
    pub(crate) fn of_key(self, key_id: &str) -> rusqlite::Result<Vec<Role>> {
        self.0
            .prepare_cached(
                "SELECT id, name, description FROM roles JOIN keys_roles ON role_id = id
                 WHERE key_id = ?1 ORDER BY name COLLATE BINARY",
            )?
            .query_map([key_id], read)?
            .map(|role| self.with_permissions(role?))
            .collect()
    }

    /// Takes a role from a key.
    pub(crate) fn disconnect(self, key_id: &str, role_id: &str) -> rusqlite::Result<()> {
        self.0.run(
            "DELETE FROM keys_roles WHERE key_id = ?1 AND role_id = ?2",
            [key_id, role_id],
        )
    }

    /// The role whose name is exactly that one, upper and lower case told apart.
    pub(crate) fn find_exact(
        self,
        workspace_id: &str,
        name: &str,
    ) -> rusqlite::Result<Option<Role>> {
        self.0
            .optional_row(
                "SELECT id, name, description FROM roles
                 WHERE workspace_id = ?1 AND name = ?2 AND name = ?2 COLLATE BINARY",
                [workspace_id, name],
                read,
            )?
            .map(|role| self.with_permissions(role))
            .transpose()
    }

    /// The names of a key's roles, sorted.
    pub(crate) fn names_of_key(self, key_id: &str) -> rusqlite::Result<Vec<String>> {
        self.0.rows(
            "SELECT name FROM roles JOIN keys_roles ON role_id = id
             WHERE key_id = ?1 ORDER BY name COLLATE BINARY",
            [key_id],
            |row| row.get(0),
        )
    }

    /// The ids of a key's roles.
    pub(crate) fn ids_of_key(self, key_id: &str) -> rusqlite::Result<Vec<String>> {
        self.0.rows(
            "SELECT role_id FROM keys_roles WHERE key_id = ?1",
            [key_id],
            |row| row.get(0),
        )
    }

    /// Gives a key a role. One that it has already is an error of the database.
    pub(crate) fn connect(self, key_id: &str, role_id: &str) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO keys_roles (key_id, role_id) VALUES (?1, ?2)",
            [key_id, role_id],
        )
    }

    /// Takes every role from a key.
    pub(crate) fn disconnect_all(self, key_id: &str) -> rusqlite::Result<()> {
        self.0
            .run("DELETE FROM keys_roles WHERE key_id = ?1", [key_id])
    }
}
