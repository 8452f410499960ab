//! What an aggregate remembers for every group.

use std::fmt;

use super::collect::Collect;
use super::extreme::Extreme;
use super::quantile::Quantile;
use super::sum::{Average, Count, Sum};
use crate::bind::AggregateCall;
use crate::column::{Column, Value, position};
use crate::error::Result;
use crate::keys::Keys;
use crate::types::Type;

/// What an aggregate remembers for every group.
pub(crate) trait State: fmt::Debug {
    /// Takes rows in; `groups` says to which group each belongs, and all are below `count`.
    fn update(&mut self, groups: &[u32], count: usize, arguments: &[Column]) -> Result<()>;

    /// What it makes of one group, which may have had no rows.
    fn value(&self, group: usize) -> Value;

    /// About how much memory it takes.
    fn bytes(&self) -> usize;
}

/// The state for a call. Its arguments are those of the call, then its condition.
pub(crate) fn state(call: &AggregateCall) -> Box<dyn State> {
    let kind = call
        .arguments
        .first()
        .map_or(Type::Nothing, |argument| argument.kind.clone());
    let plain = kind.plain();
    let most = call
        .parameters
        .first()
        .and_then(|parameter| match parameter {
            Value::Int(most) => usize::try_from(*most).ok(),
            _ => None,
        });
    let mut distinct = call.distinct;
    let mut state: Box<dyn State> = match call.name {
        "sum" => Box::new(Sum::new(plain)),
        "avg" => Box::new(Average::new(plain)),
        "min" => Box::new(Extreme::new(plain, Some(std::cmp::Ordering::Less))),
        "max" => Box::new(Extreme::new(plain, Some(std::cmp::Ordering::Greater))),
        "any" => Box::new(Extreme::new(plain, None)),
        "groupArray" => Box::new(Collect::new(most)),
        "groupUniqArray" => {
            distinct = true;
            Box::new(Collect::new(most))
        }
        "quantile" => Box::new(Quantile::new(call.parameters.first(), plain)),
        name => {
            distinct |= name != "count";
            Box::new(Count::default())
        }
    };
    if distinct {
        state = Box::new(Distinct {
            keys: Keys::default(),
            seen: 0,
            inner: state,
        });
    }
    let nullable = call
        .arguments
        .iter()
        .any(|a| a.kind.is_nullable() || a.kind == Type::Nothing);
    if nullable {
        state = Box::new(WithoutNulls {
            inner: state,
            seen: Vec::new(),
            empty_is_null: call.kind.is_nullable(),
        });
    }
    match call.condition {
        Some(_) => Box::new(Conditional { inner: state }),
        None => state,
    }
}

/// Hands on the rows that `keep` allows.
fn hand_on(
    inner: &mut dyn State,
    keep: &[bool],
    groups: &[u32],
    count: usize,
    arguments: &[Column],
) -> Result<()> {
    if keep.iter().all(|keep| *keep) {
        return inner.update(groups, count, arguments);
    }
    let rows: Vec<_> = (0..position(keep.len()))
        .zip(keep)
        .filter_map(|(row, keep)| keep.then_some(row))
        .collect();
    let groups: Vec<_> = groups
        .iter()
        .zip(keep)
        .filter_map(|(group, keep)| keep.then_some(*group))
        .collect();
    let arguments: Vec<_> = arguments
        .iter()
        .map(|argument| argument.take(&rows))
        .collect();
    inner.update(&groups, count, &arguments)
}

/// The last argument says which rows count.
#[derive(Debug)]
struct Conditional {
    inner: Box<dyn State>,
}

impl State for Conditional {
    fn update(&mut self, groups: &[u32], count: usize, arguments: &[Column]) -> Result<()> {
        match arguments.split_last() {
            Some((condition, arguments)) => hand_on(
                self.inner.as_mut(),
                &condition.truths(),
                groups,
                count,
                arguments,
            ),
            None => Ok(()),
        }
    }

    fn value(&self, group: usize) -> Value {
        self.inner.value(group)
    }

    fn bytes(&self) -> usize {
        self.inner.bytes()
    }
}

/// Rows with a NULL do not count.
#[derive(Debug)]
struct WithoutNulls {
    inner: Box<dyn State>,
    seen: Vec<bool>,
    empty_is_null: bool,
}

impl State for WithoutNulls {
    fn update(&mut self, groups: &[u32], count: usize, arguments: &[Column]) -> Result<()> {
        let mut keep = vec![true; groups.len()];
        for nulls in arguments.iter().filter_map(Column::nulls) {
            for (keep, null) in keep.iter_mut().zip(nulls) {
                *keep &= !null;
            }
        }
        self.seen.resize(count.max(self.seen.len()), false);
        for (group, keep) in groups.iter().zip(&keep) {
            if let Some(seen) = self.seen.get_mut(*group as usize) {
                *seen |= keep;
            }
        }
        let arguments: Vec<_> = arguments.iter().map(Column::without_nulls).collect();
        hand_on(self.inner.as_mut(), &keep, groups, count, &arguments)
    }

    fn value(&self, group: usize) -> Value {
        match self.seen.get(group) {
            Some(true) => self.inner.value(group),
            _ if self.empty_is_null => Value::Null,
            _ => self.inner.value(group),
        }
    }

    fn bytes(&self) -> usize {
        self.inner.bytes() + self.seen.len()
    }
}

/// Only the first of equal rows of a group counts.
#[derive(Debug)]
struct Distinct {
    keys: Keys,
    seen: u32,
    inner: Box<dyn State>,
}

impl State for Distinct {
    fn update(&mut self, groups: &[u32], count: usize, arguments: &[Column]) -> Result<()> {
        let mut columns = vec![Column::Ints(
            groups.iter().map(|group| i64::from(*group)).collect(),
        )];
        columns.extend_from_slice(arguments);
        let mut seen = self.seen;
        let keep: Vec<_> = self
            .keys
            .groups(&columns, groups.len())
            .into_iter()
            .map(|key| {
                let new = key >= seen;
                seen = seen.max(key + 1);
                new
            })
            .collect();
        self.seen = seen;
        hand_on(self.inner.as_mut(), &keep, groups, count, arguments)
    }

    fn value(&self, group: usize) -> Value {
        self.inner.value(group)
    }

    fn bytes(&self) -> usize {
        self.inner.bytes() + self.keys.bytes()
    }
}
