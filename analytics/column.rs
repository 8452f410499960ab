//! Values in columns: what the engine computes on.

use std::rc::Rc;

use crate::builder::Builder;
use crate::types::Type;

/// Strings, each held once or not, named by their position.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool {
    text: String,
    ends: Vec<usize>,
}

impl Pool {
    /// Adds a string and gives its position.
    pub(crate) fn push(&mut self, text: &str) -> u32 {
        self.text.push_str(text);
        self.ends.push(self.text.len());
        position(self.ends.len() - 1)
    }

    pub(crate) fn get(&self, id: u32) -> &str {
        let id = id as usize;
        let start = match id.checked_sub(1) {
            None => 0,
            Some(before) => self.ends.get(before).copied().unwrap_or(0),
        };
        let end = self.ends.get(id).copied().unwrap_or(start);
        self.text.get(start..end).unwrap_or_default()
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }
}

/// A position in a column as a number of 32 bits: the memory limit keeps columns far shorter.
pub(crate) fn position(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    /// A whole number, a date or a time. A `UInt64` keeps its bits.
    Int(i64),
    Float(f64),
    Text(Rc<str>),
    /// An array or a tuple.
    List(Vec<Value>),
}

/// The values of one expression for every row of a block.
#[derive(Clone, Debug)]
pub(crate) enum Column {
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Texts {
        ids: Vec<u32>,
        pool: Rc<Pool>,
    },
    Arrays {
        /// Where each row's items end.
        ends: Vec<u32>,
        items: Box<Column>,
    },
    Tuples {
        parts: Vec<Column>,
        rows: usize,
    },
    Nullable {
        nulls: Vec<bool>,
        values: Box<Column>,
    },
    /// One value in every row.
    Same {
        value: Box<Column>,
        rows: usize,
    },
    /// Few values that many rows share: `values[codes[row]]`. Columns that share their codes are
    /// computed on once for each value.
    Coded {
        codes: Rc<Vec<u32>>,
        values: Rc<Column>,
    },
}

impl Column {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Ints(values) => values.len(),
            Self::Floats(values) => values.len(),
            Self::Texts { ids, .. } => ids.len(),
            Self::Arrays { ends, .. } => ends.len(),
            Self::Tuples { rows, .. } | Self::Same { rows, .. } => *rows,
            Self::Nullable { nulls, .. } => nulls.len(),
            Self::Coded { codes, .. } => codes.len(),
        }
    }

    /// About how much memory it takes. Shared parts count once for each who shares them.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Self::Ints(values) => values.len() * 8,
            Self::Floats(values) => values.len() * 8,
            Self::Texts { ids, .. } => ids.len() * 4,
            Self::Arrays { ends, items } => ends.len() * 4 + items.bytes(),
            Self::Tuples { parts, .. } => parts.iter().map(Self::bytes).sum(),
            Self::Nullable { nulls, values } => nulls.len() + values.bytes(),
            Self::Same { value, .. } => value.bytes(),
            Self::Coded { codes, .. } => codes.len() * 4,
        }
    }

    /// A column of `rows` times one value.
    pub(crate) fn same(value: &Value, kind: &Type, rows: usize) -> Self {
        Self::Same {
            value: Box::new(Self::of(std::slice::from_ref(value), kind)),
            rows,
        }
    }

    /// A column of these values, which are of type `kind`.
    pub(crate) fn of(values: &[Value], kind: &Type) -> Self {
        let mut builder = Builder::new(kind);
        for value in values {
            builder.push(value);
        }
        builder.finish()
    }

    pub(crate) fn texts<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut pool = Pool::default();
        let ids = texts.into_iter().map(|text| pool.push(text)).collect();
        Self::Texts {
            ids,
            pool: Rc::new(pool),
        }
    }

    /// The value of one row.
    pub(crate) fn value(&self, row: usize) -> Value {
        match self {
            Self::Ints(values) => values
                .get(row)
                .map_or(Value::Null, |value| Value::Int(*value)),
            Self::Floats(values) => values
                .get(row)
                .map_or(Value::Null, |value| Value::Float(*value)),
            Self::Texts { ids, pool } => ids
                .get(row)
                .map_or(Value::Null, |id| Value::Text(pool.get(*id).into())),
            Self::Arrays { ends, items } => {
                let (start, end) = span(ends, row);
                Value::List((start..end).map(|item| items.value(item)).collect())
            }
            Self::Tuples { parts, .. } => {
                Value::List(parts.iter().map(|part| part.value(row)).collect())
            }
            Self::Nullable { nulls, values } => match nulls.get(row) {
                Some(false) => values.value(row),
                _ => Value::Null,
            },
            Self::Same { value, .. } => value.value(0),
            Self::Coded { codes, values } => codes
                .get(row)
                .map_or(Value::Null, |code| values.value(*code as usize)),
        }
    }

    /// The rows at `rows`, in that order.
    pub(crate) fn take(&self, rows: &[u32]) -> Self {
        match self {
            Self::Ints(values) => Self::Ints(pick(values, rows)),
            Self::Floats(values) => Self::Floats(pick(values, rows)),
            Self::Texts { ids, pool } => Self::Texts {
                ids: pick(ids, rows),
                pool: Rc::clone(pool),
            },
            Self::Arrays { ends, items } => {
                let mut picked = Vec::new();
                let mut new_ends = Vec::with_capacity(rows.len());
                for row in rows {
                    let (start, end) = span(ends, *row as usize);
                    picked.extend((start..end).map(position));
                    new_ends.push(position(picked.len()));
                }
                Self::Arrays {
                    ends: new_ends,
                    items: Box::new(items.take(&picked)),
                }
            }
            Self::Tuples { parts, .. } => Self::Tuples {
                parts: parts.iter().map(|part| part.take(rows)).collect(),
                rows: rows.len(),
            },
            Self::Nullable { nulls, values } => Self::Nullable {
                nulls: pick(nulls, rows),
                values: Box::new(values.take(rows)),
            },
            Self::Same { value, .. } => Self::Same {
                value: value.clone(),
                rows: rows.len(),
            },
            Self::Coded { codes, values } => Self::Coded {
                codes: Rc::new(pick(codes, rows)),
                values: Rc::clone(values),
            },
        }
    }

    /// The column with neither `Same` nor `Coded` on the outside.
    pub(crate) fn plain(&self) -> Self {
        match self {
            Self::Same { value, rows } => value.plain().take(&vec![0; *rows]),
            Self::Coded { codes, values } => values.plain().take(codes),
            other => other.clone(),
        }
    }

    /// The whole numbers of a column that has them and no NULL.
    pub(crate) fn ints(&self) -> std::borrow::Cow<'_, [i64]> {
        use std::borrow::Cow;
        match self {
            Self::Ints(values) => Cow::Borrowed(values),
            Self::Floats(values) => values.iter().map(|value| float_to_int(*value)).collect(),
            Self::Nullable { values, .. } => values.ints(),
            Self::Same { value, rows } => {
                Cow::Owned(vec![value.ints().first().copied().unwrap_or(0); *rows])
            }
            Self::Coded { codes, values } => Cow::Owned(pick(&values.ints(), codes)),
            _ => Cow::Owned(vec![0; self.len()]),
        }
    }

    /// The numbers of a column as Float64.
    pub(crate) fn floats(&self, kind: &Type) -> std::borrow::Cow<'_, [f64]> {
        use std::borrow::Cow;
        match self {
            Self::Floats(values) => Cow::Borrowed(values),
            Self::Ints(values) => values
                .iter()
                .map(|value| int_to_float(*value, kind))
                .collect(),
            Self::Nullable { values, .. } => values.floats(kind.plain()),
            Self::Same { value, rows } => {
                Cow::Owned(vec![
                    value.floats(kind).first().copied().unwrap_or(0.0);
                    *rows
                ])
            }
            Self::Coded { codes, values } => Cow::Owned(pick(&values.floats(kind), codes)),
            _ => Cow::Owned(vec![0.0; self.len()]),
        }
    }

    /// Which rows are true: a number that is not zero, and not NULL.
    pub(crate) fn truths(&self) -> Vec<bool> {
        match self {
            Self::Ints(values) => values.iter().map(|value| *value != 0).collect(),
            Self::Floats(values) => values.iter().map(|value| *value != 0.0).collect(),
            Self::Nullable { nulls, values } => nulls
                .iter()
                .zip(values.truths())
                .map(|(null, truth)| !null && truth)
                .collect(),
            Self::Same { value, rows } => {
                vec![value.truths().first().copied().unwrap_or(false); *rows]
            }
            Self::Coded { codes, values } => pick(&values.truths(), codes),
            _ => vec![false; self.len()],
        }
    }

    /// Which rows are NULL, if any can be.
    pub(crate) fn nulls(&self) -> Option<Vec<bool>> {
        match self {
            Self::Nullable { nulls, .. } => Some(nulls.clone()),
            Self::Same { value, rows } => value
                .nulls()
                .map(|nulls| vec![nulls.first().copied().unwrap_or(true); *rows]),
            Self::Coded { codes, values } => values.nulls().map(|nulls| pick(&nulls, codes)),
            _ => None,
        }
    }

    /// The column without its NULLs, which become the value that lies under them.
    pub(crate) fn without_nulls(&self) -> Self {
        match self {
            Self::Nullable { values, .. } => values.as_ref().clone(),
            Self::Same { value, rows } => Self::Same {
                value: Box::new(value.without_nulls()),
                rows: *rows,
            },
            Self::Coded { codes, values } => Self::Coded {
                codes: Rc::clone(codes),
                values: Rc::new(values.without_nulls()),
            },
            other => other.clone(),
        }
    }
}

/// Where the items of one row begin and end.
pub(crate) fn span(ends: &[u32], row: usize) -> (usize, usize) {
    let start = match row.checked_sub(1) {
        None => 0,
        Some(before) => ends.get(before).copied().unwrap_or(0),
    };
    (
        start as usize,
        ends.get(row).copied().unwrap_or(start) as usize,
    )
}

fn pick<T: Copy + Default>(values: &[T], rows: &[u32]) -> Vec<T> {
    rows.iter()
        .map(|row| values.get(*row as usize).copied().unwrap_or_default())
        .collect()
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a fraction is cut off, as ClickHouse does"
)]
pub(crate) fn float_to_int(value: f64) -> i64 {
    value as i64
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "Float64 holds what it can, as in ClickHouse; an unsigned number keeps its bits"
)]
pub(crate) fn int_to_float(value: i64, kind: &Type) -> f64 {
    match kind.plain() {
        Type::Int {
            signed: false,
            bits: 64,
        } => value as u64 as f64,
        _ => value as f64,
    }
}
