//! GROUP BY: rows come in by the block, groups go out.

use super::block::Block;
use super::evaluate::{evaluate, evaluate_all};
use super::guard::Guard;
use crate::aggregates::{State, state};
use crate::bind::{AggregateCall, Typed};
use crate::builder::Builder;
use crate::column::Column;
use crate::concat::concat;
use crate::error::Result;
use crate::keys::Keys;

/// The groups so far.
#[derive(Debug)]
pub(crate) struct Groups<'a> {
    by: &'a [Typed],
    calls: &'a [AggregateCall],
    keys: Keys,
    /// The keys of the groups, in their order, by the block in which they first appeared.
    first: Vec<Vec<Column>>,
    states: Vec<Box<dyn State>>,
    count: usize,
    held: usize,
}

impl<'a> Groups<'a> {
    pub(crate) fn new(by: &'a [Typed], calls: &'a [AggregateCall]) -> Self {
        Self {
            by,
            calls,
            keys: Keys::default(),
            first: Vec::new(),
            states: calls.iter().map(state).collect(),
            // Without keys there is one group, even over no rows.
            count: usize::from(by.is_empty()),
            held: 0,
        }
    }

    pub(crate) fn add(&mut self, block: &Block, guard: &Guard) -> Result<()> {
        let groups = if self.by.is_empty() {
            vec![0; block.rows]
        } else {
            self.number(block)?
        };
        for (call, state) in self.calls.iter().zip(&mut self.states) {
            let mut arguments = evaluate_all(&call.arguments, block)?;
            if let Some(condition) = &call.condition {
                arguments.push(evaluate(condition, block)?);
            }
            state.update(&groups, self.count, &arguments)?;
        }
        let now = self.keys.bytes()
            + self.count * self.by.len() * 8
            + self.states.iter().map(|state| state.bytes()).sum::<usize>();
        guard.hold(now.saturating_sub(self.held))?;
        self.held = now;
        Ok(())
    }

    fn number(&mut self, block: &Block) -> Result<Vec<u32>> {
        let keys = evaluate_all(self.by, block)?;
        let groups = self.keys.groups(&keys, block.rows);
        let mut new = Vec::new();
        let mut next = self.count;
        for (row, group) in (0..).zip(&groups) {
            if *group as usize == next {
                new.push(row);
                next += 1;
            }
        }
        if !new.is_empty() {
            self.count = next;
            self.first
                .push(keys.iter().map(|key| key.take(&new).plain()).collect());
        }
        Ok(groups)
    }

    /// One row for each group: its keys, then its aggregates.
    pub(crate) fn finish(self) -> Block {
        let mut columns = Vec::new();
        for (index, key) in self.by.iter().enumerate() {
            let parts: Vec<_> = self
                .first
                .iter()
                .filter_map(|keys| keys.get(index).cloned())
                .collect();
            columns.push(if parts.is_empty() {
                Column::of(&[], &key.kind)
            } else {
                concat(&parts, &key.kind)
            });
        }
        for (call, state) in self.calls.iter().zip(&self.states) {
            let mut builder = Builder::new(&call.kind);
            for group in 0..self.count {
                builder.push(&state.value(group));
            }
            columns.push(builder.finish());
        }
        Block::new(columns, self.count)
    }
}
