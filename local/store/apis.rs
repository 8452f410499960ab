//! The tables `apis` and `key_spaces`: an API and its hidden half.

use rusqlite::{Connection, Row, params};

use crate::store::statements::Statements as _;

/// The tables `apis` and `key_spaces`.
#[derive(Clone, Copy)]
pub(crate) struct Apis<'a>(pub(crate) &'a Connection);

/// An API that holds keys and was not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownApi {
    /// Its id.
    pub id: String,
    /// Its name; several may have the same.
    pub name: String,
    /// The id under which events name its keys.
    pub key_space_id: String,
}

/// An API with its key space.
#[derive(Debug)]
pub(crate) struct Api {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) delete_protection: bool,
    pub(crate) deleted: bool,
    /// Absent where the API cannot hold keys.
    pub(crate) key_space: Option<KeySpace>,
}

/// Where the keys of an API live, and how new ones are made.
#[derive(Clone, Debug)]
pub(crate) struct KeySpace {
    pub(crate) id: String,
    pub(crate) stores_encrypted: bool,
    pub(crate) default_prefix: Option<String>,
    pub(crate) default_bytes: Option<i64>,
}

impl KeySpace {
    /// Reads the columns of a key space. `None` where the join found none.
    pub(in crate::store) fn read(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let Some(id) = row.get("key_space_id")? else {
            return Ok(None);
        };
        Ok(Some(Self {
            id,
            stores_encrypted: row.get("store_encrypted")?,
            default_prefix: row.get("default_prefix")?,
            default_bytes: row.get("default_bytes")?,
        }))
    }
}

/// What can be set of an API beside its name. Unkey offers this in its dashboard, not in its API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApiSettings {
    /// Whether `apis.deleteApi` is refused.
    pub delete_protection: bool,
    /// The addresses that may verify keys; empty: all may. Compared as text.
    pub allowed_addresses: Vec<String>,
    /// Whether keys may be created `recoverable`.
    pub recoverable_keys: bool,
    /// What new keys start with where the request names no prefix.
    pub default_prefix: Option<String>,
    /// How many random bytes new keys have where the request does not say.
    pub default_bytes: Option<i64>,
}

impl Apis<'_> {
    /// The API of that id, deleted ones included, if it is the workspace's.
    pub(crate) fn find(self, workspace_id: &str, id: &str) -> rusqlite::Result<Option<Api>> {
        self.0.optional_row("SELECT apis.id, name, delete_protection, apis.deleted_at IS NOT NULL AS deleted,
                        key_spaces.id AS key_space_id, store_encrypted, default_prefix, default_bytes
                 FROM apis
                 LEFT JOIN key_spaces ON key_spaces.id = apis.key_space_id
                      AND key_spaces.deleted_at IS NULL
                 WHERE apis.id = ?1 AND apis.workspace_id = ?2", [id, workspace_id], |row| {
                Ok(Api {
                    id: row.get("id")?,
                    name: row.get("name")?,
                    delete_protection: row.get("delete_protection")?,
                    deleted: row.get("deleted")?,
                    key_space: KeySpace::read(row)?,
                })
            })
    }

    /// The API of that id, if it is the workspace's and was not deleted.
    pub(crate) fn find_live(self, workspace_id: &str, id: &str) -> rusqlite::Result<Option<Api>> {
        Ok(self.find(workspace_id, id)?.filter(|api| !api.deleted))
    }

    /// The ids of the workspace's APIs that were not deleted and hold keys, each with whether its keys
    /// may be stored encrypted.
    pub(crate) fn live(self, workspace_id: &str) -> rusqlite::Result<Vec<(String, bool)>> {
        self.0.rows(
            "SELECT apis.id, store_encrypted FROM apis
             JOIN key_spaces ON key_spaces.id = apis.key_space_id AND key_spaces.deleted_at IS NULL
             WHERE apis.workspace_id = ?1 AND apis.deleted_at IS NULL",
            [workspace_id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// Ids and names of APIs that were not deleted, the first of them by name.
    pub(crate) fn named(
        self,
        workspace_id: &str,
        name: Option<&str>,
        most: u32,
    ) -> rusqlite::Result<Vec<(String, String)>> {
        self.0.rows(
            "SELECT id, name FROM apis
             WHERE workspace_id = ?1 AND deleted_at IS NULL AND (?2 IS NULL OR name = ?2)
             ORDER BY name, id LIMIT ?3",
            rusqlite::params![workspace_id, name, most],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// The workspace's APIs that were not deleted and hold keys, in the order of their ids.
    pub(crate) fn known(self, workspace_id: &str) -> rusqlite::Result<Vec<KnownApi>> {
        self.0.rows(
            "SELECT apis.id, apis.name, key_spaces.id FROM apis
             JOIN key_spaces ON key_spaces.id = apis.key_space_id AND key_spaces.deleted_at IS NULL
             WHERE apis.workspace_id = ?1 AND apis.deleted_at IS NULL ORDER BY apis.id",
            [workspace_id],
            |row| {
                Ok(KnownApi {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    key_space_id: row.get(2)?,
                })
            },
        )
    }

    /// Creates an API and its key space.
    pub(crate) fn insert(
        self,
        workspace_id: &str,
        id: &str,
        key_space_id: &str,
        name: &str,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO key_spaces (id, workspace_id, created_at) VALUES (?1, ?2, ?3)",
            params![key_space_id, workspace_id, now],
        )?;
        self.0.run(
            "INSERT INTO apis (id, workspace_id, key_space_id, name, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
            params![id, workspace_id, key_space_id, name, now],
        )
    }

    /// Marks an API as deleted. Its keys stay, out of reach.
    pub(crate) fn delete(self, id: &str, now: i64) -> rusqlite::Result<()> {
        self.0.run(
            "UPDATE apis SET deleted_at = ?2 WHERE id = ?1",
            params![id, now],
        )
    }

    /// What is set of an API.
    pub(crate) fn settings(self, api: &Api) -> rusqlite::Result<ApiSettings> {
        let addresses: Option<String> = self
            .0
            .prepare_cached("SELECT ip_whitelist FROM apis WHERE id = ?1")?
            .query_row([&api.id], |row| row.get(0))?;
        let addresses = addresses.unwrap_or_default();
        let key_space = api.key_space.as_ref();
        Ok(ApiSettings {
            delete_protection: api.delete_protection,
            allowed_addresses: addresses
                .split(',')
                .filter(|address| !address.is_empty())
                .map(str::to_owned)
                .collect(),
            recoverable_keys: key_space.is_some_and(|space| space.stores_encrypted),
            default_prefix: key_space.and_then(|space| space.default_prefix.clone()),
            default_bytes: key_space.and_then(|space| space.default_bytes),
        })
    }

    /// Changes what can be set of an API.
    pub(crate) fn configure(self, api: &Api, settings: &ApiSettings) -> rusqlite::Result<()> {
        let addresses =
            (!settings.allowed_addresses.is_empty()).then(|| settings.allowed_addresses.join(","));
        self.0.execute(
            "UPDATE apis SET delete_protection = ?2, ip_whitelist = ?3 WHERE id = ?1",
            params![api.id, settings.delete_protection, addresses],
        )?;
        self.0.execute(
            "UPDATE key_spaces SET store_encrypted = ?2, default_prefix = ?3, default_bytes = ?4
             WHERE id = (SELECT key_space_id FROM apis WHERE id = ?1)",
            params![
                api.id,
                settings.recoverable_keys,
                settings.default_prefix,
                settings.default_bytes
            ],
        )?;
        Ok(())
    }
}
