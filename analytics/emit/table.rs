//! The events that a question may see, and the five tables over them.
//!
//! Workspace, key spaces, namespaces and retention are not put into the text of a question: they bound
//! the views that all its tables read.

use super::column;
use crate::query_context::QueryContext;
use crate::store::{TIME_BITS, first_id};
use crate::types::{DAY_MS, Dataset, Field, Period, Table};

/// What a question may see.
#[derive(Clone, Debug)]
pub(crate) struct View {
    dataset: Dataset,
    /// From this moment on, in Unix milliseconds.
    oldest: i64,
    is_restricted: bool,
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
    pub(crate) fn of(question: &QueryContext) -> Self {
        let days = question.retention_days;
        let first_day = question.now.div_euclid(DAY_MS).saturating_sub(days);
        Self {
            dataset: question.dataset,
            oldest: match days {
                1.. => first_day.saturating_mul(DAY_MS),
                _ => i64::MIN,
            },
            is_restricted: question.only_in.is_some(),
        }
    }

    /// The views that everything reads. `?1` is the workspace, `?2` a JSON array of key spaces or
    /// namespaces.
    pub(crate) fn sql(&self) -> String {
        let (events, labels) = (self.dataset.events(), self.dataset.labels());
        let restriction = if self.is_restricted {
            let container = self.dataset.container();
            format!(" AND {container} IN (SELECT value FROM json_each(?2))")
        } else {
            String::new()
        };
        let raw = self.dataset.table_of(Period::Raw).columns().iter();
        let names = raw.filter(|(_, field)| matches!(field, Field::Label | Field::Tags));
        let names: Vec<_> = names.map(|(name, _)| *name).collect();
        // CROSS keeps SQLite from looking up the events of each label.
        format!(
            "label AS NOT MATERIALIZED (SELECT * FROM {labels} WHERE workspace_id = ?1{restriction}), \
             event AS NOT MATERIALIZED (SELECT *, id >> {TIME_BITS} AS time FROM {events} WHERE id >= {}), \
             labelled AS NOT MATERIALIZED (SELECT event.*, {} FROM event CROSS JOIN label ON label.id = labels)",
            first_id(self.oldest),
            names.join(", "),
        )
    }

    /// A SELECT that gives the columns of `table`.
    pub(crate) fn table(&self, table: Table, part: Part) -> String {
        let bucket = match part.grain {
            Grain::Rows if !table.is_raw() => Some(table.time_sql()),
            Grain::Rows | Grain::Events => None,
            Grain::Labels => Some("NULL"),
        };
        let is_summed = bucket.is_some();
        let columns = table.columns().iter().enumerate();
        let columns = columns.map(|(index, (name, field))| {
            let sql = match field {
                Field::Time if is_summed => "bucket".to_owned(),
                Field::Time => table.time_sql().to_owned(),
                Field::Count if !is_summed => "1".to_owned(),
                Field::Sum(each) if !is_summed => (*each).to_owned(),
                Field::Always(text) => format!("'{text}'"),
                Field::State => "NULL".to_owned(),
                Field::Key if is_summed && table.is_raw() => "NULL".to_owned(),
                Field::Text | Field::Flag | Field::Unsigned | Field::Signed | Field::Float
                    if is_summed =>
                {
                    "NULL".to_owned()
                }
                _ => format!("\"{name}\""),
            };
            format!("{sql} AS {}", column(index))
        });
        let mut columns = columns.collect::<Vec<_>>().join(", ");
        if table.is_raw() && is_summed {
            columns = format!("{columns}, events AS {}", column(table.columns().len()));
        }
        let conditions = self.conditions(table, part);
        match bucket {
            None => format!("SELECT {columns} FROM labelled WHERE {conditions}"),
            Some(bucket) => format!(
                "SELECT {columns} FROM ({}) CROSS JOIN label ON label.id = labels",
                sums(table, bucket, &conditions)
            ),
        }
    }

    /// The condition that events of `part` meet.
    fn conditions(&self, table: Table, part: Part) -> String {
        let mut conditions = "1".to_owned();
        // A month is seen from the first that begins within the retention.
        let from = match table.period {
            Period::Month => part.from.max(table.first_from(self.oldest)),
            _ => part.from,
        };
        if from > i64::MIN {
            conditions = format!("{conditions} AND id >= {}", first_id(from));
        }
        if part.to < i64::MAX {
            conditions = format!("{conditions} AND id < {}", first_id(part.to));
        }
        conditions
    }
}

/// A SELECT that sums up events with the same labels and, where rows of `table` stand for several, the
/// same keys and the same `bucket` of time. Texts of labels are looked up afterwards: numbers are
/// faster to sort.
fn sums(table: Table, bucket: &str, conditions: &str) -> String {
    let (mut keys, mut sums) = ("labels".to_owned(), "count(*) AS events".to_owned());
    for (name, field) in table.columns() {
        match field {
            Field::Key if !table.is_raw() => keys = format!("{keys}, \"{name}\""),
            Field::Count => sums = format!("{sums}, count(*) AS \"{name}\""),
            Field::Sum(each) => sums = format!("{sums}, sum({each}) AS \"{name}\""),
            _ => {}
        }
    }
    format!(
        "SELECT {keys}, {bucket} AS bucket, {sums} FROM event WHERE {conditions} \
         GROUP BY {keys}, {bucket}"
    )
}
