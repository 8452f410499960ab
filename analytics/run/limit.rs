//! LIMIT, LIMIT BY, DISTINCT.

use super::block::Block;
use crate::column::{Column, position};
use crate::keys::Keys;

/// The rows from `offset` on, `limit` at most.
pub(crate) fn limit(block: Block, offset: usize, limit: usize) -> Block {
    if offset == 0 && block.rows <= limit {
        return block;
    }
    let end = offset.saturating_add(limit).min(block.rows);
    let rows: Vec<_> = (offset.min(end)..end).map(position).collect();
    block.take(&rows)
}

/// At most `limit` rows, after the first `offset`, of those that are equal in `by`.
pub(crate) fn limit_by(block: Block, by: &[Column], offset: usize, limit: usize) -> Block {
    let mut seen: Vec<usize> = Vec::new();
    let mut keep = Vec::with_capacity(block.rows);
    for group in Keys::default().groups(by, block.rows) {
        let group = group as usize;
        if seen.len() <= group {
            seen.resize(group + 1, 0);
        }
        let Some(count) = seen.get_mut(group) else {
            continue;
        };
        keep.push((offset..offset.saturating_add(limit)).contains(count));
        *count += 1;
    }
    block.filter(&keep)
}

/// The first of equal rows.
pub(crate) fn distinct(block: Block, by: &[Column]) -> Block {
    limit_by(block, by, 0, 1)
}
