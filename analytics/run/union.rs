//! UNION, INTERSECT, EXCEPT.

use super::block::{Block, Relation};
use super::limit::distinct;
use crate::error::{QueryError, Result};
use crate::functions::convert;
use crate::keys::Keys;
use crate::tree::SetOperator;
use crate::types::Type;

/// Combines two results; the columns are called as in the first.
pub(crate) fn combine(
    operator: SetOperator,
    left: &Relation,
    right: &Relation,
) -> Result<Relation> {
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
    let (left, right) = (converted(left, &kinds)?, converted(right, &kinds)?);
    let block = match operator {
        SetOperator::UnionAll => Block::concat(&[left, right], &kinds),
        SetOperator::UnionDistinct => unique(Block::concat(&[left, right], &kinds)),
        SetOperator::IntersectAll => members(left, &right, &kinds, true),
        SetOperator::ExceptAll => members(left, &right, &kinds, false),
        SetOperator::IntersectDistinct => unique(members(left, &unique_copy(&right), &kinds, true)),
        SetOperator::ExceptDistinct => members(unique(left), &unique_copy(&right), &kinds, false),
    };
    Ok(Relation { columns, block })
}

fn converted(relation: &Relation, kinds: &[Type]) -> Result<Block> {
    let columns = relation
        .columns
        .iter()
        .zip(&relation.block.columns)
        .zip(kinds)
        .map(|(((_, from), column), to)| convert(column, from, to))
        .collect::<Result<Vec<_>>>()?;
    Ok(Block::new(columns, relation.block.rows))
}

fn unique(block: Block) -> Block {
    let by = block.columns.clone();
    distinct(block, &by)
}

fn unique_copy(block: &Block) -> Block {
    unique(block.clone())
}

/// The rows of `left` that have a partner in `right`, or that have none. A row of `right` is the
/// partner of one row only.
fn members(left: Block, right: &Block, kinds: &[Type], wanted: bool) -> Block {
    // Both sides are numbered together, so that equal rows have equal numbers.
    let all = Block::concat(&[right.clone(), left.clone()], kinds);
    let mut keys = Keys::default();
    let numbers = keys.groups(&all.columns, all.rows);
    let mut partners = vec![0_usize; keys.len()];
    for number in numbers.iter().take(right.rows) {
        if let Some(count) = partners.get_mut(*number as usize) {
            *count += 1;
        }
    }
    let keep: Vec<_> = numbers
        .iter()
        .skip(right.rows)
        .map(|number| match partners.get_mut(*number as usize) {
            Some(count) if *count > 0 => {
                *count -= 1;
                wanted
            }
            _ => !wanted,
        })
        .collect();
    left.filter(&keep)
}
