//! Branches that are computed only for the rows that take them.
//!
//! ClickHouse does so for all that may fail: `if(n = 0, 0, toInt64(x / n))` answers. Here it is
//! the second try, after a branch has failed for some row, and costs nothing where none does.

use super::block::Block;
use super::evaluate::{Branches, Surroundings, within};
use crate::bind::Typed;
use crate::column::{Column, Value, position};
use crate::error::Result;

/// The arguments of a function that [`crate::functions::has_turns`], each for the rows that come to
/// it. For the others it has a value that is not looked at.
pub(super) fn arguments(
    name: &str,
    arguments: &[Typed],
    block: &Block,
    parameters: &[Column],
) -> Result<Vec<Column>> {
    // The rows that have not found their branch yet.
    let mut open = vec![true; block.rows];
    let mut computed = Vec::with_capacity(arguments.len());
    let mut chosen = open.clone();
    for (place, argument) in arguments.iter().enumerate() {
        let is_result = !matches!(name, "and" | "or") && place % 2 == 1;
        let wanted = if is_result { &chosen } else { &open };
        let column = for_rows(wanted, argument, block, parameters)?;
        if !is_result && place + 1 < arguments.len() {
            let truths = column.truths();
            let nulls = column.nulls().unwrap_or_else(|| vec![false; block.rows]);
            for (row, (truth, null)) in truths.into_iter().zip(nulls).enumerate() {
                // What follows decides too where AND has met a NULL.
                let decided = if name == "and" {
                    !truth && !null
                } else {
                    truth
                };
                if let (Some(open), Some(chosen)) = (open.get_mut(row), chosen.get_mut(row)) {
                    *chosen = *open && truth;
                    *open &= !decided;
                }
            }
        }
        computed.push(column);
    }
    Ok(computed)
}

fn for_rows(
    wanted: &[bool],
    typed: &Typed,
    block: &Block,
    parameters: &[Column],
) -> Result<Column> {
    let mut rows = Vec::new();
    let mut places = Vec::with_capacity(wanted.len());
    for (row, wanted) in wanted.iter().enumerate() {
        places.push(if *wanted { position(rows.len()) } else { 0 });
        if *wanted {
            rows.push(position(row));
        }
    }
    if rows.is_empty() {
        return Ok(Column::same(&Value::Null, &typed.kind, block.rows));
    }
    let parameters: Vec<_> = parameters
        .iter()
        .map(|parameter| parameter.take(&rows))
        .collect();
    let around = Surroundings {
        parameters: &parameters,
        branches: Branches::InTurn,
    };
    Ok(within(typed, &block.take(&rows), around)?.take(&places))
}
