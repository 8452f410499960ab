//! `IN` and `NOT IN` a constant list.

use super::compare::constant_as;
use crate::error::{QueryError, Result};
use crate::functions::function::{Argument, Function, illegal};
use crate::types::{Type, Value, compare};

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    let [needle, list] = arguments else {
        return Err(illegal(name, arguments, "Write column IN ('a', 'b')."));
    };
    let mut set = members(needle, list)?;
    set.sort_by(compare);
    let wanted = name == "in";
    let kind = if needle.kind.is_nullable() {
        Type::U8.nullable()
    } else {
        Type::U8
    };
    Ok(Function::lazy(kind, move |turn| {
        Ok(match turn(0)? {
            Value::Null => Value::Null,
            needle => {
                let found = set.binary_search_by(|member| compare(member, &needle));
                Value::truth(found.is_ok() == wanted)
            }
        })
    }))
}

/// The members of a constant list, brought to the type of what is looked for.
pub(crate) fn members(needle: &Argument, list: &Argument) -> Result<Vec<Value>> {
    let Some(constant) = &list.constant else {
        return Err(QueryError::unsupported("IN with values that vary")
            .hint("Use has(array, value), or a list of constants."));
    };
    let kind = needle.kind.plain();
    let tuples = matches!(kind, Type::Tuple(_));
    let mut members = Vec::new();
    match (&list.kind, constant) {
        (Type::Array(item), Value::List(values)) => {
            members.extend(
                values
                    .iter()
                    .map(|value| (value.clone(), item.as_ref().clone())),
            );
        }
        // (1, 'a') is one member where tuples are looked for, and otherwise two.
        (Type::Tuple(kinds), Value::List(values))
            if !tuples || kinds.iter().all(|kind| matches!(kind, Type::Tuple(_))) =>
        {
            members.extend(values.iter().cloned().zip(kinds.iter().cloned()));
        }
        (kind, value) => members.push((value.clone(), kind.clone())),
    }
    let mut values = Vec::new();
    for (value, from) in members {
        if value == Value::Null {
            continue;
        }
        if *kind == Type::String && *from.plain() != Type::String {
            return Err(
                QueryError::query(format!("Cannot look for {kind} among {from}."))
                    .hint("Put the values in single quotes."),
            );
        }
        let member = Argument {
            kind: from,
            constant: Some(value),
        };
        values.push(constant_as(&member, kind)?);
    }
    Ok(values)
}
