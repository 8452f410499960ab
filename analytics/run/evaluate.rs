//! Computes expressions over a block.

use super::block::{Block, unread};
use crate::bind::{Expr, Typed};
use crate::column::{Column, position, span};
use crate::error::{QueryError, Result};
use crate::functions;

/// The values of `typed` for every row of `block`.
pub(crate) fn evaluate(typed: &Typed, block: &Block) -> Result<Column> {
    within(typed, block, &[])
}

pub(crate) fn evaluate_all(list: &[Typed], block: &Block) -> Result<Vec<Column>> {
    list.iter().map(|typed| evaluate(typed, block)).collect()
}

/// The same inside lambdas, whose parameters have the values `parameters`.
fn within(typed: &Typed, block: &Block, parameters: &[Column]) -> Result<Column> {
    match &typed.expr {
        Expr::Column(index) => block.columns.get(*index).cloned().ok_or_else(lost),
        Expr::Parameter(depth) => parameters.get(*depth).cloned().ok_or_else(lost),
        Expr::Constant(value) => Ok(Column::same(value, &typed.kind, block.rows)),
        Expr::Call {
            function,
            arguments,
            ..
        } => {
            let arguments = arguments
                .iter()
                .map(|argument| within(argument, block, parameters))
                .collect::<Result<Vec<_>>>()?;
            functions::evaluate(function, &arguments, block.rows)
        }
        Expr::Filter { body, array, .. } => {
            let array = within(array, block, parameters)?;
            filter_arrays(&array, body, block, parameters)
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

fn lost() -> QueryError {
    QueryError::query("An expression refers to a column that is not there.")
}

/// Keeps the items of each array for which `body` is true.
fn filter_arrays(
    array: &Column,
    body: &Typed,
    block: &Block,
    parameters: &[Column],
) -> Result<Column> {
    let mut used = std::collections::BTreeSet::new();
    body.columns(&mut used);
    if let Column::Coded { codes, values } = array
        && used.is_empty()
        && parameters.is_empty()
        && values.len() <= codes.len()
    {
        let shared = Block::new(Vec::new(), values.len());
        let values = filter_arrays(values, body, &shared, parameters)?;
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
    let keep = within(body, &Block::new(columns, owners.len()), &inner)?.truths();
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

/// One row for each item of the array that `array` gives; the items become the last column.
///
/// A row whose array is empty goes, unless `keep_empty`.
pub(crate) fn expand(block: &Block, arrays: &[Column], keep_empty: bool) -> Block {
    let arrays: Vec<_> = arrays.iter().map(Column::plain).collect();
    let mut owners = Vec::new();
    let mut places: Vec<Vec<u32>> = vec![Vec::new(); arrays.len()];
    for row in 0..block.rows {
        let spans: Vec<_> = arrays
            .iter()
            .map(|array| match array {
                Column::Arrays { ends, .. } => span(ends, row),
                _ => (0, 0),
            })
            .collect();
        let length = spans
            .iter()
            .map(|(start, end)| end - start)
            .max()
            .unwrap_or(0);
        let copies = if length == 0 && keep_empty { 1 } else { length };
        for item in 0..copies {
            owners.push(position(row));
            for ((start, end), places) in spans.iter().zip(&mut places) {
                let place = start + item;
                places.push(if place < *end {
                    position(place)
                } else {
                    u32::MAX
                });
            }
        }
    }
    let mut expanded = block.take(&owners);
    for (array, places) in arrays.iter().zip(places) {
        if let Column::Arrays { items, .. } = array {
            expanded.columns.push(items.take(&places));
        }
    }
    expanded
}
