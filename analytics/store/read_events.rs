//! Reads single events: the packed ones, then the recent ones.

use super::codec::{read_floats, read_ints, read_texts};
use super::scan::{Each, ROWS, Rows, Scan};
use crate::error::{QueryError, Result};
use crate::hash::Table as Hash;
use crate::tables::Field;

pub(super) struct Events<'a, 'e> {
    pub(super) scan: &'a Scan<'a>,
    /// The numbers of regions, by id.
    pub(super) regions: &'a Hash<i64, u32>,
    pub(super) rows: Rows,
    pub(super) each: &'a mut Each<'e>,
}

impl Events<'_, '_> {
    pub(super) fn read(mut self, workspace: i64) -> Result<()> {
        if self.packed(workspace)? && self.recent(workspace)? {
            (self.each)(self.rows)?;
        }
        Ok(())
    }

    fn wants(&self, field: Field) -> bool {
        self.scan.fields.contains(&field)
    }

    /// Hands over what has gathered; false if that was enough.
    fn hand_over(&mut self) -> Result<bool> {
        if self.rows.len < ROWS {
            return Ok(true);
        }
        (self.each)(std::mem::take(&mut self.rows))
    }

    fn packed(&mut self, workspace: i64) -> Result<bool> {
        let mut statement = self.scan.connection.prepare_cached(
            "SELECT rows, first, last, series, time, spent_credits, region, latency, request_id
             FROM analytics_chunk WHERE workspace = ?1 AND last >= ?2 AND first <= ?3",
        )?;
        let window = self.scan.window;
        let mut chunks = statement.query((workspace, window.from, window.to))?;
        while let Some(chunk) = chunks.next()? {
            (self.scan.on_time)()?;
            self.chunk(chunk)?;
            if !self.hand_over()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes in one chunk.
    fn chunk(&mut self, chunk: &rusqlite::Row<'_>) -> Result<()> {
        let count = usize::try_from(chunk.get::<_, i64>(0)?).unwrap_or(0);
        let bytes = |column| -> Result<&[u8]> {
            Ok(chunk
                .get_ref(column)?
                .as_blob()
                .map_err(rusqlite::Error::from)?)
        };
        let ints = |column| read_ints(&mut bytes(column)?, count).ok_or_else(damaged);
        let whole = self.scan.in_window(chunk.get(1)?) && self.scan.in_window(chunk.get(2)?);
        let timed = !whole || self.wants(Field::Time);
        let times = if timed { ints(4)? } else { Vec::new() };
        let kept = self.kept(count, whole, &times, || ints(3))?;
        let rows = &mut self.rows;
        rows.len += kept.len();
        let wants = |field| self.scan.fields.contains(&field) && kept.len() > 0;
        if wants(Field::Time) {
            kept.copy(&times, &mut rows.time);
        }
        if wants(Field::SpentCredits) {
            kept.copy(&ints(5)?, &mut rows.spent_credits);
        }
        if wants(Field::Region) {
            let number = |id: &i64| self.regions.get(id).copied().unwrap_or(0);
            let regions: Vec<_> = ints(6)?.iter().map(number).collect();
            kept.copy(&regions, &mut rows.region);
        }
        if wants(Field::Latency) {
            let latencies = read_floats(bytes(7)?, count).ok_or_else(damaged)?;
            kept.copy(&latencies, &mut rows.latency);
        }
        if wants(Field::RequestId) {
            let texts = read_texts(bytes(8)?, count).ok_or_else(damaged)?;
            let mut wanted = Vec::with_capacity(kept.len());
            kept.copy(&texts, &mut wanted);
            for text in wanted {
                let id = rows.requests.push(text);
                rows.request_id.push(id);
            }
        }
        Ok(())
    }

    /// Which rows of a chunk are wanted; notes the numbers of their series.
    fn kept(
        &mut self,
        count: usize,
        whole: bool,
        times: &[i64],
        series: impl Fn() -> Result<Vec<i64>>,
    ) -> Result<Kept> {
        // Where no label is wanted the series are not even read.
        if whole && self.scan.series.open {
            return Ok(Kept::All(count));
        }
        let mut kept = Vec::with_capacity(count);
        for (row, series) in (0..).zip(series()?) {
            let time = times.get(row as usize);
            let inside = whole || time.is_some_and(|time| self.scan.in_window(*time));
            if let Some(number) = self.scan.wanted(series)
                && inside
            {
                kept.push(row);
                self.rows.series.push(number);
            }
        }
        Ok(if kept.len() == count {
            Kept::All(count)
        } else {
            Kept::Some(kept)
        })
    }

    fn recent(&mut self, workspace: i64) -> Result<bool> {
        let mut statement = self.scan.connection.prepare_cached(
            "SELECT recent.series, time, region, spent_credits, latency, request_id
             FROM analytics_recent AS recent JOIN analytics_series AS series ON series.id = recent.series
             WHERE series.workspace = ?1",
        )?;
        let mut events = statement.query([workspace])?;
        while let Some(event) = events.next()? {
            let time = event.get(1)?;
            let Some(number) = self.scan.wanted(event.get(0)?) else {
                continue;
            };
            if !self.scan.in_window(time) {
                continue;
            }
            let rows = &mut self.rows;
            rows.len += 1;
            rows.series.push(number);
            rows.time.push(time);
            rows.region
                .push(self.regions.get(&event.get(2)?).copied().unwrap_or(0));
            rows.spent_credits.push(event.get(3)?);
            rows.latency.push(event.get(4)?);
            let text = event.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?;
            let id = rows.requests.push(text);
            rows.request_id.push(id);
        }
        self.hand_over()
    }
}

/// The rows of a chunk that are wanted.
enum Kept {
    All(usize),
    Some(Vec<u32>),
}

impl Kept {
    fn len(&self) -> usize {
        match self {
            Self::All(count) => *count,
            Self::Some(rows) => rows.len(),
        }
    }

    fn copy<T: Copy>(&self, from: &[T], to: &mut Vec<T>) {
        match self {
            Self::All(_) => to.extend_from_slice(from),
            Self::Some(rows) => to.extend(rows.iter().filter_map(|row| from.get(*row as usize))),
        }
    }
}

/// A chunk or a page that cannot be read.
pub(super) fn damaged() -> QueryError {
    QueryError {
        internal: Some("a packed part of the analytics is damaged".to_owned()),
        ..QueryError::query("The events could not be read.")
    }
}
