//! The tables `permissions` and `keys_permissions`.

use rusqlite::{Connection, Row, params};
use unkey_tools::types::Permission;

use crate::store::search::anywhere;
use crate::store::statements::Statements as _;

/// The tables `permissions` and `keys_permissions`.
#[derive(Clone, Copy)]
pub(crate) struct Permissions<'a>(pub(crate) &'a Connection);

fn read_permission(row: &Row<'_>) -> rusqlite::Result<Permission> {
    let id: String = row.get("id")?;
    Ok(Permission {
        id: id.into(),
        name: row.get("name")?,
        slug: row.get("slug")?,
        description: row.get("description")?,
    })
}

impl Permissions<'_> {
    /// The permission of that id or, where there is none, of that slug, in upper or lower case.
    pub(crate) fn find(
        self,
        workspace_id: &str,
        id_or_slug: &str,
    ) -> rusqlite::Result<Option<Permission>> {
        self.0.optional_row(
            "SELECT id, name, slug, description FROM permissions
             WHERE workspace_id = ?1 AND (id = ?2 OR slug = ?2)
             ORDER BY id = ?2 DESC LIMIT 1",
            [workspace_id, id_or_slug],
            read_permission,
        )
    }

    /// Whether a slug is in use, in upper or lower case.
    pub(crate) fn has_slug(self, workspace_id: &str, slug: &str) -> rusqlite::Result<bool> {
        self.0.has_row(
            "SELECT 1 FROM permissions WHERE workspace_id = ?1 AND slug = ?2",
            [workspace_id, slug],
        )
    }

    /// At most `limit` permissions from the id `from` on, in the order of their ids, with the text that
    /// is searched for in any field.
    pub(crate) fn list(
        self,
        workspace_id: &str,
        search: Option<&str>,
        from: &str,
        limit: i64,
    ) -> rusqlite::Result<Vec<Permission>> {
        self.0.rows(
            "SELECT id, name, slug, description FROM permissions
             WHERE workspace_id = ?1 AND id >= ?2
             AND (id LIKE ?4 ESCAPE '\\' OR name LIKE ?4 ESCAPE '\\' OR slug LIKE ?4 ESCAPE '\\'
                  OR description LIKE ?4 ESCAPE '\\')
             ORDER BY id LIMIT ?3",
            params![workspace_id, from, limit, anywhere(search)],
            read_permission,
        )
    }

    /// Deletes a permission. Keys and roles lose it.
    pub(crate) fn delete(self, id: &str) -> rusqlite::Result<()> {
        self.0.run("DELETE FROM permissions WHERE id = ?1", [id])
    }

    /// The permissions of a role, by slug.
    pub(crate) fn of_role(self, role_id: &str) -> rusqlite::Result<Vec<Permission>> {
        self.0.rows(
            "SELECT id, name, slug, description FROM permissions
             JOIN roles_permissions ON permission_id = id
             WHERE role_id = ?1 ORDER BY slug COLLATE BINARY",
            [role_id],
            read_permission,
        )
    }

    /// The permission whose slug is exactly that one, upper and lower case told apart.
    pub(crate) fn find_exact(
        self,
        workspace_id: &str,
        slug: &str,
    ) -> rusqlite::Result<Option<Permission>> {
        self.0.optional_row(
            "SELECT id, name, slug, description FROM permissions
             WHERE workspace_id = ?1 AND slug = ?2 AND slug = ?2 COLLATE BINARY",
            [workspace_id, slug],
            read_permission,
        )
    }

    /// The permission of that slug, in upper or lower case.
    pub(crate) fn find_by_slug(
        self,
        workspace_id: &str,
        slug: &str,
    ) -> rusqlite::Result<Option<Permission>> {
        self.0.optional_row(
            "SELECT id, name, slug, description FROM permissions
             WHERE workspace_id = ?1 AND slug = ?2",
            [workspace_id, slug],
            read_permission,
        )
    }

    /// Inserts a permission. A slug that is in use, in upper or lower case, is an error of the
    /// database.
    pub(crate) fn insert(
        self,
        workspace_id: &str,
        permission: &Permission,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO permissions (id, workspace_id, name, slug, description, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                permission.id.as_str(),
                workspace_id,
                permission.name,
                permission.slug,
                permission.description,
                now
            ],
        )
    }

    /// The permissions that a key has itself, not through roles, by slug.
    pub(crate) fn of_key(self, key_id: &str) -> rusqlite::Result<Vec<Permission>> {
        self.0.rows(
            "SELECT id, name, slug, description FROM permissions
             JOIN keys_permissions ON permission_id = id
             WHERE key_id = ?1 ORDER BY slug COLLATE BINARY",
            [key_id],
            read_permission,
        )
    }

    /// The slugs that a key has itself, then those it has through roles; one that it has twice
    /// stands there twice.
    pub(crate) fn slugs_of_key(self, key_id: &str) -> rusqlite::Result<Vec<String>> {
        self.0.rows(
            "SELECT slug FROM (
                 SELECT 0 AS place, slug FROM keys_permissions
                 JOIN permissions ON permissions.id = permission_id
                 WHERE key_id = ?1
                 UNION ALL
                 SELECT 1 AS place, slug FROM keys_roles
                 JOIN roles_permissions USING (role_id)
                 JOIN permissions ON permissions.id = permission_id
                 WHERE key_id = ?1
             ) ORDER BY place, slug COLLATE BINARY",
            [key_id],
            |row| row.get(0),
        )
    }

    /// The slugs that a key has, itself or through roles, sorted, each once.
    pub(crate) fn effective_slugs(self, key_id: &str) -> rusqlite::Result<Vec<String>> {
        let mut slugs = self.slugs_of_key(key_id)?;
        slugs.sort_unstable();
        slugs.dedup();
        Ok(slugs)
    }

    /// Gives a key a permission, unless it has it.
    pub(crate) fn connect(self, key_id: &str, permission_id: &str) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO keys_permissions (key_id, permission_id) VALUES (?1, ?2)
             ON CONFLICT DO NOTHING",
            [key_id, permission_id],
        )
    }

    /// Takes a permission from a key.
    pub(crate) fn disconnect(self, key_id: &str, permission_id: &str) -> rusqlite::Result<()> {
        self.0.run(
            "DELETE FROM keys_permissions WHERE key_id = ?1 AND permission_id = ?2",
            [key_id, permission_id],
        )
    }

    /// Takes every permission of its own from a key.
    pub(crate) fn disconnect_all(self, key_id: &str) -> rusqlite::Result<()> {
        self.0
            .run("DELETE FROM keys_permissions WHERE key_id = ?1", [key_id])
    }
}
