//! `+ - * / %`, for numbers and for times; rounding.

use super::function::{Argument, Function, illegal};
use super::time::rescale;
use crate::error::{QueryError, Result};
use crate::types::{DAY, Type, Unit, Value, day_plus_months};

pub(super) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
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
    Function::of_one(kind, move |value| Ok(Value::Int(compute(value.int()?))))
}

fn floats_of_one(compute: fn(f64) -> f64) -> Function {
    Function::of_one(Type::Float, move |value| {
        Ok(Value::Float(compute(value.float(&Type::Float)?)))
    })
}

fn ints(kind: Type, compute: impl Fn(i64, i64) -> i64 + Send + Sync + 'static) -> Function {
    Function::of_two(kind, move |a, b| {
        Ok(Value::Int(compute(a.int()?, b.int()?)))
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
            divided(Type::Int { signed: a.0, bits }, i64::checked_rem)
        }
        _ => divided(
            Type::Int {
                signed,
                bits: a.1.max(b.1),
            },
            i64::checked_div,
        ),
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
    Ok(Function::of_two(Type::Float, move |a, b| {
        Ok(Value::Float(compute(a.float(&left)?, b.float(&right)?)))
    }))
}

fn divided(kind: Type, compute: fn(i64, i64) -> Option<i64>) -> Function {
    Function::of_two(kind, move |a, b| {
        let quotient = compute(a.int()?, b.int()?).map(Value::Int);
        quotient.ok_or_else(|| {
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
    let scale = time.ticks_per_second();
    let number_first = Type::I64;
    Function::of_two(time.clone(), move |time, number| {
        let number = match number {
            Value::Float(_) => crate::types::float_to_int(number.float(&number_first)?),
            number => number.int()?,
        };
        Ok(Value::Int(compute(time.int()?, number.wrapping_mul(scale))))
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
    let from = rescale(time, &kind);
    let stays_date = kind == Type::Date;
    ints(kind, move |first, second| {
        let (time, count) = if interval_first {
            (second, first)
        } else {
            (first, second)
        };
        move_by(
            from(time),
            count.wrapping_mul(sign),
            unit,
            scale,
            stays_date,
        )
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

/// `round`, `floor`, `ceil`.
pub(super) fn rounding(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    let digits = match arguments {
        [_] => 0,
        [_, digits] => match digits.constant {
            Some(Value::Int(digits)) => i32::try_from(digits).unwrap_or(0),
            _ => {
                return Err(illegal(
                    name,
                    arguments,
                    "The number of digits is a constant.",
                ));
            }
        },
        _ => return Err(illegal(name, arguments, "Write round(x, 2).")),
    };
    let kind = arguments
        .first()
        .map_or(Type::Nothing, |value| value.kind.clone());
    let direction = match name {
        "floor" => Direction::Down,
        "ceil" => Direction::Up,
        _ => Direction::Nearest,
    };
    if kind == Type::Float {
        return Ok(Function::new(kind, move |arguments| {
            let value = super::function::at(arguments, 0)?.float(&Type::Float)?;
            Ok(Value::Float(round_float(value, digits, direction)))
        }));
    }
    if !kind.is_int() {
        return Err(illegal(name, arguments, "It takes a number."));
    }
    Ok(Function::new(kind, move |arguments| {
        let value = super::function::at(arguments, 0)?.int()?;
        Ok(Value::Int(round_int(value, digits, direction)))
    }))
}

#[derive(Clone, Copy)]
enum Direction {
    Down,
    Up,
    Nearest,
}

fn round_float(value: f64, digits: i32, direction: Direction) -> f64 {
    let whole = |value: f64| match direction {
        Direction::Down => value.floor(),
        Direction::Up => value.ceil(),
        Direction::Nearest => value.round_ties_even(),
    };
    match digits {
        0 => whole(value),
        1.. => {
            let scale = 10_f64.powi(digits);
            whole(value * scale) / scale
        }
        _ => {
            let scale = 10_f64.powi(-digits);
            whole(value / scale) * scale
        }
    }
}

fn round_int(value: i64, digits: i32, direction: Direction) -> i64 {
    let Some(scale) = u32::try_from(-i64::from(digits))
        .ok()
        .and_then(|d| 10_i64.checked_pow(d))
    else {
        return if digits < 0 { 0 } else { value };
    };
    let down = value.div_euclid(scale).wrapping_mul(scale);
    let rest = value - down;
    match direction {
        _ if rest == 0 => value,
        Direction::Up => down + scale,
        // A half of a whole number goes away from zero.
        Direction::Nearest if rest * 2 > scale || (rest * 2 == scale && value > 0) => down + scale,
        Direction::Down | Direction::Nearest => down,
    }
}
