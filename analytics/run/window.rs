//! Aggregates over the rows around each row.

use super::block::Block;
use super::evaluate::{evaluate, evaluate_all};
use super::guard::Guard;
use super::sort::{SortColumn, sort_columns};
use crate::aggregates::{State, state};
use crate::bind::WindowCall;
use crate::builder::Builder;
use crate::column::{Column, Value, position};
use crate::error::{QueryError, Result};
use crate::room::value_bytes;
use crate::tree::{Bound, Frame};

/// The values of a window function for every row of `block`.
pub(crate) fn window(call: &WindowCall, block: &Block, guard: &Guard) -> Result<Column> {
    let partition_by = evaluate_all(&call.partition_by, block)?;
    let order_keys: Vec<_> = call
        .order_by
        .iter()
        .map(|order| order.key.clone())
        .collect();
    let order_values = evaluate_all(&order_keys, block)?;
    let mut arguments = evaluate_all(&call.aggregate.arguments, block)?;
    if let Some(condition) = &call.aggregate.condition {
        arguments.push(evaluate(condition, block)?);
    }
    let partition: Vec<_> = call
        .partition_by
        .iter()
        .zip(&partition_by)
        .map(|(key, column)| SortColumn::new(column, &key.kind, false, false))
        .collect();
    let order = sort_columns(&call.order_by, &order_values);

    let mut rows: Vec<u32> = (0..position(block.rows)).collect();
    let same = |columns: &[SortColumn], a: u32, b: u32| {
        columns.iter().all(|column| column.compare(a, b).is_eq())
    };
    rows.sort_by(|a, b| {
        partition
            .iter()
            .chain(&order)
            .map(|column| column.compare(*a, *b))
            .find(|ordering| ordering.is_ne())
            .unwrap_or(std::cmp::Ordering::Equal)
    });
    let arguments: Vec<_> = arguments
        .iter()
        .map(|argument| argument.take(&rows))
        .collect();
    let mut values = vec![Value::Null; block.rows];
    let mut start = 0;
    for part in rows.chunk_by(|a, b| same(&partition, *a, *b)) {
        guard.on_time()?;
        let frames = Frames {
            call,
            arguments: &arguments,
            start,
            peers: peers(part, |a, b| same(&order, a, b)),
            guard,
        };
        for (row, value) in part.iter().zip(frames.values()?) {
            if let Some(place) = values.get_mut(*row as usize) {
                *place = value;
            }
        }
        start += part.len();
    }
    let mut builder = Builder::new(&call.aggregate.kind);
    for value in &values {
        builder.push(value);
    }
    Ok(builder.finish())
}

/// For each row of a part: where the rows that are equal in order begin and end.
fn peers(part: &[u32], same: impl Fn(u32, u32) -> bool) -> Vec<(usize, usize)> {
    let mut peers = Vec::with_capacity(part.len());
    for run in part.chunk_by(|a, b| same(*a, *b)) {
        let start = peers.len();
        peers.extend(std::iter::repeat_n((start, start + run.len()), run.len()));
    }
    peers
}

/// One part of the rows, in order.
struct Frames<'a> {
    call: &'a WindowCall,
    /// Of all parts, in order.
    arguments: &'a [Column],
    /// Where this part begins.
    start: usize,
    peers: Vec<(usize, usize)>,
    guard: &'a Guard,
}

impl Frames<'_> {
    fn values(&self) -> Result<Vec<Value>> {
        let rows = self.peers.len();
        let mut values = Vec::with_capacity(rows);
        let mut bytes = 0;
        // Consecutive frames mostly grow at their end: then what was added up is kept.
        let mut kept: Option<(Box<dyn State>, usize, usize)> = None;
        for row in 0..rows {
            let (from, to) = self.frame(row)?;
            let (mut state, start, mut end) = match kept.take() {
                Some((state, start, end)) if start == from && end <= to => (state, start, end),
                _ => (state(&self.call.aggregate), from, from),
            };
            if end < to {
                let places: Vec<_> = (end..to)
                    .map(|place| position(self.start + place))
                    .collect();
                let arguments: Vec<_> = self
                    .arguments
                    .iter()
                    .map(|argument| argument.take(&places))
                    .collect();
                state.update(&vec![0; places.len()], 1, &arguments)?;
                end = to;
            }
            let value = state.value(0);
            bytes += value_bytes(&value);
            self.guard.room_for(bytes)?;
            values.push(value);
            kept = Some((state, start, end));
            if row % 1024 == 0 {
                self.guard.on_time()?;
            }
        }
        Ok(values)
    }

    /// Where the frame of a row begins and ends.
    fn frame(&self, row: usize) -> Result<(usize, usize)> {
        let rows = self.peers.len();
        let (first_peer, last_peer) = self.peers.get(row).copied().unwrap_or((row, row + 1));
        let default = Frame {
            rows: false,
            start: Bound::First,
            end: Bound::Current,
        };
        let ordered = !self.call.order_by.is_empty();
        let frame = match &self.call.frame {
            None if !ordered => return Ok((0, rows)),
            None => &default,
            Some(frame) => frame,
        };
        let whole = |distance: u64| usize::try_from(distance).unwrap_or(usize::MAX);
        let ranged = || QueryError::unsupported("RANGE with a distance").hint("Use ROWS.");
        let start = match frame.start {
            Bound::First => 0,
            Bound::Last => rows,
            Bound::Current => {
                if frame.rows {
                    row
                } else {
                    first_peer
                }
            }
            _ if !frame.rows => return Err(ranged()),
            Bound::Preceding(distance) => row.saturating_sub(whole(distance)),
            Bound::Following(distance) => row.saturating_add(whole(distance)).min(rows),
        };
        let end = match frame.end {
            Bound::First => 0,
            Bound::Last => rows,
            Bound::Current => {
                if frame.rows {
                    row + 1
                } else {
                    last_peer
                }
            }
            _ if !frame.rows => return Err(ranged()),
            Bound::Preceding(distance) => (row + 1).saturating_sub(whole(distance)),
            Bound::Following(distance) => row
                .saturating_add(whole(distance))
                .saturating_add(1)
                .min(rows),
        };
        Ok((start, end.max(start)))
    }
}
