//! The rows of a rolled-up table, packed: one page holds a span of time for a block of series.

use std::collections::BTreeMap;

use super::codec::{read_ints, write_ints};
use crate::calendar::DAY;
use crate::tables::Table;

/// How many series share a page.
const SERIES: i64 = 64;

/// Where a row stands: on which page, and under which key there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) span: i64,
    pub(super) block: i64,
    pub(super) key: i64,
}

/// What a row adds up: how many verifications, and the credits they cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sums {
    pub(super) count: i64,
    pub(super) spent_credits: i64,
}

/// The rows of a page, by key.
pub(super) type Entries = BTreeMap<i64, Sums>;

/// The tables that are rolled up.
pub(super) const LEVELS: [Table; 4] = [Table::Minute, Table::Hour, Table::Day, Table::Month];

/// How many days a page spans: the finer the table, the fewer.
pub(super) const fn days(level: Table) -> i64 {
    match level {
        Table::Raw | Table::Minute => 1,
        Table::Hour => 8,
        Table::Day => 64,
        Table::Month => 1024,
    }
}

/// What a bucket is counted in, and how many of that make a day.
const fn per_day(level: Table) -> (i64, i64) {
    match level {
        Table::Raw | Table::Minute => (60, DAY / 60),
        Table::Hour => (3600, DAY / 3600),
        Table::Day | Table::Month => (1, 1),
    }
}

/// The page and the key of a bucket of a series.
pub(super) fn place(level: Table, bucket: i64, series: i64) -> Place {
    let (unit, per_day) = per_day(level);
    let units = bucket.div_euclid(unit);
    let length = days(level) * per_day;
    Place {
        span: units.div_euclid(length),
        block: series.div_euclid(SERIES),
        key: units.rem_euclid(length) * SERIES + series.rem_euclid(SERIES),
    }
}

/// The bucket and the series under a key.
pub(super) fn row(level: Table, span: i64, block: i64, key: i64) -> (i64, i64) {
    let (unit, per_day) = per_day(level);
    let units = span * days(level) * per_day + key.div_euclid(SERIES);
    (units * unit, block * SERIES + key.rem_euclid(SERIES))
}

/// The block of a series.
pub(super) const fn block(series: i64) -> i64 {
    series.div_euclid(SERIES)
}

/// A page as it is kept.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) keys: Vec<i64>,
    pub(super) counts: Vec<i64>,
    pub(super) credits: Vec<i64>,
}

impl Page {
    /// None where the bytes are not a page.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (count, mut rest) = bytes.split_first_chunk::<4>()?;
        let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
        Some(Self {
            keys: read_ints(&mut rest, count)?,
            counts: read_ints(&mut rest, count)?,
            credits: read_ints(&mut rest, count)?,
        })
    }

    pub(super) fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(&crate::column::position(self.keys.len()).to_le_bytes());
        for column in [&self.keys, &self.counts, &self.credits] {
            write_ints(column, &mut bytes);
        }
        bytes
    }

    /// Adds rows; those with a key that is there already are added up.
    pub(super) fn merged(self, entries: &Entries) -> Self {
        let mut all: Entries = entries.clone();
        let values = self.counts.iter().zip(&self.credits);
        for (key, (count, credits)) in self.keys.iter().zip(values) {
            let sums = all.entry(*key).or_default();
            sums.count += count;
            sums.spent_credits += credits;
        }
        Self {
            keys: all.keys().copied().collect(),
            counts: all.values().map(|sums| sums.count).collect(),
            credits: all.values().map(|sums| sums.spent_credits).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bucket_of_every_level_is_found_again() {
        for level in LEVELS {
            for moment in [
                -1,
                0,
                1_767_225_599_999,
                1_767_225_600_000,
                1_798_761_599_000,
            ] {
                let bucket = level.bucket(moment);
                for series in [1, 63, 64, 1_000_000] {
                    let place = place(level, bucket, series);
                    assert_eq!(
                        row(level, place.span, place.block, place.key),
                        (bucket, series)
                    );
                }
            }
        }
    }

    #[test]
    fn rows_with_one_key_are_added_up() {
        let page = Page {
            keys: vec![1, 5],
            counts: vec![2, 1],
            credits: vec![0, 9],
        };
        let more = Entries::from([
            (
                3,
                Sums {
                    count: 1,
                    spent_credits: 1,
                },
            ),
            (
                5,
                Sums {
                    count: 4,
                    spent_credits: 1,
                },
            ),
        ]);
        let merged = Page::read(&page.merged(&more).write()).unwrap();
        assert_eq!(merged.keys, [1, 3, 5]);
        assert_eq!(merged.counts, [2, 1, 5]);
        assert_eq!(merged.credits, [0, 1, 10]);
    }
}
