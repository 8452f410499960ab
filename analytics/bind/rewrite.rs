//! Replaces parts of expressions and looks for others.

use super::expr::{AggregateCall, Expr, OrderKey, Typed, WindowCall};
use crate::deep::deep;

impl Typed {
    /// Replaces, from the outside in, whatever `replace` has something for.
    pub(crate) fn rewrite(&self, replace: &mut impl FnMut(&Self) -> Option<Self>) -> Self {
        deep(|| replace(self).unwrap_or_else(|| self.rewrite_inside(replace)))
    }

    fn rewrite_inside(&self, replace: &mut impl FnMut(&Self) -> Option<Self>) -> Self {
        let expr = match &self.expr {
            Expr::Call {
                name,
                function,
                arguments,
            } => Expr::Call {
                name: name.clone(),
                function: function.clone(),
                arguments: rewrite_all(arguments, replace),
            },
            Expr::Filter {
                parameter,
                body,
                array,
            } => Expr::Filter {
                parameter: *parameter,
                body: Box::new(body.rewrite(replace)),
                array: Box::new(array.rewrite(replace)),
            },
            Expr::ArrayJoin(array) => Expr::ArrayJoin(Box::new(array.rewrite(replace))),
            Expr::Aggregate(call) => Expr::Aggregate(Box::new(call.rewrite(replace))),
            Expr::Window(call) => Expr::Window(Box::new(WindowCall {
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

    /// Whether `wanted` holds for the expression or for any part of it.
    pub(crate) fn contains(&self, wanted: &mut impl FnMut(&Expr) -> bool) -> bool {
        let mut found = false;
        self.rewrite(&mut |part| {
            found |= wanted(&part.expr);
            // Nothing is replaced; once found, the rest need not be looked at.
            found.then(|| part.clone())
        });
        found
    }

    pub(crate) fn has_aggregate(&self) -> bool {
        self.contains(&mut |expr| matches!(expr, Expr::Aggregate(_)))
    }

    pub(crate) fn has_window(&self) -> bool {
        self.contains(&mut |expr| matches!(expr, Expr::Window(_)))
    }

    /// Notes the columns that are read.
    pub(crate) fn columns(&self, used: &mut std::collections::BTreeSet<usize>) {
        self.contains(&mut |expr| {
            if let Expr::Column(index) = expr {
                used.insert(*index);
            }
            false
        });
    }
}

impl AggregateCall {
    pub(crate) fn rewrite(&self, replace: &mut impl FnMut(&Typed) -> Option<Typed>) -> Self {
        Self {
            condition: self
                .condition
                .as_ref()
                .map(|condition| condition.rewrite(replace)),
            arguments: rewrite_all(&self.arguments, replace),
            ..self.clone()
        }
    }
}

fn rewrite_all(list: &[Typed], replace: &mut impl FnMut(&Typed) -> Option<Typed>) -> Vec<Typed> {
    list.iter().map(|part| part.rewrite(replace)).collect()
}
