//! The table `ratelimit_namespaces`.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};

use crate::domain::wildcard::matches;
use crate::store::statements::Statements as _;
use crate::store::{Overrides, StoredOverride};

/// The table `ratelimit_namespaces`.
#[derive(Clone, Copy)]
pub(crate) struct Namespaces<'a>(pub(crate) &'a Connection);

/// A rate-limit namespace that was not deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownNamespace {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A namespace with its overrides.
#[derive(Debug)]
pub(crate) struct Namespace {
    pub(crate) id: String,
    pub(crate) deleted: bool,
    /// By identifier or pattern.
    pub(crate) overrides: BTreeMap<String, StoredOverride>,
    /// Those whose identifier is a pattern, in the order of their creation.
    pub(crate) patterns: Vec<StoredOverride>,
}

impl Namespace {
    /// The override that goes for an identifier: the one that names it, or else the oldest whose
    /// pattern matches it.
    pub(crate) fn override_for(&self, identifier: &str) -> Option<&StoredOverride> {
        self.overrides.get(identifier).or_else(|| {
            let mut patterns = self.patterns.iter();
            patterns.find(|pattern| matches(&pattern.identifier, identifier))
        })
    }
}

impl Namespaces<'_> {
    /// The namespace of that id or, where there is none, of that name; deleted ones included.
    pub(crate) fn find(
        self,
        workspace_id: &str,
        id_or_name: &str,
    ) -> rusqlite::Result<Option<Namespace>> {
        let found = self.0.optional_row(
            "SELECT id, deleted_at IS NOT NULL AS deleted FROM ratelimit_namespaces
             WHERE workspace_id = ?1 AND (id = ?2 OR name = ?2)
             ORDER BY id = ?2 DESC LIMIT 1",
            [workspace_id, id_or_name],
            |row| {
                Ok(Namespace {
                    id: row.get("id")?,
                    deleted: row.get("deleted")?,
                    overrides: BTreeMap::new(),
                    patterns: Vec::new(),
                })
            },
        )?;
        let Some(mut namespace) = found else {
            return Ok(None);
        };
        for found in Overrides(self.0).of_namespace(&namespace.id)? {
            if found.identifier.contains('*') {
                namespace.patterns.push(found.clone());
            }
            namespace.overrides.insert(found.identifier.clone(), found);
        }
        Ok(Some(namespace))
    }

    /// The workspace's namespaces that were not deleted, in the order of their names.
    pub(crate) fn known(self, workspace_id: &str) -> rusqlite::Result<Vec<KnownNamespace>> {
        self.0.rows(
            "SELECT id, name FROM ratelimit_namespaces
             WHERE workspace_id = ?1 AND deleted_at IS NULL ORDER BY name, id",
            [workspace_id],
            |row| {
                Ok(KnownNamespace {
                    id: row.get(0)?,
                    name: row.get(1)?,
                })
            },
        )
    }

    /// Inserts a namespace. A name that is in use is an error of the database.
    pub(crate) fn insert(
        self,
        workspace_id: &str,
        id: &str,
        name: &str,
        now: i64,
    ) -> rusqlite::Result<()> {
        self.0.run(
            "INSERT INTO ratelimit_namespaces (id, workspace_id, name, created_at)
             VALUES (?1, ?2, ?3, ?4)",
            params![id, workspace_id, name, now],
        )
    }
}
