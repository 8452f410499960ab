//! `= != < <= > >=`.

use std::cmp::Ordering;
use std::rc::Rc;

use super::arithmetic::{single, zip_ints};
use super::convert::parse_as;
use super::function::{Argument, Function, illegal};
use crate::calendar::DAY;
use crate::column::{Column, Pool, Value};
use crate::error::{QueryError, Result};
use crate::types::Type;
use crate::value::compare_values;

/// Which orderings make it true.
type Test = fn(Ordering) -> bool;

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
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
        (Type::String, Type::String) => Ok(texts(test)),
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
            _ => ints(test, big_unsigned(a), big_unsigned(b)),
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
            Ok(Function::total(
                Type::U8,
                move |arguments, _| match arguments {
                    [a, b] => truth(zip_ints(a, b, |a, b| test(left(a).cmp(&right(b))))),
                    _ => truth(Vec::new()),
                },
            ))
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

fn big_unsigned(kind: &Type) -> bool {
    matches!(
        kind,
        Type::Int {
            signed: false,
            bits: 64
        }
    )
}

/// 0 and 1.
pub(super) fn truth(values: Vec<bool>) -> Column {
    Column::Ints(values.into_iter().map(i64::from).collect())
}

fn ints(test: Test, left_big: bool, right_big: bool) -> Function {
    Function::total(Type::U8, move |arguments, _| {
        let [a, b] = arguments else {
            return truth(Vec::new());
        };
        if !left_big && !right_big {
            return truth(zip_ints(a, b, |a, b| test(a.cmp(&b))));
        }
        truth(zip_ints(a, b, |a, b| {
            test(wide(a, left_big).cmp(&wide(b, right_big)))
        }))
    })
}

fn wide(value: i64, unsigned: bool) -> i128 {
    if unsigned {
        i128::from(value.cast_unsigned())
    } else {
        i128::from(value)
    }
}

fn floats(left: Type, right: Type, test: Test, on_nan: bool) -> Function {
    Function::total(Type::U8, move |arguments, _| {
        let [a, b] = arguments else {
            return truth(Vec::new());
        };
        let (a, b) = (a.floats(&left), b.floats(&right));
        truth(
            a.iter()
                .zip(b.iter())
                .map(|(a, b)| a.partial_cmp(b).map_or(on_nan, test))
                .collect(),
        )
    })
}

fn values(test: Test) -> Function {
    Function::total(Type::U8, move |arguments, rows| {
        let [a, b] = arguments else {
            return truth(Vec::new());
        };
        truth(
            (0..rows)
                .map(|row| test(compare_values(&a.value(row), &b.value(row))))
                .collect(),
        )
    })
}

fn texts(test: Test) -> Function {
    Function::total(Type::U8, move |arguments, _| {
        let [a, b] = arguments else {
            return truth(Vec::new());
        };
        match (single(a), single(b)) {
            (None, Some(b)) => {
                let text = text_of(b);
                truth(test_texts(a, |value| test(value.cmp(&text))))
            }
            (Some(a), None) => {
                let text = text_of(a);
                truth(test_texts(b, |value| test(text.as_ref().cmp(value))))
            }
            _ => {
                let (a, b) = (a.plain(), b.plain());
                let (Column::Texts { ids: a, pool: x }, Column::Texts { ids: b, pool: y }) =
                    (&a, &b)
                else {
                    return truth(Vec::new());
                };
                truth(
                    a.iter()
                        .zip(b)
                        .map(|(a, b)| test(x.get(*a).cmp(y.get(*b))))
                        .collect(),
                )
            }
        }
    })
}

pub(super) fn text_of(column: &Column) -> Rc<str> {
    match column.value(0) {
        Value::Text(text) => text,
        _ => "".into(),
    }
}

/// Tests each text of a column; where texts repeat, each one once.
pub(super) fn test_texts(column: &Column, test: impl Fn(&str) -> bool) -> Vec<bool> {
    let column = column.plain();
    let Column::Texts { ids, pool } = &column else {
        return vec![false; column.len()];
    };
    if pool.len() > ids.len() {
        return ids.iter().map(|id| test(pool.get(*id))).collect();
    }
    let known: Vec<_> = pool_ids(pool).map(|id| test(pool.get(id))).collect();
    ids.iter()
        .map(|id| known.get(*id as usize).copied().unwrap_or(false))
        .collect()
}

pub(super) fn pool_ids(pool: &Pool) -> std::ops::Range<u32> {
    0..crate::column::position(pool.len())
}

/// A value compared with a constant text, which is read as a value of the same type.
fn against_text(kind: &Type, text: &Argument, test: Test, text_first: bool) -> Result<Function> {
    let value = constant_as(text, kind)?;
    let constant = Column::of(std::slice::from_ref(&value), kind);
    let compare = match kind {
        Type::Float => floats(Type::Float, Type::Float, test, false),
        kind if kind.is_number() || kind.is_time() => {
            ints(test, big_unsigned(kind), big_unsigned(kind))
        }
        _ => {
            return Err(
                QueryError::query(format!("Cannot compare {kind} with a text."))
                    .hint("Use has(tags, 'x') to look into an array."),
            );
        }
    };
    Ok(Function::new(Type::U8, move |arguments, rows| {
        let mut arguments = arguments.to_vec();
        let place = usize::from(!text_first);
        if let Some(argument) = arguments.get_mut(place) {
            *argument = Column::Same {
                value: Box::new(constant.clone()),
                rows,
            };
        }
        super::function::evaluate(&compare, &arguments, rows)
    }))
}

/// A constant as a value of another type, as comparisons and IN read it.
pub(super) fn constant_as(argument: &Argument, kind: &Type) -> Result<Value> {
    let kind = kind.plain();
    match (&argument.constant, kind) {
        (Some(Value::Text(text)), kind) if *kind != Type::String => parse_as(text, kind),
        (Some(Value::Int(value)), Type::Float) => Ok(Value::Float(crate::column::int_to_float(
            *value,
            &argument.kind,
        ))),
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

/// Brings a time from one type's ticks to another's.
pub(super) fn rescale(from: &Type, to: &Type) -> impl Fn(i64) -> i64 + Copy + 'static {
    let (a, b) = (per_second(from), per_second(to));
    // A Date has one tick in 86 400 seconds.
    let (multiply, divide) = match (from, to) {
        (Type::Date, Type::Date) => (1, 1),
        (Type::Date, _) => (DAY.saturating_mul(b), 1),
        (_, Type::Date) => (1, DAY.saturating_mul(a)),
        _ if a <= b => (b / a, 1),
        _ => (1, a / b),
    };
    move |time| time.wrapping_mul(multiply).div_euclid(divide)
}

fn per_second(kind: &Type) -> i64 {
    match kind {
        Type::DateTime64(digits) => 10_i64.pow(u32::from(*digits)),
        _ => 1,
    }
}
