//! Reads a rolled-up table: its runs, with the recent events added to them.

use std::collections::BTreeMap;

use super::read_events::damaged;
use super::scan::{Each, ROWS, Rows, Scan};
use super::sorted_run::{Row, Run, combine, span};
use crate::error::Result;

pub(super) struct Sums<'a, 'e> {
    pub(super) scan: &'a Scan<'a>,
    pub(super) rows: Rows,
    pub(super) each: &'a mut Each<'e>,
}

/// What was read of one span.
#[derive(Default)]
struct Span {
    /// The longest run.
    base: Run,
    /// The rows of all others.
    more: Vec<Row>,
}

impl Sums<'_, '_> {
    pub(super) fn read(mut self, workspace: i64) -> Result<()> {
        let mut recent = self.recent(workspace)?;
        if !self.runs(workspace, &mut recent)? {
            return Ok(());
        }
        for more in recent.into_values() {
            let base = Run::default();
            if !self.take(Span { base, more })? {
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
            if self.scan.wanted(series).is_some() {
                spans.entry(span(table, moment)).or_default().push(Row {
                    bucket: table.bucket(moment),
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
        let mut statement = self.scan.connection.prepare_cached(
            "SELECT span, entries FROM analytics_rollup
             WHERE level = ?1 AND workspace = ?2 AND span BETWEEN ?3 AND ?4
             ORDER BY span, rows DESC",
        )?;
        let window = self.scan.window;
        let (first, last) = (span(table, window.from), span(table, window.to));
        let mut runs = statement.query((table as i64, workspace, first, last))?;
        let mut open: Option<(i64, Span)> = None;
        while let Some(found) = runs.next()? {
            (self.scan.on_time)()?;
            let bytes = found.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let run = Run::read(table, bytes).ok_or_else(damaged)?;
            let number = found.get(0)?;
            if let Some((known, span)) = &mut open
                && *known == number
            {
                let wanted = |row: &Row| self.scan.wanted(row.series).is_some();
                span.more.extend(run.rows().filter(wanted));
                continue;
            }
            let more = recent.remove(&number).unwrap_or_default();
            let whole = open.replace((number, Span { base: run, more }));
            if let Some((_, span)) = whole
                && !self.take(span)?
            {
                return Ok(false);
            }
        }
        match open {
            Some((_, span)) => self.take(span),
            None => Ok(true),
        }
    }

    /// Takes a span in, and hands over what has gathered; false if that was enough.
    fn take(&mut self, span: Span) -> Result<bool> {
        let Span { mut base, mut more } = span;
        combine(&mut more);
        let others: Run = base.absorb(more).into_iter().collect();
        Ok(self.take_run(&others)? && self.take_run(&base)?)
    }

    fn take_run(&mut self, run: &Run) -> Result<bool> {
        let table = self.scan.table;
        let inside = |bucket: Option<&i64>| {
            bucket.is_some_and(|bucket| self.scan.in_window(table.moment(*bucket)))
        };
        let whole = inside(run.buckets.first()) && inside(run.buckets.last());
        for row in run.rows() {
            if let Some(number) = self.scan.wanted(row.series)
                && (whole || self.scan.in_window(table.moment(row.bucket)))
            {
                let rows = &mut self.rows;
                rows.len += 1;
                rows.series.push(number);
                rows.time.push(row.bucket);
                rows.count.push(row.count);
                rows.spent_credits.push(row.spent_credits);
                if rows.len >= ROWS && !(self.each)(std::mem::take(rows))? {
                    return Ok(false);
                }
            }
        }
        Ok(true)
    }
}
