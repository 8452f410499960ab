//! Strings that repeat, kept once.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Result};

use crate::event::Event;

/// What a label names. The numbers stand in the database: they do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A workspace. It belongs to no other, so its own workspace is 0.
    Workspace = 0,
    KeySpace = 1,
    Identity = 2,
    External = 3,
    Key = 4,
    Outcome = 5,
    /// A whole list of tags, as JSON.
    Tags = 6,
    Region = 7,
}

/// Finds the ids of labels and series, and makes those that are new.
///
/// One batch names the same few again and again: what was found is remembered.
#[derive(Debug)]
pub(crate) struct Labels<'a> {
    connection: &'a Connection,
    labels: BTreeMap<(i64, Kind, String), i64>,
    series: BTreeMap<[i64; 7], i64>,
}

impl<'a> Labels<'a> {
    pub(crate) fn new(connection: &'a Connection) -> Self {
        Self {
            connection,
            labels: BTreeMap::new(),
            series: BTreeMap::new(),
        }
    }

    /// The id of the series of `event`.
    pub(crate) fn series(&mut self, event: &Event) -> Result<i64> {
        let workspace = self.workspace(&event.workspace_id)?;
        let tags = serde_json::Value::from(event.tags.clone()).to_string();
        let parts = [
            workspace,
            self.label(workspace, Kind::Key, &event.key_id)?,
            self.label(workspace, Kind::Outcome, &event.outcome)?,
            self.label(workspace, Kind::Tags, &tags)?,
            self.label(workspace, Kind::KeySpace, &event.key_space_id)?,
            self.label(workspace, Kind::Identity, &event.identity_id)?,
            self.label(workspace, Kind::External, &event.external_id)?,
        ];
        if let Some(id) = self.series.get(&parts) {
            return Ok(*id);
        }
        let id = self.find_or_insert(
            "SELECT id FROM analytics_series WHERE workspace = ?1 AND key = ?2 AND outcome = ?3
             AND tags = ?4 AND key_space = ?5 AND identity = ?6 AND external = ?7",
            "INSERT INTO analytics_series
             (workspace, key, outcome, tags, key_space, identity, external)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            parts,
        )?;
        self.series.insert(parts, id);
        Ok(id)
    }

    /// The id of the region of `event`.
    pub(crate) fn region(&mut self, event: &Event) -> Result<i64> {
        let workspace = self.workspace(&event.workspace_id)?;
        self.label(workspace, Kind::Region, &event.region)
    }

    fn workspace(&mut self, name: &str) -> Result<i64> {
        self.label(0, Kind::Workspace, name)
    }

    fn label(&mut self, workspace: i64, kind: Kind, value: &str) -> Result<i64> {
        let key = (workspace, kind, value.to_owned());
        if let Some(id) = self.labels.get(&key) {
            return Ok(*id);
        }
        let id = self.find_or_insert(
            "SELECT id FROM analytics_label WHERE workspace = ?1 AND kind = ?2 AND value = ?3",
            "INSERT INTO analytics_label (workspace, kind, value) VALUES (?1, ?2, ?3)",
            (workspace, kind as i64, value),
        )?;
        self.labels.insert(key, id);
        Ok(id)
    }

    fn find_or_insert(
        &self,
        find: &str,
        insert: &str,
        values: impl rusqlite::Params + Clone,
    ) -> Result<i64> {
        let found = self
            .connection
            .prepare_cached(find)?
            .query_row(values.clone(), |row| row.get(0))
            .optional()?;
        match found {
            Some(id) => Ok(id),
            None => self.connection.prepare_cached(insert)?.insert(values),
        }
    }
}
