//! Cuts expressions into what is computed before grouping, by grouping, by windows, and after.

use crate::bind::{AggregateCall, BoundExpr, Node, WindowCall};
use crate::error::{QueryError, Result};

/// What becomes the columns of a stage, from a place on. Equal things share one.
#[derive(Debug)]
pub(super) struct Columns<T> {
    pub(super) values: Vec<T>,
    keys: Vec<String>,
    first: usize,
}

impl<T> Columns<T> {
    pub(super) const fn from(first: usize) -> Self {
        Self {
            values: Vec::new(),
            keys: Vec::new(),
            first,
        }
    }

    /// The column of what `key` says, which stands for `part`.
    fn column(&mut self, key: String, value: T, part: &BoundExpr) -> BoundExpr {
        let known = self.keys.iter().position(|known| *known == key);
        let place = known.unwrap_or_else(|| {
            self.keys.push(key);
            self.values.push(value);
            self.values.len() - 1
        });
        BoundExpr::column(self.first + place, part.kind.clone())
    }
}

impl Columns<BoundExpr> {
    /// `expr` with columns in place of its `arrayJoin`s, those inside aggregates included.
    pub(super) fn take_arrays(&mut self, expr: &BoundExpr) -> BoundExpr {
        expr.rewrite(&mut |part| {
            let Node::ArrayJoin(array) = &part.expr else {
                return None;
            };
            // An array inside another comes first.
            let inner = self.take_arrays(array);
            Some(self.column(array.key(), inner, part))
        })
    }
}

impl Columns<WindowCall> {
    /// `expr` with columns in place of its window functions.
    pub(super) fn take_windows(&mut self, expr: &BoundExpr) -> BoundExpr {
        expr.rewrite(&mut |part| {
            let Node::Window(call) = &part.expr else {
                return None;
            };
            Some(self.column(part.key(), call.as_ref().clone(), part))
        })
    }
}

/// Replaces keys and aggregates by the columns that grouping gives.
#[derive(Debug)]
pub(super) struct Grouped {
    pub(super) keys: Vec<BoundExpr>,
    names: Vec<String>,
    pub(super) calls: Columns<AggregateCall>,
}

impl Grouped {
    pub(super) fn by(keys: Vec<BoundExpr>) -> Self {
        Self {
            names: keys.iter().map(BoundExpr::key).collect(),
            calls: Columns::from(keys.len()),
            keys,
        }
    }

    /// Changes what grouping reads: keys and the arguments of aggregates.
    pub(super) fn map(&mut self, mut change: impl FnMut(&BoundExpr) -> BoundExpr) {
        for key in &mut self.keys {
            *key = change(key);
        }
        for call in &mut self.calls.values {
            for part in call.condition.iter_mut().chain(&mut call.arguments) {
                *part = change(part);
            }
        }
    }

    pub(super) fn after(
        &mut self,
        expr: &BoundExpr,
        describe: &impl Fn(usize) -> String,
    ) -> Result<BoundExpr> {
        let mut loose = None;
        let replaced = expr.rewrite(&mut |part| {
            if !matches!(part.expr, Node::Constant(_)) {
                let key = part.key();
                if let Some(place) = self.names.iter().position(|name| *name == key) {
                    return Some(BoundExpr::column(place, part.kind.clone()));
                }
            }
            match &part.expr {
                Node::Aggregate(call) => {
                    Some(self.calls.column(call.key(), call.as_ref().clone(), part))
                }
                Node::Column(index) => {
                    loose.get_or_insert(*index);
                    Some(part.clone())
                }
                _ => None,
            }
        });
        let Some(index) = loose else {
            return Ok(replaced);
        };
        let name = describe(index);
        Err(QueryError::query(format!(
            "Column `{name}` is not under aggregate function and not in GROUP BY keys."
        ))
        .hint(&format!("Add {name} to GROUP BY, or write any({name}).")))
    }
}
