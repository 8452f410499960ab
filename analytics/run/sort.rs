//! The order of rows.

use std::cmp::Ordering;

use crate::bind::OrderKey;
use crate::column::{Column, Value, position};
use crate::types::Type;
use crate::value::{compare_floats, compare_values};

/// One column to sort by, ready to be compared.
#[derive(Debug)]
pub(crate) struct SortColumn {
    values: Values,
    nulls: Option<Vec<bool>>,
    descending: bool,
    nulls_first: bool,
}

#[derive(Debug)]
enum Values {
    Ints(Vec<i64>),
    Unsigned(Vec<u64>),
    Floats(Vec<f64>),
    /// Texts by rank: where each stands among the texts that occur.
    Ranks(Vec<u32>),
    Others(Vec<Value>),
}

impl SortColumn {
    pub(crate) fn new(column: &Column, kind: &Type, descending: bool, nulls_first: bool) -> Self {
        let nulls = column.nulls();
        let column = column.without_nulls();
        let values = match kind.plain() {
            Type::Int {
                signed: false,
                bits: 64,
            } => Values::Unsigned(
                column
                    .ints()
                    .iter()
                    .map(|value| value.cast_unsigned())
                    .collect(),
            ),
            Type::Float => Values::Floats(column.floats(kind).into_owned()),
            Type::String => Values::Ranks(ranks(&column)),
            kind if kind.is_int() || kind.is_time() || matches!(kind, Type::Interval(_)) => {
                Values::Ints(column.ints().into_owned())
            }
            _ => Values::Others((0..column.len()).map(|row| column.value(row)).collect()),
        };
        Self {
            values,
            nulls,
            descending,
            nulls_first,
        }
    }

    fn is_null(&self, row: u32) -> bool {
        let null = self
            .nulls
            .as_ref()
            .is_some_and(|nulls| nulls.get(row as usize) == Some(&true));
        null || match &self.values {
            Values::Floats(values) => values.get(row as usize).is_some_and(|value| value.is_nan()),
            _ => false,
        }
    }

    /// NULL and NaN come last in both directions, or first where that was asked for.
    pub(crate) fn compare(&self, a: u32, b: u32) -> Ordering {
        match (self.is_null(a), self.is_null(b)) {
            (false, false) => {}
            (a, b) => {
                return if self.nulls_first {
                    b.cmp(&a)
                } else {
                    a.cmp(&b)
                };
            }
        }
        let (a, b) = (a as usize, b as usize);
        let ordering = match &self.values {
            Values::Ints(values) => values.get(a).cmp(&values.get(b)),
            Values::Unsigned(values) => values.get(a).cmp(&values.get(b)),
            Values::Ranks(values) => values.get(a).cmp(&values.get(b)),
            Values::Floats(values) => match (values.get(a), values.get(b)) {
                (Some(a), Some(b)) => compare_floats(*a, *b),
                _ => Ordering::Equal,
            },
            Values::Others(values) => match (values.get(a), values.get(b)) {
                (Some(a), Some(b)) => compare_values(a, b),
                _ => Ordering::Equal,
            },
        };
        if self.descending {
            ordering.reverse()
        } else {
            ordering
        }
    }
}

fn ranks(column: &Column) -> Vec<u32> {
    let column = column.plain();
    let Column::Texts { ids, pool } = &column else {
        return Vec::new();
    };
    let mut rank = vec![u32::MAX; pool.len()];
    let mut used: Vec<u32> = Vec::new();
    for id in ids {
        if let Some(seen) = rank.get_mut(*id as usize)
            && *seen == u32::MAX
        {
            *seen = 0;
            used.push(*id);
        }
    }
    used.sort_unstable_by(|a, b| pool.get(*a).cmp(pool.get(*b)));
    let mut next = 0;
    let mut before: Option<&str> = None;
    for id in used {
        let text = pool.get(id);
        if before.is_some_and(|before| before != text) {
            next += 1;
        }
        before = Some(text);
        if let Some(place) = rank.get_mut(id as usize) {
            *place = next;
        }
    }
    ids.iter()
        .map(|id| rank.get(*id as usize).copied().unwrap_or(0))
        .collect()
}

/// The rows in order; equal rows stay as they were. Only the first `most` are wanted.
pub(crate) fn sorted(columns: &[SortColumn], rows: usize, most: usize) -> Vec<u32> {
    let compare = |a: &u32, b: &u32| {
        columns
            .iter()
            .map(|column| column.compare(*a, *b))
            .find(|ordering| ordering.is_ne())
            .unwrap_or_else(|| a.cmp(b))
    };
    let mut order: Vec<u32> = (0..position(rows)).collect();
    if most < rows / 2 {
        order.select_nth_unstable_by(most, compare);
        order.truncate(most);
    }
    order.sort_unstable_by(compare);
    order
}

/// What to sort by, given the values of the keys.
pub(crate) fn sort_columns(keys: &[OrderKey], values: &[Column]) -> Vec<SortColumn> {
    keys.iter()
        .zip(values)
        .map(|(key, column)| {
            SortColumn::new(column, &key.key.kind, key.descending, key.nulls_first)
        })
        .collect()
}
