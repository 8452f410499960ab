//! Reads a rolled-up table: its pages, with the recent events added to them.

use std::collections::BTreeMap;

use super::page::{Entries, Page, block, days, place, row};
use super::read_events::damaged;
use super::scan::{Each, ROWS, Rows, Scan};
use crate::calendar::DAY;
use crate::error::Result;

pub(super) struct Sums<'a, 'e> {
    pub(super) scan: &'a Scan<'a>,
    pub(super) rows: Rows,
    pub(super) each: &'a mut Each<'e>,
}

impl Sums<'_, '_> {
    pub(super) fn read(mut self, workspace: i64) -> Result<()> {
        let mut recent = self.recent(workspace)?;
        if !self.pages(workspace, &mut recent)? {
            return Ok(());
        }
        for ((span, block), entries) in recent {
            self.take(span, block, &Page::default().merged(&entries));
        }
        (self.each)(self.rows)?;
        Ok(())
    }

    fn recent(&self, workspace: i64) -> Result<BTreeMap<(i64, i64), Entries>> {
        let mut statement = self
            .scan
            .connection
            .prepare_cached(
                "SELECT recent.series, time, spent_credits
                 FROM analytics_recent AS recent JOIN analytics_series AS series ON series.id = recent.series
                 WHERE series.workspace = ?1",
            )?;
        let mut events = statement.query([workspace])?;
        let mut pages: BTreeMap<(i64, i64), Entries> = BTreeMap::new();
        let table = self.scan.table;
        while let Some(event) = events.next()? {
            let series = event.get(0)?;
            if self.scan.wanted(series).is_some() {
                let place = place(table, table.bucket(event.get(1)?), series);
                let page = pages.entry((place.span, place.block)).or_default();
                let sums = page.entry(place.key).or_default();
                sums.count += 1;
                sums.spent_credits += event.get::<_, i64>(2)?;
            }
        }
        Ok(pages)
    }

    fn pages(
        &mut self,
        workspace: i64,
        recent: &mut BTreeMap<(i64, i64), Entries>,
    ) -> Result<bool> {
        let table = self.scan.table;
        let span = |moment: i64| moment.div_euclid(DAY * 1000).div_euclid(days(table));
        let mut blocks = self.scan.series.ids().map(block).collect::<Vec<_>>();
        if self.scan.keep.is_some() {
            let ids = self.scan.series.ids();
            blocks = ids
                .filter(|id| self.scan.wanted(*id).is_some())
                .map(block)
                .collect();
        }
        blocks.dedup();
        let mut statement = self.scan.connection.prepare_cached(
            "SELECT span, block, entries FROM analytics_page
             WHERE level = ?1 AND workspace = ?2 AND span BETWEEN ?3 AND ?4",
        )?;
        let window = self.scan.window;
        let key = (table as i64, workspace, span(window.from), span(window.to));
        let mut pages = statement.query(key)?;
        while let Some(found) = pages.next()? {
            (self.scan.on_time)()?;
            let (span, block) = (found.get(0)?, found.get(1)?);
            // The entries of a page without a wanted series are not even read.
            if !self.scan.series.open && blocks.binary_search(&block).is_err() {
                continue;
            }
            let bytes = found.get_ref(2)?.as_blob().map_err(rusqlite::Error::from)?;
            let mut page = Page::read(bytes).ok_or_else(damaged)?;
            if let Some(entries) = recent.remove(&(span, block)) {
                page = page.merged(&entries);
            }
            self.take(span, block, &page);
            if self.rows.len >= ROWS && !(self.each)(std::mem::take(&mut self.rows))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn take(&mut self, span: i64, block: i64, page: &Page) {
        let table = self.scan.table;
        let sums = page.counts.iter().zip(&page.credits);
        for (key, (count, credits)) in page.keys.iter().zip(sums) {
            let (bucket, series) = row(table, span, block, *key);
            if let Some(number) = self.scan.wanted(series)
                && self.scan.in_window(table.moment(bucket))
            {
                self.rows.len += 1;
                self.rows.series.push(number);
                self.rows.time.push(bucket);
                self.rows.count.push(*count);
                self.rows.spent_credits.push(*credits);
            }
        }
    }
}
