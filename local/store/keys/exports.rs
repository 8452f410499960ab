//! What an export reads: keys with their hashes, and how much there is that it cannot carry.

use rusqlite::{Connection, Row, named_params};
use unkey_tools::keys::MigratingKey;
use unkey_tools::types::NewRatelimit;

use crate::store::statements::Statements as _;
use crate::store::{Balance, MigrationAlgorithm, Permissions, Ratelimits, Roles, read_meta, some};

/// Reads for an export.
#[derive(Clone, Copy)]
pub(crate) struct Exports<'a>(pub(crate) &'a Connection);

/// An API whose keys can be exported.
#[derive(Debug)]
pub(crate) struct ExportableApi {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) key_space_id: String,
}

/// Which keys of a key space to read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExportPage<'a> {
    pub(crate) key_space_id: &'a str,
    /// How the keys are hashed.
    pub(crate) algorithm: MigrationAlgorithm,
    /// Only keys with greater ids.
    pub(crate) after: &'a str,
    pub(crate) limit: i64,
}

/// What keys leave behind when they are exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftBehind {
    /// Identities with data or limits of their own; what is carried is their external id.
    pub identities: i64,
    /// Permissions that roles grant; roles are carried by name.
    pub role_permissions: i64,
    /// Overrides of rate limits.
    pub overrides: i64,
    /// Keys whose plain text can be read again; where they go it cannot.
    pub recoverable_keys: i64,
}

/// Keys of an export: those that were not deleted. `m` is the migration that a key waits for; one
/// that waits for none is hashed as Unkey hashes.
const KEYS: &str = "
    FROM keys
    LEFT JOIN key_migrations AS m ON m.id = keys.pending_migration_id
    WHERE keys.key_space_id = :key_space AND keys.deleted_at IS NULL
      AND (coalesce(m.algorithm, :plain) = :algorithm)";

impl Exports<'_> {
    /// The APIs that were not deleted and can hold keys, in the order of their ids.
    pub(crate) fn apis(self, workspace_id: &str) -> rusqlite::Result<Vec<ExportableApi>> {
        self.0.rows(
            "SELECT apis.id, apis.name, key_space_id FROM apis
             JOIN key_spaces ON key_spaces.id = key_space_id AND key_spaces.deleted_at IS NULL
             WHERE apis.workspace_id = ?1 AND apis.deleted_at IS NULL ORDER BY apis.id",
            [workspace_id],
            |row| {
                Ok(ExportableApi {
                    id: row.get("id")?,
                    name: row.get("name")?,
                    key_space_id: row.get("key_space_id")?,
                })
            },
        )
    }

    /// A page of keys, each with its id, in the order of the ids.
    pub(crate) fn keys(
        self,
        page: ExportPage<'_>,
    ) -> rusqlite::Result<Vec<(String, MigratingKey)>> {
        self.0
            .prepare_cached(&format!(
                "SELECT keys.id, hash, keys.name, keys.meta, enabled, expires, remaining,
                        refill_amount, refill_day,
                        (SELECT external_id FROM identities
                         WHERE identities.id = identity_id AND identities.deleted_at IS NULL)
                            AS external_id
                 {KEYS} AND keys.id > :after ORDER BY keys.id LIMIT :limit"
            ))?
            .query_map(
                named_params! {
                    ":key_space": page.key_space_id,
                    ":plain": MigrationAlgorithm::Sha256.name(),
                    ":algorithm": page.algorithm.name(),
                    ":after": page.after,
                    ":limit": page.limit,
                },
                read,
            )?
            .map(|key| self.with_links(key?))
            .collect()
    }

    /// How many keys are hashed in another way than `algorithm`.
    pub(crate) fn hashed_otherwise(
        self,
        key_space_id: &str,
        algorithm: MigrationAlgorithm,
    ) -> rusqlite::Result<i64> {
        let other = match algorithm {
            MigrationAlgorithm::Sha256 => MigrationAlgorithm::PrefixedApiKey,
            MigrationAlgorithm::PrefixedApiKey => MigrationAlgorithm::Sha256,
        };
        let named = named_params! {
            ":key_space": key_space_id,
            ":plain": MigrationAlgorithm::Sha256.name(),
            ":algorithm": other.name(),
        };
        self.0
            .prepare_cached(&format!("SELECT count(*) {KEYS}"))?
            .query_row(named, |row| row.get(0))
    }

    fn with_links(
        self,
        (id, key): (String, MigratingKey),
    ) -> rusqlite::Result<(String, MigratingKey)> {
        let permissions = Permissions(self.0).of_key(&id)?;
        let ratelimits = Ratelimits(self.0).of_key(&id)?;
        let key = MigratingKey {
            roles: some(Roles(self.0).names_of_key(&id)?),
            permissions: some(permissions.into_iter().map(|has| has.slug).collect()),
            ratelimits: some(
                ratelimits
                    .into_iter()
                    .map(|limit| NewRatelimit {
                        name: limit.name,
                        limit: limit.limit,
                        duration: limit.duration,
                        auto_apply: limit.auto_apply,
                    })
                    .collect(),
            ),
            ..key
        };
        Ok((id, key))
    }

    /// Counts what the keys of a workspace leave behind.
    pub(crate) fn left_behind(self, workspace_id: &str) -> rusqlite::Result<LeftBehind> {
        self.0
            .prepare_cached(
                "SELECT
                     (SELECT count(*) FROM identities
                      WHERE workspace_id = ?1 AND deleted_at IS NULL
                        AND (coalesce(meta, '{}') <> '{}' OR EXISTS (
                            SELECT 1 FROM ratelimits WHERE identity_id = identities.id
                        ))) AS identities,
                     (SELECT count(*) FROM roles_permissions
                      JOIN roles ON roles.id = role_id
                      WHERE workspace_id = ?1) AS role_permissions,
                     (SELECT count(*) FROM ratelimit_overrides AS o
                      JOIN ratelimit_namespaces AS n ON n.id = o.namespace_id
                      WHERE o.workspace_id = ?1 AND o.deleted_at IS NULL
                        AND n.deleted_at IS NULL) AS overrides,
                     (SELECT count(*) FROM encrypted_keys
                      JOIN keys ON keys.id = key_id
                      WHERE workspace_id = ?1 AND deleted_at IS NULL) AS recoverable_keys",
            )?
            .query_row([workspace_id], |row| {
                Ok(LeftBehind {
                    identities: row.get("identities")?,
                    role_permissions: row.get("role_permissions")?,
                    overrides: row.get("overrides")?,
                    recoverable_keys: row.get("recoverable_keys")?,
                })
            })
    }
}

/// Reads a key, still without what hangs on it.
fn read(row: &Row<'_>) -> rusqlite::Result<(String, MigratingKey)> {
    let meta: Option<String> = row.get("meta")?;
    let name: Option<String> = row.get("name")?;
    let balance = Balance {
        remaining: row.get("remaining")?,
        refill_amount: row.get("refill_amount")?,
        refill_day: row.get("refill_day")?,
    };
    let key = MigratingKey {
        hash: row.get("hash")?,
        name: name.filter(|name| !name.is_empty()),
        external_id: row.get("external_id")?,
        meta: read_meta(meta.as_deref()),
        roles: None,
        permissions: None,
        expires: row.get::<_, Option<i64>>("expires")?.map(Into::into),
        enabled: Some(row.get("enabled")?),
        // Absent where there is no limit: `null` is no answer that an import takes.
        credits: balance.show(),
        ratelimits: None,
    };
    Ok((row.get("id")?, key))
}
