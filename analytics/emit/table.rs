//! The events that a question may see, and the five tables over them.
//!
//! Workspace, key spaces and retention are not put into the text of a question: they bound three views,
//! which are all that a question's tables read.

use crate::calendar::DAY;
use crate::store::{LABELS, TIME_BITS, first_id};
use crate::tables::{Field, Table};

/// What a question may see.
#[derive(Clone, Debug)]
pub(crate) struct View {
    /// From this moment on, in Unix milliseconds.
    pub(crate) oldest: i64,
    pub(crate) restricts_key_spaces: bool,
}

/// The views that everything reads. `?1` is the workspace, `?2` a JSON array of key spaces.
pub(crate) fn verification_view(view: &View) -> String {
    let key_spaces = if view.restricts_key_spaces {
        " AND key_space_id IN (SELECT value FROM json_each(?2))"
    } else {
        ""
    };
    // CROSS keeps SQLite from looking up the events of each label.
    format!(
        "label AS NOT MATERIALIZED (SELECT * FROM analytics_labels WHERE workspace_id = ?1{key_spaces}), \
         event AS NOT MATERIALIZED (SELECT *, id >> {TIME_BITS} AS time FROM analytics_event WHERE id >= {}), \
         verification AS NOT MATERIALIZED (SELECT event.*, {} FROM event CROSS JOIN label ON label.id = labels)",
        first_id(view.oldest),
        LABELS.join(", "),
    )
}

/// Which part of a table a question needs.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    /// The first moment, in Unix milliseconds.
    pub(crate) from: Option<i64>,
    /// The moment behind the last.
    pub(crate) to: Option<i64>,
    /// Whether each event may be a row of its own with a count of 1: sums come to the same.
    pub(crate) unmerged: bool,
}

/// Milliseconds of a day.
const DAY_MS: i64 = DAY * 1000;

impl View {
    /// A SELECT that gives the columns of `table`.
    pub(crate) fn table(&self, table: Table, bounds: Bounds) -> String {
        let merged = table != Table::Raw && !bounds.unmerged;
        let columns: Vec<_> = table
            .columns()
            .iter()
            .enumerate()
            .map(|(index, (name, field))| {
                let sql = match field {
                    Field::Time if merged => "bucket",
                    Field::Time => bucket(table),
                    Field::Count if merged => "count",
                    Field::Count => "1",
                    Field::LatencyState => "NULL",
                    _ => name,
                };
                format!("{sql} AS {}", super::column(index))
            })
            .collect();
        let mut conditions = vec!["1".to_owned()];
        if let Some(from) = bounds.from {
            conditions.push(format!("id >= {}", first_id(from)));
        }
        if let Some(to) = bounds.to {
            conditions.push(format!("id < {}", first_id(to)));
        }
        if table == Table::Month {
            conditions.push(format!(
                "{} >= {}",
                bucket(table),
                self.oldest.div_euclid(DAY_MS)
            ));
        }
        let (columns, conditions) = (columns.join(", "), conditions.join(" AND "));
        if !merged {
            return format!("SELECT {columns} FROM verification WHERE {conditions}");
        }
        // Numbers are sorted, and the texts looked up afterwards.
        format!(
            "SELECT {columns} FROM (SELECT labels, {} AS bucket, count(*) AS count, \
             sum(spent_credits) AS spent_credits FROM event WHERE {conditions} GROUP BY 1, 2) \
             CROSS JOIN label ON label.id = labels",
            bucket(table)
        )
    }
}

/// The `time` of a row: milliseconds, seconds or days.
const fn bucket(table: Table) -> &'static str {
    match table {
        Table::Raw => "time",
        Table::Minute => "time / 60000 * 60",
        Table::Hour => "time / 3600000 * 3600",
        Table::Day => "time / 86400000",
        Table::Month => "unixepoch(time / 1000, 'unixepoch', 'start of month') / 86400",
    }
}
