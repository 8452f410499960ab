//! `quantile(level)(x)`, exact and interpolated between neighbours.

use super::accumulate::Accumulate;
use crate::error::Result;
use crate::types::{Type, Value, float_to_int, int_of, int_to_float};

pub(super) struct Quantile {
    level: f64,
    kind: Type,
    values: Vec<f64>,
}

impl Quantile {
    /// Without a level: the median.
    pub(super) fn new(level: Option<&Value>, kind: &Type) -> Result<Self> {
        Ok(Self {
            level: level.map_or(Ok(0.5), |level| level.float(&Type::I64))?,
            kind: kind.clone(),
            values: Vec::new(),
        })
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

impl Accumulate for Quantile {
    fn add(&mut self, value: &Value) -> Result<()> {
        let value = value.float(&self.kind)?;
        if !value.is_nan() {
            self.values.push(value);
        }
        Ok(())
    }

    fn value(&self) -> Result<Value> {
        let mut values = self.values.clone();
        let Some(last) = values.len().checked_sub(1) else {
            return Ok(self.shown(f64::NAN));
        };
        let place = self.level * int_to_float(int_of(last), &Type::I64);
        let below = usize::try_from(float_to_int(place)).unwrap_or(0).min(last);
        let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
        let low = *low;
        let high = above.iter().copied().min_by(f64::total_cmp).unwrap_or(low);
        let share = place - place.floor();
        Ok(self.shown(low * (1.0 - share) + high * share))
    }
}
