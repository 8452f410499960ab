//! Cuts expressions into what is computed before grouping, by grouping, by windows, and after.

use crate::bind::{AggregateCall, BoundExpr, Node, WindowCall};
use crate::error::{QueryError, Result};

/// Takes the arrays of `arrayJoin` out of expressions; each becomes a column after the first
/// `width`. Equal ones are joined once.
#[derive(Debug)]
pub(crate) struct ArrayJoins {
    pub(crate) arrays: Vec<BoundExpr>,
    keys: Vec<String>,
    width: usize,
}

impl ArrayJoins {
    pub(crate) fn after(width: usize) -> Self {
        Self {
            arrays: Vec::new(),
            keys: Vec::new(),
            width,
        }
    }

    /// `expr` with columns in place of its `arrayJoin`s, those inside aggregates included.
    pub(crate) fn take_from(&mut self, expr: &BoundExpr) -> BoundExpr {
        expr.rewrite(&mut |part| {
            let Node::ArrayJoin(array) = &part.expr else {
                return None;
            };
            let key = array.key();
            let place = if let Some(place) = self.keys.iter().position(|known| *known == key) {
                place
            } else {
                // An array inside another comes first.
                let inner = self.take_from(array);
                self.keys.push(key);
                self.arrays.push(inner);
                self.arrays.len() - 1
            };
            Some(BoundExpr::column(self.width + place, part.kind.clone()))
        })
    }
}

/// Replaces keys and aggregates by the columns that grouping gives.
#[derive(Debug)]
pub(crate) struct Grouped {
    pub(crate) keys: Vec<BoundExpr>,
    key_names: Vec<String>,
    pub(crate) calls: Vec<AggregateCall>,
    call_names: Vec<String>,
}

impl Grouped {
    pub(crate) fn by(keys: Vec<BoundExpr>) -> Self {
        let key_names = keys.iter().map(BoundExpr::key).collect();
        Self {
            keys,
            key_names,
            calls: Vec::new(),
            call_names: Vec::new(),
        }
    }

    /// Changes what grouping reads: keys and the arguments of aggregates.
    pub(crate) fn map(&mut self, mut change: impl FnMut(&BoundExpr) -> BoundExpr) {
        for key in &mut self.keys {
            *key = change(key);
        }
        for call in &mut self.calls {
            call.condition = call.condition.as_ref().map(&mut change);
            call.arguments = call.arguments.iter().map(&mut change).collect();
        }
    }

    pub(crate) fn after(
        &mut self,
        expr: &BoundExpr,
        describe: &impl Fn(usize) -> String,
    ) -> Result<BoundExpr> {
        let mut loose = None;
        let width = self.keys.len();
        let replaced = expr.rewrite(&mut |part| {
            if !matches!(part.expr, Node::Constant(_)) {
                let name = part.key();
                if let Some(place) = self.key_names.iter().position(|known| *known == name) {
                    return Some(BoundExpr::column(place, part.kind.clone()));
                }
            }
            match &part.expr {
                Node::Aggregate(call) => {
                    let name = call.key();
                    let place = if let Some(place) =
                        self.call_names.iter().position(|known| *known == name)
                    {
                        place
                    } else {
                        self.call_names.push(name);
                        self.calls.push(call.as_ref().clone());
                        self.calls.len() - 1
                    };
                    Some(BoundExpr::column(width + place, part.kind.clone()))
                }
                Node::Column(index) => {
                    loose.get_or_insert(*index);
                    Some(part.clone())
                }
                _ => None,
            }
        });
        match loose {
            None => Ok(replaced),
            Some(index) => {
                let name = describe(index);
                Err(QueryError::query(format!(
                    "Column `{name}` is not under aggregate function and not in GROUP BY keys."
                ))
                .hint(&format!("Add {name} to GROUP BY, or write any({name}).")))
            }
        }
    }
}

/// Replaces window functions by columns after the first `width`.
#[derive(Debug)]
pub(crate) struct Windows {
    pub(crate) calls: Vec<WindowCall>,
    keys: Vec<String>,
    width: usize,
}

impl Windows {
    pub(crate) fn after(width: usize) -> Self {
        Self {
            calls: Vec::new(),
            keys: Vec::new(),
            width,
        }
    }

    pub(crate) fn take_from(&mut self, expr: &BoundExpr) -> BoundExpr {
        expr.rewrite(&mut |part| {
            let Node::Window(call) = &part.expr else {
                return None;
            };
            let key = part.key();
            let place = if let Some(place) = self.keys.iter().position(|known| *known == key) {
                place
            } else {
                self.keys.push(key);
                self.calls.push(call.as_ref().clone());
                self.calls.len() - 1
            };
            Some(BoundExpr::column(self.width + place, part.kind.clone()))
        })
    }
}
