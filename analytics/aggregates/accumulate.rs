//! What an aggregate remembers of the values that it has seen.

use std::cmp::Ordering;
use std::panic::{RefUnwindSafe, UnwindSafe};

use super::quantile::Quantile;
use crate::bind::AggregateCall;
use crate::error::{QueryError, Result};
use crate::types::{Type, Value, compare, int_to_float};

/// How many bytes of values one aggregate may keep.
const MOST_BYTES: usize = 100_000_000;

/// What an aggregate remembers of one group. NULLs are not shown to it.
pub(super) trait Accumulate: Send + UnwindSafe + RefUnwindSafe {
    fn add(&mut self, value: &Value) -> Result<()>;

    /// What it makes of what it saw, which may be nothing.
    fn value(&self) -> Result<Value>;
}

/// An empty state for a call.
pub(super) fn empty(call: &AggregateCall) -> Result<Box<dyn Accumulate>> {
    let kind = match call.arguments.as_slice() {
        [argument] => argument.kind.plain().clone(),
        _ => return Err(QueryError::bug(format!("{} takes one value", call.name))),
    };
    let extreme = |wanted| -> Box<dyn Accumulate> {
        Box::new(Extreme {
            kind: kind.clone(),
            wanted,
            kept: None,
        })
    };
    Ok(match call.name {
        "sum" => Box::new(Sum::of(&kind)),
        "avg" => Box::new(Average {
            sum: Sum::of(&kind),
            count: 0,
            kind,
        }),
        "min" => extreme(Some(Ordering::Less)),
        "max" => extreme(Some(Ordering::Greater)),
        "any" => extreme(None),
        "groupArray" | "groupUniqArray" => Box::new(Collect {
            most: match call.parameters.first() {
                Some(most) => usize::try_from(most.int()?).unwrap_or(usize::MAX),
                None => usize::MAX,
            },
            values: Vec::new(),
            bytes: 0,
        }),
        "quantile" => Box::new(Quantile::new(call.parameters.first(), &kind)?),
        name => return Err(QueryError::bug(format!("{name} has no state"))),
    })
}

/// Whole numbers wrap, as in ClickHouse. Those of times are summed in 128 bits: nanoseconds soon
/// come to more than 64.
enum Sum {
    Ints(i64),
    Floats(f64),
    Times(i128),
}

impl Sum {
    fn of(kind: &Type) -> Self {
        match kind {
            Type::Float => Self::Floats(0.0),
            kind if kind.is_time() => Self::Times(0),
            _ => Self::Ints(0),
        }
    }
}

impl Accumulate for Sum {
    fn add(&mut self, value: &Value) -> Result<()> {
        match self {
            Self::Ints(sum) => *sum = sum.wrapping_add(value.int()?),
            Self::Floats(sum) => *sum += value.float(&Type::Float)?,
            Self::Times(sum) => *sum += i128::from(value.int()?),
        }
        Ok(())
    }

    fn value(&self) -> Result<Value> {
        match self {
            Self::Ints(sum) => Ok(Value::Int(*sum)),
            Self::Floats(sum) => Ok(Value::Float(*sum)),
            Self::Times(_) => Err(QueryError::bug("a sum of times")),
        }
    }
}

struct Average {
    kind: Type,
    sum: Sum,
    count: i64,
}

impl Accumulate for Average {
    fn add(&mut self, value: &Value) -> Result<()> {
        self.count += 1;
        self.sum.add(value)
    }

    /// Of no rows: NaN, or the start of time.
    fn value(&self) -> Result<Value> {
        let count = int_to_float(self.count, &Type::I64);
        Ok(match self.sum {
            Sum::Ints(sum) => Value::Float(int_to_float(sum, &Type::sum_of(&self.kind)) / count),
            Sum::Floats(sum) => Value::Float(sum / count),
            Sum::Times(sum) => {
                let average = divide_to_even(sum, self.count.into());
                Value::Int(i64::try_from(average).map_err(QueryError::bug)?)
            }
        })
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

/// Keeps the value that stands in `wanted` order to all others, or the first one.
struct Extreme {
    kind: Type,
    wanted: Option<Ordering>,
    kept: Option<Value>,
}

impl Accumulate for Extreme {
    fn add(&mut self, value: &Value) -> Result<()> {
        if matches!(value, Value::Float(value) if value.is_nan()) {
            return Ok(());
        }
        let wins = match (&self.kept, self.wanted) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(Value::Int(kept)), Some(wanted)) if self.kind == Type::U64 => {
                value.int()?.cast_unsigned().cmp(&kept.cast_unsigned()) == wanted
            }
            (Some(kept), Some(wanted)) => compare(value, kept) == wanted,
        };
        if wins {
            self.kept = Some(value.clone());
        }
        Ok(())
    }

    fn value(&self) -> Result<Value> {
        let kept = self.kept.clone();
        Ok(kept.unwrap_or_else(|| Value::default_of(&self.kind)))
    }
}

/// Collects values into an array, `most` at most.
struct Collect {
    most: usize,
    values: Vec<Value>,
    bytes: usize,
}

impl Accumulate for Collect {
    fn add(&mut self, value: &Value) -> Result<()> {
        if self.values.len() < self.most {
            self.bytes += value.bytes();
            self.values.push(value.clone());
        }
        if self.bytes > MOST_BYTES {
            return Err(QueryError::memory());
        }
        Ok(())
    }

    fn value(&self) -> Result<Value> {
        Ok(Value::list(self.values.iter().cloned()))
    }
}
