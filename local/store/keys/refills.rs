//! The table `keys` at midnight: the balances that come back.

use rusqlite::{Connection, params};

use crate::domain::refill::{Due, refilled};
use crate::store::statements::Statements as _;

/// The refills in the table `keys`.
#[derive(Clone, Copy)]
pub(crate) struct Refills<'a>(pub(crate) &'a Connection);

/// A key whose balance came back.
#[derive(Debug)]
pub(crate) struct Refilled {
    pub(crate) key_id: String,
    pub(crate) workspace_id: String,
}

struct Candidate {
    key_id: String,
    workspace_id: String,
    remaining: Option<i64>,
    amount: i64,
    day: Option<i64>,
}

impl Refills<'_> {
    /// Sets the balances that are due back to their amounts.
    pub(crate) fn apply(self, due: Due, now: i64) -> rusqlite::Result<Vec<Refilled>> {
        let mut update = self.0.prepare_cached(
            "UPDATE keys SET remaining = ?2, last_refill_at = ?3, updated_at = ?3 WHERE id = ?1",
        )?;
        let mut done = Vec::new();
        for key in self.candidates()? {
            let Some(balance) = refilled(key.remaining, key.amount) else {
                continue;
            };
            if due.includes(key.day) {
                update.execute(params![key.key_id, balance, now])?;
                done.push(Refilled {
                    key_id: key.key_id,
                    workspace_id: key.workspace_id,
                });
            }
        }
        Ok(done)
    }

    fn candidates(self) -> rusqlite::Result<Vec<Candidate>> {
        self.0.rows(
            "SELECT id, workspace_id, remaining, refill_amount, refill_day FROM keys
             WHERE refill_amount IS NOT NULL AND deleted_at IS NULL
                   AND (remaining IS NULL OR remaining < refill_amount)",
            [],
            |row| {
                Ok(Candidate {
                    key_id: row.get("id")?,
                    workspace_id: row.get("workspace_id")?,
                    remaining: row.get("remaining")?,
                    amount: row.get("refill_amount")?,
                    day: row.get("refill_day")?,
                })
            },
        )
    }
}
