//! The table `keys` as management sees it: keys that were not deleted, of APIs that were not
//! deleted. Disabled and expired keys are among them.

use rusqlite::{Connection, Row, named_params};
use serde_json::{Map, Value};
use unkey_tools::types::{Credits, Key, Patch, Refill, RefillInterval};

use crate::store::statements::Statements as _;
use crate::store::{Balance, Identities, KeySpace, Permissions, Ratelimits, Roles};
use crate::wire::json::read_json;

/// The keys that management can reach.
#[derive(Clone, Copy)]
pub(crate) struct LiveKeys<'a>(pub(crate) &'a Connection);

/// A key with its API.
#[derive(Debug)]
pub(crate) struct LiveKey {
    pub(crate) id: String,
    pub(crate) workspace_id: String,
    pub(crate) api_id: String,
    pub(crate) key_space: KeySpace,
    pub(crate) start: String,
    pub(crate) name: Option<String>,
    /// JSON.
    pub(crate) meta: Option<String>,
    pub(crate) identity_id: Option<String>,
    pub(crate) enabled: bool,
    /// Unix ms, as the times below.
    pub(crate) expires: Option<i64>,
    pub(crate) balance: Balance,
    pub(crate) created_at: i64,
    pub(crate) updated_at: Option<i64>,
    pub(crate) last_used_at: Option<i64>,
}

/// Which keys of a key space to list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listing<'a> {
    pub(crate) key_space_id: &'a str,
    /// Only keys of this identity.
    pub(crate) identity_id: Option<&'a str>,
    /// The least id to list.
    pub(crate) from: &'a str,
    pub(crate) limit: i64,
}

const COLUMNS: &str = "
    SELECT keys.id, keys.workspace_id, apis.id AS api_id, keys.key_space_id, store_encrypted,
           default_prefix, default_bytes, start, keys.name, meta, identity_id, enabled, expires,
           remaining, refill_amount, refill_day, keys.created_at, updated_at,
           last_uses.at AS last_used_at
    FROM keys
    LEFT JOIN last_uses ON last_uses.key_id = keys.id
    JOIN key_spaces ON key_spaces.id = keys.key_space_id AND key_spaces.deleted_at IS NULL
    JOIN apis ON apis.key_space_id = keys.key_space_id AND apis.deleted_at IS NULL
    WHERE keys.deleted_at IS NULL";

impl LiveKeys<'_> {
    /// The key of that id, of any workspace.
    pub(crate) fn find(self, id: &str) -> rusqlite::Result<Option<LiveKey>> {
        self.0
            .optional_row(&format!("{COLUMNS} AND keys.id = ?1"), [id], LiveKey::read)
    }

    /// The key that hashes so, of any workspace.
    pub(crate) fn find_by_hash(self, hash: &str) -> rusqlite::Result<Option<LiveKey>> {
        self.0.optional_row(
            &format!("{COLUMNS} AND keys.hash = ?1"),
            [hash],
            LiveKey::read,
        )
    }

    /// Keys of a key space, in the order of their ids.
    pub(crate) fn list(self, listing: Listing<'_>) -> rusqlite::Result<Vec<LiveKey>> {
        self.0.rows(
            &format!(
                "{COLUMNS} AND keys.key_space_id = :key_space AND keys.id >= :from
                 AND (:identity IS NULL OR identity_id = :identity)
                 ORDER BY keys.id LIMIT :limit"
            ),
            named_params! {
                ":key_space": listing.key_space_id,
                ":from": listing.from,
                ":identity": listing.identity_id,
                ":limit": listing.limit,
            },
            LiveKey::read,
        )
    }

    /// The key as it is shown, without its plain text.
    pub(crate) fn show(self, key: &LiveKey) -> rusqlite::Result<Key> {
        let permissions = Permissions(self.0).effective_slugs(&key.id)?;
        let roles = Roles(self.0).names_of_key(&key.id)?;
        let ratelimits = Ratelimits(self.0).of_key(&key.id)?;
        let identity = match &key.identity_id {
            Some(id) => Identities(self.0).show(id)?,
            None => None,
        };
        Ok(Key {
            key_id: key.id.as_str().into(),
            start: key.start.clone(),
            enabled: key.enabled,
            name: key.name.clone(),
            meta: read_meta(key.meta.as_deref()),
            created_at: key.created_at,
            updated_at: key.updated_at.filter(|time| *time != 0),
            last_used_at: key.last_used_at.filter(|time| *time != 0),
            expires: key.expires.filter(|time| *time != 0),
            permissions: some(permissions),
            roles: some(roles),
            credits: key.balance.show(),
            identity,
            plaintext: None,
            ratelimits: some(ratelimits),
        })
    }
}

impl LiveKey {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            workspace_id: row.get("workspace_id")?,
            api_id: row.get("api_id")?,
            key_space: KeySpace::read(row)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?,
            start: row.get("start")?,
            name: row.get("name")?,
            meta: row.get("meta")?,
            identity_id: row.get("identity_id")?,
            enabled: row.get("enabled")?,
            expires: row.get("expires")?,
            balance: Balance {
                remaining: row.get("remaining")?,
                refill_amount: row.get("refill_amount")?,
                refill_day: row.get("refill_day")?,
            },
            created_at: row.get("created_at")?,
            updated_at: row.get("updated_at")?,
            last_used_at: row.get("last_used_at")?,
        })
    }
}

impl Balance {
    /// The credits as they are shown; a key without limit shows none.
    pub(crate) fn show(self) -> Option<Credits> {
        self.remaining.map(|remaining| Credits {
            remaining: Patch::Set(remaining),
            refill: self.refill(),
        })
    }

    /// The refill as it is shown.
    pub(crate) fn refill(self) -> Option<Refill> {
        let interval = match self.refill_day {
            Some(_) => RefillInterval::Monthly,
            None => RefillInterval::Daily,
        };
        self.refill_amount.map(|amount| Refill {
            interval,
            amount,
            refill_day: self.refill_day,
        })
    }
}

/// The list, unless it is empty: Unkey leaves empty lists out.
pub(crate) fn some<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}

/// Stored metadata, unless it is empty: Unkey leaves empty objects out.
pub(crate) fn read_meta(json: Option<&str>) -> Option<Map<String, Value>> {
    match read_json(json?.as_bytes()) {
        Ok(Value::Object(meta)) if !meta.is_empty() => Some(meta),
        _ => None,
    }
}
