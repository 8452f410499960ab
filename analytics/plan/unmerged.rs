//! Whether the rows of a table per minute, hour, day or month need not be made before they are summed.

use super::bound::Bound;
use crate::bind::Node;
use crate::tables::{Field, Table};

/// Whether the answer is the same if each event is a row of its own: where rows are only summed, and
/// counted by no function that sees how many there are.
pub(super) fn is_same_unmerged(table: Table, bound: &Bound) -> bool {
    let sums: Vec<_> = (0..)
        .zip(table.columns())
        .filter(|(_, (_, field))| matches!(field, Field::Count | Field::SpentCredits))
        .map(|(index, _)| index)
        .collect();
    let reads_sums = |expr: &Node| matches!(expr, Node::Column(index) if sums.contains(index));
    let fits = |expr: &Node| match expr {
        Node::Aggregate(call) => match (call.name, call.distinct, call.arguments.as_slice()) {
            ("sum", false, [argument]) => {
                reads_sums(&argument.expr)
                    && call
                        .condition
                        .iter()
                        .all(|c| !c.contains(&mut { reads_sums }))
            }
            ("min" | "max" | "any" | "uniq" | "uniqExact" | "groupUniqArray", _, _)
            | ("count", true, _) => call.parts().all(|part| !part.contains(&mut { reads_sums })),
            _ => false,
        },
        _ => true,
    };
    let outputs = bound.outputs().chain(&bound.having).chain(&bound.qualify);
    table != Table::Raw
        && bound.group_by.is_some()
        && outputs
            .into_iter()
            .all(|output| !output.contains(&mut |expr| !fits(expr)))
        && bound
            .filters
            .iter()
            .chain(bound.group_by.iter().flatten())
            .all(|read| !read.contains(&mut { reads_sums }))
}
