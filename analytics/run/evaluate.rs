//! Computes expressions over a block.

use super::block::{Block, unread};
use super::in_turn;
use crate::bind::{Expr, Typed};
use crate::column::{Column, Value, position, span};
use crate::concat::concat;
use crate::deep::deep;
use crate::error::{Code, QueryError, Result};
use crate::functions;
use crate::room::room_for_copies;
use crate::types::Type;

/// The values of `typed` for every row of `block`.
pub(crate) fn evaluate(typed: &Typed, block: &Block) -> Result<Column> {
    within(typed, block, Surroundings::default())
}

pub(crate) fn evaluate_all(list: &[Typed], block: &Block) -> Result<Vec<Column>> {
    list.iter().map(|typed| evaluate(typed, block)).collect()
}

/// What an expression stands in.
#[derive(Clone, Copy, Default)]
pub(super) struct Surroundings<'a> {
    /// The values of the parameters of the lambdas around it.
    pub(super) parameters: &'a [Column],
    pub(super) branches: Branches,
}

/// How the branches of an expression are computed.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Branches {
    /// For all rows, and in turn should one fail.
    #[default]
    Tried,
    /// For all rows: an expression around computes its own in turn should one fail. Were it done at
    /// each level, the effort would double with each.
    TriedAround,
    /// Each for the rows that come to it.
    InTurn,
}

pub(super) fn within(typed: &Typed, block: &Block, around: Surroundings<'_>) -> Result<Column> {
    deep(|| here(typed, block, around))
}

fn here(typed: &Typed, block: &Block, around: Surroundings<'_>) -> Result<Column> {
    let parameters = around.parameters;
    match &typed.expr {
        Expr::Column(index) => block.columns.get(*index).cloned().ok_or_else(lost),
        Expr::Parameter(depth) => parameters.get(*depth).cloned().ok_or_else(lost),
        Expr::Constant(value) => Ok(Column::same(value, &typed.kind, block.rows)),
        Expr::Call {
            function,
            arguments,
            name,
        } => {
            let arguments = values(name, arguments, block, around)?;
            functions::evaluate(function, &arguments, block.rows)
        }
        Expr::Filter { body, array, .. } => {
            let array = within(array, block, around)?;
            filter_arrays(&array, body, block, around)
        }
        Expr::ArrayJoin(_) => Err(QueryError::query("arrayJoin cannot be used here.")
            .hint("Use it in the SELECT list or in WHERE.")),
        Expr::Aggregate(call) => Err(QueryError::query(format!(
            "Aggregate function {} cannot be used here.",
            call.name
        ))
        .hint("Aggregates belong in the SELECT list, HAVING and ORDER BY.")),
        Expr::Window(_) => Err(QueryError::query("A window function cannot be used here.")
            .hint("Put it into the SELECT list of a subquery.")),
    }
}

/// The values of a function's arguments.
fn values(
    name: &str,
    arguments: &[Typed],
    block: &Block,
    around: Surroundings<'_>,
) -> Result<Vec<Column>> {
    let all = |around| -> Result<Vec<_>> {
        let arguments = arguments.iter();
        arguments.map(|one| within(one, block, around)).collect()
    };
    let in_turn = || in_turn::arguments(name, arguments, block, around.parameters);
    if !functions::has_turns(name) {
        return all(around);
    }
    match around.branches {
        Branches::InTurn => in_turn(),
        Branches::TriedAround => all(around),
        Branches::Tried => {
            let tried = all(Surroundings {
                branches: Branches::TriedAround,
                ..around
            });
            match tried {
                Err(error) if error.code == Code::InvalidAnalyticsQuery => in_turn(),
                tried => tried,
            }
        }
    }
}

fn lost() -> QueryError {
    QueryError::query("An expression refers to a column that is not there.")
}

/// Keeps the items of each array for which `body` is true.
fn filter_arrays(
    array: &Column,
    body: &Typed,
    block: &Block,
    around: Surroundings<'_>,
) -> Result<Column> {
    let parameters = around.parameters;
    let mut used = std::collections::BTreeSet::new();
    body.columns(&mut used);
    if let Column::Coded { codes, values } = array
        && used.is_empty()
        && parameters.is_empty()
        && values.len() <= codes.len()
    {
        let shared = Block::new(Vec::new(), values.len());
        let values = filter_arrays(values, body, &shared, around)?;
        return Ok(Column::Coded {
            codes: codes.clone(),
            values: values.into(),
        });
    }
    let array = array.plain();
    let Column::Arrays { ends, items } = &array else {
        return Ok(array);
    };
    let owners: Vec<_> = (0..ends.len())
        .flat_map(|row| {
            let (start, end) = span(ends, row);
            std::iter::repeat_n(position(row), end - start)
        })
        .collect();
    let named = block.columns.iter().enumerate();
    let named = named.filter(|(index, _)| used.contains(index));
    let copied = named.map(|(_, column)| column).chain(parameters);
    room_for_copies(copied, &owners)?;
    let columns = block
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            if used.contains(&index) {
                column.take(&owners)
            } else {
                unread(owners.len())
            }
        })
        .collect();
    let mut inner: Vec<_> = parameters
        .iter()
        .map(|parameter| parameter.take(&owners))
        .collect();
    inner.push(items.as_ref().clone());
    let around = Surroundings {
        parameters: &inner,
        ..around
    };
    let keep = within(body, &Block::new(columns, owners.len()), around)?.truths();
    let mut kept = Vec::new();
    let mut new_ends = Vec::with_capacity(ends.len());
    for row in 0..ends.len() {
        let (start, end) = span(ends, row);
        kept.extend(
            (start..end)
                .filter(|item| keep.get(*item) == Some(&true))
                .map(position),
        );
        new_ends.push(position(kept.len()));
    }
    Ok(Column::Arrays {
        ends: new_ends,
        items: Box::new(items.take(&kept)),
    })
}

/// One row for each item of the arrays, which are joined side by side; the items become the last
/// columns. A row whose arrays are empty goes.
pub(crate) fn expand(block: &Block, arrays: &[Column]) -> Result<Block> {
    joined(block, &plain(arrays), false)
}

/// The same, but a row whose arrays are empty stays, with the default of each type of `kinds`.
pub(crate) fn expand_all(block: &Block, arrays: &[Column], kinds: &[Type]) -> Result<Block> {
    let mut arrays = plain(arrays);
    for (array, kind) in arrays.iter_mut().zip(kinds) {
        if let Column::Arrays { items, .. } = array {
            let default = Column::same(&Value::Null, kind, 1).plain();
            **items = concat(&[items.plain(), default], kind);
        }
    }
    joined(block, &arrays, true)
}

fn plain(arrays: &[Column]) -> Vec<Column> {
    arrays.iter().map(Column::plain).collect()
}

/// Where an array has no item left, the last of all its items is taken.
fn joined(block: &Block, arrays: &[Column], keep_empty: bool) -> Result<Block> {
    let mut owners = Vec::new();
    let mut places: Vec<Vec<u32>> = vec![Vec::new(); arrays.len()];
    for row in 0..block.rows {
        let spans = arrays.iter().map(|array| match array {
            Column::Arrays { ends, items } => (span(ends, row), items.len()),
            _ => ((0, 0), 0),
        });
        let spans: Vec<_> = spans.collect();
        let length = spans
            .iter()
            .map(|((start, end), _)| end - start)
            .max()
            .unwrap_or(0);
        let copies = if length == 0 && keep_empty { 1 } else { length };
        for item in 0..copies {
            owners.push(position(row));
            for (((start, end), all), places) in spans.iter().zip(&mut places) {
                let place = start + item;
                places.push(position(if place < *end {
                    place
                } else {
                    all.saturating_sub(1)
                }));
            }
        }
    }
    room_for_copies(&block.columns, &owners)?;
    let mut expanded = block.take(&owners);
    for (array, places) in arrays.iter().zip(places) {
        if let Column::Arrays { items, .. } = array {
            expanded.columns.push(items.take(&places));
        }
    }
    Ok(expanded)
}
