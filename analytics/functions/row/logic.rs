//! `AND`, `OR`, `NOT`, `IS NULL`.

use crate::error::Result;
use crate::functions::function::{Argument, Function, illegal};
use crate::types::{Type, Value};

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    let numbers = arguments
        .iter()
        .all(|argument| argument.kind == Type::Nothing || argument.kind.plain().is_number());
    if !numbers {
        return Err(illegal(
            name,
            arguments,
            "Conditions are comparisons or numbers.",
        ));
    }
    let nullable = arguments
        .iter()
        .any(|a| a.kind.is_nullable() || a.kind == Type::Nothing);
    let kind = if nullable {
        Type::U8.nullable()
    } else {
        Type::U8
    };
    if name == "not" {
        return Ok(Function::of_one(kind, |value| {
            Ok(match value {
                Value::Null => Value::Null,
                value => Value::truth(!value.is_true()),
            })
        })
        .handles_nulls());
    }
    // What decides at once: a false in AND, a true in OR. A NULL leaves the rest to decide.
    let decisive = name == "or";
    let count = arguments.len();
    Ok(Function::lazy(kind, move |turn| {
        let mut unknown = false;
        for index in 0..count {
            match turn(index)? {
                Value::Null => unknown = true,
                value if value.is_true() == decisive => return Ok(Value::truth(decisive)),
                _ => {}
            }
        }
        Ok(if unknown {
            Value::Null
        } else {
            Value::truth(!decisive)
        })
    }))
}

pub(crate) fn null_test(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    if arguments.len() != 1 {
        return Err(illegal(name, arguments, "Write x IS NULL."));
    }
    let expected = name == "isNull";
    Ok(Function::of_one(Type::U8, move |value| {
        Ok(Value::truth((*value == Value::Null) == expected))
    })
    .handles_nulls())
}
