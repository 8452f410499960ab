//! Packs recent events into chunks and pages.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension, Result};

use super::codec::{write_floats, write_ints, write_texts};
use super::page::{Entries, LEVELS, Page, place};
use crate::tables::Table;

/// How many recent events are packed together.
const RECENT: i64 = 4096;

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

/// Packs the recent events if there are enough of them.
pub(super) fn pack_if_due(connection: &Connection) -> Result<()> {
    let recent: Option<i64> = connection
        .prepare_cached(
            "SELECT (SELECT max(id) FROM analytics_recent) - (SELECT min(id) FROM analytics_recent) + 1",
        )?
        .query_row([], |row| row.get(0))?;
    if recent.is_some_and(|recent| recent >= RECENT) {
        pack(connection)
    } else {
        Ok(())
    }
}

fn pack(connection: &Connection) -> Result<()> {
    for (workspace, chunk) in recent(connection)? {
        chunk.insert(connection, workspace)?;
        pack_series(connection, workspace)?;
        for level in LEVELS {
            add(connection, level, workspace, &rolled_up(level, &chunk))?;
        }
    }
    connection
        .prepare_cached("DELETE FROM analytics_recent")?
        .execute([])?;
    Ok(())
}

fn recent(connection: &Connection) -> Result<BTreeMap<i64, Chunk>> {
    let mut statement = connection.prepare_cached(
        "SELECT series.workspace, series, time, region, spent_credits, latency, request_id
         FROM analytics_recent JOIN analytics_series AS series ON series.id = series
         ORDER BY time",
    )?;
    let mut rows = statement.query([])?;
    let mut chunks: BTreeMap<i64, Chunk> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let chunk = chunks.entry(row.get(0)?).or_default();
        chunk.series.push(row.get(1)?);
        chunk.time.push(row.get(2)?);
        chunk.region.push(row.get(3)?);
        chunk.spent_credits.push(row.get(4)?);
        chunk.latency.push(row.get(5)?);
        chunk.request_id.push(row.get(6)?);
    }
    Ok(chunks)
}

/// How many new series are packed together.
const SERIES: usize = 1024;

/// Packs the series that are not yet, if there are enough of them. They stay in their table too,
/// where they are looked up.
fn pack_series(connection: &Connection, workspace: i64) -> Result<()> {
    let mut columns: [Vec<i64>; 7] = Default::default();
    let mut statement = connection.prepare_cached(
        "SELECT id, key_space, identity, external, key, outcome, tags FROM analytics_series
         WHERE workspace = ?1 AND id > (SELECT coalesce(max(last), 0) FROM analytics_series_chunk
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

/// The rows that a chunk adds to a rolled-up table, by page.
fn rolled_up(level: Table, chunk: &Chunk) -> BTreeMap<(i64, i64), Entries> {
    let mut pages: BTreeMap<(i64, i64), Entries> = BTreeMap::new();
    for ((series, time), credits) in chunk
        .series
        .iter()
        .zip(&chunk.time)
        .zip(&chunk.spent_credits)
    {
        let place = place(level, level.bucket(*time), *series);
        let sums = pages
            .entry((place.span, place.block))
            .or_default()
            .entry(place.key)
            .or_default();
        sums.count += 1;
        sums.spent_credits += credits;
    }
    pages
}

fn add(
    connection: &Connection,
    level: Table,
    workspace: i64,
    pages: &BTreeMap<(i64, i64), Entries>,
) -> Result<()> {
    let mut find = connection.prepare_cached(
        "SELECT entries FROM analytics_page
         WHERE level = ?1 AND workspace = ?2 AND span = ?3 AND block = ?4",
    )?;
    let mut replace = connection.prepare_cached(
        "INSERT INTO analytics_page (level, workspace, span, block, entries)
         VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT DO UPDATE SET entries = excluded.entries",
    )?;
    for ((span, block), entries) in pages {
        let key = (level as i64, workspace, *span, *block);
        let page: Option<Vec<u8>> = find.query_row(key, |row| row.get(0)).optional()?;
        let page = match page {
            Some(bytes) => Page::read(&bytes).ok_or(rusqlite::Error::InvalidQuery)?,
            None => Page::default(),
        };
        replace.execute((key.0, key.1, key.2, key.3, page.merged(entries).write()))?;
    }
    Ok(())
}
