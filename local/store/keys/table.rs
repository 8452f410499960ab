//! The table `keys`: writing it. Looking keys up is in `live_keys.rs` and `verifiable_keys.rs`.

use rusqlite::types::ToSqlOutput;
use rusqlite::{Connection, ToSql, params};

use crate::store::statements::Statements as _;

/// The table `keys`.
#[derive(Clone, Copy)]
pub(crate) struct Keys<'a>(pub(crate) &'a Connection);

/// The most bytes that the metadata of a key may have: Unkey's database has room for so many. What
/// is larger fails here as it does there.
const LARGEST_META: usize = 65_535;

/// The metadata of a key, JSON.
#[derive(Clone, Copy, Debug)]
struct Meta<'a>(&'a str);

impl ToSql for Meta<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        if self.0.len() > LARGEST_META {
            let what = "the metadata of a key is larger than 65,535 bytes";
            return Err(rusqlite::Error::ToSqlConversionFailure(what.into()));
        }
        self.0.to_sql()
    }
}

/// A row to insert.
#[derive(Clone, Debug)]
pub(crate) struct NewKey<'a> {
    pub(crate) id: &'a str,
    /// What the key is found by; never the key itself.
    pub(crate) hash: &'a str,
    pub(crate) key_space_id: &'a str,
    pub(crate) workspace_id: &'a str,
    /// Set for root keys alone.
    pub(crate) for_workspace_id: Option<&'a str>,
    pub(crate) start: &'a str,
    pub(crate) name: Option<&'a str>,
    /// JSON.
    pub(crate) meta: Option<&'a str>,
    pub(crate) identity_id: Option<&'a str>,
    pub(crate) enabled: bool,
    /// Unix ms.
    pub(crate) expires: Option<i64>,
    pub(crate) balance: Balance,
    pub(crate) pending_migration_id: Option<&'a str>,
}

/// The credits of a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Balance {
    /// Uses left; `None` is unlimited.
    pub(crate) remaining: Option<i64>,
    /// What a refill sets them to; `None` where there are no refills.
    pub(crate) refill_amount: Option<i64>,
    /// The day of the month to refill on; `None` is every day.
    pub(crate) refill_day: Option<i64>,
}

/// What `keys.updateKey` may change in the row itself.
#[derive(Clone, Debug)]
pub(crate) struct KeyColumns<'a> {
    pub(crate) name: Option<&'a str>,
    /// JSON.
    pub(crate) meta: Option<&'a str>,
    pub(crate) identity_id: Option<&'a str>,
    pub(crate) enabled: bool,
    /// Unix ms.
    pub(crate) expires: Option<i64>,
    pub(crate) balance: Balance,
}

impl Keys<'_> {
    /// Inserts a key. A hash that exists, in any workspace, is an error of the database.
    pub(crate) fn insert(self, key: &NewKey<'_>, now: i64) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO keys (id, hash, key_space_id, workspace_id, for_workspace_id, start,
                               name, meta, identity_id, enabled, expires, remaining,
                               refill_amount, refill_day, pending_migration_id, created_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
            params![
                key.id,
                key.hash,
                key.key_space_id,
                key.workspace_id,
                key.for_workspace_id,
                key.start,
                key.name,
                key.meta.map(Meta),
                key.identity_id,
                key.enabled,
                key.expires,
                key.balance.remaining,
                key.balance.refill_amount,
                key.balance.refill_day,
                key.pending_migration_id,
                now,
            ],
        )
    }

    /// Overwrites what can be changed of a key.
    pub(crate) fn update(self, id: &str, key: &KeyColumns<'_>, now: i64) -> rusqlite::Result<()> {
        self.0.run(
            "UPDATE keys
             SET name = ?2, meta = ?3, identity_id = ?4, enabled = ?5, expires = ?6,
                 remaining = ?7, refill_amount = ?8, refill_day = ?9, updated_at = ?10
             WHERE id = ?1",
            params![
                id,
                key.name,
                key.meta.map(Meta),
                key.identity_id,
                key.enabled,
                key.expires,
                key.balance.remaining,
                key.balance.refill_amount,
                key.balance.refill_day,
                now,
            ],
        )
    }

    /// Sets the credits of a key.
    pub(crate) fn set_balance(self, id: &str, balance: Balance) -> rusqlite::Result<()> {
        self.0.run(
            "UPDATE keys SET remaining = ?2, refill_amount = ?3, refill_day = ?4 WHERE id = ?1",
            params![
                id,
                balance.remaining,
                balance.refill_amount,
                balance.refill_day
            ],
        )
    }

    /// The uses that a key has left; `None` is unlimited.
    pub(crate) fn remaining(self, id: &str) -> rusqlite::Result<Option<i64>> {
        self.0
            .prepare_cached("SELECT remaining FROM keys WHERE id = ?1")?
            .query_row([id], |row| row.get(0))
    }

    /// Takes `cost` from the uses that a key has left and returns the rest; `None` where there are
    /// too few, and then nothing changes.
    pub(crate) fn spend(self, id: &str, cost: i64) -> rusqlite::Result<Option<i64>> {
        self.0.optional_row(
            "UPDATE keys SET remaining = remaining - ?2
             WHERE id = ?1 AND remaining >= ?2 RETURNING remaining",
            params![id, cost],
            |row| row.get(0),
        )
    }

    /// Gives a key an end, and none of the marks of a change, as a reroll does.
    pub(crate) fn retire(self, id: &str, expires: i64) -> rusqlite::Result<()> {
        self.0.run(
            "UPDATE keys SET expires = ?2, updated_at = NULL WHERE id = ?1",
            params![id, expires],
        )
    }

    /// Marks a key as deleted. Its hash stays taken.
    pub(crate) fn mark_deleted(self, id: &str, now: i64) -> rusqlite::Result<()> {
        self.0.run(
            "UPDATE keys SET deleted_at = ?2 WHERE id = ?1",
            params![id, now],
        )
    }

    /// Removes a key and all that belongs to it.
    pub(crate) fn remove(self, id: &str) -> rusqlite::Result<()> {
        self.0.run("DELETE FROM keys WHERE id = ?1", [id])
    }
}
