//! From one type to another: `CAST`, `toString`, `toInt64`, and what `if` does to its branches.

use super::compare::rescale;
use super::function::{Argument, Function, evaluate, illegal};
use crate::builder::Builder;
use crate::calendar::{self, DAY};
use crate::column::{Column, Value, float_to_int, int_to_float};
use crate::encode::text_of_value;
use crate::error::{QueryError, Result};
use crate::types::Type;

/// The last day that a `Date` can hold.
const LAST_DAY: i64 = u16::MAX as i64;

/// The last second that a `DateTime` can hold.
const LAST_SECOND: i64 = u32::MAX as i64;

/// The last second that a `DateTime64` can hold: the end of the year 9999.
const LAST_SECOND_64: i64 = 253_402_300_799;

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
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
    function(&value.kind, &to)
}

/// Times are in UTC; another zone would be ignored, and so it is refused.
pub(super) fn only_utc(name: &str, arguments: &[Argument]) -> Result<()> {
    let zone = arguments
        .iter()
        .skip(1)
        .find_map(|argument| match &argument.constant {
            Some(Value::Text(zone)) if argument.kind == Type::String => Some(zone.clone()),
            _ => None,
        });
    match zone {
        Some(zone) if !zone.eq_ignore_ascii_case("UTC") && name != "formatDateTime" => {
            Err(QueryError::unsupported(&format!("The time zone {zone}"))
                .hint("Times are in UTC; leave the zone out."))
        }
        _ => Ok(()),
    }
}

pub(super) fn cast(arguments: &[Argument]) -> Result<Function> {
    match arguments {
        [
            value,
            Argument {
                constant: Some(Value::Text(name)),
                ..
            },
        ] => function(&value.kind, &Type::parse(name)?),
        _ => Err(illegal("CAST", arguments, "Write CAST(x AS String).")),
    }
}

/// The column as another type.
pub(crate) fn convert(column: &Column, from: &Type, to: &Type) -> Result<Column> {
    if from == to {
        return Ok(column.clone());
    }
    evaluate(
        &function(from, to)?,
        std::slice::from_ref(column),
        column.len(),
    )
}

fn function(from: &Type, to: &Type) -> Result<Function> {
    if let Type::Nullable(inner) = to {
        return to_nullable(from, inner);
    }
    if *from == Type::Nothing {
        let target = to.clone();
        return Ok(Function::total(to.clone(), move |_, rows| {
            Column::same(&Value::Null, &target, rows)
        })
        .own_nulls());
    }
    if from.is_nullable() {
        let argument = Argument {
            kind: from.clone(),
            constant: None,
        };
        return Ok(function(from.plain(), to)?.spreading_nulls(&[argument]));
    }
    let target = to.clone();
    match (from, to) {
        (from, to) if from == to => Ok(Function::total(to.clone(), |arguments, _| own(arguments))),
        (Type::String, to) => Ok(Function::new(to.clone(), move |arguments, _| {
            parse_column(&own(arguments), &target)
        })
        .fallible()),
        (_, Type::String) => Ok(write_texts(from)),
        (Type::Array(a), Type::Array(b)) => Ok(each_item(a, b)),
        _ => number(from, to)
            .ok_or_else(|| QueryError::query(format!("{from} cannot be converted to {to}."))),
    }
}

/// Between numbers and times.
fn number(from: &Type, to: &Type) -> Option<Function> {
    let source = from.clone();
    Some(match (from, to) {
        (Type::DateTime64(digits), Type::Float) => {
            let scale = int_to_float(10_i64.pow(u32::from(*digits)), &Type::I64);
            Function::total(Type::Float, move |arguments, _| {
                let ticks = own(arguments);
                let ticks = ticks.floats(&source);
                Column::Floats(ticks.iter().map(|ticks| ticks / scale).collect())
            })
        }
        (from, Type::Float) if from.is_number() || from.is_time() => {
            Function::total(Type::Float, move |arguments, _| {
                Column::Floats(own(arguments).floats(&source).into_owned())
            })
        }
        (Type::DateTime64(_), to) if to.int().is_some() => {
            let (seconds, wrap) = (rescale(from, &Type::DateTime), wrapping(to));
            ints(to, move |ticks| wrap(seconds(ticks)))
        }
        (from, to) if from.is_time() && to.is_time() => ints(to, rescale(from, to)),
        (from, to) if to.is_time() && from.is_number() => number_to_time(from, to),
        (Type::Float, Type::Bool) => Function::total(Type::Bool, move |arguments, _| {
            let values = own(arguments);
            let values = values.floats(&source);
            Column::Ints(values.iter().map(|v| i64::from(*v != 0.0)).collect())
        }),
        (Type::Float, to) if to.int().is_some() => finite_ints(to, wrapping(to)),
        (from, to)
            if to.int().is_some()
                && (from.is_number() || from.is_time() || matches!(from, Type::Interval(_))) =>
        {
            ints(to, wrapping(to))
        }
        _ => return None,
    })
}

fn write_texts(from: &Type) -> Function {
    let source = from.clone();
    Function::total(Type::String, move |arguments, rows| {
        let column = own(arguments);
        let mut builder = Builder::new(&Type::String);
        for row in 0..rows {
            builder.push(&Value::Text(
                text_of_value(&column.value(row), &source).into(),
            ));
        }
        builder.finish()
    })
}

fn each_item(from: &Type, to: &Type) -> Function {
    let (from, to) = (from.clone(), to.clone());
    let kind = Type::array(to.clone());
    Function::new(kind, move |arguments, _| match own(arguments).plain() {
        Column::Arrays { ends, items } => Ok(Column::Arrays {
            ends,
            items: Box::new(convert(&items, &from, &to)?.plain()),
        }),
        other => Ok(other),
    })
}

/// Of a Float64, without its fraction, which must be a number.
fn finite_ints(to: &Type, compute: impl Fn(i64) -> i64 + 'static) -> Function {
    Function::new(to.clone(), move |arguments, _| {
        let whole = own(arguments)
            .floats(&Type::Float)
            .iter()
            .map(|value| Ok(compute(finite_to_int(*value)?)))
            .collect::<Result<_>>()?;
        Ok(Column::Ints(whole))
    })
    .fallible()
}

fn finite_to_int(value: f64) -> Result<i64> {
    if value.is_finite() {
        Ok(float_to_int(value))
    } else {
        Err(
            QueryError::query("Unexpected inf or nan to integer conversion.")
                .hint("Filter out divisions by zero, or leave the number as it is."),
        )
    }
}

fn own(arguments: &[Column]) -> Column {
    arguments
        .first()
        .cloned()
        .unwrap_or(Column::Ints(Vec::new()))
}

fn ints(to: &Type, compute: impl Fn(i64) -> i64 + 'static) -> Function {
    Function::total(to.clone(), move |arguments, _| {
        Column::Ints(
            own(arguments)
                .ints()
                .iter()
                .map(|value| compute(*value))
                .collect(),
        )
    })
}

fn to_nullable(from: &Type, inner: &Type) -> Result<Function> {
    let kind = inner.clone().nullable();
    if *from == Type::Nothing {
        let target = kind.clone();
        return Ok(Function::total(kind, move |_, rows| {
            Column::same(&Value::Null, &target, rows)
        })
        .own_nulls());
    }
    let converted = function(from.plain(), inner)?;
    Ok(Function::new(kind, move |arguments, rows| {
        let column = own(arguments);
        let nulls = column.nulls().unwrap_or_else(|| vec![false; rows]);
        let values = evaluate(&converted, &[column.without_nulls()], rows)?;
        Ok(Column::Nullable {
            nulls,
            values: Box::new(values.plain()),
        })
    })
    .own_nulls())
}

/// Cuts a whole number to the width of a type.
fn wrapping(to: &Type) -> impl Fn(i64) -> i64 + Copy + 'static {
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
    let source = from.clone();
    match to {
        Type::DateTime64(digits) => {
            let scale = 10_i64.pow(u32::from(*digits));
            let last = LAST_SECOND_64.saturating_mul(scale);
            Function::total(to.clone(), move |arguments, _| {
                let column = own(arguments);
                Column::Ints(match source {
                    Type::Float => {
                        let scale = int_to_float(scale, &Type::I64);
                        column
                            .floats(&source)
                            .iter()
                            .map(|value| float_to_int(value * scale).min(last))
                            .collect()
                    }
                    _ => column
                        .ints()
                        .iter()
                        .map(|value| value.saturating_mul(scale).min(last))
                        .collect(),
                })
            })
        }
        Type::Date if source == Type::Float => finite_ints(to, day),
        Type::Date => ints(to, day),
        _ if source == Type::Float => finite_ints(to, second),
        _ => ints(to, second),
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

fn parse_column(column: &Column, to: &Type) -> Result<Column> {
    let mut builder = Builder::new(to);
    for row in 0..column.len() {
        if let Value::Text(text) = column.value(row) {
            builder.push(&parse_as(&text, to)?);
        }
    }
    Ok(builder.finish())
}

/// Reads a text as a value of type `to`.
pub(super) fn parse_as(text: &str, to: &Type) -> Result<Value> {
    let parsed = match to {
        Type::Date => calendar::parse_moment(text.trim())
            .map(|moment| moment.second.div_euclid(DAY).clamp(0, LAST_DAY)),
        Type::DateTime => calendar::parse_moment(text).map(|moment| second(moment.second)),
        Type::DateTime64(digits) => {
            calendar::parse_moment(text).and_then(|moment| moment.ticks(*digits))
        }
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
