//! `count`, `sum`, `avg`.

use std::cmp::Ordering;

use super::state::State;
use crate::column::{Column, Value, int_to_float};
use crate::error::Result;
use crate::types::Type;

#[derive(Debug, Default)]
pub(super) struct Count {
    counts: Vec<i64>,
}

impl State for Count {
    fn update(&mut self, groups: &[u32], count: usize, _: &[Column]) -> Result<()> {
        self.counts.resize(count.max(self.counts.len()), 0);
        for group in groups {
            if let Some(count) = self.counts.get_mut(*group as usize) {
                *count += 1;
            }
        }
        Ok(())
    }

    fn value(&self, group: usize) -> Value {
        Value::Int(self.counts.get(group).copied().unwrap_or(0))
    }

    fn bytes(&self) -> usize {
        self.counts.len() * 8
    }
}

/// Whole numbers wrap, as in ClickHouse.
#[derive(Debug)]
pub(super) enum Sum {
    Ints(Vec<i64>),
    Floats(Vec<f64>),
}

impl Sum {
    pub(super) fn new(kind: &Type) -> Self {
        if *kind == Type::Float {
            Self::Floats(Vec::new())
        } else {
            Self::Ints(Vec::new())
        }
    }
}

impl State for Sum {
    fn update(&mut self, groups: &[u32], count: usize, arguments: &[Column]) -> Result<()> {
        let Some(argument) = arguments.first() else {
            return Ok(());
        };
        match self {
            Self::Ints(sums) => {
                sums.resize(count.max(sums.len()), 0);
                for (group, value) in groups.iter().zip(argument.ints().iter()) {
                    if let Some(sum) = sums.get_mut(*group as usize) {
                        *sum = sum.wrapping_add(*value);
                    }
                }
            }
            Self::Floats(sums) => {
                sums.resize(count.max(sums.len()), 0.0);
                for (group, value) in groups.iter().zip(argument.floats(&Type::Float).iter()) {
                    if let Some(sum) = sums.get_mut(*group as usize) {
                        *sum += value;
                    }
                }
            }
        }
        Ok(())
    }

    fn value(&self, group: usize) -> Value {
        match self {
            Self::Ints(sums) => Value::Int(sums.get(group).copied().unwrap_or(0)),
            Self::Floats(sums) => Value::Float(sums.get(group).copied().unwrap_or(0.0)),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Ints(sums) => sums.len() * 8,
            Self::Floats(sums) => sums.len() * 8,
        }
    }
}

#[derive(Debug)]
pub(super) struct Average {
    kind: Type,
    sums: Sum,
    /// Instead of `sums`, for times: those in nanoseconds soon come to more than 64 bits.
    times: Vec<i128>,
    counts: Count,
}

impl Average {
    pub(super) fn new(kind: &Type) -> Self {
        Self {
            kind: kind.clone(),
            sums: Sum::new(kind),
            times: Vec::new(),
            counts: Count::default(),
        }
    }
}

/// The nearest whole number, of two the even one: so ClickHouse rounds an average of times. A sum
/// over nothing is 0.
fn divide_to_even(sum: i128, count: i128) -> i128 {
    let (Some(floor), Some(rest)) = (sum.checked_div_euclid(count), sum.checked_rem_euclid(count))
    else {
        return 0;
    };
    match rest.cmp(&(count - rest)) {
        Ordering::Less => floor,
        Ordering::Equal => floor + (floor & 1),
        Ordering::Greater => floor + 1,
    }
}

impl State for Average {
    fn update(&mut self, groups: &[u32], count: usize, arguments: &[Column]) -> Result<()> {
        if self.kind.is_time()
            && let Some(argument) = arguments.first()
        {
            self.times.resize(count.max(self.times.len()), 0);
            for (group, value) in groups.iter().zip(argument.ints().iter()) {
                if let Some(sum) = self.times.get_mut(*group as usize) {
                    *sum += i128::from(*value);
                }
            }
        } else {
            self.sums.update(groups, count, arguments)?;
        }
        self.counts.update(groups, count, arguments)
    }

    /// Of no rows: NaN, or the start of time.
    fn value(&self, group: usize) -> Value {
        let count = match self.counts.value(group) {
            Value::Int(count) => count,
            _ => 0,
        };
        if self.kind.is_time() {
            let sum = self.times.get(group).copied().unwrap_or(0);
            let average = divide_to_even(sum, count.into());
            return Value::Int(i64::try_from(average).unwrap_or(0));
        }
        match self.sums.value(group) {
            Value::Int(sum) => {
                Value::Float(int_to_float(sum, &Type::I64) / int_to_float(count, &Type::I64))
            }
            Value::Float(sum) => Value::Float(sum / int_to_float(count, &Type::I64)),
            other => other,
        }
    }

    fn bytes(&self) -> usize {
        self.sums.bytes() + 16 * self.times.len() + self.counts.bytes()
    }
}
