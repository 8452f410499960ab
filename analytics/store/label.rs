//! Strings that repeat, kept once.

use rusqlite::{Connection, OptionalExtension, Result};

use crate::event::Event;
use crate::hash::Table;

/// What a label names. The numbers stand in the database: they do not change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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

/// How many labels and series are remembered.
const REMEMBERED: usize = 65_536;

/// The ids of labels and series that were met: events name the same few again and again.
#[derive(Debug, Default)]
pub(super) struct Known {
    labels: Table<(i64, Kind), Table<String, i64>>,
    series: Table<[i64; 7], i64>,
    len: usize,
}

impl Known {
    /// Makes room where too many are remembered.
    pub(super) fn limit(&mut self) {
        if self.len > REMEMBERED {
            *self = Self::default();
        }
    }
}

/// Finds the ids of labels and series, and makes those that are new.
#[derive(Debug)]
pub(super) struct Labels<'a> {
    connection: &'a Connection,
    known: &'a mut Known,
}

impl<'a> Labels<'a> {
    pub(super) const fn new(connection: &'a Connection, known: &'a mut Known) -> Self {
        Self { connection, known }
    }

    /// The id of the workspace of `event`.
    pub(super) fn workspace(&mut self, event: &Event) -> Result<i64> {
        self.label(0, Kind::Workspace, &event.workspace_id)
    }

    /// The id of the series of `event`, which is of that workspace.
    pub(super) fn series(&mut self, workspace: i64, event: &Event) -> Result<i64> {
        let tags = if event.tags.is_empty() {
            self.label(workspace, Kind::Tags, "[]")?
        } else {
            let tags = serde_json::Value::from(event.tags.clone()).to_string();
            self.label(workspace, Kind::Tags, &tags)?
        };
        let parts = [
            workspace,
            self.label(workspace, Kind::Key, &event.key_id)?,
            self.label(workspace, Kind::Outcome, &event.outcome)?,
            tags,
            self.label(workspace, Kind::KeySpace, &event.key_space_id)?,
            self.label(workspace, Kind::Identity, &event.identity_id)?,
            self.label(workspace, Kind::External, &event.external_id)?,
        ];
        if let Some(id) = self.known.series.get(&parts) {
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
        self.known.series.insert(parts, id);
        self.known.len += 1;
        Ok(id)
    }

    /// The id of the region of `event`, which is of that workspace.
    pub(super) fn region(&mut self, workspace: i64, event: &Event) -> Result<i64> {
        self.label(workspace, Kind::Region, &event.region)
    }

    fn label(&mut self, workspace: i64, kind: Kind, value: &str) -> Result<i64> {
        let known = self.known.labels.get(&(workspace, kind));
        if let Some(id) = known.and_then(|labels| labels.get(value)) {
            return Ok(*id);
        }
        let id = self.find_or_insert(
            "SELECT id FROM analytics_label WHERE workspace = ?1 AND kind = ?2 AND value = ?3",
            "INSERT INTO analytics_label (workspace, kind, value) VALUES (?1, ?2, ?3)",
            (workspace, kind as i64, value),
        )?;
        let labels = self.known.labels.entry((workspace, kind)).or_default();
        labels.insert(value.to_owned(), id);
        self.known.len += 1;
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
