//! Packs events into chunks.

use std::collections::BTreeMap;

use rusqlite::{Connection, Result};

use super::codec::{write_floats, write_ints, write_texts};
use super::roll_up::roll_up;
use super::sorted_run::Row;

/// How many recent events are packed together.
const RECENT: i64 = 4096;

/// An event as numbers.
#[derive(Debug)]
pub(super) struct Packed {
    pub(super) workspace: i64,
    pub(super) series: i64,
    pub(super) time: i64,
    pub(super) region: i64,
    pub(super) spent_credits: i64,
    pub(super) latency: f64,
    pub(super) request_id: String,
}

/// The events of one workspace, column by column.
#[derive(Debug, Default)]
struct Chunk {
    series: Vec<i64>,
    time: Vec<i64>,
    region: Vec<i64>,
    spent_credits: Vec<i64>,
    latency: Vec<f64>,
    request_id: Vec<String>,
}

/// Whether there are enough recent events to pack them.
pub(super) fn recent_are_many(connection: &Connection) -> Result<bool> {
    let recent: Option<i64> = connection
        .prepare_cached(
            "SELECT (SELECT max(id) FROM analytics_recent) - (SELECT min(id) FROM analytics_recent) + 1",
        )?
        .query_row([], |row| row.get(0))?;
    Ok(recent.is_some_and(|recent| recent >= RECENT))
}

/// Takes the recent events away.
pub(super) fn take_recent(connection: &Connection) -> Result<Vec<Packed>> {
    let mut statement = connection.prepare_cached(
        "SELECT series.workspace, series, time, region, spent_credits, latency, request_id
         FROM analytics_recent JOIN analytics_series AS series ON series.id = series",
    )?;
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Packed {
            workspace: row.get(0)?,
            series: row.get(1)?,
            time: row.get(2)?,
            region: row.get(3)?,
            spent_credits: row.get(4)?,
            latency: row.get(5)?,
            request_id: row.get(6)?,
        })
    };
    let recent = statement.query_map([], read)?.collect::<Result<_>>()?;
    connection
        .prepare_cached("DELETE FROM analytics_recent")?
        .execute([])?;
    Ok(recent)
}

/// Packs events into chunks, and adds them to the rolled-up tables.
pub(super) fn pack(connection: &Connection, mut events: Vec<Packed>) -> Result<()> {
    events.sort_by_key(|event| event.time);
    let mut chunks: BTreeMap<i64, Chunk> = BTreeMap::new();
    for event in events {
        let chunk = chunks.entry(event.workspace).or_default();
        chunk.series.push(event.series);
        chunk.time.push(event.time);
        chunk.region.push(event.region);
        chunk.spent_credits.push(event.spent_credits);
        chunk.latency.push(event.latency);
        chunk.request_id.push(event.request_id);
    }
    for (workspace, chunk) in chunks {
        chunk.insert(connection, workspace)?;
        pack_series(connection, workspace)?;
        roll_up(connection, workspace, chunk.rows())?;
    }
    Ok(())
}

/// How many new series are packed together.
const SERIES: usize = 1024;

/// Packs the series that are not yet, if there are enough of them. They stay in their table too,
/// where they are looked up.
fn pack_series(connection: &Connection, workspace: i64) -> Result<()> {
    let mut columns: [Vec<i64>; 7] = Default::default();
    // The plus keeps SQLite from going through all series of the workspace, by another index.
    let mut statement = connection.prepare_cached(
        "SELECT id, key_space, identity, external, key, outcome, tags FROM analytics_series
         WHERE +workspace = ?1 AND id > (SELECT coalesce(max(last), 0) FROM analytics_series_chunk
                                        WHERE workspace = ?1)
         ORDER BY id",
    )?;
    let mut rows = statement.query([workspace])?;
    while let Some(row) = rows.next()? {
        for (index, column) in columns.iter_mut().enumerate() {
            column.push(row.get(index)?);
        }
    }
    let [ids, ..] = &columns;
    if ids.len() < SERIES {
        return Ok(());
    }
    let (last, count) = (ids.last().copied(), i64::try_from(ids.len()).unwrap_or(0));
    let [ids, key_space, identity, external, key, outcome, tags] =
        columns.map(|column| ints(&column));
    connection
        .prepare_cached(
            "INSERT INTO analytics_series_chunk
             (workspace, last, rows, series, key_space, identity, external, key, outcome, tags)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute((
            workspace, last, count, ids, key_space, identity, external, key, outcome, tags,
        ))?;
    Ok(())
}

fn ints(values: &[i64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_ints(values, &mut bytes);
    bytes
}

impl Chunk {
    /// A row for each event; its bucket is its moment.
    fn rows(&self) -> Vec<Row> {
        let places = self.time.iter().zip(&self.series);
        places
            .zip(&self.spent_credits)
            .map(|((time, series), spent_credits)| Row {
                bucket: *time,
                series: *series,
                count: 1,
                spent_credits: *spent_credits,
            })
            .collect()
    }

    fn insert(&self, connection: &Connection, workspace: i64) -> Result<()> {
        connection
            .prepare_cached(
                "INSERT INTO analytics_chunk
                 (workspace, first, last, rows, series, time, spent_credits, region, latency, request_id)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute((
                workspace,
                self.time.iter().min(),
                self.time.iter().max(),
                i64::try_from(self.time.len()).unwrap_or(0),
                ints(&self.series),
                ints(&self.time),
                ints(&self.spent_credits),
                ints(&self.region),
                write_floats(&self.latency),
                write_texts(&self.request_id),
            ))?;
        Ok(())
    }
}
