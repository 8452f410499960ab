//! The table `keys` as verification sees it: one key with all that decides its use.

use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::{Connection, OptionalExtension};
use serde_json::{Map, Value};
use unkey_tools::types::{Identity, Ratelimit};

use super::{Identities, Permissions, Ratelimits, Roles, read_meta};

/// The keys that verification can reach.
#[derive(Clone, Copy)]
pub(crate) struct VerifiableKeys<'a>(pub(crate) &'a Connection);

/// A key and all that decides its use, except its balance, which every use changes.
#[derive(Debug)]
pub(crate) struct VerifiableKey {
    pub(crate) id: String,
    pub(crate) workspace_id: String,
    pub(crate) key_space_id: String,
    pub(crate) api_id: String,
    pub(crate) api_deleted: bool,
    /// The addresses that may verify; empty: all may.
    pub(crate) allowed_addresses: Vec<String>,
    pub(crate) name: Option<String>,
    pub(crate) meta: Option<Map<String, Value>>,
    pub(crate) enabled: bool,
    /// Unix ms.
    pub(crate) expires: Option<i64>,
    /// Absent where it may be used for ever.
    pub(crate) balance: Option<SeenBalance>,
    /// Slugs, its own and then those of its roles.
    pub(crate) permissions: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) ratelimits: Vec<Ratelimit>,
    /// Its owner, with all the limits that its keys share.
    pub(crate) identity: Option<Identity>,
}

/// A balance as it was seen last. It may have changed since: it chooses the way that a verification
/// takes, and never how it ends.
#[derive(Debug)]
pub(crate) struct SeenBalance(AtomicI64);

impl SeenBalance {
    /// Notes what the database says.
    pub(crate) fn see(&self, balance: i64) {
        self.0.store(balance, Ordering::Relaxed);
    }

    /// What it was.
    pub(crate) fn seen(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What there is to be read of a key in other tables. Most keys have little of it, and every
/// statement spared counts: among many keys, most verifications meet one that is not in memory.
struct More {
    permissions: bool,
    roles: bool,
    ratelimits: bool,
    identity: Option<String>,
}

impl VerifiableKeys<'_> {
    /// The key that hashes so, of any workspace, unless it was deleted.
    pub(crate) fn find(self, hash: &str) -> rusqlite::Result<Option<VerifiableKey>> {
        let found = self
            .0
            .prepare_cached(
                "SELECT keys.id, keys.workspace_id, keys.key_space_id, apis.id AS api_id,
                        apis.deleted_at IS NOT NULL AS api_deleted, ip_whitelist, keys.name, meta,
                        enabled, expires, remaining, identity_id,
                        EXISTS (SELECT 1 FROM keys_permissions WHERE key_id = keys.id)
                            AS has_permissions,
                        EXISTS (SELECT 1 FROM keys_roles WHERE key_id = keys.id) AS has_roles,
                        EXISTS (SELECT 1 FROM ratelimits WHERE key_id = keys.id) AS has_ratelimits
                 FROM keys JOIN apis ON apis.key_space_id = keys.key_space_id
                 WHERE hash = ?1 AND keys.deleted_at IS NULL",
            )?
            .query_row([hash], |row| {
                let meta: Option<String> = row.get("meta")?;
                let remaining: Option<i64> = row.get("remaining")?;
                let addresses: Option<String> = row.get("ip_whitelist")?;
                let more = More {
                    permissions: row.get("has_permissions")?,
                    roles: row.get("has_roles")?,
                    ratelimits: row.get("has_ratelimits")?,
                    identity: row.get("identity_id")?,
                };
                let key = VerifiableKey {
                    id: row.get("id")?,
                    workspace_id: row.get("workspace_id")?,
                    key_space_id: row.get("key_space_id")?,
                    api_id: row.get("api_id")?,
                    api_deleted: row.get("api_deleted")?,
                    allowed_addresses: split_addresses(addresses.as_deref()),
                    name: row.get("name")?,
                    meta: read_meta(meta.as_deref()),
                    enabled: row.get("enabled")?,
                    expires: row.get("expires")?,
                    balance: remaining.map(|left| SeenBalance(AtomicI64::new(left))),
                    permissions: Vec::new(),
                    roles: Vec::new(),
                    ratelimits: Vec::new(),
                    identity: None,
                };
                Ok((key, more))
            })
            .optional()?;
        let Some((mut key, more)) = found else {
            return Ok(None);
        };
        if more.permissions || more.roles {
            key.permissions = Permissions(self.0).slugs_of_key(&key.id)?;
        }
        if more.roles {
            key.roles = Roles(self.0).names_of_key(&key.id)?;
        }
        if more.ratelimits {
            key.ratelimits = Ratelimits(self.0).of_key(&key.id)?;
        }
        if let Some(id) = more.identity {
            key.identity = Identities(self.0).show(&id)?;
        }
        Ok(Some(key))
    }
}

fn split_addresses(list: Option<&str>) -> Vec<String> {
    list.unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|address| !address.is_empty())
        .map(str::to_owned)
        .collect()
}
