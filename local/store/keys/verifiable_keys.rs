//! The table `keys` as verification sees it: one key with all that decides its use.

use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::{Connection, Row};
use serde_json::{Map, Value};
use unkey_tools::types::{Identity, Ratelimit};

use crate::store::statements::Statements as _;
use crate::store::{Identities, Permissions, Ratelimits, Roles, read_meta};

/// The keys that verification can reach.
#[derive(Clone, Copy)]
pub(crate) struct VerifiableKeys<'a>(pub(crate) &'a Connection);

/// A key and all that decides its use, except its API, which many share, and its balance, which
/// every use changes.
#[derive(Debug)]
pub(crate) struct VerifiableKey {
    pub(crate) id: String,
    pub(crate) workspace_id: String,
    pub(crate) key_space_id: String,
    pub(crate) name: Option<String>,
    pub(crate) meta: Option<Map<String, Value>>,
    pub(crate) enabled: bool,
    /// Unix ms.
    pub(crate) expires: Option<i64>,
    /// Absent where it may be used for ever.
    pub(crate) balance: Option<BalanceHint>,
    /// Slugs, its own and then those of its roles.
    pub(crate) permissions: Vec<String>,
    pub(crate) roles: Vec<String>,
    pub(crate) ratelimits: Vec<Ratelimit>,
    /// Its owner, with all the limits that its keys share.
    pub(crate) identity: Option<Identity>,
}

/// A balance as it was last read. It may have changed since: it decides whether a verification is
/// handed to the writer, and never how it ends.
#[derive(Debug)]
pub(crate) struct BalanceHint(AtomicI64);

impl BalanceHint {
    /// Notes what the database says.
    pub(crate) fn set(&self, balance: i64) {
        self.0.store(balance, Ordering::Relaxed);
    }

    /// What it was.
    pub(crate) fn get(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// What there is to be read of a key in other tables. Most keys have nothing there, and every
/// statement spared counts: among many keys, most verifications meet one that is not in memory.
struct Attached {
    permissions: bool,
    roles: bool,
    ratelimits: bool,
    identity_id: Option<String>,
}

impl VerifiableKeys<'_> {
    /// The key that hashes so, of any workspace, unless it was deleted.
    pub(crate) fn find(self, hash: &str) -> rusqlite::Result<Option<VerifiableKey>> {
        let found = self.0.optional_row(
            "SELECT id, workspace_id, key_space_id, name, meta, enabled, expires, remaining,
                    identity_id,
                    EXISTS (SELECT 1 FROM keys_permissions WHERE key_id = keys.id),
                    EXISTS (SELECT 1 FROM keys_roles WHERE key_id = keys.id),
                    EXISTS (SELECT 1 FROM ratelimits WHERE key_id = keys.id)
             FROM keys WHERE hash = ?1 AND deleted_at IS NULL",
            [hash],
            read,
        )?;
        let Some((mut key, attached)) = found else {
            return Ok(None);
        };
        if attached.permissions || attached.roles {
            key.permissions = Permissions(self.0).slugs_of_key(&key.id)?;
        }
        if attached.roles {
            key.roles = Roles(self.0).names_of_key(&key.id)?;
        }
        if attached.ratelimits {
            key.ratelimits = Ratelimits(self.0).of_key(&key.id)?;
        }
        if let Some(id) = attached.identity_id {
            key.identity = Identities(self.0).show(&id)?;
        }
        Ok(Some(key))
    }
}

/// Reads the columns by their place: to find them by name costs as much as to read them.
fn read(row: &Row<'_>) -> rusqlite::Result<(VerifiableKey, Attached)> {
    let meta: Option<String> = row.get(4)?;
    let remaining: Option<i64> = row.get(7)?;
    let key = VerifiableKey {
        id: row.get(0)?,
        workspace_id: row.get(1)?,
        key_space_id: row.get(2)?,
        name: row.get(3)?,
        meta: read_meta(meta.as_deref()),
        enabled: row.get(5)?,
        expires: row.get(6)?,
        balance: remaining.map(|left| BalanceHint(AtomicI64::new(left))),
        permissions: Vec::new(),
        roles: Vec::new(),
        ratelimits: Vec::new(),
        identity: None,
    };
    let attached = Attached {
        identity_id: row.get(8)?,
        permissions: row.get(9)?,
        roles: row.get(10)?,
        ratelimits: row.get(11)?,
    };
    Ok((key, attached))
}
