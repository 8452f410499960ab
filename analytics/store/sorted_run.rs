//! The rows of a rolled-up table, packed: sorted runs, merged as they become many.

use std::ops::Range;

use super::codec::{Ints, write_ints};
use crate::calendar::DAY;
use crate::column::position;
use crate::tables::Table;

/// The tables that are rolled up, the finest first: each is rolled up from the one before.
pub(super) const LEVELS: [Table; 4] = [Table::Minute, Table::Hour, Table::Day, Table::Month];

/// A row: what one series had in one bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) bucket: i64,
    pub(super) series: i64,
    pub(super) count: i64,
    pub(super) spent_credits: i64,
}

impl Row {
    const fn place(&self) -> (i64, i64) {
        (self.bucket, self.series)
    }
}

/// Sorts rows by bucket and series, and adds up those that have both in common.
pub(super) fn combine(rows: &mut Vec<Row>) {
    // Stable, because that sort makes use of what is sorted already.
    rows.sort_by_key(Row::place);
    rows.dedup_by(|row, kept| {
        let same = row.place() == kept.place();
        if same {
            kept.count += row.count;
            kept.spent_credits += row.spent_credits;
        }
        same
    });
}

/// How many days share a span, whose runs are merged with one another: the finer the table, the
/// fewer.
const fn days(level: Table) -> i64 {
    match level {
        Table::Raw | Table::Minute => 1,
        Table::Hour => 8,
        Table::Day => 64,
        Table::Month => 1024,
    }
}

/// The span in which a moment lies, in Unix milliseconds.
pub(super) const fn span(level: Table, moment: i64) -> i64 {
    moment.div_euclid(DAY * 1000).div_euclid(days(level))
}

/// What all buckets of a table are multiples of.
const fn unit(level: Table) -> i64 {
    match level {
        Table::Minute => 60,
        Table::Hour => 3600,
        Table::Raw | Table::Day | Table::Month => 1,
    }
}

/// A run as it is kept: what is wanted of it is unpacked.
#[derive(Debug)]
pub(super) struct PackedRun<'a> {
    level: Table,
    len: usize,
    buckets: Ints<'a>,
    series: Ints<'a>,
    counts: Ints<'a>,
    credits: Ints<'a>,
}

impl<'a> PackedRun<'a> {
    /// None where the bytes are not a run.
    pub(super) fn open(level: Table, bytes: &'a [u8]) -> Option<Self> {
        let (len, mut rest) = bytes.split_first_chunk::<4>()?;
        let len = usize::try_from(u32::from_le_bytes(*len)).ok()?;
        let mut next = || Ints::split(&mut rest, len);
        Some(Self {
            level,
            len,
            buckets: next()?,
            series: next()?,
            counts: next()?,
            credits: next()?,
        })
    }

    /// All of its rows.
    pub(super) const fn all(&self) -> Range<usize> {
        0..self.len
    }

    /// The rows whose buckets begin from `from` to `to`, in Unix milliseconds.
    pub(super) fn between(&self, from: i64, to: i64) -> Range<usize> {
        let moment = |bucket: i64| self.level.moment(bucket.wrapping_mul(unit(self.level)));
        let point = |early: &dyn Fn(i64) -> bool| {
            self.buckets
                .partition_point(self.len, |bucket| early(moment(bucket)))
        };
        let start = point(&|moment| moment < from);
        start..point(&|moment| moment <= to).max(start)
    }

    /// The rows in `range`, of which `wanted` names the columns; the others stay empty.
    pub(super) fn read(&self, range: Range<usize>, wanted: Wanted) -> Run {
        let of = |wanted: bool, column: &Ints<'_>| {
            if wanted {
                column.read(range.clone())
            } else {
                Vec::new()
            }
        };
        let mut buckets = of(wanted.buckets, &self.buckets);
        let unit = unit(self.level);
        if unit != 1 {
            for bucket in &mut buckets {
                *bucket = bucket.wrapping_mul(unit);
            }
        }
        Run {
            len: range.len(),
            buckets,
            series: of(wanted.series, &self.series),
            counts: of(wanted.counts, &self.counts),
            credits: of(wanted.credits, &self.credits),
        }
    }
}

/// Columns of a run.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "one for each column")]
pub(super) struct Wanted {
    pub(super) buckets: bool,
    pub(super) series: bool,
    pub(super) counts: bool,
    pub(super) credits: bool,
}

impl Wanted {
    pub(super) const ALL: Self = Self {
        buckets: true,
        series: true,
        counts: true,
        credits: true,
    };
}

/// A run: rows in order, column by column.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) len: usize,
    pub(super) buckets: Vec<i64>,
    pub(super) series: Vec<i64>,
    pub(super) counts: Vec<i64>,
    pub(super) credits: Vec<i64>,
}

impl Run {
    /// Its rows, where it has all columns.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row> {
        let places = self.buckets.iter().zip(&self.series);
        let sums = self.counts.iter().zip(&self.credits);
        places
            .zip(sums)
            .map(|((bucket, series), (count, spent_credits))| Row {
                bucket: *bucket,
                series: *series,
                count: *count,
                spent_credits: *spent_credits,
            })
    }

    /// A part of it.
    pub(super) fn part(&self, range: Range<usize>) -> Self {
        let of = |column: &[i64]| column.get(range.clone()).unwrap_or_default().to_vec();
        Self {
            len: range.len(),
            buckets: of(&self.buckets),
            series: of(&self.series),
            counts: of(&self.counts),
            credits: of(&self.credits),
        }
    }

    /// Only those rows of it.
    pub(super) fn only(&self, rows: &[usize]) -> Self {
        let of = |column: &[i64]| {
            rows.iter()
                .filter_map(|row| column.get(*row).copied())
                .collect()
        };
        Self {
            len: rows.len(),
            buckets: of(&self.buckets),
            series: of(&self.series),
            counts: of(&self.counts),
            credits: of(&self.credits),
        }
    }

    /// Adds rows, which are in order, to those that have their places. Returns the others. All
    /// columns must be there.
    pub(super) fn absorb(&mut self, rows: Vec<Row>) -> Vec<Row> {
        let mut mine = 0;
        let mut others = rows;
        others.retain(|row| {
            let place = |at: usize| Some((*self.buckets.get(at)?, *self.series.get(at)?));
            while place(mine).is_some_and(|place| place < row.place()) {
                mine += 1;
            }
            if place(mine) != Some(row.place()) {
                return true;
            }
            if let (Some(count), Some(credits)) =
                (self.counts.get_mut(mine), self.credits.get_mut(mine))
            {
                *count += row.count;
                *credits += row.spent_credits;
            }
            false
        });
        others
    }
}

impl FromIterator<Row> for Run {
    fn from_iter<I: IntoIterator<Item = Row>>(rows: I) -> Self {
        let mut run = Self::default();
        for row in rows {
            run.len += 1;
            run.buckets.push(row.bucket);
            run.series.push(row.series);
            run.counts.push(row.count);
            run.credits.push(row.spent_credits);
        }
        run
    }
}

/// The bytes of a run.
pub(super) fn write(level: Table, rows: &[Row]) -> Vec<u8> {
    let mut bytes = position(rows.len()).to_le_bytes().to_vec();
    let columns: [fn(&Row, i64) -> i64; 4] = [
        |row, unit| row.bucket.div_euclid(unit),
        |row, _| row.series,
        |row, _| row.count,
        |row, _| row.spent_credits,
    ];
    for column in columns {
        let values: Vec<_> = rows.iter().map(|row| column(row, unit(level))).collect();
        write_ints(&values, &mut bytes);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn row(bucket: i64, series: i64, count: i64) -> Row {
        Row {
            bucket,
            series,
            count,
            spent_credits: count * 10,
        }
    }

    #[test]
    fn every_row_of_every_table_comes_back() {
        for level in LEVELS {
            let moments = [-1, 0, 1_767_225_599_999, 1_798_761_599_000];
            let mut rows: Vec<_> = moments
                .map(|moment| row(level.bucket(moment), moment + 7, 3))
                .to_vec();
            combine(&mut rows);
            let bytes = write(level, &rows);
            let run = PackedRun::open(level, &bytes).unwrap();
            let all = run.read(run.all(), Wanted::ALL);
            assert_eq!(all.rows().collect::<Vec<_>>(), rows);
            for (from, to) in [(i64::MIN, i64::MAX), (0, 1_767_225_599_999), (5, 4), (1, 1)] {
                let inside = |row: &&Row| (from..=to).contains(&level.moment(row.bucket));
                let expected: Vec<_> = rows.iter().filter(inside).copied().collect();
                let found = run.read(run.between(from, to), Wanted::ALL);
                assert_eq!(found.rows().collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn rows_of_one_bucket_and_series_are_added_up() {
        let mut rows = vec![row(60, 2, 1), row(0, 5, 1), row(60, 2, 4), row(60, 1, 1)];
        combine(&mut rows);
        assert_eq!(rows, [row(0, 5, 1), row(60, 1, 1), row(60, 2, 5)]);
    }

    #[test]
    fn a_run_absorbs_what_has_a_place_in_it() {
        let mut run: Run = [row(0, 1, 1), row(0, 3, 1), row(60, 1, 1)]
            .into_iter()
            .collect();
        let others = run.absorb(vec![
            row(0, 0, 1),
            row(0, 3, 2),
            row(60, 1, 5),
            row(60, 2, 1),
        ]);
        assert_eq!(others, [row(0, 0, 1), row(60, 2, 1)]);
        assert_eq!(run.counts, [1, 3, 6]);
        assert_eq!(run.credits, [10, 30, 60]);
    }
}
