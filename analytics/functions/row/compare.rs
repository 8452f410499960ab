//! `= != < <= > >=`.

use std::cmp::Ordering;

use super::convert::parse_as;
use super::time::rescale;
use crate::error::{QueryError, Result};
use crate::functions::function::{Argument, Function, illegal};
use crate::types::{Type, Value, compare, int_to_float};

/// Which orderings make it true.
type Test = fn(Ordering) -> bool;

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    let [left, right] = arguments else {
        return Err(illegal(name, arguments, "It compares two values."));
    };
    let test: Test = match name {
        "equals" => Ordering::is_eq,
        "notEquals" => Ordering::is_ne,
        "less" => Ordering::is_lt,
        "lessOrEquals" => Ordering::is_le,
        "greater" => Ordering::is_gt,
        _ => Ordering::is_ge,
    };
    let (a, b) = (left.kind.clone(), right.kind.clone());
    let lists = |kind: &Type| matches!(kind, Type::Array(_) | Type::Tuple(_));
    let seconds = |kind: &Type| kind.is_int() || *kind == Type::DateTime;
    match (&a, &b) {
        (a, b) if a == b && *a == Type::String || lists(a) && lists(b) => {
            Ok(Function::of_two(Type::U8, move |a, b| {
                Ok(Value::truth(test(compare(a, b))))
            }))
        }
        (a_kind, b_kind)
            if a_kind.is_number()
                && b_kind.is_number()
                && !(a_kind.is_int() && b_kind.is_int()) =>
        {
            let on_nan = name == "notEquals";
            Ok(Function::of_two(Type::U8, move |x, y| {
                let ordering = x.float(&a)?.partial_cmp(&y.float(&b)?);
                Ok(Value::truth(ordering.map_or(on_nan, test)))
            }))
        }
        // ClickHouse compares the number with the seconds. On the raw table, whose `time` is in
        // milliseconds, `time >= now() - …` is therefore always true.
        (a_kind, b_kind)
            if seconds(a_kind) && seconds(b_kind)
                || a_kind == b_kind && matches!(a_kind, Type::Interval(_)) =>
        {
            Ok(Function::of_two(Type::U8, move |x, y| {
                Ok(Value::truth(test(wide(x, &a)?.cmp(&wide(y, &b)?))))
            }))
        }
        (a_kind, b_kind) if a_kind.is_time() && b_kind.is_time() => {
            let kind = a_kind.common(b_kind)?;
            let (left, right) = (rescale(a_kind, &kind), rescale(b_kind, &kind));
            Ok(Function::of_two(Type::U8, move |a, b| {
                Ok(Value::truth(test(left(a.int()?).cmp(&right(b.int()?)))))
            }))
        }
        _ => Err(illegal(name, arguments, hint(&a, &b))),
    }
}

fn hint(a: &Type, b: &Type) -> &'static str {
    match (a, b) {
        (Type::Date, _) | (_, Type::Date) => {
            "Compare a Date with a Date, for example toDate('2026-01-31') or toDate(fromUnixTimestamp64Milli(ms))."
        }
        (Type::Array(_), Type::String) | (Type::String, Type::Array(_)) => {
            "Use has(tags, 'x') to look into an array."
        }
        _ => "Convert one side so that both have one type.",
    }
}

/// A whole number with its sign.
fn wide(value: &Value, kind: &Type) -> Result<i128> {
    let value = value.int()?;
    Ok(if *kind == Type::U64 {
        value.cast_unsigned().into()
    } else {
        value.into()
    })
}

/// A constant as a value of another type, as comparisons and IN read it.
pub(crate) fn constant_as(argument: &Argument, kind: &Type) -> Result<Value> {
    let kind = kind.plain();
    match (&argument.constant, kind) {
        (Some(Value::Text(text)), kind) if *kind != Type::String => parse_as(text, kind),
        (Some(Value::Int(value)), Type::Float) => {
            Ok(Value::Float(int_to_float(*value, &argument.kind)))
        }
        (Some(value), kind) if argument.kind.is_time() && kind.is_time() => match value {
            Value::Int(time) => Ok(Value::Int(rescale(&argument.kind, kind)(*time))),
            other => Ok(other.clone()),
        },
        (Some(value), _) => Ok(value.clone()),
        (None, _) => Err(QueryError::unsupported(
            "A list with values that are not constant",
        )),
    }
}
