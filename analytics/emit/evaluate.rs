//! Computes an expression for one row.

use std::time::Instant;

use crate::bind::{BoundExpr, Node};
use crate::error::{QueryError, Result};
use crate::grow_stack::grow_stack;
use crate::types::Value;

/// A row to compute on.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) columns: &'a [Value],
    /// The parameters of the lambdas around.
    pub(super) parameters: &'a [Value],
    /// When the time is up: a lambda inside a lambda may take long, and SQLite does not see it.
    pub(super) ends: Instant,
}

/// The value of `expr` for a row.
pub(super) fn evaluate(expr: &BoundExpr, row: Row<'_>) -> Result<Value> {
    let missing = |what: &str, index: usize| QueryError::bug(format!("no {what} {index}"));
    match &expr.expr {
        Node::Column(index) => row
            .columns
            .get(*index)
            .cloned()
            .ok_or_else(|| missing("column", *index)),
        Node::Parameter(index) => row
            .parameters
            .get(*index)
            .cloned()
            .ok_or_else(|| missing("parameter", *index)),
        Node::Constant(value) => Ok(value.clone()),
        Node::Call {
            function,
            arguments,
            ..
        } => function.call(arguments.len(), &|index| {
            let argument = arguments
                .get(index)
                .ok_or_else(|| missing("argument", index))?;
            grow_stack(|| evaluate(argument, row))
        }),
        Node::Filter { body, array, .. } => {
            let array = grow_stack(|| evaluate(array, row))?;
            let mut kept = Vec::new();
            let mut parameters = row.parameters.to_vec();
            for item in array.items()? {
                if Instant::now() >= row.ends {
                    return Err(QueryError::timeout());
                }
                parameters.push(item.clone());
                let inner = Row {
                    parameters: &parameters,
                    ..row
                };
                if grow_stack(|| evaluate(body, inner))?.is_true() {
                    kept.push(item.clone());
                }
                parameters.pop();
            }
            Ok(Value::list(kept))
        }
        Node::ArrayJoin(_) | Node::Aggregate(_) | Node::Window(_) => Err(QueryError::bug(
            "an expression over many rows inside one over one",
        )),
    }
}
