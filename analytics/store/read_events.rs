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
        if self.packed(workspace)? && self.recent()? {
            (self.each)(self.rows)?;
        }
        Ok(())
    }

    fn wants(&self, field: Field) -> bool {
        self.scan.fields.contains(&field)
    }

    /// Hands over what has gathered; false if that was enough.
    fn hand_over(&mut self) -> Result<bool> {
        if self.rows.series.len() < ROWS {
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
            self.chunk(chunk)?.ok_or_else(damaged)?;
            if !self.hand_over()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes in one chunk; None where it cannot be read.
    fn chunk(&mut self, chunk: &rusqlite::Row<'_>) -> Result<Option<()>> {
        let count = usize::try_from(chunk.get::<_, i64>(0)?).unwrap_or(0);
        let bytes = |column| -> Result<&[u8]> {
            Ok(chunk
                .get_ref(column)?
                .as_blob()
                .map_err(rusqlite::Error::from)?)
        };
        let ints =
            |column| -> Result<Option<Vec<i64>>> { Ok(read_ints(&mut bytes(column)?, count)) };
        let Some(series) = ints(3)? else {
            return Ok(None);
        };
        let whole = self.scan.in_window(chunk.get(1)?) && self.scan.in_window(chunk.get(2)?);
        let mut times = Vec::new();
        if !whole || self.wants(Field::Time) {
            let Some(read) = ints(4)? else {
                return Ok(None);
            };
            times = read;
        }
        let mut kept: Vec<u32> = Vec::with_capacity(count);
        for (row, series) in (0..).zip(series) {
            let inside = whole
                || times
                    .get(row as usize)
                    .is_some_and(|time| self.scan.in_window(*time));
            if let Some(number) = self.scan.wanted(series)
                && inside
            {
                kept.push(row);
                self.rows.series.push(number);
            }
        }
        if kept.is_empty() {
            return Ok(Some(()));
        }
        if self.wants(Field::Time) {
            self.rows
                .time
                .extend(kept.iter().filter_map(|row| times.get(*row as usize)));
        }
        if self.wants(Field::SpentCredits) {
            let Some(values) = ints(5)? else {
                return Ok(None);
            };
            self.rows
                .spent_credits
                .extend(kept.iter().filter_map(|row| values.get(*row as usize)));
        }
        if self.wants(Field::Region) {
            let Some(regions) = ints(6)? else {
                return Ok(None);
            };
            let numbers = kept.iter().filter_map(|row| regions.get(*row as usize));
            let numbers = numbers.map(|id| self.regions.get(id).copied().unwrap_or(0));
            self.rows.region.extend(numbers);
        }
        if self.wants(Field::Latency) {
            let Some(values) = read_floats(bytes(7)?, count) else {
                return Ok(None);
            };
            self.rows
                .latency
                .extend(kept.iter().filter_map(|row| values.get(*row as usize)));
        }
        if self.wants(Field::RequestId) {
            let Some(texts) = read_texts(bytes(8)?, count) else {
                return Ok(None);
            };
            for text in kept.iter().filter_map(|row| texts.get(*row as usize)) {
                let id = self.rows.requests.push(text);
                self.rows.request_id.push(id);
            }
        }
        Ok(Some(()))
    }

    fn recent(&mut self) -> Result<bool> {
        let mut statement = self.scan.connection.prepare_cached(
            "SELECT series, time, region, spent_credits, latency, request_id FROM analytics_recent",
        )?;
        let mut events = statement.query([])?;
        while let Some(event) = events.next()? {
            let time = event.get(1)?;
            let Some(number) = self.scan.wanted(event.get(0)?) else {
                continue;
            };
            if !self.scan.in_window(time) {
                continue;
            }
            self.rows.series.push(number);
            if self.wants(Field::Time) {
                self.rows.time.push(time);
            }
            if self.wants(Field::Region) {
                let region = self.regions.get(&event.get(2)?).copied().unwrap_or(0);
                self.rows.region.push(region);
            }
            if self.wants(Field::SpentCredits) {
                self.rows.spent_credits.push(event.get(3)?);
            }
            if self.wants(Field::Latency) {
                self.rows.latency.push(event.get(4)?);
            }
            if self.wants(Field::RequestId) {
                let text = event.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?;
                let id = self.rows.requests.push(text);
                self.rows.request_id.push(id);
            }
        }
        self.hand_over()
    }
}

/// A chunk or a page that cannot be read.
pub(super) fn damaged() -> QueryError {
    QueryError {
        internal: Some("a packed part of the analytics is damaged".to_owned()),
        ..QueryError::query("The events could not be read.")
    }
}
