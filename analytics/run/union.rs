//! UNION, INTERSECT, EXCEPT.

use super::block::{Block, Relation};
use super::limit::distinct;
use crate::column::Column;
use crate::error::{QueryError, Result};
use crate::functions::convert;
use crate::keys::Keys;
use crate::tree::SetOperator;

/// Combines two results; the columns are called as in the first.
pub(crate) fn combine(operator: SetOperator, left: Relation, right: Relation) -> Result<Relation> {
    if left.columns.len() != right.columns.len() {
        return Err(QueryError::query(format!(
            "Both sides need as many columns: there are {} and {}.",
            left.columns.len(),
            right.columns.len()
        )));
    }
    let mut columns = Vec::new();
    let mut kinds = Vec::new();
    for ((name, a), (_, b)) in left.columns.iter().zip(&right.columns) {
        let kind = a.common(b)?;
        columns.push((name.clone(), kind.clone()));
        kinds.push(kind);
    }
    let (left, right) = (converted(&left, &kinds)?, converted(&right, &kinds)?);
    let block = match operator {
        SetOperator::UnionAll => Block::concat(&[left, right], &kinds),
        SetOperator::UnionDistinct => {
            let all = Block::concat(&[left, right], &kinds);
            let by = all.columns.clone();
            distinct(all, &by)
        }
        SetOperator::Intersect => members(left, &right, &kinds, true),
        SetOperator::Except => members(left, &right, &kinds, false),
    };
    Ok(Relation { columns, block })
}

fn converted(relation: &Relation, kinds: &[crate::types::Type]) -> Result<Block> {
    let columns = relation
        .columns
        .iter()
        .zip(&relation.block.columns)
        .zip(kinds)
        .map(|(((_, from), column), to)| convert(column, from, to))
        .collect::<Result<Vec<_>>>()?;
    Ok(Block::new(columns, relation.block.rows))
}

/// The rows of `left` that are in `right`, or that are not.
fn members(left: Block, right: &Block, kinds: &[crate::types::Type], wanted: bool) -> Block {
    // Number the rows of both together: those of the right side come first.
    let all = Block::concat(&[right.clone(), left.clone()], kinds);
    let mut keys = Keys::default();
    let known = keys.groups(&all.columns, all.rows);
    let highest = known.iter().take(right.rows).max().copied();
    let keep: Vec<_> = known
        .iter()
        .skip(right.rows)
        .map(|key| highest.is_some_and(|highest| *key <= highest) == wanted)
        .collect();
    let block = left.filter(&keep);
    let by: Vec<Column> = block.columns.clone();
    if wanted || !by.is_empty() {
        block
    } else {
        distinct(block, &by)
    }
}
