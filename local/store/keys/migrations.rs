//! The table `key_migrations`, and the keys that wait to be migrated.

use rusqlite::{Connection, params};

use crate::store::statements::Statements as _;

/// The table `key_migrations`.
#[derive(Clone, Copy)]
pub(crate) struct Migrations<'a>(pub(crate) &'a Connection);

/// How the keys of a migration were hashed where they come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MigrationAlgorithm {
    /// As Unkey hashes them: the SHA-256 of the key, in Base64.
    Sha256,
    /// As `prefixed-api-key` does: the SHA-256, in hexadecimal, of the last part of
    /// `<prefix>_<short token>_<long token>`. The first verification of each key stores the
    /// other hash.
    PrefixedApiKey,
}

impl MigrationAlgorithm {
    /// The name it is stored under.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::PrefixedApiKey => "github.com/seamapi/prefixed-api-key",
        }
    }
}

/// A key that was found by its hash.
#[derive(Debug)]
pub(crate) struct HashedKey {
    pub(crate) id: String,
    /// The migration that it waits for.
    pub(crate) pending_migration_id: Option<String>,
}

impl Migrations<'_> {
    /// Inserts a migration.
    pub(crate) fn insert(
        self,
        workspace_id: &str,
        id: &str,
        algorithm: MigrationAlgorithm,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO key_migrations (id, workspace_id, algorithm, created_at)
             VALUES (?1, ?2, ?3, ?4)",
            params![id, workspace_id, algorithm.name(), now],
        )
    }

    /// The id of the first migration with that algorithm.
    pub(crate) fn first(
        self,
        workspace_id: &str,
        algorithm: MigrationAlgorithm,
    ) -> rusqlite::Result<Option<String>> {
        self.0.optional_row(
            "SELECT id FROM key_migrations WHERE workspace_id = ?1 AND algorithm = ?2
             ORDER BY created_at, id LIMIT 1",
            [workspace_id, algorithm.name()],
            |row| row.get(0),
        )
    }

    /// The algorithm of the migration of that id.
    pub(crate) fn find(
        self,
        workspace_id: &str,
        id: &str,
    ) -> rusqlite::Result<Option<MigrationAlgorithm>> {
        let name: Option<String> = self.0.optional_row(
            "SELECT algorithm FROM key_migrations WHERE id = ?1 AND workspace_id = ?2",
            [id, workspace_id],
            |row| row.get(0),
        )?;
        let all = [
            MigrationAlgorithm::Sha256,
            MigrationAlgorithm::PrefixedApiKey,
        ];
        Ok(name.and_then(|name| all.into_iter().find(|algorithm| algorithm.name() == name)))
    }

    /// Whether a key with that hash exists, in any workspace, deleted ones included.
    pub(crate) fn is_taken(self, hash: &str) -> rusqlite::Result<bool> {
        self.0.has_row("SELECT 1 FROM keys WHERE hash = ?1", [hash])
    }

    /// The key with that hash, unless it was deleted.
    pub(crate) fn find_key(self, hash: &str) -> rusqlite::Result<Option<HashedKey>> {
        self.0.optional_row(
            "SELECT id, pending_migration_id FROM keys WHERE hash = ?1 AND deleted_at IS NULL",
            [hash],
            |row| {
                Ok(HashedKey {
                    id: row.get("id")?,
                    pending_migration_id: row.get("pending_migration_id")?,
                })
            },
        )
    }

    /// Ends a key's wait: from here on it is found by the hash of the whole key.
    pub(crate) fn complete(
        self,
        key_id: &str,
        hash: &str,
        start: &str,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "UPDATE keys SET hash = ?2, start = ?3, pending_migration_id = NULL, updated_at = ?4
             WHERE id = ?1",
            params![key_id, hash, start, now],
        )
    }
}
