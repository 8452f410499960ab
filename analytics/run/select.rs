//! Runs one SELECT: filter, group, windows, order, cut.

use std::collections::BTreeSet;

use super::block::{Block, Relation};
use super::bound::Bound;
use super::engine::{Engine, Inner, Known};
use super::evaluate::{evaluate, evaluate_all, expand, expand_all};
use super::fill::fill;
use super::group::Groups;
use super::input::{Input, Reading};
use super::limit;
use super::plan::{Plan, plan};
use super::sort::{sort_columns, sorted};
use super::source::kinds;
use super::window::window;
use crate::bind::{Binder, Scope, ScopeColumn, Typed};
use crate::column::Column;
use crate::error::{QueryError, Result};
use crate::tree::{ArrayJoin, Select};
use crate::types::Type;

impl<'a> Engine<'a> {
    pub(super) fn select(
        &'a self,
        select: &Select,
        known: &Known,
        recent: bool,
    ) -> Result<Relation> {
        let held = self.guard.held();
        let (scope, input) = self.from(select, known)?;
        let (scope, input) = match &select.array_join {
            None => (scope, input),
            Some(join) => self.array_join(join, scope, &input, known)?,
        };
        let bound = self.bind(select, &scope, known, recent)?;
        let plan = plan(&bound, &scope, &input)?;
        let block = self.collect(&plan, &bound, &input, scope.columns.len())?;
        let relation = self.finish(&plan, &bound, block)?;
        self.guard.release_to(held);
        self.guard.hold(relation.block.bytes())?;
        Ok(relation)
    }

    /// ARRAY JOIN as a clause: the items take the place of the array, or stand under an alias.
    fn array_join(
        &'a self,
        join: &ArrayJoin,
        mut scope: Scope,
        input: &Input,
        known: &Known,
    ) -> Result<(Scope, Input)> {
        let inner = Inner {
            engine: self,
            known,
        };
        let binder = Binder::new(&scope, &inner, self.question.now);
        let mut arrays = Vec::new();
        for (term, _) in &join.items {
            arrays.push(binder.bind(term)?);
        }
        let all: BTreeSet<_> = (0..scope.columns.len())
            .filter(|index| {
                scope
                    .columns
                    .get(*index)
                    .is_some_and(|column| column.kind.is_some())
            })
            .collect();
        let block = input.read_all(self, &all, &kinds(&scope))?;
        let kinds: Vec<_> = arrays
            .iter()
            .map(|array| match &array.kind {
                Type::Array(item) => Ok(item.as_ref().clone()),
                other => Err(QueryError::query(format!(
                    "ARRAY JOIN takes an array, not {other}."
                ))),
            })
            .collect::<Result<_>>()?;
        let values = evaluate_all(&arrays, &block)?;
        let block = if join.keep_empty {
            expand_all(&block, &values, &kinds)?
        } else {
            expand(&block, &values)?
        };
        for (kind, (_, alias)) in kinds.into_iter().zip(&join.items) {
            if let Some(hidden) = scope.find(std::slice::from_ref(alias))
                && let Some(column) = scope.columns.get_mut(hidden)
            {
                column.name = String::new();
            }
            scope.columns.push(ScopeColumn {
                qualifiers: Vec::new(),
                name: alias.clone(),
                kind: Some(kind),
            });
        }
        Ok((scope, Input::Block(block)))
    }

    /// Reads and filters, and groups where that is asked for.
    fn collect(&self, plan: &Plan, bound: &Bound, input: &Input, width: usize) -> Result<Block> {
        let reading = Reading {
            used: plan.used(width),
            series_filters: &plan.series_filters,
            lifted: &plan.lifted,
            bounds: plan.bounds,
        };
        let mut groups = plan
            .grouped
            .as_ref()
            .map(|grouped| Groups::new(&grouped.keys, &grouped.calls));
        let direct = groups.is_none() && plan.windows.calls.is_empty();
        let enough = bound.offset.saturating_add(bound.limit);
        let cut_short = direct
            && bound.order_by.is_empty()
            && bound.distinct.is_none()
            && bound.limit_by.is_none()
            && plan.having.is_empty();
        let mut blocks = Vec::new();
        let mut rows = 0;
        input.read(self, &reading, &mut |block| {
            let block = self.narrow(plan, block)?;
            if let Some(groups) = &mut groups {
                groups.add(&block, self.guard)?;
                return Ok(true);
            }
            let block = if direct {
                let block = keep_all(&plan.having, block)?;
                Block::new(evaluate_all(&plan.outputs, &block)?, block.rows)
            } else {
                block
            };
            rows += block.rows;
            self.guard.hold(block.bytes())?;
            blocks.push(block);
            Ok(!cut_short || rows < enough)
        })?;
        if let Some(groups) = groups {
            return Ok(groups.finish());
        }
        let output_kinds: Vec<_> = if direct {
            plan.outputs
                .iter()
                .map(|output| output.kind.clone())
                .collect()
        } else {
            plan.kinds_read(width)
        };
        Ok(Block::concat(&blocks, &output_kinds))
    }

    fn narrow(&self, plan: &Plan, mut block: Block) -> Result<Block> {
        for array in &plan.early_arrays {
            block = expand(&block, &[evaluate(array, &block)?])?;
        }
        block = keep_all(&plan.filters, block)?;
        for array in &plan.late_arrays {
            block = expand(&block, &[evaluate(array, &block)?])?;
            self.guard.room_for(block.bytes())?;
        }
        Ok(block)
    }

    fn finish(&self, plan: &Plan, bound: &Bound, block: Block) -> Result<Relation> {
        let direct = plan.grouped.is_none() && plan.windows.calls.is_empty();
        let mut block = block;
        if !direct {
            block = keep_all(&plan.having, block)?;
            for array in &plan.group_arrays {
                block = expand(&block, &[evaluate(array, &block)?])?;
            }
            for call in &plan.windows.calls {
                block.columns.push(window(call, &block, self.guard)?);
            }
            block = keep_all(plan.qualify.as_slice(), block)?;
            block = Block::new(evaluate_all(&plan.outputs, &block)?, block.rows);
        }
        let items = bound.items.len();
        let orders = items..items + bound.order_by.len();
        let limit_by =
            orders.end..orders.end + bound.limit_by.as_ref().map_or(0, |(by, ..)| by.len());
        let distinct = limit_by.end..block.columns.len();
        let columns = |block: &Block, range: std::ops::Range<usize>| -> Vec<Column> {
            block
                .columns
                .get(range)
                .map(<[Column]>::to_vec)
                .unwrap_or_default()
        };
        if bound.distinct.is_some() {
            let by = columns(&block, distinct);
            block = limit::distinct(block, &by);
        }
        if !bound.order_by.is_empty() {
            self.guard.hold(block.rows * 8)?;
            let keys = sort_columns(&bound.order_by, &columns(&block, orders));
            let whole = bound.limit_by.is_some() || !bound.fill.is_empty();
            let most = if whole {
                usize::MAX
            } else {
                bound.offset.saturating_add(bound.limit)
            };
            block = block.take(&sorted(&keys, block.rows, most));
        }
        if let Some((_, offset, most)) = &bound.limit_by {
            let by = columns(&block, limit_by);
            block = limit::limit_by(block, &by, *offset, *most);
        }
        block.columns.truncate(items);
        let kinds = bound.items.iter().map(|item| item.kind.clone());
        let mut relation = Relation {
            columns: bound.names.iter().cloned().zip(kinds).collect(),
            block,
        };
        for (place, wanted) in &bound.fill {
            if let Some(order) = bound.order_by.get(*place) {
                relation = fill(relation, wanted, order, self.guard)?;
            }
        }
        relation.block = limit::limit(relation.block, bound.offset, bound.limit);
        Ok(relation)
    }
}

fn keep_all(filters: &[Typed], mut block: Block) -> Result<Block> {
    for filter in filters {
        if block.rows > 0 {
            let keep = evaluate(filter, &block)?.truths();
            block = block.filter(&keep);
        }
    }
    Ok(block)
}
