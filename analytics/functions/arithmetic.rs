//! `+ - * / %`, for numbers and for times.

use super::function::{Argument, Function, illegal};
use crate::calendar::{DAY, day_plus_months};
use crate::column::Column;
use crate::error::{QueryError, Result};
use crate::types::{Type, Unit};

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
    match arguments {
        [value] => one(name, arguments, &value.kind),
        [left, right] => two(name, arguments, &left.kind, &right.kind),
        _ => Err(illegal(name, arguments, "It takes two numbers.")),
    }
}

fn one(name: &str, arguments: &[Argument], kind: &Type) -> Result<Function> {
    match (name, kind) {
        ("negate", Type::Float) => Ok(floats_of_one(|value| -value)),
        ("abs", Type::Float) => Ok(floats_of_one(f64::abs)),
        ("negate", Type::Interval(_)) => Ok(ints_of_one(kind.clone(), i64::wrapping_neg)),
        ("negate", kind) => match kind.int() {
            Some((signed, bits)) => {
                let bits = if signed { bits } else { wider(bits) };
                Ok(ints_of_one(
                    Type::Int { signed: true, bits },
                    i64::wrapping_neg,
                ))
            }
            None => Err(illegal(name, arguments, "It takes a number.")),
        },
        (_, kind) => match kind.int() {
            Some((_, bits)) => Ok(ints_of_one(
                Type::Int {
                    signed: false,
                    bits,
                },
                i64::wrapping_abs,
            )),
            None => Err(illegal(name, arguments, "It takes a number.")),
        },
    }
}

fn ints_of_one(kind: Type, compute: fn(i64) -> i64) -> Function {
    Function::total(kind, move |arguments, _| {
        let values = arguments
            .first()
            .map(|a| a.ints().into_owned())
            .unwrap_or_default();
        Column::Ints(values.into_iter().map(compute).collect())
    })
}

fn floats_of_one(compute: fn(f64) -> f64) -> Function {
    Function::total(Type::Float, move |arguments, _| {
        let values = arguments
            .first()
            .map(|a| a.floats(&Type::Float).into_owned());
        Column::Floats(
            values
                .unwrap_or_default()
                .into_iter()
                .map(compute)
                .collect(),
        )
    })
}

fn two(name: &str, arguments: &[Argument], left: &Type, right: &Type) -> Result<Function> {
    if matches!(left, Type::Interval(_))
        || matches!(right, Type::Interval(_))
        || left.is_time()
        || right.is_time()
    {
        return times(name, arguments, left, right);
    }
    if !left.is_number() || !right.is_number() {
        return Err(illegal(
            name,
            arguments,
            "Arithmetic takes numbers: convert with toInt64(…) or toFloat64(…).",
        ));
    }
    let (Some(a), Some(b)) = (left.int(), right.int()) else {
        return on_floats(name, left, right);
    };
    let signed = a.0 || b.0;
    let bits = wider(a.1.max(b.1));
    Ok(match name {
        "divide" => return on_floats(name, left, right),
        "plus" => ints(Type::Int { signed, bits }, i64::wrapping_add),
        "minus" => ints(Type::Int { signed: true, bits }, i64::wrapping_sub),
        "multiply" => ints(Type::Int { signed, bits }, i64::wrapping_mul),
        "modulo" => {
            let bits = if a.0 { wider(b.1) } else { b.1 };
            remainder(Type::Int { signed: a.0, bits })
        }
        _ => quotient(Type::Int {
            signed,
            bits: a.1.max(b.1),
        }),
    })
}

const fn wider(bits: u8) -> u8 {
    if bits >= 64 { 64 } else { bits * 2 }
}

fn on_floats(name: &str, left: &Type, right: &Type) -> Result<Function> {
    let compute: fn(f64, f64) -> f64 = match name {
        "plus" => |a, b| a + b,
        "minus" => |a, b| a - b,
        "multiply" => |a, b| a * b,
        "divide" => |a, b| a / b,
        "modulo" => |a, b| a % b,
        _ => {
            return Err(
                QueryError::unsupported("Whole division of fractions").hint("Use floor(a / b).")
            );
        }
    };
    let (left, right) = (left.clone(), right.clone());
    Ok(Function::total(Type::Float, move |arguments, rows| {
        let [a, b] = arguments else {
            return Column::Floats(Vec::new());
        };
        let results = match (single(a), single(b)) {
            (None, Some(b)) => {
                let b = b.floats(&right).first().copied().unwrap_or(0.0);
                a.floats(&left).iter().map(|a| compute(*a, b)).collect()
            }
            (Some(a), None) => {
                let a = a.floats(&left).first().copied().unwrap_or(0.0);
                b.floats(&right).iter().map(|b| compute(a, *b)).collect()
            }
            _ => {
                let (a, b) = (a.floats(&left), b.floats(&right));
                a.iter()
                    .zip(b.iter())
                    .map(|(a, b)| compute(*a, *b))
                    .take(rows)
                    .collect()
            }
        };
        Column::Floats(results)
    }))
}

/// The one value of a column that has the same everywhere.
pub(super) fn single(column: &Column) -> Option<&Column> {
    match column {
        Column::Same { value, .. } => Some(value),
        _ => None,
    }
}

/// Computes on pairs of whole numbers without spelling out what is the same everywhere.
pub(super) fn zip_ints<T>(
    a: &Column,
    b: &Column,
    mut compute: impl FnMut(i64, i64) -> T,
) -> Vec<T> {
    match (single(a), single(b)) {
        (None, Some(b)) => {
            let b = b.ints().first().copied().unwrap_or(0);
            a.ints().iter().map(|a| compute(*a, b)).collect()
        }
        (Some(a), None) => {
            let a = a.ints().first().copied().unwrap_or(0);
            b.ints().iter().map(|b| compute(a, *b)).collect()
        }
        _ => a
            .ints()
            .iter()
            .zip(b.ints().iter())
            .map(|(a, b)| compute(*a, *b))
            .collect(),
    }
}

fn ints(kind: Type, compute: fn(i64, i64) -> i64) -> Function {
    Function::total(kind, move |arguments, _| match arguments {
        [a, b] => Column::Ints(zip_ints(a, b, compute)),
        _ => Column::Ints(Vec::new()),
    })
}

fn remainder(kind: Type) -> Function {
    divided(kind, i64::checked_rem)
}

fn quotient(kind: Type) -> Function {
    divided(kind, i64::checked_div)
}

fn divided(kind: Type, compute: fn(i64, i64) -> Option<i64>) -> Function {
    Function::new(kind, move |arguments, _| {
        let [a, b] = arguments else {
            return Ok(Column::Ints(Vec::new()));
        };
        let values = zip_ints(a, b, compute)
            .into_iter()
            .collect::<Option<Vec<_>>>();
        values.map(Column::Ints).ok_or_else(|| {
            QueryError::query("Division by zero.")
                .hint("Filter out the zeros, or divide with /, which gives inf.")
        })
    })
    .fallible()
}

/// Times with intervals, with numbers and with each other.
fn times(name: &str, arguments: &[Argument], left: &Type, right: &Type) -> Result<Function> {
    let refusal = || {
        illegal(
            name,
            arguments,
            "Write for example time - INTERVAL 7 DAY, or today() - 7.",
        )
    };
    match (name, left, right) {
        ("plus", Type::Interval(unit), time) if time.is_time() => Ok(shift(time, *unit, 1, true)),
        ("plus", time, Type::Interval(unit)) if time.is_time() => Ok(shift(time, *unit, 1, false)),
        ("minus", time, Type::Interval(unit)) if time.is_time() => {
            Ok(shift(time, *unit, -1, false))
        }
        ("plus", time, number) | ("plus", number, time) if time.is_time() && number.is_number() => {
            Ok(ticks(time, i64::wrapping_add))
        }
        ("minus", time, number) if time.is_time() && number.is_number() => {
            Ok(ticks(time, i64::wrapping_sub))
        }
        ("minus", Type::Date, Type::Date) | ("minus", Type::DateTime, Type::DateTime) => {
            Ok(ints(Type::I32, i64::wrapping_sub))
        }
        ("plus" | "minus", Type::Interval(a), Type::Interval(b)) if a == b => {
            let compute = if name == "plus" {
                i64::wrapping_add
            } else {
                i64::wrapping_sub
            };
            Ok(ints(left.clone(), compute))
        }
        ("multiply", Type::Interval(_), number) if number.is_int() => {
            Ok(ints(left.clone(), i64::wrapping_mul))
        }
        _ => Err(refusal()),
    }
}

/// A number counts as days on a Date and as seconds on a `DateTime`.
fn ticks(time: &Type, compute: fn(i64, i64) -> i64) -> Function {
    let scale = match time {
        Type::DateTime64(digits) => 10_i64.pow(u32::from(*digits)),
        _ => 1,
    };
    let time_first = time.clone();
    Function::total(time_first, move |arguments, _| match arguments {
        [a, b] => Column::Ints(zip_ints(a, b, |a, b| compute(a, b.wrapping_mul(scale)))),
        _ => Column::Ints(Vec::new()),
    })
}

/// Moves a time by an interval; the result is fine enough for the unit.
fn shift(time: &Type, unit: Unit, sign: i64, interval_first: bool) -> Function {
    let digits = match (time, unit) {
        (Type::DateTime64(digits), Unit::Millisecond) => (*digits).max(3),
        (Type::DateTime64(digits), Unit::Microsecond) => (*digits).max(6),
        (Type::DateTime64(digits), _) => *digits,
        (_, Unit::Millisecond) => 3,
        (_, Unit::Microsecond) => 6,
        (_, Unit::Nanosecond) => 9,
        _ => 0,
    };
    let coarse = matches!(
        unit,
        Unit::Day | Unit::Week | Unit::Month | Unit::Quarter | Unit::Year
    );
    let kind = match time {
        Type::Date if coarse => Type::Date,
        Type::DateTime64(_) => Type::DateTime64(digits),
        _ if digits > 0 => Type::DateTime64(digits),
        _ => Type::DateTime,
    };
    let scale = 10_i64.pow(u32::from(digits));
    let from = super::compare::rescale(time, &kind);
    let stays_date = kind == Type::Date;
    Function::total(kind, move |arguments, _| {
        let [first, second] = arguments else {
            return Column::Ints(Vec::new());
        };
        let (times, counts) = if interval_first {
            (second, first)
        } else {
            (first, second)
        };
        Column::Ints(zip_ints(times, counts, |time, count| {
            move_by(
                from(time),
                count.wrapping_mul(sign),
                unit,
                scale,
                stays_date,
            )
        }))
    })
}

fn move_by(time: i64, count: i64, unit: Unit, scale: i64, is_date: bool) -> i64 {
    let per_day = if is_date { 1 } else { DAY * scale };
    match (unit.months(), unit.nanoseconds()) {
        (Some(months), _) => {
            let (day, rest) = (time.div_euclid(per_day), time.rem_euclid(per_day));
            day_plus_months(day, months.saturating_mul(count))
                .wrapping_mul(per_day)
                .wrapping_add(rest)
        }
        (None, Some(nanos)) if is_date => {
            time.wrapping_add(count.wrapping_mul(nanos / 1_000_000_000 / DAY))
        }
        (None, Some(nanos)) if nanos >= 1_000_000_000 => time.wrapping_add(
            count
                .wrapping_mul(nanos / 1_000_000_000)
                .wrapping_mul(scale),
        ),
        (None, Some(nanos)) => {
            let tick = 1_000_000_000 / scale;
            time.wrapping_add(count.wrapping_mul(nanos).div_euclid(tick))
        }
        (None, None) => time,
    }
}
