//! `= != < <= > >=`.

use std::cmp::Ordering;

use super::convert::parse_as;
use super::function::{Argument, Function, illegal};
use super::time::rescale;
use crate::error::{QueryError, Result};
use crate::types::{Type, Value, compare, int_to_float};

/// Which orderings make it true.
type Test = fn(Ordering) -> bool;

pub(super) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
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
    match (&left.kind, &right.kind) {
        (Type::String, Type::String) => Ok(values(test)),
        // A constant text is read as whatever it is compared with.
        (Type::String, other) if left.constant.is_some() => against_text(other, left, test, true),
        (other, Type::String) if right.constant.is_some() => {
            against_text(other, right, test, false)
        }
        (a, b) => numbers(name, arguments, a, b, test),
    }
}

fn numbers(name: &str, arguments: &[Argument], a: &Type, b: &Type, test: Test) -> Result<Function> {
    if a.is_number() && b.is_number() {
        return Ok(match (a, b) {
            (Type::Float, _) | (_, Type::Float) => {
                floats(a.clone(), b.clone(), test, name == "notEquals")
            }
            _ => ints(test, *a == Type::U64, *b == Type::U64),
        });
    }
    match (a, b) {
        (Type::Array(_) | Type::Tuple(_), Type::Array(_) | Type::Tuple(_)) => Ok(values(test)),
        (Type::Interval(x), Type::Interval(y)) if x == y => Ok(ints(test, false, false)),
        // ClickHouse compares the number with the seconds. On the raw table, whose `time` is in
        // milliseconds, `time >= now() - …` is therefore always true.
        (Type::DateTime, number) | (number, Type::DateTime) if number.is_int() => {
            Ok(ints(test, false, false))
        }
        (a, b) if a.is_time() && b.is_time() => {
            let kind = a.common(b)?;
            let (left, right) = (rescale(a, &kind), rescale(b, &kind));
            Ok(Function::of_two(Type::U8, move |a, b| {
                Ok(Value::truth(test(left(a.int()?).cmp(&right(b.int()?)))))
            }))
        }
        (Type::Date, _) | (_, Type::Date) => Err(illegal(
            name,
            arguments,
            "Compare a Date with a Date, for example toDate('2026-01-31') or toDate(fromUnixTimestamp64Milli(ms)).",
        )),
        _ => Err(illegal(
            name,
            arguments,
            "Convert one side so that both have one type.",
        )),
    }
}

fn ints(test: Test, left_unsigned: bool, right_unsigned: bool) -> Function {
    let wide = |value: i64, unsigned: bool| {
        if unsigned {
            i128::from(value.cast_unsigned())
        } else {
            i128::from(value)
        }
    };
    Function::of_two(Type::U8, move |a, b| {
        let (a, b) = (
            wide(a.int()?, left_unsigned),
            wide(b.int()?, right_unsigned),
        );
        Ok(Value::truth(test(a.cmp(&b))))
    })
}

fn floats(left: Type, right: Type, test: Test, on_nan: bool) -> Function {
    Function::of_two(Type::U8, move |a, b| {
        let ordering = a.float(&left)?.partial_cmp(&b.float(&right)?);
        Ok(Value::truth(ordering.map_or(on_nan, test)))
    })
}

fn values(test: Test) -> Function {
    Function::of_two(Type::U8, move |a, b| Ok(Value::truth(test(compare(a, b)))))
}

/// A value compared with a constant text, which is read as a value of the same type.
fn against_text(kind: &Type, text: &Argument, test: Test, text_first: bool) -> Result<Function> {
    let constant = constant_as(text, kind)?;
    let comparison = match kind {
        Type::Float => floats(Type::Float, Type::Float, test, false),
        kind if kind.is_number() || kind.is_time() => {
            ints(test, *kind == Type::U64, *kind == Type::U64)
        }
        _ => {
            return Err(
                QueryError::query(format!("Cannot compare {kind} with a text."))
                    .hint("Use has(tags, 'x') to look into an array."),
            );
        }
    };
    Ok(Function::of_two(Type::U8, move |a, b| {
        let (a, b) = if text_first {
            (&constant, b)
        } else {
            (a, &constant)
        };
        comparison.of(&[a.clone(), b.clone()])
    }))
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
