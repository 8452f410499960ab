//! `+ - * / %`, for numbers and for times; rounding.

use super::time::rescale;
use crate::error::{QueryError, Result};
use crate::functions::function::{Argument, Function, illegal};
use crate::types::{DAY, Type, Unit, Value, day_plus_months};

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    match arguments {
        [value] => one(name, arguments, &value.kind),
        [left, right] => two(name, arguments, &left.kind, &right.kind),
        _ => Err(illegal(name, arguments, "It takes two numbers.")),
    }
}

fn one(name: &str, arguments: &[Argument], kind: &Type) -> Result<Function> {
    Ok(match (name, kind, kind.int()) {
        ("negate", Type::Float, _) => Function::of_float(|value| -value),
        ("negate", Type::Interval(_), _) => Function::of_int(kind.clone(), i64::wrapping_neg),
        ("negate", _, Some((signed, bits))) => {
            let bits = if signed { bits } else { wider(bits) };
            Function::of_int(int(true, bits), i64::wrapping_neg)
        }
        ("abs", Type::Float, _) => Function::of_float(f64::abs),
        ("abs", _, Some((_, bits))) => Function::of_int(int(false, bits), i64::wrapping_abs),
        _ => return Err(illegal(name, arguments, "It takes a number.")),
    })
}

const fn int(signed: bool, bits: u8) -> Type {
    Type::Int { signed, bits }
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
        return Ok(on_floats(name, left, right));
    };
    let signed = a.0 || b.0;
    let bits = wider(a.1.max(b.1));
    Ok(match name {
        "plus" => Function::of_ints(int(signed, bits), i64::wrapping_add),
        "minus" => Function::of_ints(int(true, bits), i64::wrapping_sub),
        "multiply" => Function::of_ints(int(signed, bits), i64::wrapping_mul),
        "modulo" => remainder(int(a.0, if a.0 { wider(b.1) } else { b.1 })),
        _ => return Ok(on_floats(name, left, right)),
    })
}

const fn wider(bits: u8) -> u8 {
    if bits >= 64 { 64 } else { bits * 2 }
}

fn on_floats(name: &str, left: &Type, right: &Type) -> Function {
    let compute: fn(f64, f64) -> f64 = match name {
        "plus" => |a, b| a + b,
        "minus" => |a, b| a - b,
        "multiply" => |a, b| a * b,
        "divide" => |a, b| a / b,
        _ => |a, b| a % b,
    };
    let (left, right) = (left.clone(), right.clone());
    Function::of_two(Type::Float, move |a, b| {
        Ok(Value::Float(compute(a.float(&left)?, b.float(&right)?)))
    })
}

fn remainder(kind: Type) -> Function {
    let compute = |a: &Value, b: &Value| {
        let rest = a.int()?.checked_rem(b.int()?).map(Value::Int);
        rest.ok_or_else(|| {
            QueryError::query("Division by zero.")
                .hint("Filter out the zeros, or divide with /, which gives inf.")
        })
    };
    Function::of_two(kind, compute).fallible()
}

/// Times with intervals, with numbers and with each other.
fn times(name: &str, arguments: &[Argument], left: &Type, right: &Type) -> Result<Function> {
    let result =
        |kind: &Type, compute: fn(i64, i64) -> i64| Ok(Function::of_ints(kind.clone(), compute));
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
            result(&Type::I32, i64::wrapping_sub)
        }
        ("plus", Type::Interval(a), Type::Interval(b)) if a == b => result(left, i64::wrapping_add),
        ("minus", Type::Interval(a), Type::Interval(b)) if a == b => {
            result(left, i64::wrapping_sub)
        }
        ("multiply", Type::Interval(_), number) if number.is_int() => {
            result(left, i64::wrapping_mul)
        }
        _ => Err(illegal(
            name,
            arguments,
            "Write for example time - INTERVAL 7 DAY, or today() - 7.",
        )),
    }
}

/// A number counts as days on a Date and as seconds on a `DateTime`.
fn ticks(time: &Type, compute: fn(i64, i64) -> i64) -> Function {
    let scale = time.ticks_per_second();
    Function::of_two(time.clone(), move |time, number| {
        let number = match number {
            Value::Float(_) => crate::types::float_to_int(number.float(&Type::I64)?),
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
    Function::of_ints(kind, move |first, second| {
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
pub(crate) fn rounding(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    let (kind, digits) = match arguments {
        [value] => (&value.kind, 0),
        [value, digits] => match digits.constant {
            Some(Value::Int(digits)) => (&value.kind, i32::try_from(digits).unwrap_or(0)),
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
    let direction = match name {
        "floor" => Direction::Down,
        "ceil" => Direction::Up,
        _ => Direction::Nearest,
    };
    if *kind != Type::Float && !kind.is_int() {
        return Err(illegal(name, arguments, "It takes a number."));
    }
    Ok(Function::new(kind.clone(), move |arguments| {
        Ok(match crate::functions::function::at(arguments, 0)? {
            Value::Float(value) => Value::Float(round_float(*value, digits, direction)),
            value => Value::Int(round_int(value.int()?, digits, direction)),
        })
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
    let scale = 10_f64.powi(digits.abs());
    match digits {
        0 => whole(value),
        1.. => whole(value * scale) / scale,
        _ => whole(value / scale) * scale,
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
