//! From a name and the types of the arguments to a function.

use super::function::{Argument, Function};
use super::{arithmetic, array, branch, compare, convert, logic, membership, rounding, text, time};
use crate::column::{Column, Value};
use crate::error::{QueryError, Result};
use crate::types::{Type, Unit};

/// The function `name`, in ClickHouse's spelling, for these arguments.
pub(crate) fn resolve(name: &str, arguments: &[Argument], now: i64) -> Result<Function> {
    if let Some(function) = with_own_nulls(name, arguments)? {
        return Ok(function.own_nulls());
    }
    if arguments
        .iter()
        .any(|argument| argument.kind == Type::Nothing)
    {
        return Ok(Function::total(Type::Nothing, |_, rows| {
            Column::same(&Value::Null, &Type::Nothing, rows)
        })
        .own_nulls());
    }
    let plain: Vec<_> = arguments
        .iter()
        .map(|argument| Argument {
            kind: argument.kind.plain().clone(),
            constant: argument.constant.clone(),
        })
        .collect();
    Ok(spreading(name, &plain, now)?.spreading_nulls(arguments))
}

fn with_own_nulls(name: &str, arguments: &[Argument]) -> Result<Option<Function>> {
    Ok(Some(match name {
        "and" | "or" | "not" => logic::resolve(name, arguments)?,
        "isNull" | "isNotNull" => logic::null_test(name == "isNull"),
        "if" | "multiIf" | "caseWithExpression" | "coalesce" => branch::resolve(name, arguments)?,
        "has" | "hasAny" | "hasAll" | "arrayElement" | "array" | "tuple" => {
            array::resolve(name, arguments)?
        }
        "in" | "notIn" => membership::resolve(name, arguments)?,
        "CAST" => convert::cast(arguments)?,
        _ => return Ok(None),
    }))
}

fn spreading(name: &str, arguments: &[Argument], now: i64) -> Result<Function> {
    if let Some(unit) = Unit::of_function(name) {
        return time::interval(unit, arguments);
    }
    match name {
        "plus" | "minus" | "multiply" | "divide" | "modulo" | "intDiv" | "negate" | "abs" => {
            arithmetic::resolve(name, arguments)
        }
        "equals" | "notEquals" | "less" | "lessOrEquals" | "greater" | "greaterOrEquals" => {
            compare::resolve(name, arguments)
        }
        "round" | "floor" | "ceil" => rounding::resolve(name, arguments),
        "lower" | "upper" | "substring" | "concat" | "length" | "trim" | "startsWith"
        | "endsWith" | "like" | "notLike" | "ilike" | "notILike" => text::resolve(name, arguments),
        "toString" | "toInt32" | "toInt64" | "toFloat64" | "toDate" | "toDateTime"
        | "toDateTime64" => convert::resolve(name, arguments),
        "now" | "now64" | "today" => time::clock(name, arguments, now),
        "toStartOfDay"
        | "toStartOfWeek"
        | "toStartOfMonth"
        | "toStartOfQuarter"
        | "toStartOfYear"
        | "toStartOfHour"
        | "toStartOfMinute"
        | "date_trunc"
        | "formatDateTime"
        | "fromUnixTimestamp64Milli"
        | "toUnixTimestamp64Milli" => time::resolve(name, arguments),
        _ => Err(QueryError::unsupported(&format!("The function {name}"))),
    }
}
