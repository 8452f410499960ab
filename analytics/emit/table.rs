//! The events that a question may see, and the five tables over them.
//!
//! Workspace, key spaces and retention are not put into the text of a question: they bound the views
//! that all its tables read. Another kind of event is added here as a view of its own.

use super::column;
use crate::store::{LABELS, TIME_BITS, first_id};
use crate::types::{DAY_MS, Field, Table};

/// What a question may see.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// From this moment on, in Unix milliseconds.
    oldest: i64,
    restricts_key_spaces: bool,
}

/// Which part of a table a question needs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// The first moment of an event, in Unix milliseconds.
    pub(crate) from: i64,
    /// The moment behind the last.
    pub(crate) to: i64,
    pub(crate) grain: Grain,
}

/// What one row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grain {
    /// What the table says.
    Rows,
    /// An event, with a count of 1.
    Events,
    /// All events with the same labels: it has no time. One of the raw table has their count behind
    /// its columns.
    Labels,
}

impl Part {
    /// Everything that may be seen.
    pub(crate) const fn all() -> Self {
        Self {
            from: i64::MIN,
            to: i64::MAX,
            grain: Grain::Rows,
        }
    }
}

impl View {
    /// The retention counts from the start of a day; without one, everything is seen.
    pub(crate) fn new(now: i64, retention_days: i64, restricts_key_spaces: bool) -> Self {
        let first_day = now.div_euclid(DAY_MS).saturating_sub(retention_days);
        Self {
            oldest: match retention_days {
                1.. => first_day.saturating_mul(DAY_MS),
                _ => i64::MIN,
            },
            restricts_key_spaces,
        }
    }

    /// The views that everything reads. `?1` is the workspace, `?2` a JSON array of key spaces.
    pub(crate) fn sql(&self) -> String {
        let key_spaces = if self.restricts_key_spaces {
            " AND key_space_id IN (SELECT value FROM json_each(?2))"
        } else {
            ""
        };
        // CROSS keeps SQLite from looking up the events of each label.
        format!(
            "label AS NOT MATERIALIZED (SELECT * FROM analytics_labels WHERE workspace_id = ?1{key_spaces}), \
             event AS NOT MATERIALIZED (SELECT *, id >> {TIME_BITS} AS time FROM analytics_event WHERE id >= {}), \
             verification AS NOT MATERIALIZED (SELECT event.*, {} FROM event CROSS JOIN label ON label.id = labels)",
            first_id(self.oldest),
            LABELS.join(", "),
        )
    }

    /// A SELECT that gives the columns of `table`.
    pub(crate) fn table(&self, table: Table, part: Part) -> String {
        let summed = match part.grain {
            Grain::Rows if table == Table::Raw => None,
            Grain::Rows => Some((table.time_sql(), "1, 2")),
            Grain::Events => None,
            Grain::Labels => Some(("NULL", "1")),
        };
        let columns = table.columns().iter().enumerate();
        let columns = columns.map(|(index, (name, field))| {
            let sql = match field {
                Field::Time if summed.is_some() => "bucket".to_owned(),
                Field::Time => table.time_sql().to_owned(),
                Field::Count if summed.is_none() => "1".to_owned(),
                Field::Always(text) => format!("'{text}'"),
                Field::State => "NULL".to_owned(),
                Field::Text | Field::Latency if summed.is_some() => "NULL".to_owned(),
                _ => (*name).to_owned(),
            };
            format!("{sql} AS {}", column(index))
        });
        let mut columns = columns.collect::<Vec<_>>().join(", ");
        if table == Table::Raw && summed.is_some() {
            columns = format!("{columns}, count AS {}", column(table.columns().len()));
        }
        let mut conditions = "1".to_owned();
        // A month is seen from the first that begins within the retention.
        let from = match table {
            Table::Month => part.from.max(table.first_from(self.oldest)),
            _ => part.from,
        };
        if from > i64::MIN {
            conditions = format!("{conditions} AND id >= {}", first_id(from));
        }
        if part.to < i64::MAX {
            conditions = format!("{conditions} AND id < {}", first_id(part.to));
        }
        match summed {
            None => format!("SELECT {columns} FROM verification WHERE {conditions}"),
            // Numbers are sorted, and the texts looked up afterwards.
            Some((bucket, keys)) => format!(
                "SELECT {columns} FROM (SELECT labels, {bucket} AS bucket, count(*) AS count, \
                 sum(spent_credits) AS spent_credits FROM event WHERE {conditions} GROUP BY {keys}) \
                 CROSS JOIN label ON label.id = labels"
            ),
        }
    }
}
