//! Reads a rolled-up table: its runs, with the recent events added to them.

use std::collections::BTreeMap;
use std::ops::Range;

use super::read_events::damaged;
use super::scan::{Each, ROWS, Rows, Scan};
use super::sorted_run::{PackedRun, Row, Run, Wanted, combine, span};
use crate::error::Result;
use crate::tables::Field;

pub(super) struct Sums<'a, 'e> {
    pub(super) scan: &'a Scan<'a>,
    pub(super) rows: Rows,
    pub(super) each: &'a mut Each<'e>,
}

impl Sums<'_, '_> {
    pub(super) fn read(mut self, workspace: i64) -> Result<()> {
        let mut recent = self.recent(workspace)?;
        if !self.runs(workspace, &mut recent)? {
            return Ok(());
        }
        for mut more in recent.into_values() {
            combine(&mut more);
            let more: Run = more.into_iter().collect();
            if !self.blocks(0..more.len, |block| more.part(block))? {
                return Ok(());
            }
        }
        (self.each)(self.rows)?;
        Ok(())
    }

    /// The events that are in no run yet, as rows of their spans.
    fn recent(&self, workspace: i64) -> Result<BTreeMap<i64, Vec<Row>>> {
        let mut statement = self
            .scan
            .connection
            .prepare_cached(
                "SELECT recent.series, time, spent_credits
                 FROM analytics_recent AS recent JOIN analytics_series AS series ON series.id = recent.series
                 WHERE series.workspace = ?1",
            )?;
        let mut events = statement.query([workspace])?;
        let mut spans: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
        let table = self.scan.table;
        while let Some(event) = events.next()? {
            let (series, moment) = (event.get(0)?, event.get(1)?);
            let bucket = table.bucket(moment);
            if self.scan.wanted(series).is_some() && self.scan.in_window(table.moment(bucket)) {
                spans.entry(span(table, moment)).or_default().push(Row {
                    bucket,
                    series,
                    count: 1,
                    spent_credits: event.get(2)?,
                });
            }
        }
        Ok(spans)
    }

    /// Reads the runs, span by span; false if that was enough.
    fn runs(&mut self, workspace: i64, recent: &mut BTreeMap<i64, Vec<Row>>) -> Result<bool> {
        let table = self.scan.table;
        let window = self.scan.window;
        let (first, last) = (span(table, window.from), span(table, window.to));
        let mut statement = self.scan.connection.prepare_cached(
            "SELECT span, id FROM analytics_rollup
             WHERE level = ?1 AND workspace = ?2 AND span BETWEEN ?3 AND ?4
             ORDER BY span, rows DESC",
        )?;
        let found = statement.query_map((table as i64, workspace, first, last), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        let runs: Vec<(i64, i64)> = found.collect::<rusqlite::Result<_>>()?;
        for runs in runs.chunk_by(|(a, _), (b, _)| a == b) {
            let [(number, longest), others @ ..] = runs else {
                continue;
            };
            let mut more = recent.remove(number).unwrap_or_default();
            for (_, id) in others {
                more.extend(with_run(self.scan, *id, |run| {
                    Ok(wanted_rows(self.scan, run))
                })?);
            }
            combine(&mut more);
            if !with_run(self.scan, *longest, |run| self.longest(run, more))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes in the longest run of a span, with the rows of the others added to it; false if that
    /// was enough.
    fn longest(&mut self, run: &PackedRun<'_>, more: Vec<Row>) -> Result<bool> {
        let inside = within(self.scan, run);
        if more.is_empty() {
            // Straight from where they are packed, and no more than is asked for.
            let wants = |field| self.scan.fields.contains(&field);
            let wanted = Wanted {
                buckets: wants(Field::Time),
                series: !self.scan.series.open,
                counts: wants(Field::Count),
                credits: wants(Field::SpentCredits),
            };
            return self.blocks(inside, |block| run.read(block, wanted));
        }
        let mut whole = run.read(inside, Wanted::ALL);
        let others: Run = whole.absorb(more).into_iter().collect();
        Ok(self.blocks(0..others.len, |block| others.part(block))?
            && self.blocks(0..whole.len, |block| whole.part(block))?)
    }

    /// Takes rows in, block by block; false if that was enough.
    fn blocks(&mut self, rows: Range<usize>, read: impl Fn(Range<usize>) -> Run) -> Result<bool> {
        for start in rows.clone().step_by(ROWS) {
            if !self.take(read(start..rows.end.min(start + ROWS)))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes rows in, and hands over what has gathered; false if that was enough.
    fn take(&mut self, mut run: Run) -> Result<bool> {
        if !self.scan.series.open {
            let numbers = run.series.iter().map(|series| self.scan.wanted(*series));
            let (kept, numbers): (Vec<usize>, Vec<u32>) = (0..)
                .zip(numbers)
                .filter_map(|(row, number)| Some((row, number?)))
                .unzip();
            if kept.len() < run.len {
                run = run.only(&kept);
            }
            self.rows.series.extend(numbers);
        }
        let rows = &mut self.rows;
        rows.len += run.len;
        gather(&mut rows.time, run.buckets);
        gather(&mut rows.count, run.counts);
        gather(&mut rows.spent_credits, run.credits);
        if rows.len < ROWS {
            return Ok(true);
        }
        (self.each)(std::mem::take(rows))
    }
}

/// Appends `more`.
fn gather(rows: &mut Vec<i64>, mut more: Vec<i64>) {
    if rows.is_empty() {
        *rows = more;
    } else {
        rows.append(&mut more);
    }
}

/// The rows of a run in the window.
fn within(scan: &Scan<'_>, run: &PackedRun<'_>) -> Range<usize> {
    run.between(scan.window.from, scan.window.to)
}

/// Reads a run.
fn with_run<T>(
    scan: &Scan<'_>,
    id: i64,
    read: impl FnOnce(&PackedRun<'_>) -> Result<T>,
) -> Result<T> {
    (scan.on_time)()?;
    let sql = "SELECT entries FROM analytics_rollup WHERE id = ?1";
    let mut statement = scan.connection.prepare_cached(sql)?;
    let mut rows = statement.query([id])?;
    let row = rows.next()?.ok_or_else(damaged)?;
    let bytes = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
    read(&PackedRun::open(scan.table, bytes).ok_or_else(damaged)?)
}

/// The rows of a run that are wanted.
fn wanted_rows(scan: &Scan<'_>, run: &PackedRun<'_>) -> Vec<Row> {
    let rows = run.read(within(scan, run), Wanted::ALL);
    let wanted = |row: &Row| scan.wanted(row.series).is_some();
    rows.rows().filter(wanted).collect()
}
