//! Runs one SELECT: filter, group, windows, order, cut.

use std::collections::BTreeSet;

use super::block::{Block, Relation};
use super::bound::Bound;
use super::engine::{Engine, Inner, Known};
use super::evaluate::{evaluate, evaluate_all, expand};
use super::fill::fill;
use super::group::Groups;
use super::input::{Input, Reading};
use super::lift::Lift;
use super::limit;
use super::pushdown::bounds;
use super::sort::{sort_columns, sorted};
use super::source::kinds;
use super::stages::{ArrayJoins, Grouped, Windows};
use super::window::window;
use crate::bind::{Binder, Scope, ScopeColumn, Typed};
use crate::column::Column;
use crate::error::{QueryError, Result};
use crate::tree::{ArrayJoin, Select};
use crate::types::Type;

/// A SELECT cut into the steps in which it runs.
#[derive(Debug)]
struct Plan {
    series_filters: Vec<Typed>,
    lifted: Vec<Typed>,
    bounds: (Option<i64>, Option<i64>),
    /// Arrays to join before and after filtering.
    early_arrays: Vec<Typed>,
    filters: Vec<Typed>,
    late_arrays: Vec<Typed>,
    grouped: Option<Grouped>,
    having: Vec<Typed>,
    windows: Windows,
    qualify: Option<Typed>,
    /// Items, then order keys, then LIMIT BY, then DISTINCT.
    outputs: Vec<Typed>,
}

impl<'a> Engine<'a> {
    pub(super) fn select(
        &'a self,
        select: &Select,
        known: &Known,
        recent: bool,
    ) -> Result<Relation> {
        let held = self.guard.held();
        let (scope, input) = self.source(select.from.as_ref(), known)?;
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
        let block = expand(&block, &evaluate_all(&arrays, &block)?, join.keep_empty);
        for (array, (_, alias)) in arrays.iter().zip(&join.items) {
            let Type::Array(item) = &array.kind else {
                return Err(QueryError::query(format!(
                    "ARRAY JOIN takes an array, not {}.",
                    array.kind
                )));
            };
            if let Some(hidden) = scope.find(std::slice::from_ref(alias))
                && let Some(column) = scope.columns.get_mut(hidden)
            {
                column.name = String::new();
            }
            scope.columns.push(ScopeColumn {
                qualifiers: Vec::new(),
                name: alias.clone(),
                kind: Some(item.as_ref().clone()),
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
            block = expand(&block, &[evaluate(array, &block)?], false);
        }
        block = keep_all(&plan.filters, block)?;
        for array in &plan.late_arrays {
            block = expand(&block, &[evaluate(array, &block)?], false);
            self.guard.room_for(block.bytes())?;
        }
        Ok(block)
    }

    fn finish(&self, plan: &Plan, bound: &Bound, block: Block) -> Result<Relation> {
        let direct = plan.grouped.is_none() && plan.windows.calls.is_empty();
        let mut block = block;
        if !direct {
            block = keep_all(&plan.having, block)?;
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

/// Cuts a SELECT into steps.
fn plan(bound: &Bound, scope: &Scope, input: &Input) -> Result<Plan> {
    let describe = |index: usize| scope.star_name(index);
    let mut grouped = bound.group_by.clone().map(Grouped::by);
    let mut after = |typed: &Typed| match &mut grouped {
        Some(grouped) => grouped.after(typed, &describe),
        None => Ok(typed.clone()),
    };
    let order_keys = bound.order_by.iter().map(|order| &order.key);
    let limit_by = bound.limit_by.iter().flat_map(|(by, ..)| by);
    let outputs = bound
        .items
        .iter()
        .chain(order_keys)
        .chain(limit_by)
        .chain(bound.distinct.iter().flatten());
    let mut outputs = outputs.map(&mut after).collect::<Result<Vec<_>>>()?;
    let mut having = bound
        .having
        .iter()
        .map(&mut after)
        .collect::<Result<Vec<_>>>()?;
    let qualify = bound
        .qualify
        .iter()
        .map(&mut after)
        .collect::<Result<Vec<_>>>()?
        .pop();

    // What is decided by labels, over every expression that still sees the input.
    let width = scope.columns.len();
    let labels = input.labels();
    let mut lift = Lift::new(&labels, width);
    let (series_filters, filters): (Vec<_>, Vec<_>) = bound
        .filters
        .iter()
        .cloned()
        .partition(|filter| lift.decides(filter));
    let mut filters: Vec<_> = filters
        .iter()
        .map(|filter| lift.take_from(filter))
        .collect();
    match &mut grouped {
        Some(grouped) => grouped.map(|typed| lift.take_from(typed)),
        None => {
            outputs = outputs.iter().map(|typed| lift.take_from(typed)).collect();
            having = having.iter().map(|typed| lift.take_from(typed)).collect();
        }
    }
    let lifted = lift.lifted;

    let mut arrays = ArrayJoins::after(width + lifted.len());
    filters = filters
        .iter()
        .map(|filter| arrays.take_from(filter))
        .collect();
    let early = arrays.arrays.len();
    let mut row_width = 0;
    match &mut grouped {
        Some(grouped) => {
            grouped.map(|typed| arrays.take_from(typed));
            row_width += grouped.keys.len() + grouped.calls.len();
        }
        None => {
            having = having.iter().map(|typed| arrays.take_from(typed)).collect();
            outputs = outputs
                .iter()
                .map(|typed| arrays.take_from(typed))
                .collect();
            row_width += width + lifted.len() + arrays.arrays.len();
        }
    }
    let late_arrays = arrays.arrays.split_off(early);
    let mut windows = Windows::after(row_width);
    let qualify = qualify.map(|typed| windows.take_from(&typed));
    let outputs = outputs
        .iter()
        .map(|typed| windows.take_from(typed))
        .collect();
    Ok(Plan {
        bounds: match input {
            Input::Table(table) => bounds(*table, &bound.filters),
            _ => (None, None),
        },
        series_filters,
        lifted,
        early_arrays: arrays.arrays,
        filters,
        late_arrays,
        grouped,
        having,
        windows,
        qualify,
        outputs,
    })
}

impl Plan {
    /// Every expression that sees the input's columns.
    fn reading(&self) -> Vec<&Typed> {
        let mut list: Vec<&Typed> = Vec::new();
        list.extend(
            self.early_arrays
                .iter()
                .chain(&self.filters)
                .chain(&self.late_arrays),
        );
        match &self.grouped {
            Some(grouped) => list.extend(grouped.inputs()),
            None => {
                list.extend(self.having.iter().chain(&self.outputs).chain(&self.qualify));
                for call in &self.windows.calls {
                    list.extend(
                        call.aggregate
                            .arguments
                            .iter()
                            .chain(&call.aggregate.condition),
                    );
                    list.extend(
                        call.partition_by
                            .iter()
                            .chain(call.order_by.iter().map(|o| &o.key)),
                    );
                }
            }
        }
        list
    }

    fn used(&self, width: usize) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        self.reading()
            .into_iter()
            .for_each(|typed| typed.columns(&mut used));
        used.retain(|index| *index < width);
        used
    }

    /// The types of the columns that are kept for windows; those that nobody reads have none.
    fn kinds_read(&self, width: usize) -> Vec<Type> {
        let mut kinds = vec![Type::Nothing; width];
        kinds.extend(self.lifted.iter().map(|typed| typed.kind.clone()));
        let items = self.early_arrays.iter().chain(&self.late_arrays);
        kinds.extend(items.map(|array| match &array.kind {
            Type::Array(item) => item.as_ref().clone(),
            other => other.clone(),
        }));
        for typed in self.reading() {
            typed.contains(&mut |_| false);
            note_kinds(typed, &mut kinds);
        }
        kinds
    }
}

fn note_kinds(typed: &Typed, kinds: &mut [Type]) {
    typed.rewrite(&mut |part| {
        if let crate::bind::Expr::Column(index) = part.expr
            && let Some(kind) = kinds.get_mut(index)
        {
            *kind = part.kind.clone();
        }
        None
    });
}
