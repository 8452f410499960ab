//! Arrays: `[a, b]`, `has`, `hasAny`, `hasAll`, `tags[1]`; and tuples.

use super::convert::conversion;
use crate::error::Result;
use crate::functions::function::{Argument, Function, illegal};
use crate::types::{Type, Value, compare, int_of};

pub(crate) fn resolve(name: &str, arguments: &[Argument], _: i64) -> Result<Function> {
    let function = match (name, arguments) {
        ("array", items) => array(items)?,
        ("tuple", parts) => {
            let kinds = parts.iter().map(|part| part.kind.clone()).collect();
            Function::new(Type::Tuple(kinds), |parts| {
                Ok(Value::list(parts.iter().cloned()))
            })
        }
        ("arrayElement", [array, index]) => element(name, arguments, &array.kind, &index.kind)?,
        ("has", [array, _]) if matches!(array.kind, Type::Array(_)) => {
            Function::of_two(Type::U8, |array, wanted| {
                Ok(Value::truth(contains(array.items()?, wanted)))
            })
        }
        ("hasAny" | "hasAll", [left, right]) => match (&left.kind, &right.kind) {
            (Type::Array(a), Type::Array(b)) => {
                a.common(b)?;
                has_several(name == "hasAll")
            }
            _ => return Err(illegal(name, arguments, "Write hasAny(tags, ['x', 'y']).")),
        },
        ("has", _) => return Err(illegal(name, arguments, "Write has(tags, 'x').")),
        _ => return Err(illegal(name, arguments, "")),
    };
    Ok(function.handles_nulls())
}

fn array(items: &[Argument]) -> Result<Function> {
    let mut item = Type::Nothing;
    for argument in items {
        item = item.common(&argument.kind)?;
        if argument.kind == Type::Nothing {
            item = item.nullable();
        }
    }
    let conversions: Vec<_> = items
        .iter()
        .map(|argument| conversion(&argument.kind, &item))
        .collect::<Result<_>>()?;
    Ok(Function::new(Type::array(item), move |items| {
        let items = items.iter().zip(&conversions);
        let items: Result<Vec<_>> = items
            .map(|(item, conversion)| conversion.of(std::slice::from_ref(item)))
            .collect();
        Ok(Value::list(items?))
    }))
}

fn element(name: &str, arguments: &[Argument], array: &Type, index: &Type) -> Result<Function> {
    let Type::Array(item) = array else {
        return Err(illegal(name, arguments, "Only an array has elements."));
    };
    let constant = |place: usize| arguments.get(place).and_then(|one| one.constant.as_ref());
    // As ClickHouse does: what comes to 0 otherwise stands for no element.
    let zero = *index == Type::U8 && constant(1) == Some(&Value::Int(0)) && constant(0).is_none();
    if !index.is_int() || zero {
        return Err(illegal(name, arguments, "Elements are counted from 1."));
    }
    let absent = Value::default_of(item);
    Ok(Function::of_two(
        item.as_ref().clone(),
        move |array, index| {
            let items = array.items()?;
            let place = match index.int()? {
                index if index > 0 => Some(index - 1),
                0 => None,
                index => Some(int_of(items.len()).saturating_add(index)),
            };
            let place = place.and_then(|place| usize::try_from(place).ok());
            Ok(place
                .and_then(|place| items.get(place))
                .unwrap_or(&absent)
                .clone())
        },
    ))
}

fn contains(items: &[Value], wanted: &Value) -> bool {
    items.iter().any(|item| compare(item, wanted).is_eq())
}

fn has_several(all: bool) -> Function {
    Function::of_two(Type::U8, move |array, wanted| {
        let (items, wanted) = (array.items()?, wanted.items()?);
        Ok(Value::truth(if all {
            wanted.iter().all(|value| contains(items, value))
        } else {
            wanted.iter().any(|value| contains(items, value))
        }))
    })
}
