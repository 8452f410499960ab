//! Columns out of single values.

use std::rc::Rc;

use crate::column::{Column, Pool, Value, float_to_int, int_to_float, position};
use crate::types::Type;

/// Makes a column out of single values.
#[derive(Debug)]
pub(crate) enum Builder {
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Texts(Vec<u32>, Pool),
    Arrays(Vec<u32>, Box<Builder>),
    Tuples(Vec<Builder>, usize),
    Nullable(Vec<bool>, Box<Builder>),
}

impl Builder {
    pub(crate) fn new(kind: &Type) -> Self {
        match kind {
            Type::Float => Self::Floats(Vec::new()),
            Type::String => Self::Texts(Vec::new(), Pool::default()),
            Type::Array(item) => Self::Arrays(Vec::new(), Box::new(Self::new(item))),
            Type::Tuple(parts) => Self::Tuples(parts.iter().map(Self::new).collect(), 0),
            Type::Nullable(inner) => Self::Nullable(Vec::new(), Box::new(Self::new(inner))),
            Type::Nothing => Self::Nullable(Vec::new(), Box::new(Self::Ints(Vec::new()))),
            _ => Self::Ints(Vec::new()),
        }
    }

    /// Adds a value; one of another kind, and NULL where there can be none, becomes the default.
    pub(crate) fn push(&mut self, value: &Value) {
        match self {
            Self::Ints(values) => values.push(match value {
                Value::Int(value) => *value,
                Value::Float(value) => float_to_int(*value),
                _ => 0,
            }),
            Self::Floats(values) => values.push(match value {
                Value::Float(value) => *value,
                Value::Int(value) => int_to_float(*value, &Type::I64),
                _ => 0.0,
            }),
            Self::Texts(ids, pool) => ids.push(pool.push(match value {
                Value::Text(text) => text,
                _ => "",
            })),
            Self::Arrays(ends, items) => {
                let values: &[Value] = match value {
                    Value::List(values) => values,
                    _ => &[],
                };
                for value in values {
                    items.push(value);
                }
                let before = ends.last().copied().unwrap_or(0);
                ends.push(before + position(values.len()));
            }
            Self::Tuples(parts, rows) => {
                let values: &[Value] = match value {
                    Value::List(values) => values,
                    _ => &[],
                };
                for (index, part) in parts.iter_mut().enumerate() {
                    part.push(values.get(index).unwrap_or(&Value::Null));
                }
                *rows += 1;
            }
            Self::Nullable(nulls, values) => {
                nulls.push(*value == Value::Null);
                values.push(value);
            }
        }
    }

    pub(crate) fn finish(self) -> Column {
        match self {
            Self::Ints(values) => Column::Ints(values),
            Self::Floats(values) => Column::Floats(values),
            Self::Texts(ids, pool) => Column::Texts {
                ids,
                pool: Rc::new(pool),
            },
            Self::Arrays(ends, items) => Column::Arrays {
                ends,
                items: Box::new(items.finish()),
            },
            Self::Tuples(parts, rows) => Column::Tuples {
                parts: parts.into_iter().map(Self::finish).collect(),
                rows,
            },
            Self::Nullable(nulls, values) => Column::Nullable {
                nulls,
                values: Box::new(values.finish()),
            },
        }
    }
}
