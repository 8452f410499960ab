//! Replaces parts of expressions and looks for others.

use std::collections::BTreeMap;

use super::expr::{AggregateCall, BoundExpr, Node, OrderKey, WindowCall};
use crate::grow_stack::grow_stack;
use crate::types::Type;

impl BoundExpr {
    /// Replaces, from the outside in, whatever `replace` has something for.
    pub(crate) fn rewrite(&self, replace: &mut impl FnMut(&Self) -> Option<Self>) -> Self {
        grow_stack(|| replace(self).unwrap_or_else(|| self.rewrite_inside(replace)))
    }

    fn rewrite_inside(&self, replace: &mut impl FnMut(&Self) -> Option<Self>) -> Self {
        let expr = match &self.expr {
            Node::Call {
                name,
                function,
                arguments,
            } => Node::Call {
                name: name.clone(),
                function: function.clone(),
                arguments: rewrite_all(arguments, replace),
            },
            Node::Filter {
                parameter,
                body,
                array,
            } => Node::Filter {
                parameter: *parameter,
                body: Box::new(body.rewrite(replace)),
                array: Box::new(array.rewrite(replace)),
            },
            Node::ArrayJoin(array) => Node::ArrayJoin(Box::new(array.rewrite(replace))),
            Node::Aggregate(call) => Node::Aggregate(Box::new(call.rewrite(replace))),
            Node::Window(call) => Node::Window(Box::new(WindowCall {
                aggregate: call.aggregate.rewrite(replace),
                partition_by: rewrite_all(&call.partition_by, replace),
                order_by: call
                    .order_by
                    .iter()
                    .map(|order| OrderKey {
                        key: order.key.rewrite(replace),
                        ..order.clone()
                    })
                    .collect(),
                frame: call.frame.clone(),
            })),
            other => other.clone(),
        };
        Self {
            expr,
            kind: self.kind.clone(),
        }
    }

    /// The expressions directly inside.
    pub(crate) fn parts(&self) -> Vec<&Self> {
        match &self.expr {
            Node::Column(_) | Node::Parameter(_) | Node::Constant(_) => Vec::new(),
            Node::Call { arguments, .. } => arguments.iter().collect(),
            Node::Filter { body, array, .. } => vec![body, array],
            Node::ArrayJoin(array) => vec![array],
            Node::Aggregate(call) => call.parts().collect(),
            Node::Window(call) => call
                .aggregate
                .parts()
                .chain(&call.partition_by)
                .chain(call.order_by.iter().map(|order| &order.key))
                .collect(),
        }
    }

    /// Whether `wanted` holds for the expression or for any part of it.
    pub(crate) fn contains(&self, wanted: &mut impl FnMut(&Node) -> bool) -> bool {
        grow_stack(|| {
            wanted(&self.expr) || self.parts().into_iter().any(|part| part.contains(wanted))
        })
    }

    pub(crate) fn has_aggregate(&self) -> bool {
        self.contains(&mut |expr| matches!(expr, Node::Aggregate(_)))
    }

    pub(crate) fn has_window(&self) -> bool {
        self.contains(&mut |expr| matches!(expr, Node::Window(_)))
    }

    /// Notes the columns that are read, with their types.
    pub(crate) fn columns(&self, used: &mut BTreeMap<usize, Type>) {
        grow_stack(|| {
            if let Node::Column(index) = self.expr {
                used.insert(index, self.kind.clone());
            }
            for part in self.parts() {
                part.columns(used);
            }
        });
    }
}

impl AggregateCall {
    pub(crate) fn parts(&self) -> impl Iterator<Item = &BoundExpr> {
        self.arguments.iter().chain(&self.condition)
    }

    pub(crate) fn rewrite(
        &self,
        replace: &mut impl FnMut(&BoundExpr) -> Option<BoundExpr>,
    ) -> Self {
        Self {
            condition: self.condition.as_ref().map(|part| part.rewrite(replace)),
            arguments: rewrite_all(&self.arguments, replace),
            ..self.clone()
        }
    }
}

fn rewrite_all(
    list: &[BoundExpr],
    replace: &mut impl FnMut(&BoundExpr) -> Option<BoundExpr>,
) -> Vec<BoundExpr> {
    list.iter().map(|part| part.rewrite(replace)).collect()
}
