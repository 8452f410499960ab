//! `IN` and `NOT IN` a constant list.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::compare::{constant_as, test_texts, truth};
use super::function::{Argument, Function, illegal};
use crate::column::{Column, Value};
use crate::error::{QueryError, Result};
use crate::types::Type;
use crate::value::compare_values;

/// The values of a list, brought to the type of what is looked for.
#[derive(Debug)]
enum Set {
    Ints(BTreeSet<i64>),
    Texts(BTreeSet<Rc<str>>),
    Values(Vec<Value>),
}

pub(super) fn resolve(name: &str, arguments: &[Argument]) -> Result<Function> {
    let [needle, list] = arguments else {
        return Err(illegal(name, arguments, "Write column IN ('a', 'b')."));
    };
    let set = set(needle, list)?;
    let wanted = name == "in";
    let kind = if needle.kind.is_nullable() {
        Type::U8.nullable()
    } else {
        Type::U8
    };
    let nullable = needle.kind.is_nullable();
    Ok(Function::total(kind, move |arguments, _| {
        let Some(needle) = arguments.first() else {
            return truth(Vec::new());
        };
        let found = set.contains(&needle.without_nulls());
        let values = truth(found.into_iter().map(|found| found == wanted).collect());
        match needle.nulls() {
            Some(nulls) if nullable => Column::Nullable {
                nulls,
                values: Box::new(values),
            },
            _ => values,
        }
    }))
}

fn set(needle: &Argument, list: &Argument) -> Result<Set> {
    let Some(constant) = &list.constant else {
        return Err(QueryError::unsupported("IN with values that vary")
            .hint("Use has(array, value), or a list of constants."));
    };
    let kind = needle.kind.plain();
    let tuples = matches!(kind, Type::Tuple(_));
    let mut members = Vec::new();
    match (&list.kind, constant) {
        (Type::Array(item), Value::List(values)) => {
            for value in values {
                members.push((value.clone(), item.as_ref().clone()));
            }
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
        if matches!(kind, Type::String) != matches!(from.plain(), Type::String)
            && matches!(kind, Type::String)
        {
            return Err(
                QueryError::query(format!("Cannot look for {kind} among {from}."))
                    .hint("Put the values in single quotes."),
            );
        }
        values.push(constant_as(
            &Argument {
                kind: from,
                constant: Some(value),
            },
            kind,
        )?);
    }
    Ok(match kind {
        Type::String => Set::Texts(
            values
                .into_iter()
                .filter_map(|value| match value {
                    Value::Text(text) => Some(text),
                    _ => None,
                })
                .collect(),
        ),
        kind if kind.is_int() || kind.is_time() => Set::Ints(
            values
                .into_iter()
                .filter_map(|value| match value {
                    Value::Int(value) => Some(value),
                    _ => None,
                })
                .collect(),
        ),
        _ => Set::Values(values),
    })
}

impl Set {
    fn contains(&self, column: &Column) -> Vec<bool> {
        match self {
            Self::Ints(set) => column
                .ints()
                .iter()
                .map(|value| set.contains(value))
                .collect(),
            Self::Texts(set) => test_texts(column, |text| set.contains(text)),
            Self::Values(set) => (0..column.len())
                .map(|row| {
                    let value = column.value(row);
                    set.iter()
                        .any(|member| compare_values(member, &value).is_eq())
                })
                .collect(),
        }
    }
}
