//! Rows in columns.

use std::rc::Rc;

use crate::column::{Column, Value, position};
use crate::concat::concat;
use crate::types::Type;

/// What columns of shared values share.
type Codes = Rc<Vec<u32>>;

/// Columns of equal length.
#[derive(Clone, Debug, Default)]
pub(crate) struct Block {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: usize,
}

/// A block whose columns have names and types: what a query gives.
#[derive(Clone, Debug)]
pub(crate) struct Relation {
    pub(crate) columns: Vec<(String, Type)>,
    pub(crate) block: Block,
}

impl Block {
    pub(crate) fn new(columns: Vec<Column>, rows: usize) -> Self {
        Self { columns, rows }
    }

    /// The rows at `rows`. Columns that share their codes still share them afterwards.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        let mut shared: Vec<(Codes, Codes)> = Vec::new();
        let mut columns = Vec::with_capacity(self.columns.len());
        for column in &self.columns {
            let Column::Coded { codes, values } = column else {
                columns.push(column.take(rows));
                continue;
            };
            let known = shared.iter().find(|(old, _)| Rc::ptr_eq(old, codes));
            let picked = if let Some((_, picked)) = known {
                Rc::clone(picked)
            } else {
                let picked = rows
                    .iter()
                    .map(|row| codes.get(*row as usize).copied().unwrap_or(0));
                let picked = Rc::new(picked.collect::<Vec<_>>());
                shared.push((Rc::clone(codes), Rc::clone(&picked)));
                picked
            };
            columns.push(Column::Coded {
                codes: picked,
                values: Rc::clone(values),
            });
        }
        Self {
            columns,
            rows: rows.len(),
        }
    }

    /// The rows for which `keep` is true.
    pub(crate) fn filter(self, keep: &[bool]) -> Self {
        let kept = keep.iter().filter(|keep| **keep).count();
        if kept == self.rows {
            return self;
        }
        let mut rows = Vec::with_capacity(kept);
        rows.extend(
            (0..position(keep.len()))
                .zip(keep)
                .filter_map(|(row, keep)| keep.then_some(row)),
        );
        self.take(&rows)
    }

    /// Several blocks of the same columns in one.
    pub(crate) fn concat(blocks: &[Self], kinds: &[Type]) -> Self {
        if let [only] = blocks {
            return only.clone();
        }
        let columns = kinds
            .iter()
            .enumerate()
            .map(|(index, kind)| {
                let parts: Vec<_> = blocks
                    .iter()
                    .filter_map(|block| block.columns.get(index).cloned())
                    .collect();
                if parts.is_empty() {
                    Column::of(&[], kind)
                } else {
                    concat(&parts, kind)
                }
            })
            .collect();
        Self {
            columns,
            rows: blocks.iter().map(|block| block.rows).sum(),
        }
    }

    pub(crate) fn bytes(&self) -> usize {
        self.columns.iter().map(Column::bytes).sum()
    }
}

/// A column that nobody reads.
pub(crate) fn unread(rows: usize) -> Column {
    Column::same(&Value::Null, &Type::Nothing, rows)
}
