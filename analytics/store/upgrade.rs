//! Brings the events of a database that kept them packed to the tables of today.
//!
//! Such a database has strings in `analytics_label`, sets of them in `analytics_series`, some thousand
//! events in `analytics_recent`, and the others column by column in `analytics_chunk`.

use rusqlite::types::Type as Stored;
use rusqlite::{Connection, Result};

use super::schema::{SCHEMA, TIME_BITS};

/// Makes the tables of today, in the transaction that the caller has open, with the events of those
/// of before, which then go.
///
/// # Errors
/// Those of SQLite, and one where a packed part is damaged.
pub fn upgrade(connection: &Connection) -> Result<()> {
    connection.execute_batch(SCHEMA)?;
    let packed = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'analytics_chunk')";
    if !connection.query_row(packed, [], |row| row.get(0))? {
        return Ok(());
    }
    connection.execute_batch(LABELS)?;
    unpack(connection)?;
    connection.execute_batch(&format!(
        "INSERT INTO analytics_event (id, labels, spent_credits, latency, region, request_id)
         SELECT (time << {TIME_BITS}) + row_number() OVER (PARTITION BY time ORDER BY unpacked.rowid) - 1,
                series, spent_credits, latency, region.value, request_id
         FROM temp.unpacked JOIN analytics_label AS region ON region.id = unpacked.region;
         {GONE}"
    ))
}

/// A series keeps its id.
const LABELS: &str = "
CREATE TEMP TABLE unpacked (series, time, region, spent_credits, latency, request_id);
INSERT INTO temp.unpacked
SELECT series, time, region, spent_credits, latency, request_id FROM analytics_recent;
INSERT INTO analytics_labels
(id, workspace_id, key_id, outcome, tags, key_space_id, identity_id, external_id)
SELECT series.id, workspace.value, key.value, outcome.value, tags.value, key_space.value,
       identity.value, external.value
FROM analytics_series AS series
JOIN analytics_label AS workspace ON workspace.id = series.workspace
JOIN analytics_label AS key ON key.id = series.key
JOIN analytics_label AS outcome ON outcome.id = series.outcome
JOIN analytics_label AS tags ON tags.id = series.tags
JOIN analytics_label AS key_space ON key_space.id = series.key_space
JOIN analytics_label AS identity ON identity.id = series.identity
JOIN analytics_label AS external ON external.id = series.external;
";

const GONE: &str = "
DROP TABLE temp.unpacked;
DROP TABLE analytics_recent;
DROP TABLE analytics_chunk;
DROP TABLE analytics_rollup;
DROP TABLE analytics_series;
DROP TABLE IF EXISTS analytics_series_chunk;
DROP TABLE analytics_label;
";

fn unpack(connection: &Connection) -> Result<()> {
    let mut insert =
        connection.prepare("INSERT INTO temp.unpacked VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    let mut chunks = connection.prepare(
        "SELECT rows, series, time, region, spent_credits, latency, request_id FROM analytics_chunk",
    )?;
    let mut chunks = chunks.query([])?;
    while let Some(chunk) = chunks.next()? {
        let count = usize::try_from(chunk.get::<_, i64>(0)?).unwrap_or(0);
        let bytes = |column| {
            chunk
                .get_ref(column)?
                .as_blob()
                .map_err(rusqlite::Error::from)
        };
        let ints = |column| read_ints(&mut bytes(column)?, count).ok_or_else(|| damaged(column));
        let (series, times, regions, credits) = (ints(1)?, ints(2)?, ints(3)?, ints(4)?);
        let latencies = read_floats(bytes(5)?, count).ok_or_else(|| damaged(5))?;
        let requests = read_texts(bytes(6)?, count).ok_or_else(|| damaged(6))?;
        let labels = series.iter().zip(&times).zip(&regions);
        let rest = credits.iter().zip(&latencies).zip(&requests);
        for (((series, time), region), ((credits, latency), request)) in labels.zip(rest) {
            insert.execute((series, time, region, credits, latency, request))?;
        }
    }
    Ok(())
}

fn damaged(column: usize) -> rusqlite::Error {
    let reason = "a packed part of the analytics is damaged";
    rusqlite::Error::FromSqlConversionFailure(column, Stored::Blob, reason.into())
}

/// Takes `count` numbers off the front: a base, the width of a distance in bytes, the distances.
fn read_ints(bytes: &mut &[u8], count: usize) -> Option<Vec<i64>> {
    let (base, rest) = bytes.split_first_chunk::<8>()?;
    let base = i64::from_le_bytes(*base);
    let (width, rest) = rest.split_first()?;
    let width = usize::from(*width);
    if width > 8 {
        return None;
    }
    let (body, rest) = rest.split_at_checked(count.checked_mul(width)?)?;
    *bytes = rest;
    if width == 0 {
        return Some(vec![base; count]);
    }
    let distance = |bytes: &[u8]| {
        let mut wide = [0; 8];
        wide.get_mut(..width)?.copy_from_slice(bytes);
        Some(base.wrapping_add(u64::from_le_bytes(wide).cast_signed()))
    };
    body.chunks_exact(width).map(distance).collect()
}

/// Whole numbers, or the bits of fractions.
fn read_floats(bytes: &[u8], count: usize) -> Option<Vec<f64>> {
    let (kind, mut rest) = bytes.split_first()?;
    let values = read_ints(&mut rest, count)?.into_iter();
    let bits = |value: i64| f64::from_bits(value.cast_unsigned());
    let whole = |value| crate::types::int_to_float(value, &crate::types::Type::I64);
    Some(match kind {
        0 => values.map(whole).collect(),
        _ => values.map(bits).collect(),
    })
}

/// Their lengths, then their bytes.
fn read_texts(mut bytes: &[u8], count: usize) -> Option<Vec<&str>> {
    let lengths = read_ints(&mut bytes, count)?;
    let mut texts = Vec::with_capacity(count);
    for length in lengths {
        let (text, rest) = bytes.split_at_checked(usize::try_from(length).ok()?)?;
        texts.push(std::str::from_utf8(text).ok()?);
        bytes = rest;
    }
    Some(texts)
}
