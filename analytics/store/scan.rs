//! Reads rows, block by block.

use std::rc::Rc;

use rusqlite::Connection;

use super::label::Kind;
use super::read_events::Events;
use super::read_sums::Sums;
use super::series::{self, Series};
use crate::calendar::{DAY, start_of_months};
use crate::column::{Column, Pool};
use crate::error::Result;
use crate::hash::Table as Hash;
use crate::tables::{Field, Table};

/// How many rows are handed over at once.
pub(super) const ROWS: usize = 32_768;

/// Who gets the rows; false when it has enough.
pub(crate) type Each<'a> = dyn FnMut(Rows) -> Result<bool> + 'a;

/// Which rows are read. Nothing outside is ever seen, whatever a question says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// The first moment, in Unix milliseconds.
    pub(crate) from: i64,
    /// The last moment, in Unix milliseconds.
    pub(crate) to: i64,
}

/// Rows as they are read: numbers, with the labels left out.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub(crate) len: usize,
    /// The numbers of the series; empty where no label is wanted.
    pub(crate) series: Vec<u32>,
    pub(crate) time: Vec<i64>,
    pub(crate) count: Vec<i64>,
    pub(crate) spent_credits: Vec<i64>,
    pub(crate) latency: Vec<f64>,
    pub(crate) region: Vec<u32>,
    pub(crate) request_id: Vec<u32>,
    pub(crate) requests: Pool,
}

/// What is read of a table.
pub(crate) struct Scan<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) table: Table,
    pub(crate) series: &'a Series,
    /// Which series are wanted, by number.
    pub(crate) keep: Option<&'a [bool]>,
    pub(crate) window: Window,
    /// Which columns are wanted, besides the labels.
    pub(crate) fields: &'a [Field],
    /// Fails when the time is up.
    pub(crate) on_time: &'a dyn Fn() -> Result<()>,
}

impl Table {
    /// The bucket in which a moment lies, in the type of the table's `time`.
    pub(crate) fn bucket(self, milliseconds: i64) -> i64 {
        let seconds = milliseconds.div_euclid(1000);
        match self {
            Self::Raw => milliseconds,
            Self::Minute => seconds.div_euclid(60) * 60,
            Self::Hour => seconds.div_euclid(3600) * 3600,
            Self::Day => seconds.div_euclid(DAY),
            Self::Month => start_of_months(seconds.div_euclid(DAY), 1),
        }
    }

    /// The moment at which a bucket begins, in Unix milliseconds.
    pub(crate) fn moment(self, bucket: i64) -> i64 {
        match self {
            Self::Raw => bucket,
            Self::Minute | Self::Hour => bucket * 1000,
            Self::Day | Self::Month => bucket * DAY * 1000,
        }
    }
}

impl Scan<'_> {
    /// The regions, by the numbers that rows have.
    pub(crate) fn regions(&self) -> Result<(Rc<Pool>, Hash<i64, u32>)> {
        match self.series.workspace {
            Some(id) if self.fields.contains(&Field::Region) => {
                Ok(series::pool(self.connection, id, Kind::Region)?)
            }
            _ => Ok((Rc::default(), Hash::default())),
        }
    }

    /// Hands over all rows, in no order, until `each` says that it has enough.
    pub(crate) fn read(&self, regions: &Hash<i64, u32>, each: &mut Each<'_>) -> Result<()> {
        let Some(workspace) = self.series.workspace else {
            return Ok(());
        };
        if self.table == Table::Raw {
            Events {
                scan: self,
                regions,
                rows: Rows::default(),
                each,
            }
            .read(workspace)
        } else {
            Sums {
                scan: self,
                rows: Rows::default(),
                each,
            }
            .read(workspace)
        }
    }

    /// The number of a series whose rows are wanted.
    pub(super) fn wanted(&self, series: i64) -> Option<u32> {
        let number = self.series.number(series)?;
        match self.keep {
            Some(keep) => (keep.get(number as usize) == Some(&true)).then_some(number),
            None => Some(number),
        }
    }

    pub(super) fn in_window(&self, moment: i64) -> bool {
        (self.window.from..=self.window.to).contains(&moment)
    }
}

impl Rows {
    /// The column of a field that is not a label.
    pub(crate) fn column(&mut self, field: Field, regions: &Rc<Pool>) -> Option<Column> {
        Some(match field {
            Field::Time => Column::Ints(std::mem::take(&mut self.time)),
            Field::Count => Column::Ints(std::mem::take(&mut self.count)),
            Field::SpentCredits => Column::Ints(std::mem::take(&mut self.spent_credits)),
            Field::Latency => Column::Floats(std::mem::take(&mut self.latency)),
            Field::Region => Column::Texts {
                ids: std::mem::take(&mut self.region),
                pool: Rc::clone(regions),
            },
            Field::RequestId => Column::Texts {
                ids: std::mem::take(&mut self.request_id),
                pool: Rc::new(std::mem::take(&mut self.requests)),
            },
            _ => return None,
        })
    }
}
