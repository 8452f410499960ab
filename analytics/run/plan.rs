//! Cuts a SELECT into the steps in which it runs.

use std::collections::BTreeSet;

use super::bound::Bound;
use super::input::Input;
use super::lift::Lift;
use super::pushdown::bounds;
use super::stages::{ArrayJoins, Grouped, Windows};
use crate::bind::{Expr, Scope, Typed};
use crate::error::Result;
use crate::types::Type;

/// A SELECT cut into the steps in which it runs.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) series_filters: Vec<Typed>,
    pub(super) lifted: Vec<Typed>,
    pub(super) bounds: (Option<i64>, Option<i64>),
    /// Arrays to join before and after filtering.
    pub(super) early_arrays: Vec<Typed>,
    pub(super) filters: Vec<Typed>,
    pub(super) late_arrays: Vec<Typed>,
    pub(super) grouped: Option<Grouped>,
    pub(super) having: Vec<Typed>,
    /// Arrays of groups, to join after HAVING.
    pub(super) group_arrays: Vec<Typed>,
    pub(super) windows: Windows,
    pub(super) qualify: Option<Typed>,
    /// Items, then order keys, then LIMIT BY, then DISTINCT.
    pub(super) outputs: Vec<Typed>,
}

/// The expressions of a SELECT while they are cut.
struct Draft {
    filters: Vec<Typed>,
    grouped: Option<Grouped>,
    having: Vec<Typed>,
    qualify: Option<Typed>,
    outputs: Vec<Typed>,
}

impl Draft {
    /// Grouping is cut first: it tells which expressions see rows and which see groups.
    fn of(bound: &Bound, scope: &Scope) -> Result<Self> {
        let describe = |index: usize| scope.star_name(index);
        let mut grouped = bound.group_by.clone().map(Grouped::by);
        let mut after = |typed: &Typed| match &mut grouped {
            Some(grouped) => grouped.after(typed, &describe),
            None => Ok(typed.clone()),
        };
        let order_keys = bound.order_by.iter().map(|order| &order.key);
        let limit_by = bound.limit_by.iter().flat_map(|(by, ..)| by);
        let distinct = bound.distinct.iter().flatten();
        let outputs = bound
            .items
            .iter()
            .chain(order_keys)
            .chain(limit_by)
            .chain(distinct);
        Ok(Self {
            outputs: outputs.map(&mut after).collect::<Result<_>>()?,
            having: bound.having.iter().map(&mut after).collect::<Result<_>>()?,
            qualify: bound.qualify.as_ref().map(&mut after).transpose()?,
            filters: Vec::new(),
            grouped,
        })
    }

    /// Changes what sees rows after they were filtered.
    fn change_rows(&mut self, mut change: impl FnMut(&Typed) -> Typed) {
        if let Some(grouped) = &mut self.grouped {
            grouped.map(change);
        } else {
            change_all(&mut self.outputs, &mut change);
            change_all(&mut self.having, &mut change);
        }
    }
}

fn change_all(list: &mut [Typed], mut change: impl FnMut(&Typed) -> Typed) {
    for typed in list {
        *typed = change(typed);
    }
}

/// Cuts a SELECT into steps.
pub(super) fn plan(bound: &Bound, scope: &Scope, input: &Input) -> Result<Plan> {
    let mut draft = Draft::of(bound, scope)?;
    let width = scope.columns.len();
    let labels = input.labels();
    let mut lift = Lift::new(&labels, width);
    let (series_filters, filters): (Vec<_>, Vec<_>) = bound
        .filters
        .iter()
        .cloned()
        .partition(|filter| lift.decides(filter));
    draft.filters = filters;
    change_all(&mut draft.filters, |typed| lift.take_from(typed));
    draft.change_rows(|typed| lift.take_from(typed));
    let lifted = lift.lifted;

    let mut arrays = ArrayJoins::after(width + lifted.len());
    change_all(&mut draft.filters, |typed| arrays.take_from(typed));
    let early = arrays.arrays.len();
    draft.change_rows(|typed| arrays.take_from(typed));
    let mut width = match &draft.grouped {
        Some(grouped) => grouped.keys.len() + grouped.calls.len(),
        None => width + lifted.len() + arrays.arrays.len(),
    };
    let late_arrays = arrays.arrays.split_off(early);

    let mut group_arrays = ArrayJoins::after(width);
    if draft.grouped.is_some() {
        change_all(&mut draft.outputs, |typed| group_arrays.take_from(typed));
        width += group_arrays.arrays.len();
    }
    let mut windows = Windows::after(width);
    let qualify = draft.qualify.map(|typed| windows.take_from(&typed));
    change_all(&mut draft.outputs, |typed| windows.take_from(typed));
    Ok(Plan {
        bounds: match input {
            Input::Table(table) => bounds(*table, &bound.filters),
            _ => (None, None),
        },
        series_filters,
        lifted,
        early_arrays: arrays.arrays,
        filters: draft.filters,
        late_arrays,
        grouped: draft.grouped,
        having: draft.having,
        group_arrays: group_arrays.arrays,
        windows,
        qualify,
        outputs: draft.outputs,
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
        if let Some(grouped) = &self.grouped {
            list.extend(grouped.inputs());
        } else {
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
        list
    }

    pub(super) fn used(&self, width: usize) -> BTreeSet<usize> {
        let mut used = BTreeSet::new();
        self.reading()
            .into_iter()
            .for_each(|typed| typed.columns(&mut used));
        used.retain(|index| *index < width);
        used
    }

    /// The types of the columns that are kept for windows; those that nobody reads have none.
    pub(super) fn kinds_read(&self, width: usize) -> Vec<Type> {
        let mut kinds = vec![Type::Nothing; width];
        kinds.extend(self.lifted.iter().map(|typed| typed.kind.clone()));
        let items = self.early_arrays.iter().chain(&self.late_arrays);
        kinds.extend(items.map(|array| match &array.kind {
            Type::Array(item) => item.as_ref().clone(),
            other => other.clone(),
        }));
        for typed in self.reading() {
            note_kinds(typed, &mut kinds);
        }
        kinds
    }
}

fn note_kinds(typed: &Typed, kinds: &mut [Type]) {
    typed.rewrite(&mut |part| {
        if let Expr::Column(index) = part.expr
            && let Some(kind) = kinds.get_mut(index)
        {
            *kind = part.kind.clone();
        }
        None
    });
}
