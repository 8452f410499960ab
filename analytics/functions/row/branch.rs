//! `if`, `CASE` and `coalesce`: only the branch that is taken is computed.

use super::convert::conversion;
use crate::error::{QueryError, Result};
use crate::functions::function::{Argument, Function, illegal};
use crate::types::{Type, Value};

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    match (name, arguments) {
        ("coalesce", [_, ..]) => coalesce(arguments),
        ("if", [_, _, _]) => conditions(name, arguments),
        ("multiIf", [_, _, ..]) if arguments.len() % 2 == 1 => conditions(name, arguments),
        _ => Err(illegal(name, arguments, "Write if(condition, then, else).")),
    }
}

fn common<'a>(arguments: impl IntoIterator<Item = &'a Argument>) -> Result<Type> {
    let mut common = Type::Nothing;
    let mut null = false;
    for argument in arguments {
        null |= argument.kind == Type::Nothing;
        common = common.common(&argument.kind)?;
    }
    Ok(if null && common != Type::Nothing {
        common.nullable()
    } else {
        common
    })
}

/// The arguments brought to one type; those that are conditions stay.
fn conversions(
    arguments: &[Argument],
    kind: &Type,
    is_branch: impl Fn(usize) -> bool,
) -> Result<Vec<Option<Function>>> {
    arguments
        .iter()
        .enumerate()
        .map(|(index, argument)| {
            let converted = is_branch(index) && argument.kind != *kind;
            converted
                .then(|| conversion(&argument.kind, kind))
                .transpose()
        })
        .collect()
}

fn converted(conversions: &[Option<Function>], index: usize, value: Value) -> Result<Value> {
    match conversions.get(index) {
        Some(Some(conversion)) => conversion.of(&[value]),
        Some(None) => Ok(value),
        None => Err(QueryError::bug(format!("branch {index} has no type"))),
    }
}

/// Pairs of condition and result, then what holds otherwise.
fn conditions(name: &str, arguments: &[Argument]) -> Result<Function> {
    let last = arguments.len() - 1;
    let is_branch = move |index: usize| index == last || index % 2 == 1;
    let of_kind = |branches: bool| {
        arguments
            .iter()
            .enumerate()
            .filter(move |(index, _)| is_branch(*index) == branches)
            .map(|(_, argument)| argument)
    };
    let kind = common(of_kind(true))?;
    let legal = of_kind(false)
        .all(|argument| argument.kind.plain().is_number() || argument.kind == Type::Nothing);
    if !legal {
        return Err(illegal(
            name,
            arguments,
            "A condition is a comparison or a number.",
        ));
    }
    let conversions = conversions(arguments, &kind, is_branch)?;
    Ok(Function::lazy(kind, move |turn| {
        let mut index = 0;
        while index < last {
            if turn(index)?.is_true() {
                return converted(&conversions, index + 1, turn(index + 1)?);
            }
            index += 2;
        }
        converted(&conversions, last, turn(last)?)
    }))
}

fn coalesce(arguments: &[Argument]) -> Result<Function> {
    // What follows the first that cannot be NULL is never reached.
    let certain = arguments
        .iter()
        .position(|a| !a.kind.is_nullable() && a.kind != Type::Nothing);
    let reached = certain.map_or(arguments.len(), |index| index + 1);
    let mut kind = Type::Nothing;
    for argument in arguments.iter().take(reached) {
        kind = kind.common(argument.kind.plain())?;
    }
    if certain.is_none() && kind != Type::Nothing {
        kind = kind.nullable();
    }
    let plain = arguments.iter().take(reached).map(|argument| Argument {
        kind: argument.kind.plain().clone(),
        constant: None,
    });
    let conversions = conversions(&plain.collect::<Vec<_>>(), kind.plain(), |_| true)?;
    Ok(Function::lazy(kind, move |turn| {
        for index in 0..reached {
            match turn(index)? {
                Value::Null => {}
                value => return converted(&conversions, index, value),
            }
        }
        Ok(Value::Null)
    }))
}
