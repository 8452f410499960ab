//! Columns one after another.

use std::rc::Rc;

use crate::column::{Column, Pool, position};
use crate::types::Type;

/// The rows of all `columns`, which are of type `kind`, in one column.
pub(crate) fn concat(columns: &[Column], kind: &Type) -> Column {
    if let [only] = columns {
        return only.clone();
    }
    if let Some(coded) = concat_coded(columns) {
        return coded;
    }
    let columns: Vec<_> = columns.iter().map(Column::plain).collect();
    match kind {
        Type::Float => Column::Floats(
            columns
                .iter()
                .flat_map(|c| c.floats(kind).into_owned())
                .collect(),
        ),
        Type::String => concat_texts(&columns),
        Type::Array(item) => concat_arrays(&columns, item),
        Type::Tuple(kinds) => Column::Tuples {
            parts: kinds
                .iter()
                .enumerate()
                .map(|(index, kind)| {
                    let parts: Vec<_> = columns
                        .iter()
                        .filter_map(|column| match column {
                            Column::Tuples { parts, .. } => parts.get(index).cloned(),
                            _ => None,
                        })
                        .collect();
                    concat(&parts, kind)
                })
                .collect(),
            rows: columns.iter().map(Column::len).sum(),
        },
        Type::Nullable(inner) => Column::Nullable {
            nulls: columns
                .iter()
                .flat_map(|column| column.nulls().unwrap_or_else(|| vec![false; column.len()]))
                .collect(),
            values: Box::new(concat(
                &columns
                    .iter()
                    .map(Column::without_nulls)
                    .collect::<Vec<_>>(),
                inner,
            )),
        },
        Type::Nothing => Column::Nullable {
            nulls: columns
                .iter()
                .flat_map(|column| vec![true; column.len()])
                .collect(),
            values: Box::new(Column::Ints(vec![0; columns.iter().map(Column::len).sum()])),
        },
        _ => Column::Ints(
            columns
                .iter()
                .flat_map(|column| column.ints().into_owned())
                .collect(),
        ),
    }
}

/// Columns that share their values stay coded.
fn concat_coded(columns: &[Column]) -> Option<Column> {
    let mut shared: Option<&Rc<Column>> = None;
    let mut all = Vec::new();
    for column in columns {
        let Column::Coded { codes, values } = column else {
            return None;
        };
        match shared {
            Some(shared) if !Rc::ptr_eq(shared, values) => return None,
            _ => shared = Some(values),
        }
        all.extend_from_slice(codes);
    }
    Some(Column::Coded {
        codes: Rc::new(all),
        values: Rc::clone(shared?),
    })
}

fn concat_texts(columns: &[Column]) -> Column {
    let mut pool: Option<Rc<Pool>> = None;
    let same_pool = columns.iter().all(|column| match (column, &pool) {
        (Column::Texts { pool: this, .. }, Some(first)) => Rc::ptr_eq(this, first),
        (Column::Texts { pool: this, .. }, None) => {
            pool = Some(Rc::clone(this));
            true
        }
        _ => false,
    });
    let mut ids = Vec::new();
    let mut merged = Pool::default();
    for column in columns {
        let Column::Texts { ids: these, pool } = column else {
            continue;
        };
        if same_pool {
            ids.extend_from_slice(these);
        } else {
            // Only texts that occur are copied, each once.
            let mut moved = vec![u32::MAX; pool.len()];
            for id in these {
                if let Some(place) = moved.get_mut(*id as usize) {
                    if *place == u32::MAX {
                        *place = merged.push(pool.get(*id));
                    }
                    ids.push(*place);
                }
            }
        }
    }
    match pool {
        Some(pool) if same_pool => Column::Texts { ids, pool },
        _ => Column::Texts {
            ids,
            pool: Rc::new(merged),
        },
    }
}

fn concat_arrays(columns: &[Column], item: &Type) -> Column {
    let mut all_ends = Vec::new();
    let mut all_items = Vec::new();
    let mut offset = 0;
    for column in columns {
        if let Column::Arrays { ends, items } = column {
            all_ends.extend(ends.iter().map(|end| end + offset));
            offset += position(items.len());
            all_items.push(items.as_ref().clone());
        }
    }
    Column::Arrays {
        ends: all_ends,
        items: Box::new(concat(&all_items, item)),
    }
}
