//! The table `encrypted_keys`: the plain text of recoverable keys, encrypted.

use rusqlite::{Connection, params};

use crate::store::statements::Statements as _;

/// The table `encrypted_keys`.
#[derive(Clone, Copy)]
pub(crate) struct EncryptedKeys<'a>(pub(crate) &'a Connection);

impl EncryptedKeys<'_> {
    /// Keeps the plain text of a key.
    pub(crate) fn insert(self, key_id: &str, ciphertext: &[u8], now: i64) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO encrypted_keys (key_id, ciphertext, created_at) VALUES (?1, ?2, ?3)",
            params![key_id, ciphertext, now],
        )
    }

    /// What was encrypted last, and for which key.
    pub(crate) fn last(self) -> rusqlite::Result<Option<(String, Vec<u8>)>> {
        self.0.optional_row(
            "SELECT key_id, ciphertext FROM encrypted_keys ORDER BY rowid DESC LIMIT 1",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
    }

    /// The plain text of a key, encrypted, if it was kept.
    pub(crate) fn find(self, key_id: &str) -> rusqlite::Result<Option<Vec<u8>>> {
        self.0.optional_row(
            "SELECT ciphertext FROM encrypted_keys WHERE key_id = ?1",
            [key_id],
            |row| row.get(0),
        )
    }
}
