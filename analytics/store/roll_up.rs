//! Adds events to the rolled-up tables.
//!
//! Every batch adds one run to each table, and runs of one span of time are merged so that each
//! is several times as long as the next. An event is thereby written a few times in all, however
//! many series there are and however full the span is, and a reader meets a handful of runs.

use rusqlite::{Connection, Result};

use super::sorted_run::{LEVELS, PackedRun, Row, Run, Wanted, combine, span, write};
use crate::tables::Table;

/// A run is merged with the one before it unless that is this many times as long.
const RATIO: i64 = 4;

/// How many rows a run has at most: merging takes memory and time at once.
const LONGEST: i64 = 2_000_000;

/// Adds events of a workspace to the rolled-up tables. The buckets of `rows` are moments, in Unix
/// milliseconds.
pub(super) fn roll_up(connection: &Connection, workspace: i64, mut rows: Vec<Row>) -> Result<()> {
    let mut finer = Table::Raw;
    for level in LEVELS {
        for row in &mut rows {
            row.bucket = level.bucket(finer.moment(row.bucket));
        }
        combine(&mut rows);
        finer = level;
        let span = |row: &Row| span(level, level.moment(row.bucket));
        for rows in rows.chunk_by(|row, next| span(row) == span(next)) {
            let runs = Runs {
                connection,
                level,
                workspace,
                span: rows.first().map_or(0, span),
            };
            runs.add(rows.to_vec())?;
        }
    }
    Ok(())
}

/// The runs of a span.
struct Runs<'a> {
    connection: &'a Connection,
    level: Table,
    workspace: i64,
    span: i64,
}

impl Runs<'_> {
    /// Adds a run, merged with those that are not much longer.
    fn add(&self, mut rows: Vec<Row>) -> Result<()> {
        let mut merged = Vec::new();
        for (id, length) in self.lengths()? {
            let here = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            if here.saturating_mul(RATIO) < length || here.saturating_add(length) > LONGEST {
                break;
            }
            rows.extend(self.read(id)?.rows());
            combine(&mut rows);
            merged.push(id);
        }
        let mut delete = self
            .connection
            .prepare_cached("DELETE FROM analytics_rollup WHERE id = ?1")?;
        for id in merged {
            delete.execute([id])?;
        }
        self.connection
            .prepare_cached(
                "INSERT INTO analytics_rollup (level, workspace, span, rows, entries)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?
            .execute((
                self.level as i64,
                self.workspace,
                self.span,
                i64::try_from(rows.len()).unwrap_or(0),
                write(self.level, &rows),
            ))?;
        Ok(())
    }

    /// The ids of the runs and how many rows they have, the shortest first.
    fn lengths(&self) -> Result<Vec<(i64, i64)>> {
        self.connection
            .prepare_cached(
                "SELECT id, rows FROM analytics_rollup
                 WHERE level = ?1 AND workspace = ?2 AND span = ?3 ORDER BY rows, id",
            )?
            .query_map((self.level as i64, self.workspace, self.span), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect()
    }

    fn read(&self, id: i64) -> Result<Run> {
        let mut statement = self
            .connection
            .prepare_cached("SELECT entries FROM analytics_rollup WHERE id = ?1")?;
        statement.query_row([id], |row| {
            let bytes = row.get_ref(0)?.as_blob()?;
            let run = PackedRun::open(self.level, bytes).ok_or(rusqlite::Error::InvalidQuery)?;
            Ok(run.read(run.all(), Wanted::ALL))
        })
    }
}
