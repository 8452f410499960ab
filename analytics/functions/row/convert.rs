//! From one type to another: `CAST`, `toString`, `toInt64`, and what `if` does to its branches.

use super::time::{only_utc, rescale};
use crate::error::{QueryError, Result};
use crate::functions::function::{Argument, Function, illegal};
use crate::types::{DAY, Type, Value, float_to_int, int_to_float, parse_moment, text_of_value};

/// The last day that a `Date` can hold.
const LAST_DAY: i64 = u16::MAX as i64;

/// The last second that a `DateTime` can hold.
const LAST_SECOND: i64 = u32::MAX as i64;

/// The last second that a `DateTime64` can hold: the end of the year 9999.
const LAST_SECOND_64: i64 = 253_402_300_799;

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    let Some(value) = arguments.first() else {
        return Err(illegal(name, arguments, "It takes a value."));
    };
    let to = match name {
        "toString" => Type::String,
        "toInt32" => Type::I32,
        "toInt64" => Type::I64,
        "toFloat64" => Type::Float,
        "toDate" => Type::Date,
        "toDateTime" => Type::DateTime,
        _ => match arguments.get(1).and_then(|digits| digits.constant.as_ref()) {
            Some(Value::Int(digits @ 0..=9)) => {
                Type::DateTime64(u8::try_from(*digits).unwrap_or(3))
            }
            _ => return Err(illegal(name, arguments, "Write toDateTime64(x, 3).")),
        },
    };
    only_utc(name, arguments)?;
    conversion(&value.kind, &to)
}

pub(crate) fn cast(_: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    match arguments {
        [
            value,
            Argument {
                constant: Some(Value::Text(name)),
                ..
            },
        ] => conversion(&value.kind, &Type::parse(name)?),
        _ => Err(illegal("CAST", arguments, "Write CAST(x AS String).")),
    }
}

/// The function that brings a value from one type to another.
pub(crate) fn conversion(from: &Type, to: &Type) -> Result<Function> {
    match (from, to) {
        (from, to) if from == to => {
            Ok(Function::of_one(to.clone(), |value| Ok(value.clone())).handles_nulls())
        }
        (Type::Nothing, to) => Ok(Function::constant(to.clone(), Value::default_of(to))),
        (from, Type::Nullable(inner)) => {
            let inner = conversion(from.plain(), inner)?;
            Ok(with_null(to.clone(), inner))
        }
        (Type::Nullable(plain), to) => {
            let kind = to.clone().nullable();
            Ok(with_null(kind, conversion(plain, to)?))
        }
        (Type::String, to) => {
            let target = to.clone();
            Ok(Function::of_one(to.clone(), move |text| parse_as(text.str()?, &target)).fallible())
        }
        (from, Type::String) => {
            let source = from.clone();
            Ok(Function::of_one(Type::String, move |value| {
                Ok(Value::text(text_of_value(value, &source)))
            }))
        }
        (Type::Array(a), Type::Array(b)) => {
            let each = conversion(a, b)?;
            Ok(Function::of_one(to.clone(), move |array| {
                let items = array.items()?.iter();
                let items: Result<Vec<_>> = items
                    .map(|item| each.of(std::slice::from_ref(item)))
                    .collect();
                Ok(Value::list(items?))
            }))
        }
        _ => number(from, to)
            .ok_or_else(|| QueryError::query(format!("{from} cannot be converted to {to}."))),
    }
}

fn with_null(kind: Type, inner: Function) -> Function {
    let fallible = inner.fallible;
    let function = Function::of_one(kind, move |value| match value {
        Value::Null => Ok(Value::Null),
        value => inner.of(std::slice::from_ref(value)),
    })
    .handles_nulls();
    if fallible {
        function.fallible()
    } else {
        function
    }
}

/// Between numbers and times.
fn number(from: &Type, to: &Type) -> Option<Function> {
    let source = from.clone();
    Some(match (from, to) {
        (Type::DateTime64(_), Type::Float) => {
            let scale = int_to_float(from.ticks_per_second(), &Type::I64);
            Function::of_one(Type::Float, move |ticks| {
                Ok(Value::Float(ticks.float(&Type::I64)? / scale))
            })
        }
        (from, Type::Float) if from.is_number() || from.is_time() => {
            Function::of_one(Type::Float, move |value| {
                Ok(Value::Float(value.float(&source)?))
            })
        }
        (Type::DateTime64(_), to) if to.int().is_some() => {
            let (seconds, wrap) = (rescale(from, &Type::DateTime), wrapping(to));
            Function::of_int(to.clone(), move |ticks| wrap(seconds(ticks)))
        }
        (from, to) if from.is_time() && to.is_time() => {
            Function::of_int(to.clone(), rescale(from, to))
        }
        (from, to) if to.is_time() && from.is_number() => number_to_time(from, to),
        (Type::Float, Type::Bool) => Function::of_one(Type::Bool, |value| {
            Ok(Value::truth(value.float(&Type::Float)? != 0.0))
        }),
        (Type::Float, to) if to.int().is_some() => finite_ints(to, wrapping(to)),
        (from, to)
            if to.int().is_some()
                && (from.is_number() || from.is_time() || matches!(from, Type::Interval(_))) =>
        {
            Function::of_int(to.clone(), wrapping(to))
        }
        _ => return None,
    })
}

/// Of a Float64, without its fraction, which must be a number.
fn finite_ints(to: &Type, compute: impl Fn(i64) -> i64 + Send + Sync + 'static) -> Function {
    Function::of_one(to.clone(), move |value| {
        let value = value.float(&Type::Float)?;
        if value.is_finite() {
            return Ok(Value::Int(compute(float_to_int(value))));
        }
        Err(
            QueryError::query("Unexpected inf or nan to integer conversion.")
                .hint("Filter out divisions by zero, or leave the number as it is."),
        )
    })
    .fallible()
}

/// Cuts a whole number to the width of a type.
fn wrapping(to: &Type) -> impl Fn(i64) -> i64 + Copy + Send + Sync + 'static {
    let (signed, bits) = to.int().unwrap_or((true, 64));
    let is_bool = *to == Type::Bool;
    let unused = 64 - u32::from(bits.min(64));
    move |value| {
        if is_bool {
            i64::from(value != 0)
        } else if signed {
            value.wrapping_shl(unused) >> unused
        } else {
            (value.cast_unsigned() << unused >> unused).cast_signed()
        }
    }
}

/// A number is seconds; for a Date, a small one is days.
fn number_to_time(from: &Type, to: &Type) -> Function {
    match to {
        Type::DateTime64(_) => {
            let scale = to.ticks_per_second();
            let last = (LAST_SECOND_64 + 1).saturating_mul(scale) - 1;
            Function::of_one(to.clone(), move |value| {
                let ticks = match value {
                    Value::Float(value) => float_to_int(value * int_to_float(scale, &Type::I64)),
                    value => value.int()?.saturating_mul(scale),
                };
                Ok(Value::Int(ticks.min(last)))
            })
        }
        Type::Date if *from == Type::Float => finite_ints(to, day),
        Type::Date => Function::of_int(to.clone(), day),
        _ if *from == Type::Float => finite_ints(to, second),
        _ => Function::of_int(to.clone(), second),
    }
}

fn day(number: i64) -> i64 {
    match number {
        ..0 => 0,
        0..=LAST_DAY => number,
        _ => second(number) / DAY,
    }
}

fn second(number: i64) -> i64 {
    number.clamp(0, LAST_SECOND)
}

/// Reads a text as a value of type `to`.
pub(super) fn parse_as(text: &str, to: &Type) -> Result<Value> {
    let parsed = match to {
        Type::Date => {
            parse_moment(text.trim()).map(|moment| moment.second.div_euclid(DAY).clamp(0, LAST_DAY))
        }
        Type::DateTime => parse_moment(text).map(|moment| second(moment.second)),
        Type::DateTime64(digits) => parse_moment(text).and_then(|moment| moment.ticks(*digits)),
        Type::Float => {
            return text
                .parse()
                .map(Value::Float)
                .map_err(|_| unreadable(text, to));
        }
        Type::Bool => match text {
            "true" | "1" => Some(1),
            "false" | "0" => Some(0),
            _ => None,
        },
        Type::Int {
            signed: false,
            bits: 64,
        } => text.parse::<u64>().ok().map(u64::cast_signed),
        Type::Int { .. } => text.parse().ok().map(wrapping(to)),
        _ => None,
    };
    parsed.map(Value::Int).ok_or_else(|| unreadable(text, to))
}

fn unreadable(text: &str, to: &Type) -> QueryError {
    let hint = match to {
        Type::Date => "A date is written '2026-01-31'.",
        Type::DateTime | Type::DateTime64(_) => "A time is written '2026-01-31 12:00:00'.",
        Type::Int { .. } => {
            "The raw `time` is in Unix milliseconds: compare toUnixTimestamp64Milli(now64() - INTERVAL 1 DAY), or a number."
        }
        _ => "",
    };
    QueryError::query(format!("Cannot read '{text}' as {to}.")).hint(hint)
}
