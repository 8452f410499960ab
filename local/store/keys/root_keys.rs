//! The rows of `keys` that are root keys, and what they may do.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use crate::store::statements::Statements as _;
use crate::store::workspaces::{INTERNAL, ROOT_KEY_SPACE};
use crate::store::{Balance, Keys, NewKey, Permissions};

/// The root keys in the table `keys`.
#[derive(Clone, Copy)]
pub(crate) struct RootKeys<'a>(pub(crate) &'a Connection);

/// A key as authentication sees it: a root key, or what someone took for one.
#[derive(Debug)]
pub(crate) struct RootKey {
    pub(crate) id: String,
    /// What it is called; empty where it has no name.
    pub(crate) name: String,
    pub(crate) api_deleted: bool,
    pub(crate) enabled: bool,
    /// Unix ms.
    pub(crate) expires: Option<i64>,
    /// The workspace that the key lives in.
    pub(crate) home_enabled: bool,
    /// The workspace that it acts on; only root keys have one.
    pub(crate) target: Option<Target>,
    pub(crate) permissions: BTreeSet<String>,
}

impl RootKey {
    /// Whether the key may do all of these.
    pub(crate) fn holds_all(&self, grants: &[&str]) -> bool {
        grants.iter().all(|grant| self.permissions.contains(*grant))
    }
}

/// The workspace that a root key acts on.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) id: String,
    /// Whether it is switched on; `None` where there is no such workspace.
    pub(crate) enabled: Option<bool>,
}

/// A root key to insert.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewRootKey<'a> {
    pub(crate) id: &'a str,
    pub(crate) hash: &'a str,
    pub(crate) start: &'a str,
    pub(crate) name: &'a str,
    /// The workspace to act on.
    pub(crate) workspace_id: &'a str,
    /// Unix ms.
    pub(crate) expires: Option<i64>,
}

impl RootKeys<'_> {
    /// The key that hashes so, unless it was deleted.
    pub(crate) fn find(self, hash: &str) -> rusqlite::Result<Option<RootKey>> {
        let found = self.0.optional_row(
            "SELECT keys.id, coalesce(keys.name, '') AS name, apis.deleted_at IS NOT NULL AS api_deleted, keys.enabled, expires,
                    home.enabled AS home_enabled, for_workspace_id,
                    target.enabled AS target_enabled
             FROM keys
             JOIN apis ON apis.key_space_id = keys.key_space_id
             JOIN workspaces AS home ON home.id = keys.workspace_id
             LEFT JOIN workspaces AS target ON target.id = for_workspace_id
             WHERE hash = ?1 AND keys.deleted_at IS NULL",
            [hash],
            |row| {
                let target: Option<String> = row.get("for_workspace_id")?;
                let target_enabled = row.get("target_enabled")?;
                Ok(RootKey {
                    id: row.get("id")?,
                    name: row.get("name")?,
                    api_deleted: row.get("api_deleted")?,
                    enabled: row.get("enabled")?,
                    expires: row.get("expires")?,
                    home_enabled: row.get("home_enabled")?,
                    target: target.map(|id| Target {
                        id,
                        enabled: target_enabled,
                    }),
                    permissions: BTreeSet::new(),
                })
            },
        )?;
        let Some(mut key) = found else {
            return Ok(None);
        };
        let slugs = Permissions(self.0).slugs_of_key(&key.id)?;
        key.permissions.extend(slugs);
        Ok(Some(key))
    }

    /// Inserts a root key that may do nothing yet.
    pub(crate) fn insert(self, key: &NewRootKey<'_>, now: i64) -> rusqlite::Result<()> {
        let row = NewKey {
            id: key.id,
            hash: key.hash,
            key_space_id: ROOT_KEY_SPACE,
            workspace_id: INTERNAL,
            for_workspace_id: Some(key.workspace_id),
            start: key.start,
            name: Some(key.name),
            meta: None,
            identity_id: None,
            enabled: true,
            expires: key.expires,
            balance: Balance::default(),
            pending_migration_id: None,
        };
        Keys(self.0).insert(&row, now)
    }

    /// Lets a root key do what `permission` names.
    pub(crate) fn grant(
        self,
        key_id: &str,
        permission: &str,
        new_permission_id: &str,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO permissions (id, workspace_id, name, slug, created_at)
             VALUES (?1, ?2, ?3, ?3, ?4) ON CONFLICT DO NOTHING",
            params![new_permission_id, INTERNAL, permission, now],
        )?;
        self.0.run(
            "INSERT INTO keys_permissions (key_id, permission_id)
             SELECT ?1, id FROM permissions WHERE workspace_id = ?2 AND slug = ?3
             ON CONFLICT DO NOTHING",
            params![key_id, INTERNAL, permission],
        )
    }

    /// Every root key's id, the start of its text, its name and its end.
    pub(crate) fn list(self) -> rusqlite::Result<Vec<ListedRootKey>> {
        self.0
            .prepare_cached(
                "SELECT id, start, name, enabled, expires FROM keys
                 WHERE for_workspace_id IS NOT NULL AND deleted_at IS NULL ORDER BY created_at, id",
            )?
            .query_map([], |row| {
                Ok(ListedRootKey {
                    id: row.get("id")?,
                    start: row.get("start")?,
                    name: row.get("name")?,
                    enabled: row.get("enabled")?,
                    expires: row.get("expires")?,
                    permissions: Vec::new(),
                })
            })?
            .map(|key| {
                let mut key = key?;
                key.permissions = Permissions(self.0).effective_slugs(&key.id)?;
                Ok(key)
            })
            .collect()
    }

    /// Removes a root key. Whether there was one.
    pub(crate) fn remove(self, id: &str) -> rusqlite::Result<bool> {
        let sql = "DELETE FROM keys WHERE id = ?1 AND for_workspace_id IS NOT NULL";
        Ok(self.0.execute(sql, [id])? > 0)
    }
}

/// A root key as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedRootKey {
    /// Names the root key.
    pub id: String,
    /// The first characters of its text.
    pub start: String,
    /// Label for people.
    pub name: Option<String>,
    /// Whether it works.
    pub enabled: bool,
    /// When it stops working, Unix ms.
    pub expires: Option<i64>,
    /// What it may do.
    pub permissions: Vec<String>,
}
