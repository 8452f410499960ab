//! `quantile(level)(x)`, exact and interpolated between neighbours.

use super::state::State;
use crate::column::{Column, Value, float_to_int, int_to_float};
use crate::error::Result;
use crate::types::Type;

#[derive(Debug)]
pub(super) struct Quantile {
    level: f64,
    kind: Type,
    values: Vec<Vec<f64>>,
}

impl Quantile {
    /// Without a level: the median.
    pub(super) fn new(level: Option<&Value>, kind: &Type) -> Self {
        let level = match level {
            Some(Value::Float(level)) => *level,
            Some(Value::Int(level)) => int_to_float(*level, &Type::I64),
            _ => 0.5,
        };
        Self {
            level: level.clamp(0.0, 1.0),
            kind: kind.clone(),
            values: Vec::new(),
        }
    }

    /// Of times, a time: the part of a unit is cut off.
    fn shown(&self, value: f64) -> Value {
        if self.kind.is_time() {
            Value::Int(float_to_int(value))
        } else {
            Value::Float(value)
        }
    }
}

impl State for Quantile {
    fn update(&mut self, groups: &[u32], count: usize, arguments: &[Column]) -> Result<()> {
        let Some(argument) = arguments.first() else {
            return Ok(());
        };
        self.values.resize(count.max(self.values.len()), Vec::new());
        for (group, value) in groups.iter().zip(argument.floats(&self.kind).iter()) {
            if let Some(values) = self.values.get_mut(*group as usize)
                && !value.is_nan()
            {
                values.push(*value);
            }
        }
        Ok(())
    }

    fn value(&self, group: usize) -> Value {
        let mut values = self.values.get(group).cloned().unwrap_or_default();
        let Some(last) = values.len().checked_sub(1) else {
            return self.shown(f64::NAN);
        };
        let last_place = int_to_float(i64::try_from(last).unwrap_or(i64::MAX), &Type::I64);
        let place = self.level * last_place;
        let below = usize::try_from(float_to_int(place)).unwrap_or(0).min(last);
        let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
        let low = *low;
        let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
        let share = place - place.floor();
        self.shown(low * (1.0 - share) + high * share)
    }

    fn bytes(&self) -> usize {
        self.values
            .iter()
            .map(|values| values.capacity() * 8 + 24)
            .sum()
    }
}
